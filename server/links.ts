import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a personal link says: which invitation, and which version of its link (a withdrawn link has an older one). */
export type LinkClaim = { invitationId: string; version: number }

export type Links = {
  /** The token of an invitation's personal link: 22 + 22 + … base64url characters, no personal data, nothing stored. */
  token: (invitationId: string, version: number) => string
  /** What a token says, or undefined if we did not make it. Takes the same time whatever is wrong with it. */
  read: (token: string) => LinkClaim | undefined
  /** A path as an address that works in a mail: `absolute('/privacy')`. */
  absolute: (path: string) => string
}

/**
 * Personal links, signed with HMAC-SHA-256 cut to 128 bits over the invitation's id and link version.
 * The first secret signs; the others are still honoured, so that a secret can be rotated without breaking sent links.
 */
export function createLinks(secrets: [Buffer, ...Buffer[]], baseUrl: string): Links {
  const [current, ...older] = secrets.map((secret) => createSecretKey(secret))
  if (!current) throw new Error('Links need a secret.')
  const keys = [current, ...older]
  return {
    token(invitationId, version) {
      const body = Buffer.alloc(17)
      body.write(invitationId.replaceAll('-', ''), 0, 'hex')
      body.writeUInt8(version, 16)
      return Buffer.concat([body, sign(current, body)]).toString('base64url')
    },
    absolute: (path) => `${baseUrl}${path}`,
    read(token) {
      if (token.length !== 44) return undefined
      const bytes = Buffer.from(token, 'base64url')
      // Only the one spelling that we made: base64url decoding forgives stray characters.
      if (bytes.length !== 33 || bytes.toString('base64url') !== token) return undefined
      const body = bytes.subarray(0, 17)
      const matches = keys.filter((key) => timingSafeEqual(sign(key, body), bytes.subarray(17)))
      if (matches.length === 0) return undefined
      const hex = body.toString('hex')
      const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
      return { invitationId: id, version: body.readUInt8(16) }
    },
  }
}

const sign = (secret: KeyObject, body: Buffer) => createHmac('sha256', secret).update(body).digest().subarray(0, 16)

/**
 * The link secrets in DATA_DIR/link-secret, one in hex a line, newest first; made at the first start.
 * Throws if the file is there but holds no usable secret, since making a new one would break every link sent.
 */
export function readLinkSecrets(dataDir: string): [Buffer, ...Buffer[]] {
  const file = join(dataDir, 'link-secret')
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 })
  const [first, ...others] = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[0-9a-f]{64}$/.test(line))
  if (!first)
    throw new Error(
      `${file} holds no link secret (64 hex digits a line). Restore it from a backup: links that were sent depend on it.`,
    )
  return [Buffer.from(first, 'hex'), ...others.map((line) => Buffer.from(line, 'hex'))]
}
