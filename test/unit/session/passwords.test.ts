import { expect, test } from 'vitest'
import { faultOf, hashPassword, isOutdated, isPassword } from '#server/session/passwords.ts'

test('a password is kept in PHC form at the cost that OWASP asks for, each with its own salt', async () => {
  const [one, other] = [await hashPassword('weir-lantern-otter'), await hashPassword('weir-lantern-otter')]
  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(other)
  expect(await isPassword('weir-lantern-otter', one)).toBe(true)
  expect(await isPassword('weir-lantern-otte', one)).toBe(false)
  expect(await isPassword('', one)).toBe(false)
})

test('a hash that another argon2id made is understood, and told to be of another cost', async () => {
  // Made with the reference implementation: argon2 somesalt -id -t 2 -m 16 -p 1 (argon2 test vectors, "password").
  const kept = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  expect(await isPassword('password', kept)).toBe(true)
  expect(await isPassword('Password', kept)).toBe(false)
  expect(isOutdated(kept)).toBe(true)
  expect(isOutdated(await hashPassword('weir-lantern-otter'))).toBe(false)
})

test('the same letters typed on another keyboard are the same password', async () => {
  const kept = await hashPassword('blåbær og fløte'.normalize('NFC'))
  expect(await isPassword('blåbær og fløte'.normalize('NFD'), kept)).toBe(true)
})

test('who has no password costs as much as who has', async () => {
  const kept = await hashPassword('weir-lantern-otter')
  const time = async (hash: string | null) => {
    const start = performance.now()
    for (let i = 0; i < 5; i += 1) expect(await isPassword('something else', hash)).toBe(false)
    return performance.now() - start
  }
  const [known, unknown] = [await time(kept), await time(null)]
  expect(unknown).toBeGreaterThan(known * 0.4)
  expect(unknown).toBeLessThan(known * 2.5)
})

test('hashing leaves the main thread free', async () => {
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 2)
  await Promise.all(Array.from({ length: 6 }, () => hashPassword('weir-lantern-otter')))
  clearInterval(timer)
  expect(turns).toBeGreaterThan(3)
})

const personal = ['Rosa Lind', 'rosa.lind@brackwell.example', 'Brackwell Pumps']

test.each([
  ['', 'Write at least 12 characters'],
  ['short', 'these are 5'],
  ['elevenchars', 'these are 11'],
  ['x'.repeat(201), 'at most 200'],
  ['password1234', 'among the first'],
  ['Passw0rd2026!', 'among the first'],
  ['123456789012', 'among the first'],
  ['aaaaaaaaaaaaaa', 'among the first'],
  ['qwertyuiop123', 'among the first'],
  ['brackwellpumps1', 'among the first'],
  ['Rosa Lind 2026', 'among the first'],
  ['WelcomeWelcome1', 'among the first'],
])('“%s” is not taken, and a sentence says why', (password, why) => {
  expect(faultOf(password, personal)).toContain(why)
})

test.each([
  'weir lantern otter',
  'kitchen-otter-velvet',
  'alllowercaseisfine',
  '7409 3152 8806 1497',
  'tR9#kq2!vLx0',
  'ein langer satz auf deutsch',
  '長い合言葉を書くのがよいです',
])('“%s” is taken: no rule asks for a figure or a sign', (password) => {
  expect(faultOf(password, personal)).toBe('')
})
