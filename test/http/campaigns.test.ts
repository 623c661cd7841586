import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { anna, carla, fennholt, jonas, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let cookie: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
})
afterEach(() => house.close())

const count = async (table: 'invitation' | 'message' | 'job' | 'campaign_exclusion') =>
  Number(
    (
      await house.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )
const setContact = (id: string, change: Record<string, string | null>) =>
  house.db.updateTable('contact').set(change).where('id', '=', id).execute()
const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

test('a campaign goes from its basics to its launch, and each mail arrives once in the mailbox', async () => {
  const path = await draftCampaign(house, cookie)
  const check = await house.get(`${path}/recipients`, cookie)
  expect(check.body).toContain('Launch to 4 people')
  for (const name of ['Will Hart', 'Anna Brandt', 'Jonas Weil', 'Carla Vance']) expect(check.body).toContain(name)

  const launched = await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect([launched.status, launched.location]).toEqual([303, path])
  await house.worker.drain()
  const mails = await house.db.selectFrom('mailbox_mail').select('recipient').execute()
  expect(new Set(mails.map(({ recipient }) => recipient))).toEqual(
    new Set([anna, carla, jonas, wile].map((p) => p.email)),
  )
  expect(mails.length).toBe(4)
  expect(text((await house.get(path, cookie)).body)).toContain('0 of 4 have answered')
})

test('pressing launch twice, or reloading an old page, invites nobody a second time', async () => {
  const path = await draftCampaign(house, cookie)
  const both = await Promise.all([1, 2].map(() => house.post(`${path}/launch`, { count: '4' }, cookie)))
  expect(both.map(({ status }) => status)).toEqual([303, 303])
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect([await count('invitation'), await count('message'), await count('job')]).toEqual([4, 4, 4])
})

test('a launch asks for the number again if the list has changed in between', async () => {
  const path = await draftCampaign(house, cookie)
  await setContact(anna.id, { email: null })
  const reply = await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect(reply.status).toBe(422)
  expect(reply.body).toContain('It is 3 people now, not 4.')
  expect(await count('invitation')).toBe(0)
  for (const typed of ['', 'all', '3.0'])
    expect((await house.post(`${path}/launch`, { count: typed }, cookie)).status).toBe(422)
  expect(await count('job')).toBe(0)
})

test('who is left out is named with the reason, before the launch and after it', async () => {
  const at = '2026-11-20T08:00:00.000Z'
  await setContact(wile.id, { email: null })
  await setContact(jonas.id, { mail_basis: 'none' })
  await house.db.insertInto('suppression').values({ address: carla.email, reason: 'opt_out', created_at: at }).execute()
  const path = await draftCampaign(house, cookie)
  const before = text((await house.get(`${path}/recipients`, cookie)).body)
  expect(before).toContain('Left out 3 of 4 chosen')
  expect(before).toContain('No address 1: Will Hart')
  expect(before).toContain('No basis for writing to them 1: Jonas Weil')
  expect(before).toContain('Do not want our mails, or their address fails 1: Carla Vance')
  expect((await house.get(`${path}/left-out?reason=no_address`, cookie)).body).toContain('Will Hart')

  await house.post(`${path}/launch`, { count: '1' }, cookie)
  expect(await count('campaign_exclusion')).toBe(3)
  expect(text((await house.get(path, cookie)).body)).toContain('No address 1: Will Hart')
})

test('nobody is asked twice within 30 days, and who asked for later is left in peace until then', async () => {
  const first = await draftCampaign(house, cookie)
  await house.post(`${first}/launch`, { count: '4' }, cookie)
  await house.worker.drain()
  await house.db
    .updateTable('invitation')
    .set({ ask_after_on: '2027-02-01' })
    .where('contact_id', '=', anna.id)
    .execute()

  const second = await draftCampaign(house, cookie, { name: 'Again' })
  expect(text((await house.get(`${second}/recipients`, cookie)).body)).toContain('Asked in the last 30 days 4:')
  house.clock.forward(31 * 86_400_000)
  cookie = await house.signIn(lena.id)
  const later = text((await house.get(`${second}/recipients`, cookie)).body)
  expect(later).toContain('Launch to 3 people')
  expect(later).toContain('Asked to be asked later 1: Anna Brandt')
})

test('the audience is filtered by what is known of a customer, and picked by hand beyond it', async () => {
  await house.db.updateTable('customer').set({ status: 'lost' }).where('id', '=', mirador.id).execute()
  const path = await draftCampaign(house, cookie, {}, { statuses: 'active', segments: fennholt.segment })
  const people = async () => text((await house.get(`${path}/recipients`, cookie)).body)
  expect(await people()).toContain('Launch to 2 people')

  await house.post(`${path}/people`, { contact: carla.id, act: 'add' }, cookie)
  await house.post(`${path}/people`, { contact: jonas.id, act: 'remove' }, cookie)
  expect(await people()).toContain('Carla Vance')
  expect(await people()).toContain('Taken out by hand 1: Jonas Weil')
  await house.post(`${path}/people`, { contact: jonas.id, act: 'undo' }, cookie)
  expect(await people()).toContain('Launch to 3 people')
  const found = await house.get(`${path}/audience?find=acme`, cookie)
  expect(found.body).toContain('Will Hart')
})

test('people whose language is another get the mail only if the audience says so', async () => {
  await setContact(anna.id, { language: 'fr' })
  const path = await draftCampaign(house, cookie)
  expect(text((await house.get(`${path}/recipients`, cookie)).body)).toContain(
    'Another language than the mail 1: Anna Brandt',
  )
  await house.post(`${path}/audience`, { statuses: 'active', englishForOthers: '1' }, cookie)
  expect((await house.get(`${path}/recipients`, cookie)).body).toContain('Launch to 4 people')
})

test('who joins the audience after the launch is invited when the lead says so, and nobody else again', async () => {
  const path = await draftCampaign(house, cookie, {}, { statuses: 'active', segments: fennholt.segment })
  await house.post(`${path}/launch`, { count: '2' }, cookie)
  await house.post(`${path}/audience`, { statuses: 'active' }, cookie)
  expect((await house.get(path, cookie)).body).toContain('2 people joined the audience since the launch.')
  expect((await house.post(`${path}/joiners`, { count: '1' }, cookie)).status).toBe(422)
  expect((await house.post(`${path}/joiners`, { count: '2' }, cookie)).status).toBe(303)
  expect(await count('invitation')).toBe(4)
  expect((await house.post(`${path}/joiners`, { count: '2' }, cookie)).status).toBe(422)
  expect(await count('message')).toBe(4)
})

test('a name that cannot be filled is told beside the text, and every word is kept', async () => {
  const path = await draftCampaign(house, cookie)
  const reply = await house.post(`${path}/text`, { subject: 'Hello {nick_name}', body: 'My own words. {' }, cookie)
  expect(reply.status).toBe(422)
  expect(reply.body).toContain('{nick_name} cannot be filled.')
  expect(reply.body).toContain('A brace stands alone.')
  expect(reply.body).toContain('My own words. {')
  const twoLines = await house.post(
    `${path}/text`,
    { subject: 'Hello\r\nBcc: all@acme.example', body: 'Words' },
    cookie,
  )
  expect(twoLines.status).toBe(422)
  expect(twoLines.body).toContain('must stand on one line')
})

test('the preview shows the mail as a named person gets it, in both parts', async () => {
  const path = await draftCampaign(house, cookie)
  const page = await house.get(`${path}/preview?contact=${anna.id}`, cookie)
  expect(page.body).toContain('Anna, why do you buy from us?')
  expect(page.body).toContain('why Fennholt Dairy works with us')
  const frame = await house.get(`${path}/preview/html?contact=${anna.id}`, cookie)
  expect(frame.headers['content-security-policy']).toContain("default-src 'none'")
  expect(frame.body).toContain('Hello Anna,')
  await setContact(anna.id, { first_name: '' })
  const unnamed = await house.get(`${path}/preview?contact=${anna.id}`, cookie)
  expect(unnamed.body).toContain('Why do you buy from us?')
  expect(unnamed.body).toContain('Hello there,')
})

test('a test mail goes to the person who asks for it, is marked, and cannot answer for the customer', async () => {
  const path = await draftCampaign(house, cookie)
  const asked = await house.post(`${path}/tests`, { contact: anna.id }, cookie)
  expect(asked.status).toBe(303)
  await house.worker.drain()
  const mails = await house.db.selectFrom('mailbox_mail').selectAll().execute()
  expect(mails.map(({ recipient }) => recipient)).toEqual([lena.email])
  expect(mails[0]?.subject).toBe('Test: Anna, why do you buy from us?')
  expect(mails[0]?.text_body).toContain('This is a test, as Anna Brandt would get it.')
  expect(mails[0]?.text_body).not.toMatch(/\/s\//)
  expect((await house.get('/u/test')).body).toContain('This is a test')
  expect(text((await house.get(`${path}/recipients`, cookie)).body)).toContain('Test mail sent')
})

test('nothing is launched while the postal address is missing', async () => {
  const path = await draftCampaign(house, cookie)
  await house.db.updateTable('company').set({ postal_address: '' }).execute()
  const reply = await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect(reply.status).toBe(409)
  expect(reply.body).toContain('your postal address')
  expect(await count('invitation')).toBe(0)
})

test('a draft whose closing day has passed meanwhile asks nobody', async () => {
  const path = await draftCampaign(house, cookie)
  await house.db.updateTable('campaign').set({ closes_on: '2026-11-01' }).execute()
  const reply = await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect(reply.status).toBe(409)
  expect(reply.body).toContain('The closing day of this campaign has passed.')
  expect(await count('invitation')).toBe(0)
})

test('a launch seals the guesses about those whom it asks', async () => {
  const guess = {
    campaign_id: null,
    response_id: null,
    revenue: 0.25,
    cost: 0.25,
    risk: 0.25,
    emotion: 0.25,
    sentence: 'Speed',
  }
  const base = { customer_id: fennholt.id, user_id: rosa.id, nonce: 'n', made_at: '2026-11-20T08:00:00.000Z' }
  await house.db
    .insertInto('prediction')
    .values({ id: 'p1', ...guess, ...base, seal: null, sealed_at: null })
    .execute()
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  const sealed = await house.db.selectFrom('prediction').select(['seal', 'campaign_id']).executeTakeFirstOrThrow()
  expect(sealed.seal).toBeTruthy()
  expect(`/campaigns/${sealed.campaign_id}`).toBe(path)
})

test('a campaign is closed early, after asking again, and what waits is not sent', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect((await house.get(`${path}/closing`, cookie)).body).toContain('4 mails that wait are not sent.')
  await house.post(`${path}/closing`, {}, cookie)
  await house.worker.drain()
  expect(await house.db.selectFrom('mailbox_mail').select('id').execute()).toEqual([])
  expect((await house.get(path, cookie)).body).toContain('closed 23 November')
  expect((await house.post(`${path}/joiners`, { count: '1' }, cookie)).status).toBe(409)
})

test('one invitation is withdrawn: its mail is not sent, and the page says so', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  const { id } = await house.db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', anna.id)
    .executeTakeFirstOrThrow()
  expect((await house.post(`${path}/invitations/${id}/withdrawal`, {}, cookie)).status).toBe(303)
  await house.worker.drain()
  expect(await house.db.selectFrom('mailbox_mail').select('id').where('recipient', '=', anna.email).execute()).toEqual(
    [],
  )
  expect((await house.get(`${path}/invitations/${id}`, cookie)).body).toContain('Withdrawn')
})

