import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { listed, makeList, sayWhatTheyGet } from '../support/pick-world.ts'
import { acme, ada, anna, fennholt, lena, makeWorld, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let cookie: string
let rosas: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
  rosas = await house.signIn(rosa.id)
})
afterEach(() => house.close())

const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const reasons = { purpose: 'reasons', measure: 'revenue', count: '12' }
const figures = { purpose: 'figures', measure: 'revenue', margin: '10', rate: '50' }
const draw = (path: string, form: Record<string, string> = reasons, who = cookie) =>
  house.post(`${path}/pick`, form, who)
const rows = () => house.db.selectFrom('campaign_pick').selectAll().orderBy('position').execute()
const inRound = async () => (await rows()).filter(({ dropped_at }) => dropped_at === null)

test('a newcomer, a stranger and somebody with a made-up round learn nothing', async () => {
  const path = await draftCampaign(house, cookie)
  expect((await house.get(`${path}/pick`)).status).toBe(303)
  expect((await house.post(`${path}/pick`, reasons)).status).toBe(303)
  expect((await house.get('/campaigns/no-such-round/pick', cookie)).status).toBe(404)
  expect((await house.post('/campaigns/no-such-round/pick', reasons, rosas)).status).toBe(404)
  expect((await house.get(`${path}/pick`, await house.signIn(ada.id))).status).toBe(200)
})

test('a lead gets eight to fifteen names with a reason beside each, a mix of everything, and talks before mails', async () => {
  await makeList(house.db, 120)
  const path = await draftCampaign(house, cookie)
  expect((await house.get(`${path}/pick`, cookie)).body).toContain('Propose whom to ask')
  expect((await draw(path)).status).toBe(303)
  const picked = await inRound()
  expect(picked.length).toBe(12)
  expect(new Set(picked.map(({ customer_id }) => customer_id)).size).toBe(12)
  expect(picked.every(({ way, asker_id }) => way === 'talk' && asker_id !== null)).toBe(true)

  const page = text((await house.get(`${path}/pick`, cookie)).body)
  expect(page).toContain('12 customers: 12 talks.')
  expect(page).toContain('Largest revenue of North; never heard;')
  expect(page).toContain('What they get from us is not known to you of any of them')
  expect(page).toContain('have no revenue on record; they stand after the others.')
  expect(page).toContain('Talk, by Rosa Lind')
  for (const name of [
    'Machinery',
    'Food and drink',
    'Chemicals',
    'North',
    'South',
    'West',
    'decides',
    'uses what we supply',
  ])
    expect(page).toContain(name)
  const people = await house.db
    .selectFrom('campaign_pick')
    .innerJoin('customer', 'customer.id', 'campaign_pick.customer_id')
    .innerJoin('contact', 'contact.id', 'campaign_pick.contact_id')
    .select(['segment', 'region', 'buying_role'])
    .execute()
  expect(new Set(people.map(({ segment }) => segment)).size).toBe(4)
  expect(new Set(people.map(({ region }) => region)).size).toBe(3)
  expect(new Set(people.map(({ buying_role }) => buying_role)).size).toBeGreaterThanOrEqual(4)
  expect(page).toContain('Chosen by hand or as best customers: not a random sample.')
})

test('the best are taken from the best third, quiet ones first', async () => {
  await makeList(house.db, 150)
  await house.db
    .updateTable('customer')
    .set({ last_answer_at: '2026-10-01T08:00:00.000Z' })
    .where('id', '<', listed(12).id)
    .execute()
  const path = await draftCampaign(house, cookie)
  await draw(path)
  const numbers = (await inRound()).map(({ customer_id }) => Number(customer_id.slice(5)))
  expect(numbers.filter((n) => n < 12)).toEqual([])
  expect(Math.max(...numbers.filter((n) => n % 7 !== 6))).toBeLessThan(56)
})

