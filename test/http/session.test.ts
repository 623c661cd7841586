import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Delivery } from '#server/mailer.ts'
import { firstAdminLink } from '#server/session/first-admin.ts'
import { createSignInLink } from '#server/session/session.ts'
import { days, minutes } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

/** The path of the newest link to sign in that lies in the mailbox. */
async function newestLink(): Promise<string> {
  const mail = await house.db
    .selectFrom('mailbox_mail')
    .select('text_body')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return /http:\/\/ask\.test(\/sign-in\/\S+)/.exec(mail.text_body)?.[1] ?? 'no link'
}

async function askForLink(email: string, next = '/') {
  const reply = await house.post('/sign-in', { email, next })
  await house.worker.drain()
  return reply
}

const cookieOf = (reply: { cookies: { name: string; value: string }[] }) =>
  `session=${reply.cookies.find(({ name }) => name === 'session')?.value ?? ''}`

const pathOf = (link: string) => link.replace('http://ask.test', '')

test('a stranger gets the same answer as somebody who works here, and no mail', async () => {
  const known = await askForLink(rosa.email)
  const stranger = await askForLink('stranger@elsewhere.example')
  expect([stranger.status, stranger.location, stranger.body]).toEqual([known.status, known.location, known.body])
  expect(known.location).toBe('/sign-in/sent')
  expect((await house.get('/sign-in/sent')).body).toContain('If this address belongs to somebody here')
  const mails = await house.db.selectFrom('mailbox_mail').select('recipient').execute()
  expect(mails).toEqual([{ recipient: rosa.email }])
})

test('both wait equally long, so that time tells nothing either', async () => {
  const times: number[] = []
  for (const email of [rosa.email, 'stranger@elsewhere.example']) {
    const start = performance.now()
    await house.post('/sign-in', { email })
    times.push(performance.now() - start)
  }
  for (const time of times) expect(time).toBeGreaterThanOrEqual(245)
})

test('a mailed link signs in once, and leads to the page that was asked for', async () => {
  expect((await house.get('/account')).location).toBe('/sign-in?next=%2Faccount')
  await askForLink(` ${rosa.email.toUpperCase()} `, '/account')
  const link = await newestLink()
  expect((await house.get(link)).body).toContain('Sign in as Rosa Lind')
  const signedIn = await house.post(link.split('?')[0] ?? '', { next: '/account', device: 'own' })
  expect([signedIn.status, signedIn.location]).toEqual([303, '/account'])
  expect((await house.get('/account', cookieOf(signedIn))).body).toContain(rosa.email)

  const again = await house.post(link)
  expect(again.status).toBe(410)
  expect(again.body).toContain('Mail me a new link')
  expect(again.cookies).toEqual([])
})

test('opening a link, or pressing its button without a choice, as mail scanners do, does not use it up', async () => {
  await askForLink(rosa.email)
  const link = await newestLink()
  for (let i = 0; i < 3; i += 1) expect((await house.get(link)).cookies).toEqual([])
  expect((await house.post(link)).status).toBe(422)
  expect((await house.post(link, { device: 'shared' })).status).toBe(303)
})

test('a link stops working after half an hour', async () => {
  await askForLink(rosa.email)
  const link = await newestLink()
  house.clock.forward(minutes(31))
  expect((await house.get(link)).status).toBe(410)
  expect((await house.post(link)).status).toBe(410)
})

test('the token of a link is kept nowhere but in its mail', async () => {
  await askForLink(rosa.email)
  const token = (await newestLink()).split('/').at(-1) ?? ''
  const links = JSON.stringify(await house.db.selectFrom('sign_in_link').selectAll().execute())
  const jobs = JSON.stringify(await house.db.selectFrom('job').selectAll().execute())
  expect(token).toHaveLength(43)
  expect(links + jobs).not.toContain(token)
})

test('a link never leads to another site', async () => {
  for (const next of [
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/.//elsewhere.example',
  ]) {
    const token = await createSignInLink(house.db, rosa.id, house.clock.now)
    expect((await house.post(`/sign-in/${token}`, { next, device: 'own' })).location).not.toContain(
      'elsewhere.example/',
    )
    expect((await house.get(`/sign-in?next=${encodeURIComponent(next)}`)).body).not.toContain('elsewhere')
  }
})

