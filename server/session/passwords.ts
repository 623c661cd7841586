import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { isCommon } from './common-passwords.ts'

const derive = promisify(argon2)

type Cost = { memory: number; passes: number; parallelism: number }

/** OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane. Raise it, and passwords follow as they are used. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const tagLength = 32
export const shortest = 12
const longest = 200

/** Composed characters have several spellings: keyboards differ in which they send. */
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'))

const inBase64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')

/** A password as it is kept: a PHC string with its own salt and cost. The work is done off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const tag = await derive('argon2id', { message: bytesOf(password), nonce: salt, tagLength, ...cost })
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${inBase64(salt)}$${inBase64(tag)}`
}

const phc = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/

/**
 * Whether a password is the one that was kept. `kept` null does the same work in vain, so that an address that nobody
 * has takes as long. Throws if what is kept is no PHC string of ours.
 */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const parts = phc.exec(kept ?? nobodys)
  if (!parts) throw new Error('A kept password is not in the form that is written here.')
  const [, memory, passes, parallelism, salt = '', expected = ''] = parts
  const tag = Buffer.from(expected, 'base64')
  const tried = await derive('argon2id', {
    message: bytesOf(password.slice(0, longest)),
    nonce: Buffer.from(salt, 'base64'),
    tagLength: tag.length,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  })
  return timingSafeEqual(tried, tag) && kept !== null
}

const nobodys = `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${inBase64(Buffer.alloc(16))}$${inBase64(Buffer.alloc(tagLength))}`

/** Whether a password was kept at another cost than today's. */
export const isOutdated = (kept: string): boolean =>
  !kept.startsWith(`$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$`)

/** What is wrong with a new password, as a sentence; '' if nothing is. `personal`: names that others would try first. */
export function faultOf(password: string, personal: string[]): string {
  const length = [...password].length
  if (length < shortest)
    return `Write at least ${shortest} characters${length === 0 ? '' : `; these are ${length}`}. Several words in a row are easy to keep in mind.`
  if (length > longest) return `Write at most ${longest} characters.`
  if (isCommon(password, personal))
    return 'This is among the first that somebody would try. Take words that do not belong together, or let your password manager make one.'
  return ''
}