test('amounts of different currencies are never compared', async () => {
  await makeList(house.db, 100)
  // A thousand times the amount, and worth less.
  await house.db
    .updateTable('customer_year')
    .set({ currency: 'JPY', revenue_minor: 900_000_000 })
    .where('customer_id', '>=', listed(90).id)
    .execute()
  const path = await draftCampaign(house, cookie)
  await draw(path)
  const page = text((await house.get(`${path}/pick`, cookie)).body)
  expect(page).toContain('Amounts of different currencies were not compared.')
  const numbers = (await inRound()).map(({ customer_id }) => Number(customer_id.slice(5)))
  expect(numbers.filter((n) => n < 40).length).toBeGreaterThan(5)
})

test('whom the rules keep from being asked is not proposed, and is counted with the reason', async () => {
  await makeList(house.db, 40)
  const other = await draftCampaign(
    house,
    cookie,
    { name: 'Before' },
    { segments: fennholt.segment, statuses: 'active' },
  )
  const { body } = await house.get(`${other}/recipients`, cookie)
  const asked = /Launch to (\d+) people/.exec(body)?.[1] ?? ''
  await house.post(`${other}/launch`, { count: asked }, cookie)
  await house.worker.drain()
  await house.db.updateTable('customer').set({ status: 'lost' }).where('id', '=', listed(0).id).execute()
  await house.db.updateTable('customer').set({ status: 'prospect' }).where('id', '=', listed(2).id).execute()
  await house.db
    .updateTable('customer')
    .set({ archived_at: '2026-11-02T08:00:00.000Z' })
    .where('id', '=', listed(3).id)
    .execute()
  await house.db.deleteFrom('contact').where('id', '=', listed(4).contact).execute()
  const path = await draftCampaign(house, cookie)
  await draw(path)
  const page = text((await house.get(`${path}/pick`, cookie)).body)
  expect(page).toContain('11 asked by another round within 30 days')
  expect(page).toContain('2 of another status than these questions are for')
  expect(page).toContain('1 archived')
  expect(page).toContain('1 without a person on record')
  const names = (await inRound()).map(({ customer_id }) => customer_id)
  for (const n of [0, 1, 2, 3, 4, 5, 9]) expect(names).not.toContain(listed(n).id)
})

test('a draw works with ten customers, with one segment, with none, and with everybody left out', async () => {
  await house.db.deleteFrom('contact').execute()
  await house.db.deleteFrom('customer').execute()
  const path = await draftCampaign(house, cookie)
  expect((await draw(path)).status).toBe(303)
  expect(text((await house.get(`${path}/pick`, cookie)).body)).toContain('Nobody on the list can be asked now.')
  expect((await draw(path, figures)).status).toBe(303)

  await makeList(house.db, 10, () => ({ segment: 'Machinery', region: null }))
  expect((await draw(path)).status).toBe(303)
  expect((await inRound()).length).toBe(10)
  await house.db.updateTable('customer').set({ archived_at: '2026-11-02T08:00:00.000Z' }).execute()
  expect((await draw(path)).status).toBe(303)
  expect(text((await house.get(`${path}/pick`, cookie)).body)).toContain('Everybody is left out: 10 archived.')
  expect(await inRound()).toEqual([])
})