test('nobody who was deactivated comes in, neither by an old link nor by a new one', async () => {
  const token = await createSignInLink(house.db, rosa.id, house.clock.now)
  await house.db
    .updateTable('user')
    .set({ deactivated_at: '2026-11-20T08:00:00.000Z' })
    .where('id', '=', rosa.id)
    .execute()
  expect((await house.get(`/sign-in/${token}`)).status).toBe(410)
  expect((await house.post(`/sign-in/${token}`, { device: 'own' })).status).toBe(410)
  await askForLink(rosa.email)
  expect(await house.db.selectFrom('mailbox_mail').select('id').execute()).toEqual([])
})

test('signing in or out from a page of another site is refused', async () => {
  const token = await createSignInLink(house.db, rosa.id, house.clock.now)
  for (const origin of ['http://elsewhere.example', 'null', 'http://ask.test.elsewhere.example']) {
    expect((await house.post(`/sign-in/${token}`, { device: 'own' }, '', { origin })).status).toBe(403)
    expect((await house.post('/sign-in', { email: rosa.email }, '', { origin })).status).toBe(403)
    expect((await house.post('/sign-out', {}, '', { origin })).status).toBe(403)
  }
  expect((await house.post(`/sign-in/${token}`, { device: 'own' })).status).toBe(303)
})

test('after five links for one address within a quarter of an hour the page says when to try again', async () => {
  for (const email of [rosa.email, 'stranger@elsewhere.example']) {
    for (let i = 0; i < 5; i += 1) expect((await house.post('/sign-in', { email })).status).toBe(303)
    const refused = await house.post('/sign-in', { email })
    expect(refused.status).toBe(429)
    expect(refused.body).toMatch(/Try again in 1[45] minutes/)
  }
  expect((await house.post('/sign-in', { email: lena.email })).status).toBe(303)
})

test('after thirty links from one place every address has to wait', async () => {
  const ask = (i: number) => house.post('/sign-in', { email: `person-${i}@brackwell.example` })
  const replies = await Promise.all(Array.from({ length: 31 }, (_, i) => ask(i)))
  expect(replies.filter(({ status }) => status === 429)).toHaveLength(1)
})

test('an address that cannot be one is answered on the page, with what was typed', async () => {
  const page = await house.post('/sign-in', { email: 'rosa', next: '/review' })
  expect(page.status).toBe(422)
  expect(page.body).toContain('value="rosa"')
  expect(page.body).toContain('value="/review"')
  expect(page.body).toContain('Write your work e-mail address')
})

test('behind TLS the cookie is Secure, and always HttpOnly and SameSite=Lax', async () => {
  for (const [baseUrl, isSecure] of [
    ['https://ask.test', true],
    ['http://ask.test', false],
  ] as const) {
    const other = await startApp({ baseUrl })
    await makeWorld(other.db)
    const token = await createSignInLink(other.db, rosa.id, other.clock.now)
    const flags = String((await other.post(`/sign-in/${token}`, { device: 'own' })).headers['set-cookie'])
    expect(flags).toContain('HttpOnly')
    expect(flags).toContain('SameSite=Lax')
    expect(flags).toContain('Path=/;')
    expect(flags.includes('Secure')).toBe(isSecure)
    await other.close()
  }
})

test('signing out ends the session, not only the cookie', async () => {
  const cookie = await house.signIn(rosa.id)
  expect((await house.get('/account', cookie)).status).toBe(200)
  expect((await house.post('/sign-out', {}, cookie)).location).toBe('/sign-in')
  expect((await house.get('/account', cookie)).status).toBe(303)
})

test('a session that rests for a month ends', async () => {
  const cookie = await house.signIn(rosa.id)
  house.clock.forward(days(20))
  expect((await house.get('/account', cookie)).status).toBe(200)
  house.clock.forward(days(20))
  expect((await house.get('/account', cookie)).status).toBe(200)
  house.clock.forward(days(31))
  expect((await house.get('/account', cookie)).status).toBe(303)
})

test('who is signed in need not ask for a link again', async () => {
  const cookie = await house.signIn(rosa.id)
  expect((await house.get('/sign-in?next=/review', cookie)).location).toBe('/review')
})

