import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { ratingLines } from '#server/value/rating-rule.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, fennholt, lena, makeWorld, mirador, rosa, tom } from '../support/world.ts'

let house: TestApp
let lead: string
let rep: string
let stranger: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  ;[lead, rep, stranger] = [await house.signIn(lena.id), await house.signIn(rosa.id), await house.signIn(tom.id)]
})
afterEach(() => house.close())

type Form = Record<string, string>
const given = (score: string, but: Form = {}): Form => ({
  key: newId(),
  ...Object.fromEntries(ratingLines.map((line) => [line, score])),
  takeOn: 'yes',
  chooseUs: 'unknown',
  evidence: `Talks of this year, ${score}`,
  thoughts: '',
  ...but,
})
const pathOf = ({ id }: { id: string }) => `/customers/${id}/rating`
const rate = (cookie: string, customer: { id: string }, form: Form) => house.post(pathOf(customer), form, cookie)
const kept = () => house.db.selectFrom('client_rating').selectAll().orderBy('rated_at').execute()
/** Lets them have two of the four lines that “worth to them” is made of, so that there is a verdict. */
async function hearOf(customer: { id: string }): Promise<void> {
  await house.db
    .insertInto('outcome')
    .values(
      (['renewed', 'grew'] as const).map((kind) => ({
        id: newId(),
        customer_id: customer.id,
        kind,
        basis: 'actual' as const,
        happened_on: '2026-06-01',
        recorded_by: lena.id,
        recorded_at: house.clock.now.toISOString(),
      })),
    )
    .execute()
}

test('a rating keeps who gave it, for which side, when, and what it rests on', async () => {
  const reply = await rate(rep, acme, given('4', { room: 'unknown', takeOn: 'no', thoughts: 'They would miss us.' }))
  expect(reply).toMatchObject({ status: 303, location: pathOf(acme) })
  const [row] = await kept()
  expect(row).toMatchObject({ rater_id: rosa.id, side: 'owner', take_on: 'no', choose_us: null })
  expect(row?.rated_at).toBe(house.clock.now.toISOString())
  const scores = JSON.parse(row?.scores ?? '')
  expect([scores.margin, scores.room]).toEqual([4, undefined])
  const { body } = await house.get(pathOf(acme), rep)
  for (const words of [
    'Talks of this year, 4',
    'They would miss us.',
    'Rosa Lind, owner',
    'The lead has not rated yet.',
  ])
    expect(body).toContain(words)
  const event = await house.db
    .selectFrom('event')
    .selectAll()
    .where('action', '=', 'rate')
    .where('record_id', '=', acme.id)
    .executeTakeFirstOrThrow()
  expect(event).toMatchObject({ user_id: rosa.id, detail: '{"side":"owner"}' })
})

test('pressing twice keeps one rating; rating again keeps both, and the newest stands', async () => {
  const form = given('2')
  await rate(rep, acme, form)
  await rate(rep, acme, form)
  expect(await kept()).toHaveLength(1)
  house.clock.forward(1000)
  await rate(rep, acme, given('5'))
  expect(await kept()).toHaveLength(2)
  const { body } = await house.get(pathOf(acme), rep)
  expect(body).toContain('Talks of this year, 5')
  expect(body).not.toContain('Talks of this year, 2')
})

test('neither the rep nor the lead sees the other’s rating before giving the own one', async () => {
  await rate(rep, acme, given('2', { evidence: 'The rep’s own words' }))
  const before = await house.get(pathOf(acme), lead)
  expect(before.body).toContain('Rosa Lind rated. You see it once you have given yours.')
  expect(before.body).not.toContain('The rep’s')
  const list = await house.get('/value/list', lead)
  expect(list.body).toContain('Waits for the lead.')
  expect((await house.get('/value/list.csv', lead)).body).not.toContain('2.00')

  await rate(lead, fennholt, given('5', { evidence: 'What the lead knows' }))
  const other = await house.get(pathOf(fennholt), rep)
  expect(other.body).toContain('Lena Okafor rated. You see it once you have given yours.')
  expect(other.body).not.toContain('What the lead knows')

  await rate(rep, fennholt, given('4'))
  expect((await house.get(pathOf(fennholt), rep)).body).toContain('What the lead knows')
  await rate(lead, acme, given('3'))
  expect((await house.get(pathOf(acme), lead)).body).toContain('The rep’s own words')
})