test('for figures as many are drawn at random as they need, the seed is kept, and everybody of a short list is asked', async () => {
  await makeList(house.db, 197)
  const path = await draftCampaign(house, cookie)
  await draw(path, figures)
  // 200 customers with those of the world: 66 answers, half answer, so 132 are asked.
  const picked = await inRound()
  expect(picked.length).toBe(132)
  expect(picked.every(({ way }) => way === 'mail')).toBe(true)
  const { seed } = await house.db.selectFrom('campaign_draw').select('seed').executeTakeFirstOrThrow()
  const page = text((await house.get(`${path}/pick`, cookie)).body)
  expect(page).toContain('132 customers were drawn at random from a list of 200 customers')
  expect(page).toContain(`with the seed ${seed}`)
  expect(page).toContain('±10 points at 95 % need 66 answers; 50 of 100 were expected to answer.')
  expect(page).toContain('A random sample of this list')
  expect(page).toContain('1 to 50 of 132')

  await house.post(`${path}/pick/people`, { contact: picked[0]?.contact_id ?? '', act: 'drop' }, cookie)
  const changed = text((await house.get(`${path}/pick`, cookie)).body)
  expect(changed).toContain('By hand: 1 dropped (Lena Okafor).')
  expect(changed).toContain('not a random sample any more')
  await house.post(`${path}/people`, { contact: picked[1]?.contact_id ?? '', act: 'remove' }, cookie)
  expect(text((await house.get(`${path}/pick`, cookie)).body)).toContain('By hand: 2 dropped')

  await house.db
    .updateTable('customer')
    .set({ archived_at: '2026-11-02T08:00:00.000Z' })
    .where('id', '>=', listed(20).id)
    .execute()
  const short = await draftCampaign(house, cookie, { name: 'Short' })
  await draw(short, figures)
  expect(text((await house.get(`${short}/pick`, cookie)).body)).toContain('Everybody on the list is asked')
})

test('names are dropped and added with one press, the mix follows, and both stay on record', async () => {
  await makeList(house.db, 60)
  const path = await draftCampaign(house, cookie)
  await draw(path)
  const [first] = await inRound()
  const contact = first?.contact_id ?? ''
  await house.post(`${path}/pick/people`, { contact, act: 'drop' }, cookie)
  expect((await inRound()).length).toBe(11)
  expect(text((await house.get(`${path}/pick`, cookie)).body)).toContain('Dropped by Lena Okafor')
  const found = await house.get(`${path}/pick?find=fennholt`, cookie)
  expect(found.body).toContain('Add: Anna Brandt')
  const before = (await inRound()).some(({ contact_id }) => contact_id === anna.id)
  if (!before) await house.post(`${path}/pick/people`, { contact: anna.id, act: 'add' }, cookie)
  const page = text((await house.get(`${path}/pick`, cookie)).body)
  expect(page).toContain('By hand: 1 added and 1 dropped (Lena Okafor).')

  // A new proposal leaves both as they are.
  await draw(path)
  const all = await rows()
  expect(all.find((one) => one.contact_id === contact)?.dropped_at).toBeTruthy()
  expect(all.find((one) => one.contact_id === anna.id)?.by_hand).toBe(1)
  await house.post(`${path}/pick/people`, { contact, act: 'restore' }, cookie)
  expect((await rows()).find((one) => one.contact_id === contact)?.dropped_at).toBeNull()
  const events = await house.db
    .selectFrom('event')
    .select('action')
    .where('action', 'like', 'campaign.pick-%')
    .execute()
  expect(events.map(({ action }) => action)).toEqual([
    'campaign.pick-drop',
    'campaign.pick-added',
    'campaign.pick-restore',
  ])
})

