import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSignInLink } from '#server/session/session.ts'
import { codeAt, stepAt } from '#server/session/totp.ts'
import { minutes } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

type WithCookies = { cookies: { name: string; value: string }[] }
const cookie = (reply: WithCookies, name: string) =>
  `${name}=${reply.cookies.find((one) => one.name === name)?.value ?? ''}`
const secretOf = async (id: string) =>
  (await house.db.selectFrom('second_factor').select('secret').where('user_id', '=', id).executeTakeFirstOrThrow())
    .secret
const codeNow = async (id: string, steps = 0) => codeAt(await secretOf(id), stepAt(house.clock.now) + steps)
const nextStep = () => house.clock.forward(30_000)

/** Sets the factor up as its owner does; returns the session and the recovery codes. */
async function setUp(id: string) {
  const session = await house.signIn(id)
  await house.post('/account/second-factor/start', {}, session)
  const done = await house.post('/account/second-factor/confirmation', { code: await codeNow(id) }, session)
  expect(done.status).toBe(200)
  nextStep()
  return { session, codes: [...done.body.matchAll(/<li><code>([\w-]+)<\/code>/g)].map(([, code]) => code ?? '') }
}

/** The first factor by a mailed link; returns the cookie that waits for the code. */
async function arrive(id: string) {
  const token = await createSignInLink(house.db, id, house.clock.now)
  const reply = await house.post(`/sign-in/${token}`, { device: 'own', next: '/users' })
  expect([reply.status, reply.location]).toEqual([303, '/sign-in/code'])
  expect(reply.cookies.some(({ name, value }) => name === 'session' && value !== '')).toBe(false)
  return cookie(reply, 'sign-in')
}

test('it is set up with a picture and the secret as text, protects only after a code, and ends other sessions', async () => {
  const other = await house.signIn(ada.id)
  const session = await house.signIn(ada.id)
  await house.post('/account/second-factor/start', {}, session)
  const page = await house.get('/account/second-factor', session)
  expect(page.body).toContain('<svg class="qr"')
  expect(page.body).toContain((await secretOf(ada.id)).slice(0, 4))
  expect(
    (await house.post(`/sign-in/${await createSignInLink(house.db, ada.id, house.clock.now)}`, { device: 'own' }))
      .location,
  ).toBe('/')

  const wrong = await house.post('/account/second-factor/confirmation', { code: '000000' }, session)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('That is not the code.')
  const done = await house.post('/account/second-factor/confirmation', { code: await codeNow(ada.id) }, session)
  expect(done.body.match(/<li><code>[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}<\/code>/g)).toHaveLength(10)
  expect((await house.get('/account', other)).status).toBe(303)
  expect((await house.get('/account', session)).status).toBe(200)
  await house.worker.drain()
  const mail = await house.db.selectFrom('mailbox_mail').select('subject').execute()
  expect(mail).toEqual([{ subject: 'Your second factor is on' }])
})

test('it asks after a mailed link and after a password alike', async () => {
  const { session } = await setUp(ada.id)
  const waiting = await arrive(ada.id)
  expect((await house.get('/account', waiting)).location).toContain('/sign-in')
  expect((await house.get('/sign-in/code', waiting)).body).toContain('Now the code')
  const came = await house.post('/sign-in/code', { code: await codeNow(ada.id) }, waiting)
  expect([came.status, came.location]).toEqual([303, '/users'])
  expect((await house.get('/users', cookie(came, 'session'))).status).toBe(200)

  nextStep()
  await house.post('/account/password', { password: 'weir lantern otter' }, session)
  const byPassword = await house.post('/sign-in/password', { email: ada.email, password: 'weir lantern otter' })
  expect(byPassword.location).toBe('/sign-in/code')
  const code = await codeNow(ada.id)
  const typed = `${code.slice(0, 3)} ${code.slice(3)}`
  expect((await house.post('/sign-in/code', { code: typed }, cookie(byPassword, 'sign-in'))).status).toBe(303)
})

