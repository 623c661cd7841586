import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSignInLink } from '#server/session/session.ts'
import { minutes } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

const password = 'weir lantern otter'
const cookieOf = (reply: { cookies: { name: string; value: string }[] }) =>
  `session=${reply.cookies.find(({ name }) => name === 'session')?.value ?? ''}`
const signIn = (form: Record<string, string>) => house.post('/sign-in/password', form)
const userRow = () => house.db.selectFrom('user').selectAll().where('id', '=', rosa.id).executeTakeFirstOrThrow()
const newestMail = () =>
  house.db.selectFrom('mailbox_mail').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow()

/** Comes in by a mailed link, so that a password can be chosen at once. */
async function choose(words = password) {
  const cookie = await house.signIn(rosa.id)
  const reply = await house.post('/account/password', { password: words }, cookie)
  await house.worker.drain()
  return { cookie, reply }
}

test('a password is chosen after coming in by a mailed link, and leads in beside it', async () => {
  const { reply } = await choose()
  expect([reply.status, reply.location]).toEqual([303, '/account'])
  const came = await signIn({ email: ` ${rosa.email.toUpperCase()}`, password, next: '/review', stays: 'on' })
  expect([came.status, came.location]).toEqual([303, '/review'])
  expect(String(came.headers['set-cookie'])).toContain('Max-Age')
  expect((await house.get('/account', cookieOf(came))).body).toContain('Chosen on 23 November')
  // Links go on working.
  const token = await createSignInLink(house.db, rosa.id, house.clock.now)
  expect((await house.post(`/sign-in/${token}`, { device: 'own' })).status).toBe(303)
})

test('on a device that is not the own the cookie goes with the browser', async () => {
  await choose()
  const came = await signIn({ email: rosa.email, password })
  expect(String(came.headers['set-cookie'])).not.toContain('Max-Age')
})