test('a lost device can be signed out from another, and nobody can sign out the devices of others', async () => {
  const here = await house.signIn(rosa.id)
  const lost = await house.signIn(rosa.id)
  const lenas = await house.signIn(lena.id)
  const page = (await house.get('/account', here)).body
  expect(page.match(/This one/g)).toHaveLength(1)
  const end = /\/account\/sessions\/[^"]+\/end/.exec(page)?.[0] ?? ''
  expect((await house.post(end, {}, lenas)).status).toBe(404)
  expect((await house.post(end, {}, here)).status).toBe(303)
  expect((await house.get('/account', lost)).status).toBe(303)
  expect((await house.get('/account', here)).status).toBe(200)
})

test('everywhere else is signed out at once', async () => {
  const here = await house.signIn(rosa.id)
  const others = [await house.signIn(rosa.id), await house.signIn(rosa.id)]
  const lenas = await house.signIn(lena.id)
  await house.post('/account/sessions/end', {}, here)
  for (const other of others) expect((await house.get('/account', other)).status).toBe(303)
  for (const kept of [here, lenas]) expect((await house.get('/account', kept)).status).toBe(200)
})

test('everybody changes the own name, telephone, time zone and shortcuts, and nothing else', async () => {
  const cookie = await house.signIn(rosa.id)
  await house.post(
    '/account',
    { name: 'Rosa Lindt', phone: '+1 555 0199', timeZone: 'Europe/Lisbon', role: 'admin' },
    cookie,
  )
  const row = await house.db.selectFrom('user').selectAll().where('id', '=', rosa.id).executeTakeFirstOrThrow()
  expect(row).toMatchObject({
    name: 'Rosa Lindt',
    phone: '+1 555 0199',
    time_zone: 'Europe/Lisbon',
    has_shortcuts: 0,
    role: 'rep',
  })
  const wrong = await house.post('/account', { name: '', timeZone: 'Nowhere/Town' }, cookie)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('Write your name.')
  expect(wrong.body).toContain('Choose a time zone from the list.')
})

test('the first link makes the first admin, who also codes, and the company', async () => {
  const empty = await startApp()
  const link = pathOf((await firstAdminLink(empty.db, 'http://ask.test', empty.clock.now)) ?? '')
  const other = pathOf((await firstAdminLink(empty.db, 'http://ask.test', empty.clock.now)) ?? '')
  expect((await empty.get(link)).body).toContain('You become the admin')

  const wrong = await empty.post(link, { name: 'Ada Moss', email: 'ada', timeZone: 'UTC' })
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('value="Ada Moss"')
  const form = { name: 'Ada Moss', email: ada.email, company: 'Brackwell Pumps', timeZone: 'Europe/London' }
  const made = await empty.post(link, form)
  expect([made.status, made.location]).toEqual([303, '/'])
  const home = await empty.get('/', cookieOf(made))
  expect(home.status).toBe(200)
  const user = await empty.db.selectFrom('user').selectAll().executeTakeFirstOrThrow()
  expect(user).toMatchObject({ email: ada.email, role: 'admin', is_coder: 1, time_zone: 'Europe/London' })
  expect((await empty.get('/sign-in')).body).toContain('Brackwell Pumps')

  expect((await empty.post(link, form)).status).toBe(410)
  expect((await empty.get(other)).status).toBe(410)
  expect((await empty.post(other, { ...form, email: 'eve@elsewhere.example' })).status).toBe(410)
  expect(await firstAdminLink(empty.db, 'http://ask.test', empty.clock.now)).toBeUndefined()
  await empty.close()
})

test('a mail server that refuses is named on the mail page, and the job can be tried again', async () => {
  const replies: Delivery[] = [{ state: 'refused', code: 550, reply: '550 sender not allowed' }]
  const smtp = await startApp({
    mailer: () => ({
      isPractice: false,
      send: async () => replies.shift() ?? { state: 'sent', reply: '250 ok' },
      close: () => {},
    }),
  })
  await makeWorld(smtp.db)
  await smtp.post('/sign-in', { email: rosa.email })
  await smtp.worker.drain()
  const cookie = await smtp.signIn(ada.id)
  const page = (await smtp.get('/mailbox', cookie)).body
  expect(page).toContain('550 sender not allowed')
  expect((await smtp.get('/mailbox', await smtp.signIn(lena.id))).body).not.toContain('550 sender not allowed')
  const again = /\/mailbox\/failed\/[^"]+\/retry/.exec(page)?.[0] ?? ''
  expect((await smtp.post(again, {}, await smtp.signIn(lena.id))).status).toBe(404)
  expect((await smtp.post(again, {}, cookie)).status).toBe(303)
  await smtp.worker.drain()
  expect(await smtp.db.selectFrom('job').select('id').execute()).toEqual([])
  await smtp.close()
})