test('a code works once, also on another device, and one step early or late', async () => {
  await setUp(ada.id)
  nextStep()
  const code = await codeNow(ada.id)
  const [one, other] = [await arrive(ada.id), await arrive(ada.id)]
  expect((await house.post('/sign-in/code', { code }, one)).status).toBe(303)
  const replayed = await house.post('/sign-in/code', { code }, other)
  expect(replayed.status).toBe(422)
  expect(replayed.body).toContain('or it was used already')
  expect((await house.post('/sign-in/code', { code }, one)).status).toBe(410)
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id, 1) }, other)).status).toBe(303)
  for (let i = 0; i < 4; i += 1) nextStep()
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id, -1) }, await arrive(ada.id))).status).toBe(
    303,
  )
  for (let i = 0; i < 4; i += 1) nextStep()
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id, -2) }, await arrive(ada.id))).status).toBe(
    422,
  )
})

test('five wrong codes end a sign-in, ten within an hour every sign-in, and a recovery code still helps', async () => {
  const { codes } = await setUp(ada.id)
  for (let round = 0; round < 2; round += 1) {
    const waiting = await arrive(ada.id)
    const statuses: number[] = []
    for (let i = 0; i < 5; i += 1)
      statuses.push((await house.post('/sign-in/code', { code: '000000' }, waiting)).status)
    expect(statuses).toEqual([422, 422, 422, 422, 410])
    expect((await house.post('/sign-in/code', { code: await codeNow(ada.id) }, waiting)).status).toBe(410)
  }
  const held = await house.post('/sign-in/code', { code: await codeNow(ada.id) }, await arrive(ada.id))
  expect(held.status).toBe(429)
  expect(held.body).toContain('Try again in 60 minutes, or use one of your recovery codes.')
  const helped = await house.post('/sign-in/code', { code: codes[0]?.toUpperCase() ?? '' }, await arrive(ada.id))
  expect(helped.status).toBe(303)
  house.clock.forward(minutes(61))
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id) }, await arrive(ada.id))).status).toBe(303)
})

test('a recovery code works once, without its dashes too, is kept only as a hash, and a mail tells of it', async () => {
  const { codes } = await setUp(ada.id)
  const [code = ''] = codes
  const rows = await house.db.selectFrom('recovery_code').selectAll().execute()
  expect(rows).toHaveLength(10)
  expect(JSON.stringify(rows)).not.toContain(code)
  expect((await house.post('/sign-in/code', { code: code.replaceAll('-', '') }, await arrive(ada.id))).status).toBe(303)
  expect((await house.post('/sign-in/code', { code }, await arrive(ada.id))).status).toBe(422)
  await house.worker.drain()
  const subjects = await house.db.selectFrom('mailbox_mail').select('subject').execute()
  expect(subjects.map(({ subject }) => subject)).toContain('One of your recovery codes was used')
})

test('the codes can be taken home as a file, by their owner only', async () => {
  const { session, codes } = await setUp(ada.id)
  const all = { codes: codes.join(' ') }
  const file = await house.post('/account/second-factor/recovery-codes.txt', all, session)
  expect(file.headers['content-disposition']).toContain('attachment')
  for (const code of codes) expect(file.body).toContain(code)
  const lenas = await house.signIn(lena.id)
  expect((await house.post('/account/second-factor/recovery-codes.txt', all, lenas)).status).toBe(404)
  expect((await house.post('/account/second-factor/recovery-codes.txt', { codes: 'made up' }, session)).status).toBe(
    404,
  )
})

test('new recovery codes take the place of the old ones, and the page says how many are left', async () => {
  const { session, codes } = await setUp(ada.id)
  expect((await house.get('/account/second-factor', session)).body).toContain('10 recovery codes are left')
  const again = await house.post('/account/second-factor/codes', { code: await codeNow(ada.id) }, session)
  expect(again.body).toContain('Keep these codes')
  expect(again.body).not.toContain(codes[0])
  expect((await house.post('/sign-in/code', { code: codes[1] ?? '' }, await arrive(ada.id))).status).toBe(422)
})

test('turning it off asks for a code', async () => {
  const { session } = await setUp(ada.id)
  expect((await house.post('/account/second-factor/end', { code: '' }, session)).status).toBe(422)
  expect((await house.post('/account/second-factor/end', { code: '123456' }, session)).status).toBe(422)
  expect((await house.post('/account/second-factor/end', { code: await codeNow(ada.id) }, session)).status).toBe(303)
  expect(await house.db.selectFrom('second_factor').select('user_id').execute()).toEqual([])
  expect(await house.db.selectFrom('recovery_code').select('user_id').execute()).toEqual([])
})

