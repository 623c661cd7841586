import { createHmac, randomBytes } from 'node:crypto'

/** Codes that change every half minute: RFC 6238 (TOTP) over RFC 4226 (HOTP), with SHA-1 and 30 s, as every app reads them. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const stepSeconds = 30

/** A new secret of 160 bits, in base32 (RFC 4648) without padding. */
export const newSecret = (): string => toBase32(randomBytes(20))

export function toBase32(bytes: Uint8Array): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  return (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')
}

export function fromBase32(text: string): Buffer {
  const bits = [...text].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)))
}

/** The number of the half minute in which an instant lies, from 1970 on. */
export const stepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / stepSeconds)

/** The code of one step (RFC 4226, section 5.3). */
export function codeAt(secret: string, step: number, digits = 6): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest()
  const offset = mac.readUInt8(19) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/**
 * The step whose code this is: now's, or the one before or after, since clocks differ; undefined if it is none of them.
 * Only steps after `lastStep` count, so that a code that was seen over a shoulder is worth nothing.
 */
export function stepOf(code: string, secret: string, now: Date, lastStep: number): number | undefined {
  const present = stepAt(now)
  return [present - 1, present, present + 1].find((step) => step > lastStep && codeAt(secret, step) === code)
}

/** What a QR code hands to the app: whose account it is, and the secret. */
export function setUpAddress(secret: string, email: string, issuer: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`
  const query = new URLSearchParams({ secret, issuer, algorithm: 'SHA1', digits: '6', period: String(stepSeconds) })
  return `otpauth://totp/${label}?${query.toString().replaceAll('+', '%20')}`
}
