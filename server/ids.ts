import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto'

/** A new id: a UUID that sorts by time of making, so that indexes grow at their end. */
export const newId = (): string => randomUUIDv7()

/** A secret for a link or a cookie: 256 random bits in base64url. Store only its `hashOf`. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** SHA-256 in hex, for tokens at rest and for frozen content. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A short reference that a person can read out on the telephone, such as WB-7F3K9Q (30^6 values, unique by the database). */
export function newReference(): string {
  const letters = Array.from(randomBytes(6), (byte) => alphabet[byte % alphabet.length])
  return `WB-${letters.join('')}`
}