test('a mail is chosen where no talk is wanted, and refused with the reason where none may go', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/pick/people`, { contact: wile.id, act: 'add' }, cookie)
  await house.post(`${path}/pick/people`, { contact: wile.id, act: 'mail' }, cookie)
  expect((await inRound())[0]).toMatchObject({ way: 'mail', way_reason: 'hand', asker_id: null })
  await house.post(`${path}/pick/people`, { contact: wile.id, act: 'talk' }, cookie)
  expect((await inRound())[0]).toMatchObject({ way: 'talk', asker_id: rosa.id })
  await house.db.updateTable('contact').set({ email: null }).where('id', '=', wile.id).execute()
  const refused = await house.post(`${path}/pick/people`, { contact: wile.id, act: 'mail' }, cookie)
  expect(refused.status).toBe(409)
  expect(refused.body).toContain('There is no address')
})

test('a rep draws among the own customers, and is shown and given nobody else’s', async () => {
  await makeList(house.db, 60)
  const path = await draftCampaign(house, cookie)
  await draw(path)
  const lenas = await inRound()
  const toms = lenas.find(({ asker_id }) => asker_id === tom.id)?.contact_id ?? ''
  const page = (await house.get(`${path}/pick`, rosas)).body
  expect(page).not.toContain('by Tom Adair')
  expect(page).not.toContain('href="/campaigns"')
  expect((await draw(path, reasons, rosas)).status).toBe(303)
  const drawn = await house.db
    .selectFrom('campaign_pick')
    .innerJoin('customer', 'customer.id', 'campaign_pick.customer_id')
    .innerJoin('campaign_draw', 'campaign_draw.id', 'campaign_pick.draw_id')
    .select('customer.owner_id')
    .where('campaign_draw.owner_id', '=', rosa.id)
    .execute()
  expect(drawn.length).toBe(12)
  expect(new Set(drawn.map(({ owner_id }) => owner_id))).toEqual(new Set([rosa.id]))
  // What the lead proposed stands beside it.
  expect((await inRound()).length).toBe(lenas.length + 12)

  for (const act of ['drop', 'mail', 'restore'])
    expect((await house.post(`${path}/pick/people`, { contact: toms, act }, rosas)).status, act).toBe(404)
  expect((await house.post(`${path}/pick/people`, { contact: listed(1).contact, act: 'add' }, rosas)).status).toBe(404)
  expect((await house.post(`${path}/pick/people`, { contact: 'nobody', act: 'add' }, rosas)).status).toBe(404)
  expect((await house.post(`${path}/pick/people`, { contact: toms, act: 'erase' }, rosas)).status).toBe(400)
  expect((await house.post(`${path}/pick/use`, { use: 'filters' }, rosas)).status).toBe(404)
  expect((await house.get(`${path}/pick?find=Customer 001`, rosas)).body).toContain('Nobody outside the round')
  expect((await house.get(path, rosas)).status).toBe(404)
})

test('what customers said they get is shown to whom they gave it, and to nobody by way of the proposal', async () => {
  await makeList(house.db, 60, () => ({ owner_id: rosa.id }))
  await sayWhatTheyGet(house.db, 0, 9, 'team')
  await sayWhatTheyGet(house.db, 1, 8, 'lead')
  await sayWhatTheyGet(house.db, 2, 7, 'totals')
  const path = await draftCampaign(house, cookie)
  for (const n of [0, 1, 2]) await house.post(`${path}/pick/people`, { contact: listed(n).contact, act: 'add' }, cookie)
  await draw(path)
  const lenas = text((await house.get(`${path}/pick`, cookie)).body)
  expect(lenas).toContain('What they get: 9 of 10.')
  expect(lenas).toContain('What they get: 8 of 10.')
  expect(lenas).not.toContain('7 of 10')
  const reps = text((await house.get(`${path}/pick`, rosas)).body)
  expect(reps).toContain('What they get: 9 of 10.')
  expect(reps).not.toContain('8 of 10')
  expect(reps).not.toContain('7 of 10')
  const kept = JSON.stringify([await rows(), await house.db.selectFrom('campaign_draw').selectAll().execute()])
  expect(kept).not.toMatch(/"score"|theyGet"/)
  const read = await house.db.selectFrom('event').select('user_id').where('action', '=', 'read-confidential').execute()
  expect(read).toEqual([{ user_id: lena.id }])
})

test('who is glad of us is proposed though we get little from them', async () => {
  await makeList(house.db, 200)
  await sayWhatTheyGet(house.db, 190, 10, 'team')
  await house.db.updateTable('customer').set({ last_answer_at: null }).execute()
  const path = await draftCampaign(house, cookie)
  await draw(path, { ...reasons, count: '15' })
  expect((await inRound()).map(({ customer_id }) => customer_id)).toContain(listed(190).id)
})

test('a form that asks for too many, too few or nonsense says so beside the field and draws nobody', async () => {
  const path = await draftCampaign(house, cookie)
  for (const form of [
    { ...reasons, count: '7' },
    { ...reasons, count: '16' },
    { ...reasons, count: 'many' },
    { ...figures, rate: '0' },
    { ...figures, rate: '101' },
    { ...figures, margin: '99' },
    { ...reasons, purpose: 'both' },
    {},
  ])
    expect((await draw(path, form)).status, JSON.stringify(form)).toBe(422)
  expect((await draw(path, { ...reasons, count: '16' })).body).toContain('Choose 8 to 15 customers')
  expect(await rows()).toEqual([])
})

test('the launch mails those of the pick who get a mail, and nobody else', async () => {
  await makeList(house.db, 60)
  const path = await draftCampaign(house, cookie)
  await draw(path)
  const picked = await inRound()
  for (const { contact_id } of picked.slice(0, 3))
    await house.post(`${path}/pick/people`, { contact: contact_id, act: 'mail' }, cookie)
  expect((await house.get(`${path}/recipients`, cookie)).body).toContain('Launch to 3 people')
  await house.post(`${path}/launch`, { count: '3' }, cookie)
  const invited = await house.db.selectFrom('invitation').select('contact_id').execute()
  expect(new Set(invited.map(({ contact_id }) => contact_id))).toEqual(
    new Set(picked.slice(0, 3).map((one) => one.contact_id)),
  )
  const progress = text((await house.get(path, cookie)).body)
  expect(progress).toContain('How these were chosen')
  expect(progress).toContain('12 customers were proposed from a list of 63 customers, on 23 November by Lena Okafor')
  expect((await draw(path)).status).toBe(409)
  expect((await house.get(`${path}/pick`, rosas)).status).toBe(404)
})

test('a lead turns from the pick back to the filters and again to the pick', async () => {
  await makeList(house.db, 20)
  const path = await draftCampaign(house, cookie)
  await draw(path)
  await house.post(`${path}/pick/use`, { use: 'filters' }, cookie)
  expect((await house.get(`${path}/recipients`, cookie)).body).toContain('Launch to 24 people')
  await house.post(`${path}/pick/use`, { use: 'picked' }, cookie)
  expect((await house.get(`${path}/audience`, cookie)).body).toContain('This round asks those who were picked')
  expect(acme.owner).toBe(rosa)
})

const newest = async (key: string) =>
  (
    await house.db
      .selectFrom('template_version')
      .select('id')
      .where('key', '=', key)
      .orderBy('number', 'desc')
      .executeTakeFirstOrThrow()
  ).id

test('a round of deep talks asks customers and prospects, and no mail can leave it', async () => {
  await makeList(house.db, 20, (n) => ({ status: n < 10 ? 'prospect' : n < 15 ? 'lost' : 'active' }))
  const deep = await newest('deep')
  const page = await house.get('/campaigns/new?talks=1', cookie)
  expect(page.body).toContain(deep)
  const form = { name: 'Deep', series: 'Deep', closesOn: '2026-12-04', senderId: '', templateVersionId: deep }
  const made = await house.post('/campaigns', { ...form, isTalks: '1' }, cookie)
  expect(made.location).toMatch(/\/pick$/)
  const path = made.location.replace('/pick', '')
  await draw(path, { ...reasons, count: '15' })
  const picked = await inRound()
  expect(picked.length).toBe(15)
  expect(picked.every(({ way, way_reason }) => way === 'talk' && way_reason === 'not_mailed')).toBe(true)
  const numbers = picked.flatMap(({ customer_id }) => /list-(\d+)/.exec(customer_id)?.[1] ?? [])
  expect(numbers.some((n) => Number(n) < 10)).toBe(true)
  expect(numbers.filter((n) => Number(n) >= 10 && Number(n) < 15)).toEqual([])
  const mail = await house.post(`${path}/pick/people`, { contact: picked[0]?.contact_id ?? '', act: 'mail' }, cookie)
  expect(mail.status).toBe(409)
  expect(mail.body).toContain('These questions are made for talks.')
  expect((await house.get(`${path}/pick`, cookie)).body).not.toContain(`${path}/text`)
  expect((await house.get(`${path}/pick`, cookie)).body).not.toContain('Ask by mail')
  expect((await house.post(`${path}/launch`, { count: '0' }, cookie)).location).toBe(path)
  expect((await house.get(path, cookie)).body).not.toContain('Ask by mail instead')
  const contact = picked[0]?.contact_id ?? ''
  expect((await house.post(`${path}/talks/mails`, { contact }, cookie)).status).toBe(409)
  await house.worker.drain()
  expect(await house.db.selectFrom('mailbox_mail').select('id').execute()).toEqual([])
  const wrong = await house.post(
    '/campaigns',
    { ...form, templateVersionId: await newest('obs'), isTalks: '1' },
    cookie,
  )
  expect(wrong.status).toBe(422)
})

test('a round about leaving asks those who left lately or are about to, and never by their own rep', async () => {
  await makeList(house.db, 30, (n) => ({ status: n < 12 ? 'lost' : 'active' }))
  const outcome = (n: number, kind: 'left' | 'reduced', on: string) => ({
    id: `outcome-${n}`,
    customer_id: listed(n).id,
    kind,
    basis: 'actual' as const,
    happened_on: on,
    recorded_by: null,
    recorded_at: '2026-11-01T08:00:00.000Z',
  })
  await house.db
    .insertInto('outcome')
    .values([outcome(0, 'left', '2026-11-02'), outcome(1, 'left', '2025-01-01'), outcome(20, 'reduced', '2026-10-01')])
    .execute()
  const path = await draftCampaign(house, cookie, { templateVersionId: await newest('loss'), series: 'Loss' })
  await draw(path, { ...reasons, count: '15' })
  const picked = await inRound()
  const numbers = picked.map(({ customer_id }) => Number(customer_id.slice(5))).sort((a, b) => a - b)
  expect(numbers).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 20])
  expect(picked.every(({ way, asker_id }) => way === 'talk' && asker_id === lena.id)).toBe(true)
  const page = text((await house.get(`${path}/pick`, cookie)).body)
  expect(page).toContain('Left on 2 November;')
  expect(page).toContain('Bought less, or said that they would leave;')
  expect(page).toContain('1 left too long ago to remember why')
  expect(page).toContain('not by their own rep')
  const mail = await house.post(`${path}/pick/people`, { contact: listed(0).contact, act: 'mail' }, cookie)
  expect(mail.status).toBe(409)
  // A rep has nobody to draw for the own customers but the lead.
  await draw(path, { ...reasons, count: '3' }, rosas)
  expect((await inRound()).some(({ asker_id }) => asker_id === rosa.id)).toBe(false)
})

test('what follows open questions is asked only of those who have answered some', async () => {
  await makeList(house.db, 12)
  await sayWhatTheyGet(house.db, 3, 5, 'team')
  await house.db
    .updateTable('response')
    .set({ template_version_id: await newest('core') })
    .execute()
  const path = await draftCampaign(house, cookie, { templateVersionId: await newest('driv'), series: 'Driv' })
  await draw(path)
  expect((await inRound()).map(({ customer_id }) => customer_id)).toEqual([listed(3).id])
  const early = await house.post(`${path}/pick/people`, { contact: anna.id, act: 'add' }, cookie)
  expect(early.status).toBe(409)
})

test('a draw costs the same few statements from a short list and from a long one', async () => {
  const cost = async (form: Record<string, string>) => {
    const path = await draftCampaign(house, cookie, { name: `Round ${house.queries()}` })
    const before = house.queries()
    await draw(path, form)
    return house.queries() - before
  }
  await makeList(house.db, 40)
  const [few, short] = [await cost(reasons), await cost(figures)]
  await house.db.updateTable('customer').set({ archived_at: '2026-11-02T08:00:00.000Z' }).execute()
  await house.db.deleteFrom('contact').where('id', 'like', 'person-%').execute()
  await house.db.deleteFrom('customer').where('id', 'like', 'list-%').execute()
  await makeList(house.db, 900)
  expect(await cost(reasons)).toBe(few)
  expect((await cost(figures)) - short).toBeLessThanOrEqual(1)
  expect(few).toBeLessThan(30)
})
