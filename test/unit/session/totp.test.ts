import { decodeQR } from 'qr/decode.js'
import { expect, test } from 'vitest'
import { drawn } from '#server/session/account-pages.ts'
import { codeAt, fromBase32, newSecret, setUpAddress, stepAt, stepOf, toBase32 } from '#server/session/totp.ts'

/** RFC 6238, appendix B, for SHA-1; and RFC 4226, appendix D. */
const secret = toBase32(Buffer.from('12345678901234567890'))

test.each([
  [59, '94287082'],
  [1_111_111_109, '07081804'],
  [1_111_111_111, '14050471'],
  [1_234_567_890, '89005924'],
  [2_000_000_000, '69279037'],
  [20_000_000_000, '65353130'],
])('at second %d the code is the one of the RFC', (second, code) => {
  expect(codeAt(secret, stepAt(new Date(second * 1000)), 8)).toBe(code)
})

test.each(['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'])(
  'the counter codes of RFC 4226 come out: %s',
  (code) => {
    const codes = Array.from({ length: 10 }, (_, counter) => codeAt(secret, counter))
    expect(codes).toContain(code)
  },
)

test('base32 is that of RFC 4648, and secrets have 160 bits', () => {
  expect(toBase32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
  expect(fromBase32('MZXW6YTBOI').toString()).toBe('foobar')
  expect(newSecret()).toMatch(/^[A-Z2-7]{32}$/)
})

test('the step before and after count, further ones do not, and none twice', () => {
  const now = new Date('2026-11-23T10:00:00Z')
  const step = stepAt(now)
  for (const near of [step - 1, step, step + 1]) expect(stepOf(codeAt(secret, near), secret, now, 0)).toBe(near)
  for (const far of [step - 2, step + 2]) expect(stepOf(codeAt(secret, far), secret, now, 0)).toBeUndefined()
  expect(stepOf(codeAt(secret, step), secret, now, step)).toBeUndefined()
  expect(stepOf(codeAt(secret, step - 1), secret, now, step)).toBeUndefined()
})

test('the picture says, to whoever reads it, just what the app needs', () => {
  const address = setUpAddress(secret, 'ada.moss@brackwell.example', 'Whybuy Brackwell Pumps')
  expect(address).toBe(
    `otpauth://totp/Whybuy%20Brackwell%20Pumps:ada.moss%40brackwell.example?secret=${secret}&issuer=Whybuy%20Brackwell%20Pumps&algorithm=SHA1&digits=6&period=30`,
  )
  // Drawn as a browser draws the path, at four pixels a square, and read back.
  const { path, size } = drawn(address)
  const scale = 4
  const side = size * scale
  const data = new Uint8ClampedArray(side * side * 4).fill(255)
  for (const [, x, y] of path.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let dy = 0; dy < scale; dy += 1)
      for (let dx = 0; dx < scale; dx += 1) {
        const at = ((Number(y) * scale + dy) * side + Number(x) * scale + dx) * 4
        data.fill(0, at, at + 3)
      }
  expect(decodeQR({ width: side, height: side, data })).toBe(address)
})