test('setting it up asks who is there unless they came by a mailed link a moment ago', async () => {
  const session = await house.signIn(ada.id)
  house.clock.forward(minutes(20))
  const refused = await house.post('/account/second-factor/start', {}, session)
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Mail me a link')
  expect(await house.db.selectFrom('second_factor').select('user_id').execute()).toEqual([])
})

test('a lost device is helped by another admin, who may not help themself that way', async () => {
  const { session } = await setUp(lena.id)
  const admin = await house.signIn(ada.id)
  expect((await house.get(`/users/${lena.id}`, admin)).body).toContain('Second factor on since 23 November')
  expect((await house.post(`/users/${ada.id}/second-factor/end`, {}, admin)).status).toBe(409)
  expect((await house.post(`/users/${lena.id}/second-factor/end`, {}, await house.signIn(rosa.id))).status).toBe(404)
  expect((await house.post(`/users/${lena.id}/second-factor/end`, {}, admin)).status).toBe(303)
  expect((await house.get('/account', session)).status).toBe(303)
  const token = await createSignInLink(house.db, lena.id, house.clock.now)
  expect((await house.post(`/sign-in/${token}`, { device: 'own' })).location).toBe('/')
  await house.worker.drain()
  const mails = await house.db.selectFrom('mailbox_mail').select('html_body').execute()
  const told = mails.filter(({ html_body }) =>
    html_body.includes('Ada Moss turned off the second factor of your account'),
  )
  expect(told).toHaveLength(1)
  const event = await house.db
    .selectFrom('event')
    .select(['user_id', 'record_id'])
    .where('action', '=', 'second-factor-off')
    .execute()
  expect(event).toEqual([{ user_id: ada.id, record_id: lena.id }])
})

test('a sign-in that waits runs out after ten minutes, and is nobody else’s', async () => {
  await setUp(ada.id)
  await setUp(lena.id)
  const waiting = await arrive(ada.id)
  expect((await house.post('/sign-in/code', { code: await codeNow(lena.id) }, waiting)).status).toBe(422)
  house.clock.forward(minutes(11))
  expect((await house.get('/sign-in/code', waiting)).status).toBe(410)
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id) }, waiting)).status).toBe(410)
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id) })).status).toBe(410)
  expect((await house.post('/sign-in/code', { code: await codeNow(ada.id) }, 'sign-in=made-up')).status).toBe(410)
})

test('where admins must have one, an admin without sets it up before anything else; others go on as before', async () => {
  const { session } = await setUp(ada.id)
  const settings = {
    name: 'Brackwell Pumps',
    postalAddress: '4 Weir Lane',
    timeZone: 'UTC',
    needsSecondFactor: 'on',
  }
  expect((await house.post('/settings', settings, session)).status).toBe(303)
  await house.db.updateTable('user').set({ role: 'admin' }).where('id', '=', lena.id).execute()
  const lenas = await house.signIn(lena.id)
  for (const path of ['/', '/users', '/account', '/settings'])
    expect((await house.get(path, lenas)).location).toBe('/account/second-factor')
  expect((await house.post('/users', {}, lenas)).status).toBe(403)
  expect((await house.post('/account/password', { password: 'weir lantern otter' }, lenas)).status).toBe(403)
  expect((await house.get('/account/second-factor', lenas)).body).toContain('Everything else waits')
  const ready = await setUp(lena.id)
  expect((await house.get('/users', ready.session)).status).toBe(200)
  expect((await house.get('/', await house.signIn(rosa.id))).status).toBe(200)
})

test('an admin who has none cannot ask it of the others', async () => {
  const admin = await house.signIn(ada.id)
  const page = await house.post(
    '/settings',
    { name: 'Brackwell Pumps', timeZone: 'UTC', needsSecondFactor: 'on' },
    admin,
  )
  expect(page.status).toBe(422)
  expect(page.body).toContain('Set up your own second factor first')
})