test('the table of recipients is searched, filtered, sorted and paged in a fixed number of queries', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  await house.worker.drain()
  const found = await house.get(`${path}?q=fennholt&sort=-name`, cookie)
  expect(found.body).toContain('1 to 2 of 2')
  expect(found.body.indexOf('Jonas Weil')).toBeLessThan(found.body.indexOf('Anna Brandt'))
  expect((await house.get(`${path}?state=submitted`, cookie)).body).toContain('Nobody here')
  const before = house.queries()
  await house.get(path, cookie)
  expect(house.queries() - before).toBeLessThan(20)
})

test('reps have no campaigns, and nobody has any without signing in', async () => {
  const path = await draftCampaign(house, cookie)
  const tomsCookie = await house.signIn(tom.id)
  for (const url of ['/campaigns', '/campaigns/new', path, `${path}/recipients`, '/suppressions', '/templates'])
    expect((await house.get(url, tomsCookie)).status, url).toBe(404)
  expect((await house.get(path)).status).toBe(303)
  expect((await house.post(`${path}/launch`, { count: '4' }, cookie, { origin: 'https://evil.example' })).status).toBe(
    403,
  )
})

test('a draft can be thrown away, what was launched cannot', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect((await house.post(`${path}/removal`, {}, cookie)).status).toBe(409)
  const other = await draftCampaign(house, cookie, { name: 'Mistake' })
  await house.post(`${other}/removal`, {}, cookie)
  expect((await house.get('/campaigns', cookie)).body).not.toContain('Mistake</a>')
})

