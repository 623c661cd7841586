import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { ada, anna, carla, lena, makeWorld } from '../support/world.ts'

let house: TestApp
let cookie: string
let path: string
let link: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
  path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  link = `/u/${house.links.token((await invitationOf(anna.id)).id, 1)}`
})
afterEach(() => house.close())

const invitationOf = (contactId: string) =>
  house.db.selectFrom('invitation').selectAll().where('contact_id', '=', contactId).executeTakeFirstOrThrow()
const suppressed = async () => (await house.db.selectFrom('suppression').select(['address', 'reason']).execute()) ?? []
const mailsTo = async (address: string) =>
  (await house.db.selectFrom('mailbox_mail').select('id').where('recipient', '=', address).execute()).length
const everything = async () =>
  JSON.stringify(
    await Promise.all(
      (['invitation', 'message', 'message_event', 'suppression', 'job', 'event'] as const).map((table) =>
        house.db.selectFrom(table).selectAll().execute(),
      ),
    ),
  )

test('looking at the page changes nothing, and nothing is chosen beforehand', async () => {
  const before = await everything()
  const page = await house.get(link)
  expect(page.status).toBe(200)
  expect(page.body).not.toContain('checked')
  expect(page.headers['cache-control']).toBe('no-store')
  expect(page.headers['referrer-policy']).toBe('no-referrer')
  expect(page.headers['x-robots-tag']).toContain('noindex')
  expect(await everything()).toBe(before)
})

test('a robot that opens the link and presses the button, choosing nothing, changes nothing', async () => {
  const before = await everything()
  const reply = await house.post(link, {})
  expect(reply.status).toBe(422)
  expect(reply.body).toContain('Choose one of the two')
  for (const body of [{ what: '' }, { what: 'everything' }, { 'List-Unsubscribe': 'One-Click', what: 'x' }])
    expect((await house.post(link, body)).status).toBe(422)
  expect(await everything()).toBe(before)
})

test('whoever stops all mails gets none from any campaign, at once and for good', async () => {
  const other = await draftCampaign(house, cookie, { name: 'At the same time' })
  await house.db.updateTable('message').set({ state: 'skipped' }).execute()
  await house.db.deleteFrom('job').execute()
  await house.post(`${other}/launch`, { count: '4' }, cookie)
  const reply = await house.post(link, { what: 'all' })
  expect(reply.status).toBe(303)
  expect((await house.get(reply.location)).body).toContain('You get no more mails like this')
  await house.worker.drain()
  expect(await mailsTo(anna.email)).toBe(0)
  expect(await mailsTo(carla.email)).toBe(1)
  expect(await suppressed()).toEqual([{ address: anna.email, reason: 'opt_out' }])
})

test('whoever stops only this one may be asked in a later round', async () => {
  const reply = await house.post(link, { what: 'this' })
  expect((await house.get(reply.location)).body).toContain('We do not ask you again in this round')
  await house.worker.drain()
  expect(await mailsTo(anna.email)).toBe(0)
  expect(await suppressed()).toEqual([])
  expect((await invitationOf(anna.id)).declined_at).not.toBeNull()
})

test('the one click of a mail program acts at once, without a cookie or another page, and works twice', async () => {
  for (let press = 0; press < 2; press += 1) {
    const reply = await house.post(link, { 'List-Unsubscribe': 'One-Click' }, '', { origin: '' })
    expect(reply.status).toBe(200)
    expect(reply.location).toBe('')
    expect(reply.cookies).toEqual([])
  }
  await house.worker.drain()
  expect(await mailsTo(anna.email)).toBe(0)
  expect(await suppressed()).toEqual([{ address: anna.email, reason: 'opt_out' }])
})

test('the one click may also come as multipart/form-data', async () => {
  const body = '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
  const reply = await house.app.inject({
    method: 'POST',
    url: link,
    headers: { host: 'ask.test', 'content-type': 'multipart/form-data; boundary=b' },
    payload: body,
  })
  expect(reply.statusCode).toBe(200)
  expect(await suppressed()).toEqual([{ address: anna.email, reason: 'opt_out' }])
})

test('people who want no more mails can still answer by their link', async () => {
  await house.post(link, { what: 'all' })
  const questions = await house.get(link.replace('/u/', '/s/'))
  expect(questions.status).toBe(200)
  expect(questions.body).toContain('Why do you buy from us')
})

test('a withdrawn invitation still lets its person stop the mails', async () => {
  const { id } = await invitationOf(anna.id)
  await house.post(`${path}/invitations/${id}/withdrawal`, {}, cookie)
  expect((await house.post(link, { what: 'all' })).status).toBe(303)
  expect(await suppressed()).toHaveLength(1)
})

test('a link that is not ours is told kindly what to do, and changes nothing', async () => {
  const before = await everything()
  for (const wrong of ['/u/abc', `${link.slice(0, -1)}A`, `${link}A`]) {
    expect((await house.get(wrong)).status).toBe(404)
    const reply = await house.post(wrong, { 'List-Unsubscribe': 'One-Click' })
    expect(reply.status).toBe(404)
    expect(reply.body).toContain('answer the mail with the word')
  }
  expect(await everything()).toBe(before)
})

test('whoever asked for no more mails is never invited again, not even by hand', async () => {
  await house.post(link, { what: 'all' })
  const next = await draftCampaign(house, cookie, { name: 'Next' })
  await house.post(`${next}/people`, { contact: anna.id, act: 'add' }, cookie)
  const page = await house.get(`${next}/left-out?reason=suppressed`, cookie)
  expect(page.body).toContain('Anna Brandt')
})

test('staff see who gets no mails and why, may add somebody, and lift only what they noted themselves', async () => {
  await house.post(link, { what: 'all' })
  expect((await house.post('/suppressions', { address: ' Carla.Vance@mirador.example ' }, cookie)).status).toBe(303)
  await house.worker.drain()
  expect(await mailsTo(carla.email)).toBe(0)
  const list = await house.get('/suppressions', await house.signIn(ada.id))
  expect(list.body).toContain('They asked for no more')
  expect(list.body).toContain('Noted by one of us')
  expect(list.body.match(/reinstatement/g)).toHaveLength(1)

  expect((await house.post('/suppressions/reinstatement', { address: anna.email }, cookie)).status).toBe(409)
  expect((await house.post('/suppressions/reinstatement', { address: carla.email }, cookie)).status).toBe(303)
  expect(await suppressed()).toEqual([{ address: anna.email, reason: 'opt_out' }])
  expect((await house.post('/suppressions', { address: 'nobody' }, cookie)).status).toBe(422)
})

test('a wish outranks what staff noted before', async () => {
  await house.post('/suppressions', { address: anna.email }, cookie)
  await house.post(link, { what: 'all' })
  expect(await suppressed()).toEqual([{ address: anna.email, reason: 'opt_out' }])
})