test('whoever answers wrongly keeps every choice, and reads beside each what is missing', async () => {
  const empty = await rate(rep, acme, {})
  expect(empty.status).toBe(422)
  expect(empty.body.match(/class="error" id="\w+-error">Choose a number/g)).toHaveLength(ratingLines.length)
  expect(empty.body).toContain('Write what you base it on')
  const half = await rate(rep, acme, given('3', { room: '', pays: '6', evidence: 'x'.repeat(2001) }))
  expect(half.status).toBe(422)
  expect(half.body).toContain('Three things need a look')
  expect(half.body).toMatch(/name="margin" value="3" id="margin-3" checked/)
  expect(half.body).toContain('Shorten it to 2,000 characters.')
  expect(await kept()).toEqual([])
  expect((await rate(rep, acme, given('3', { evidence: `${'x'.repeat(2000)}` }))).status).toBe(303)
})

test('another rep, even one with whom the customer is shared, an admin and a stranger rate nobody', async () => {
  const admin = await house.signIn(ada.id)
  await house.post(`/customers/${acme.id}/shares`, { colleague: tom.id }, lead)
  for (const cookie of [stranger, admin]) {
    expect((await house.get(pathOf(acme), cookie)).status).toBe(404)
    expect((await rate(cookie, acme, given('3'))).status).toBe(404)
    expect((await house.get('/value/list', cookie)).status).toBe(404)
    expect((await house.get('/value/list.csv', cookie)).status).toBe(404)
    expect((await house.get(`/customers/${acme.id}`, cookie)).body).not.toContain(pathOf(acme))
  }
  expect((await house.get(pathOf({ id: newId() }), lead)).status).toBe(404)
  expect((await house.get('/value/list', rep)).status).toBe(404)
  expect((await house.get(pathOf(acme), '')).location).toContain('/sign-in')
  expect(await kept()).toEqual([])
})

test('an admin who reads for the lead sees what both gave, and rates nobody', async () => {
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', ada.id).execute()
  const admin = await house.signIn(ada.id)
  await rate(rep, acme, given('2'))
  expect((await house.get(pathOf(acme), admin)).body).not.toContain('Talks of this year')
  await rate(lead, acme, given('4'))
  const { body } = await house.get(pathOf(acme), admin)
  expect(body).toContain('Talks of this year, 2')
  expect(body).not.toContain('name="margin"')
  expect((await rate(admin, acme, given('1'))).status).toBe(404)
})

test('a customer that is archived or lost is not rated', async () => {
  await house.post(`/customers/${acme.id}/archiving`, {}, rep)
  expect((await rate(rep, acme, given('3'))).status).toBe(409)
  expect((await house.get(pathOf(acme), rep)).body).toContain('Only active customers are rated.')
})

test('once both have rated the list says what to do, those on whom they differ first', async () => {
  for (const customer of [acme, fennholt, mirador]) await hearOf(customer)
  for (const [customer, cookie, owner, theirs] of [
    [acme, rep, '4', '4'],
    [fennholt, rep, '2', '5'],
    [mirador, stranger, '1', '1'],
  ] as const) {
    await rate(cookie, customer, given(owner))
    await rate(lead, customer, given(theirs, customer === fennholt ? { takeOn: 'no' } : {}))
  }
  const { body } = await house.get('/value/list', lead)
  expect(body).toContain('3 of 3 active customers are rated. On 1 the raters differ')
  expect(body.indexOf('Fennholt Dairy')).toBeLessThan(body.indexOf('Acme Tools'))
  expect(body).toContain('Room to grow 2 and 5')
  expect(body).toContain('Taking them on again: one yes, one no')
  expect(body).toMatch(/Acme Tools<\/a> <span class="clock">Grow/)
  expect(body).toMatch(/Mirador Tiles<\/a> <span class="clock">Reprice or part/)
  expect(body).toContain('The owner alone comes to reprice or part, the lead alone to grow.')

  const part = await house.get('/value/list?output=part', lead)
  expect(part.body).toContain('Mirador Tiles')
  expect(part.body).not.toContain('Acme Tools')
  expect((await house.get('/value/list?output=apart', lead)).body).not.toContain('Mirador Tiles')
  expect((await house.get('/value/list?output=waiting', lead)).body).toContain('Nobody here')
  expect((await house.get('/value/list?output=nonsense&page=-3', lead)).body).toContain('Mirador Tiles')

  const csv = await house.get('/value/list.csv?output=grow', lead)
  expect(csv.headers['content-disposition']).toContain('client-list.csv')
  expect(csv.body).toMatch(/^\uFEFFCustomer,Owner,/)
  expect(csv.body.trim().split('\r\n')).toHaveLength(2)
  expect(csv.body).not.toContain('Talks of this year')
})