test('the closing day of a campaign that is under way can be moved, but not into the past', async () => {
  const path = await draftCampaign(house, cookie)
  expect((await house.get(`${path}/closing-day`, cookie)).status).toBe(409)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  const wrong = await house.post(`${path}/closing-day`, { closesOn: '2026-11-01' }, cookie)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('The closing day has passed already.')
  expect(wrong.body).toContain('value="2026-11-01"')
  expect((await house.post(`${path}/closing-day`, { closesOn: '2026-12-18' }, cookie)).status).toBe(303)
  expect((await house.get(path, cookie)).body).toContain('closes 18 December')
  expect((await house.get(`${path}/closing-day`, await house.signIn(tom.id))).status).toBe(404)
})

test('a round whose day has passed reads as closed, though nobody closed it', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/launch`, { count: '4' }, cookie)
  expect((await house.get('/campaigns', cookie)).body).toContain('Open until 4 December')
  house.clock.now = new Date('2026-12-05T10:00:00.000Z')
  const { body } = await house.get('/campaigns', cookie)
  expect(body).toContain('Closed 4 December')
  expect(body).toContain('None is under way.')
  expect((await house.get(path, cookie)).body).toContain('closed 4 December')
})

test('the check before the launch says for how many customers somebody has guessed', async () => {
  const path = await draftCampaign(house, cookie)
  expect((await house.get(`${path}/recipients`, cookie)).body).toContain('Guesses made for 0 of 3 customers')
})

test('a new campaign offers the series that there are', async () => {
  expect((await house.get('/campaigns/new', cookie)).body).not.toContain('datalist')
  await draftCampaign(house, cookie, { series: 'Why they stay' })
  const { body } = await house.get('/campaigns/new', cookie)
  expect(body).toContain('list="known-series"')
  expect(body).toContain('<option value="Why they stay"></option>')
})