test('the password stands nowhere as it was typed, and the page never gives it back', async () => {
  await choose()
  expect((await userRow()).password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const wrong = await signIn({ email: rosa.email, password: 'a secret that is wrong' })
  expect(wrong.body).not.toContain('a secret that is wrong')
  const all = JSON.stringify(await house.db.selectFrom('event').selectAll().execute())
  expect(all).not.toContain(password)
})

test('a wrong password, an unknown address, a person without one and one who left read the same and take as long', async () => {
  await choose()
  const gone = { deactivated_at: '2026-11-20T08:00:00.000Z', password_hash: (await userRow()).password_hash }
  await house.db.updateTable('user').set(gone).where('email', '=', 'tom.adair@brackwell.example').execute()
  const cases = [
    { email: rosa.email, password: 'not the right one' },
    { email: 'stranger@elsewhere.example', password },
    { email: lena.email, password },
    { email: 'tom.adair@brackwell.example', password },
  ]
  const bodies: string[] = []
  for (const form of cases) {
    const start = performance.now()
    const reply = await signIn(form)
    expect(performance.now() - start).toBeGreaterThanOrEqual(245)
    expect(performance.now() - start).toBeLessThan(600)
    expect(reply.status).toBe(422)
    expect(reply.cookies).toEqual([])
    bodies.push(reply.body.replaceAll(form.email, 'ADDRESS'))
  }
  expect(new Set(bodies).size).toBe(1)
  expect(bodies[0]).toContain('This address and password do not belong together.')
})

test('after ten tries for one address it has to wait, whether anybody has it or not, and the mailed link still works', async () => {
  await choose()
  for (const email of [rosa.email, 'stranger@elsewhere.example']) {
    const replies = await Promise.all(
      Array.from({ length: 11 }, () => signIn({ email, password: 'not the right one' })),
    )
    expect(replies.map(({ status }) => status).sort()).toEqual([...Array.from({ length: 10 }, () => 422), 429])
    const refused = replies.find(({ status }) => status === 429)
    expect(refused?.body).toMatch(/Try again in 1[45] minutes, or sign in by a mailed link/)
  }
  expect((await house.post('/sign-in', { email: rosa.email })).status).toBe(303)
})

test('after thirty tries from one place every address has to wait', async () => {
  const replies = await Promise.all(
    Array.from({ length: 31 }, (_, i) =>
      signIn({ email: `person-${i}@brackwell.example`, password: 'some words here' }),
    ),
  )
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(1)
})

test('a password of lower cost is kept at today’s cost once it was used', async () => {
  // "password" at another cost, from the reference implementation's own tests.
  const old = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
  await house.db.updateTable('user').set({ password_hash: old }).where('id', '=', rosa.id).execute()
  expect((await signIn({ email: rosa.email, password: 'password' })).status).toBe(303)
  expect((await userRow()).password_hash).toMatch(/m=19456,t=2,p=1/)
  expect((await signIn({ email: rosa.email, password: 'password' })).status).toBe(303)
})

test('changing it asks for the old one, ends every other session, and a mail tells of it', async () => {
  const { cookie } = await choose()
  const lost = await house.signIn(rosa.id)
  house.clock.forward(minutes(20))
  expect((await house.get('/account/password', cookie)).body).toContain('Your present password')
  const next = { password: 'kitchen velvet harbour' }
  for (const present of ['', 'not the right one']) {
    const refused = await house.post('/account/password', { ...next, present }, cookie)
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('id="present-error"')
    expect(refused.body).not.toContain('kitchen velvet')
  }
  expect((await house.post('/account/password', { ...next, present: password }, cookie)).status).toBe(303)
  expect((await house.get('/account', lost)).status).toBe(303)
  expect((await house.get('/account', cookie)).status).toBe(200)
  expect((await signIn({ email: rosa.email, password })).status).toBe(422)
  expect((await signIn({ email: rosa.email, ...next })).status).toBe(303)
  await house.worker.drain()
  const mail = await newestMail()
  expect([mail.recipient, mail.subject]).toEqual([rosa.email, 'Your password was changed'])
  expect(mail.text_body).toContain('That was not you?')
  expect(mail.html_body).toContain('Open your account')
})

test('whoever forgot it comes in by a mailed link and chooses another at once', async () => {
  const { cookie } = await choose()
  house.clock.forward(minutes(20))
  const asked = await house.post('/account/link', { next: '/account/password' }, cookie)
  expect([asked.status, asked.location]).toEqual([303, '/account/password'])
  await house.worker.drain()
  const link = /http:\/\/ask\.test(\/sign-in\/\S+)/.exec((await newestMail()).text_body)?.[1] ?? ''
  expect(link).toContain('next=%2Faccount%2Fpassword')
  const came = await house.post(link.split('?')[0] ?? '', { device: 'own', next: '/account/password' }, cookie)
  expect(came.location).toBe('/account/password')
  expect((await house.get('/account/password', cookieOf(came))).body).toContain('nothing more is asked')
  const done = await house.post('/account/password', { password: 'kitchen velvet harbour' }, cookieOf(came))
  expect(done.status).toBe(303)
})

test('who came in by a password is asked for it, however short ago that was', async () => {
  await choose()
  const cookie = cookieOf(await signIn({ email: rosa.email, password }))
  const refused = await house.post('/account/password', { password: 'kitchen velvet harbour' }, cookie)
  expect(refused.status).toBe(422)
})

test('after ten wrong old passwords the page says when to go on', async () => {
  const { cookie } = await choose()
  house.clock.forward(minutes(20))
  const form = { password: 'kitchen velvet harbour', present: 'not the right one' }
  for (let i = 0; i < 10; i += 1) expect((await house.post('/account/password', form, cookie)).status).toBe(422)
  expect((await house.post('/account/password', { ...form, present: password }, cookie)).status).toBe(429)
})

test('a password that others would guess is answered beside the field', async () => {
  for (const words of ['short', 'password1234', 'Rosa Lind 2026', 'brackwellpumps']) {
    const { reply } = await choose(words)
    expect(reply.status).toBe(422)
    expect(reply.body).toContain('id="password-error"')
  }
  expect((await userRow()).password_hash).toBeNull()
})

test('it can be removed, and then only a mailed link leads in', async () => {
  const { cookie } = await choose()
  expect((await house.post('/account/password/removal', {}, cookie)).status).toBe(303)
  expect((await signIn({ email: rosa.email, password })).status).toBe(422)
  await house.worker.drain()
  expect((await newestMail()).subject).toBe('Your password was removed')
  expect((await house.get('/account/password/removal', cookie)).location).toBe('/account')
})

test('a form from another site changes no password, nor one from a page of ours without TLS', async () => {
  const cookie = await house.signIn(rosa.id)
  const origin = 'http://elsewhere.example'
  expect((await house.post('/account/password', { password }, cookie, { origin })).status).toBe(403)
  const secure = await startApp({ baseUrl: 'https://ask.test' })
  await makeWorld(secure.db)
  const there = await secure.signIn(rosa.id)
  expect((await secure.post('/account/password', { password }, there, { origin: 'http://ask.test' })).status).toBe(403)
  expect((await secure.post('/account/password', { password }, there)).status).toBe(303)
  await secure.close()
})

test('an empty form is answered beside its fields', async () => {
  const page = await signIn({})
  expect(page.status).toBe(422)
  expect(page.body).toContain('id="email-error"')
  expect(page.body).toContain('id="password-error"')
})