test('a customer of whom nobody has heard has no verdict, which is said and not guessed', async () => {
  await rate(rep, acme, given('5'))
  await rate(lead, acme, given('5'))
  const { body } = await house.get('/value/list', lead)
  expect(body).toContain('Not known yet: what we are worth to them.')
  expect((await house.get('/value/list?output=unknown', lead)).body).toContain('Acme Tools')
})

test('a rep reads both ratings, but no output, since that rests on what was entrusted to the lead', async () => {
  await hearOf(acme)
  await rate(rep, acme, given('4'))
  await rate(lead, acme, given('4'))
  expect((await house.get(pathOf(acme), rep)).body).not.toContain('What it comes to')
  expect((await house.get(pathOf(acme), lead)).body).toContain('What it comes to')
})

test('where no rep owns the customer the lead’s rating is enough', async () => {
  await hearOf(acme)
  await house.db.updateTable('customer').set({ owner_id: lena.id }).where('id', '=', acme.id).execute()
  await rate(lead, acme, given('4'))
  expect((await house.get('/value/list?output=grow', lead)).body).toContain('Acme Tools')
})

test('ratings follow a merge and come back when it is undone', async () => {
  await rate(rep, fennholt, given('4'))
  await house.post(`/customers/${acme.id}/merge`, { other: fennholt.id }, lead)
  const merge = await house.db.selectFrom('merge').select('id').executeTakeFirstOrThrow()
  expect((await kept())[0]?.customer_id).toBe(acme.id)
  expect((await house.get(pathOf(acme), rep)).body).toContain('Talks of this year, 4')
  expect((await house.post(`/merges/${merge.id}`, {}, lead)).status).toBe(303)
  expect((await kept())[0]?.customer_id).toBe(fennholt.id)
})

test('erasing a customer takes its ratings with it, and what the event said of them', async () => {
  await rate(rep, acme, given('4'))
  await rate(rep, fennholt, given('4'))
  const admin = await house.signIn(ada.id)
  const reply = await house.post(`/customers/${acme.id}/erasure`, { name: acme.name, sure: '1' }, admin)
  expect(reply.status).toBe(303)
  expect((await kept()).map(({ customer_id }) => customer_id)).toEqual([fennholt.id])
  const events = await house.db.selectFrom('event').select('detail').where('record_id', '=', acme.id).execute()
  expect(events.map(({ detail }) => detail).join()).not.toContain('side')
  expect((await house.get('/value/list', lead)).body).not.toContain('Acme Tools')
})

test('the portfolio tells with how much of revenue we would take customers on again, and how fresh their reasons are', async () => {
  const at = house.clock.now.toISOString()
  const ids = Array.from({ length: 10 }, () => newId())
  for (const [index, id] of ids.entries()) {
    await house.db
      .insertInto('customer')
      .values({
        id,
        external_id: null,
        name: `Customer ${index + 1}`,
        segment: null,
        region: null,
        country: null,
        time_zone: null,
        language: null,
        owner_id: null,
        customer_since: null,
        status: 'active',
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      .execute()
    await house.db
      .insertInto('customer_year')
      .values({
        customer_id: id,
        year: 2025,
        revenue_minor: 100_000,
        orders: null,
        margin_minor: null,
        currency: 'EUR',
      })
      .execute()
  }
  expect((await house.get('/value', lead)).body).toContain('Whether we would take them on again is not known')
  for (const id of ids.slice(0, 4)) await rate(lead, { id }, given('3'))
  await rate(lead, { id: ids[4] ?? '' }, given('3', { takeOn: 'no' }))
  const { body } = await house.get('/value', lead)
  expect(body).toContain('take on again customers with 40 % of that revenue, and not those with 10 %')
  expect(body).toContain('it is not known.')
  expect(body).toContain('Customers with 0 % of it told us why in their own words within a year')
})
