import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSignInLink } from '#server/session/session.ts'
import { days, minutes } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

const anew = 'rosa.new@brackwell.example'
const emailOf = async (id: string) =>
  (await house.db.selectFrom('user').select('email').where('id', '=', id).executeTakeFirstOrThrow()).email
const mailsTo = (address: string) =>
  house.db.selectFrom('mailbox_mail').selectAll().where('recipient', '=', address).orderBy('id').execute()

async function linkTo(address: string): Promise<string> {
  await house.worker.drain()
  const mail = (await mailsTo(address)).at(-1)
  return /http:\/\/ask\.test(\/address\/[\w-]{43})/.exec(mail?.text_body ?? '')?.[1] ?? 'no link'
}

test('a new address holds once its owner confirms it; the old one is told before and after', async () => {
  const cookie = await house.signIn(rosa.id)
  const asked = await house.post('/account/address', { email: ` ${anew.toUpperCase()}` }, cookie)
  expect([asked.status, asked.location]).toEqual([303, '/account'])
  const link = await linkTo(anew)
  expect(await emailOf(rosa.id)).toBe(rosa.email)
  const [before] = await mailsTo(rosa.email)
  expect(before?.subject).toBe('Your address is to be changed')
  expect(before?.html_body).toContain(`sign in with ${anew} from now on, no longer with ${rosa.email}`)

  expect((await house.get(link)).body).toContain(`Rosa Lind is to sign in to Whybuy with ${anew}`)
  const old = await createSignInLink(house.db, rosa.id, house.clock.now)
  const done = await house.post(link, { sure: 'on' })
  expect([done.status, done.location]).toEqual([303, '/address/confirmed'])
  expect(await emailOf(rosa.id)).toBe(anew)
  expect((await house.post(`/sign-in/${old}`, { device: 'own' })).status).toBe(410)
  expect((await house.get('/account', cookie)).body).toContain(anew)
  await house.worker.drain()
  expect((await mailsTo(rosa.email)).at(-1)?.subject).toBe('Your address was changed')
  expect((await house.post(link, { sure: 'on' })).status).toBe(410)
})

test('opening the link, or pressing its button without the tick, as mail scanners do, changes nothing', async () => {
  await house.post('/account/address', { email: anew }, await house.signIn(rosa.id))
  const link = await linkTo(anew)
  for (let i = 0; i < 2; i += 1) expect((await house.get(link)).status).toBe(200)
  expect((await house.post(link, {})).status).toBe(422)
  expect(await emailOf(rosa.id)).toBe(rosa.email)
})

test('the link runs out after two days, and a newer wish takes its place', async () => {
  const cookie = await house.signIn(rosa.id)
  await house.post('/account/address', { email: anew }, cookie)
  const first = await linkTo(anew)
  await house.post('/account/address', { email: 'rosa.newer@brackwell.example' }, cookie)
  const second = await linkTo('rosa.newer@brackwell.example')
  expect((await house.post(first, { sure: 'on' })).status).toBe(410)
  house.clock.forward(days(2) + 1000)
  expect((await house.get(second)).status).toBe(410)
  expect((await house.get('/address/made-up')).status).toBe(410)
})

test('the token is kept nowhere but in its mail', async () => {
  await house.post('/account/address', { email: anew }, await house.signIn(rosa.id))
  const token = (await linkTo(anew)).split('/').at(-1) ?? ''
  const rows = [
    await house.db.selectFrom('address_change').selectAll().execute(),
    await house.db.selectFrom('job').selectAll().execute(),
  ]
  expect(token).toHaveLength(43)
  expect(JSON.stringify(rows)).not.toContain(token)
})

test('an address of a colleague, the present one and one that cannot be are answered beside the field', async () => {
  const cookie = await house.signIn(rosa.id)
  for (const [email, why] of [
    [tom.email, 'Somebody in the list of people has this address.'],
    [rosa.email, 'That is the present address.'],
    ['rosa', 'Write the new e-mail address'],
  ] as const) {
    const page = await house.post('/account/address', { email }, cookie)
    expect(page.status).toBe(422)
    expect(page.body).toContain(why)
  }
})

test('an address that a colleague got in the meantime stays theirs', async () => {
  await house.post('/account/address', { email: anew }, await house.signIn(rosa.id))
  const link = await linkTo(anew)
  await house.db.updateTable('user').set({ email: anew }).where('id', '=', tom.id).execute()
  expect((await house.post(link, { sure: 'on' })).status).toBe(409)
  expect(await emailOf(rosa.id)).toBe(rosa.email)
})

test('it asks who is there', async () => {
  const cookie = await house.signIn(rosa.id)
  house.clock.forward(minutes(20))
  expect((await house.post('/account/address', { email: anew }, cookie)).status).toBe(422)
  await house.worker.drain()
  expect(await mailsTo(anew)).toEqual([])
})

test('an admin asks for another’s, which the person confirms; nobody else can', async () => {
  const form = { email: anew }
  expect((await house.post(`/users/${rosa.id}/address`, form, await house.signIn(lena.id))).status).toBe(404)
  const admin = await house.signIn(ada.id)
  expect((await house.post(`/users/${rosa.id}/address`, { email: tom.email }, admin)).status).toBe(422)
  expect((await house.post(`/users/${rosa.id}/address`, form, admin)).status).toBe(303)
  const link = await linkTo(anew)
  const [told] = await mailsTo(rosa.email)
  expect(told?.html_body).toContain('Ada Moss asked that you sign in with')
  expect((await house.post(link, { sure: 'on' })).status).toBe(303)
  expect(await emailOf(rosa.id)).toBe(anew)
})

test('an admin sees where somebody is signed in, and ends all of it', async () => {
  const cookie = await house.signIn(rosa.id)
  const admin = await house.signIn(ada.id)
  expect((await house.get(`/users/${rosa.id}`, admin)).body).toContain('last seen 23 November, 10:00')
  expect((await house.post(`/users/${rosa.id}/sessions/end`, {}, await house.signIn(lena.id))).status).toBe(404)
  expect((await house.post(`/users/${rosa.id}/sessions/end`, {}, admin)).status).toBe(303)
  expect((await house.get('/account', cookie)).status).toBe(303)
  expect((await house.get(`/users/${rosa.id}`, admin)).body).toContain('Nowhere now.')
  expect((await house.get('/account', await house.signIn(rosa.id))).status).toBe(200)
})
