import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { sealForTalk } from '#server/predictions/predictions.ts'
import { recheckSeal } from '#server/predictions/seal.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { acme, ada, anna, fennholt, jonas, lena, makeWorld, mirador, rosa, tom } from '../support/world.ts'

let house: TestApp
const as: Record<string, string> = {}

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  for (const user of [ada, lena, rosa, tom]) as[user.id] = await house.signIn(user.id)
})
afterAll(() => house.close())

/** Every table whole, but for what a merge and its undoing leave behind on purpose. */
async function everything() {
  const { db } = house
  const rows = async (table: 'customer') =>
    (await db.selectFrom(table).selectAll().execute())
      .map(({ updated_at: _, ...row }: Record<string, unknown> & { updated_at?: unknown }) => JSON.stringify(row))
      .sort((a, b) => (a < b ? -1 : 1))
  const tables = [
    'customer',
    'contact',
    'customer_year',
    'customer_offering',
    'customer_share',
    'invitation',
    'response',
  ] as const
  const more = ['response_summary', 'prediction', 'follow_up', 'outcome', 'outcome_past', 'suppression'] as const
  return Object.fromEntries(
    await Promise.all([...tables, ...more].map(async (table) => [table, await rows(table as 'customer')] as const)),
  )
}

/** Brackwell Tiles is Mirador under another name, with everything that can hang on a customer. */
async function makeTwin(name: string) {
  const { db } = house
  const id = newId()
  await house.post(
    '/customers/new',
    {
      key: id,
      name,
      owner: rosa.id,
      status: 'active',
      segment: 'Tiles',
      externalId: `N-${name}`,
      attributes: 'Kilns: 3',
    },
    as[lena.id],
  )
  const contact = newId()
  await house.post(
    `/customers/${id}/contacts/new`,
    {
      key: contact,
      firstName: 'Pia',
      lastName: 'Ros',
      email: `${contact}@twin.example`,
      mailBasis: 'existing_customer',
    },
    as[rosa.id],
  )
  const page = `/customers/${id}`
  await house.post(`${page}/years/new`, { year: '2025', currency: 'EUR', revenue: '100', orders: '1' }, as[rosa.id])
  await house.post(`${page}/years/new`, { year: '2024', currency: 'EUR', revenue: '80' }, as[rosa.id])
  await house.post(`${page}/outcomes/new`, { kind: 'grew', basis: 'actual', happenedOn: '2026-05-01' }, as[rosa.id])
  await house.post(`${page}/shares`, { colleague: ada.id }, as[rosa.id])
  const guess = { revenue: '10', cost: '40', risk: '80', emotion: '50', sentence: 'They fear cracks.' }
  await house.post(`${page}/prediction`, guess, as[rosa.id])
  const { responseId } = await makeResponse(db, house.clock.now, [{ text: `Said at ${name}.` }], {
    customer: { id, owner: rosa },
    contact: { id: contact },
  })
  await transact(db, (trx) => sealForTalk(trx, id, rosa.id, responseId, house.clock.now))
  await db
    .insertInto('response_summary')
    .values({
      response_id: responseId,
      provenance: 'typed',
      is_prompted: 0,
      customer_id: id,
      campaign_id: null,
      channel: 'survey',
      segment: null,
      region: null,
      owner_id: rosa.id,
      took_place_on: '2026-11-22',
      answers: 1,
      settled: 1,
      revenue_plus: 0,
      revenue_minus: 0,
      cost_plus: 1,
      cost_minus: 0,
      risk_plus: 0,
      risk_minus: 0,
      emotion_plus: 0,
      emotion_minus: 0,
    })
    .execute()
  return { id, contact, responseId }
}

async function addOfferings(customerId: string, names: [name: string, since: string, until: string][]) {
  for (const [name, sinceOn, untilOn] of names) {
    await house.post('/offerings', { name }, as[lena.id])
    const { id } = await house.db.selectFrom('offering').select('id').where('name', '=', name).executeTakeFirstOrThrow()
    await house.post(`/customers/${customerId}/offerings/new`, { offering: id, sinceOn, untilOn }, as[lena.id])
  }
}

const lastMerge = async () =>
  (await house.db.selectFrom('merge').select('id').orderBy('id', 'desc').executeTakeFirstOrThrow()).id

test('merging two customers moves everything, and undoing puts every row back as it was', async () => {
  const twin = await makeTwin('Mirador Tile Works')
  const page = `/customers/${mirador.id}`
  await house.post(`${page}/years/new`, { year: '2025', currency: 'EUR', revenue: '50' }, as[tom.id])
  await addOfferings(mirador.id, [
    ['Pumps', '2020-01-01', '2024-01-01'],
    ['Seals', '', ''],
  ])
  await addOfferings(twin.id, [
    ['Pumps', '2018-01-01', ''],
    ['Rental', '2021-01-01', ''],
  ])
  const [link = ''] = await invite(house.db, house.links, [{ id: twin.contact, customer: { id: twin.id } }])
  expect((await house.get(`/s/${link}`)).status).toBe(200)
  const before = await everything()

  const both = await house.get(`${page}/merge?with=${twin.id}`, as[lena.id])
  expect(both.status).toBe(200)
  for (const words of [
    'Merge Mirador Tile Works into Mirador Tiles',
    'Which values stay',
    'Figures of 2025',
    'Both added up',
    '1 contact',
    '1 answer or talk',
    '1 guess',
  ])
    expect(both.body).toContain(words)
  const merged = await house.post(
    `${page}/merge`,
    {
      other: twin.id,
      'field-external_id': 'gone',
      'field-segment': 'gone',
      'field-owner_id': 'kept',
      'year-2025': 'sum',
    },
    as[lena.id],
  )
  expect(merged.status).toBe(303)
  const { body } = await house.get(page, as[tom.id])
  for (const words of [
    '€150',
    '€80',
    'Pia Ros',
    'Said at Mirador Tile Works.',
    'Grew, in fact',
    'since 1 January 2018',
    'Rental',
    'Kilns',
    'N-Mirador Tile Works',
    'Merged with',
  ])
    expect(body).toContain(words)
  expect(body).not.toContain('until 1 January 2024')
  const summary = await house.db
    .selectFrom('response_summary')
    .select('customer_id')
    .where('response_id', '=', twin.responseId)
    .executeTakeFirstOrThrow()
  expect(summary.customer_id).toBe(mirador.id)
  const guess = await house.db
    .selectFrom('prediction')
    .selectAll()
    .where('seal', 'is not', null)
    .executeTakeFirstOrThrow()
  expect(guess.customer_id).toBe(mirador.id)
  expect(recheckSeal(guess)).toBe(true)
  expect((await house.get(`/s/${link}`)).status).toBe(200)
  expect((await house.get(`/customers/${twin.id}`, as[lena.id])).location).toBe(page)
  expect((await house.post(`/customers/${twin.id}/edit`, { name: 'Again' }, as[lena.id])).status).toBe(409)
  for (const list of ['/customers', '/customers?archived=yes'])
    expect((await house.get(list, as[lena.id])).body).not.toContain('Mirador Tile Works')
  // Pressing twice finds that it is merged.
  expect((await house.post(`${page}/merge`, { other: twin.id }, as[lena.id])).status).toBe(409)

  const undo = `/merges/${await lastMerge()}`
  expect((await house.get(undo, as[lena.id])).body).toContain('Undo the merge')
  expect((await house.post(undo, {}, as[lena.id])).status).toBe(303)
  expect(await everything()).toEqual(before)
  expect((await house.get(`/customers/${twin.id}`, as[rosa.id])).body).toContain('Parted from')
  expect((await house.post(undo, {}, as[lena.id])).status).toBe(303)
  expect(await everything()).toEqual(before)
})

test('undoing keeps what was changed since, and is refused where that is impossible, with the reason', async () => {
  const twin = await makeTwin('Acme Tooling')
  const page = `/customers/${acme.id}`
  await house.post(`${page}/merge`, { other: twin.id, 'field-segment': 'gone' }, as[lena.id])
  const undo = `/merges/${await lastMerge()}`
  await house.post(`${page}/years/2024`, { currency: 'EUR', revenue: '81' }, as[rosa.id])
  const refused = await house.get(undo, as[lena.id])
  expect(refused.body).toContain('The figures of 2024 were changed since.')
  const again = await house.post(undo, {}, as[lena.id])
  expect(again.status).toBe(409)
  expect(again.body).toContain('2024')
  await house.post(`${page}/years/2024`, { currency: 'EUR', revenue: '80' }, as[rosa.id])
  await house.post(`${page}/edit`, { name: 'Acme Tools', segment: 'Workshops' }, as[rosa.id])
  await house.post(`${page}/outcomes/new`, { kind: 'renewed', basis: 'stated', happenedOn: '2026-11-01' }, as[rosa.id])
  expect((await house.post(undo, {}, as[lena.id])).status).toBe(303)
  const { body } = await house.get(page, as[rosa.id])
  expect(body).toContain('Workshops')
  expect(body).toContain('Renewed, by their word')
  expect(body).not.toContain('€80')
  await house.post(`${page}/merge`, { other: twin.id }, as[lena.id])
  const second = `/merges/${await lastMerge()}`
  await house.post(`/customers/${fennholt.id}/merge`, { other: acme.id }, as[lena.id])
  expect((await house.get(second, as[lena.id])).status).toBe(200)
  expect((await house.post(second, {}, as[lena.id])).body).toContain('was itself merged into another customer since')
  expect((await house.post(`/merges/${await lastMerge()}`, {}, as[lena.id])).status).toBe(303)
  expect((await house.post(second, {}, as[lena.id])).status).toBe(303)
})

test('reps merge no customers, and a stranger nothing', async () => {
  for (const cookie of [as[rosa.id], as[tom.id]]) {
    expect((await house.get(`/customers/${acme.id}/merge?with=${fennholt.id}`, cookie)).status).toBe(404)
    expect((await house.post(`/customers/${acme.id}/merge`, { other: fennholt.id }, cookie)).status).toBe(404)
    expect((await house.get('/customers/duplicates', cookie)).status).toBe(404)
    expect((await house.get(`/merges/${await lastMerge()}`, cookie)).status).toBe(404)
  }
  expect((await house.post(`/contacts/${anna.id}/merge`, { other: jonas.id }, as[tom.id])).status).toBe(404)
  expect((await house.get(`/contacts/${anna.id}/merge`)).location).toContain('/sign-in')
  expect((await house.post(`/customers/${acme.id}/merge`, { other: acme.id }, as[lena.id])).status).toBe(409)
  expect((await house.post(`/customers/${acme.id}/merge`, {}, as[lena.id])).status).toBe(422)
  expect((await house.post(`/customers/${acme.id}/merge`, { other: 'nobody' }, as[lena.id])).status).toBe(404)
})

test('two contacts become one: both links go on working, where one round asked both', async () => {
  const [annas = '', jonases = ''] = await invite(house.db, house.links, [anna, jonas])
  const said = await makeResponse(house.db, house.clock.now, [{ text: 'From Jonas.' }], {
    customer: fennholt,
    contact: jonas,
  })
  const before = await everything()
  const both = await house.get(`/contacts/${anna.id}/merge?with=${jonas.id}`, as[rosa.id])
  expect(both.body).toContain('Merge Jonas Weil into Anna Brandt')
  const merged = await house.post(
    `/contacts/${anna.id}/merge`,
    { other: jonas.id, 'field-phone': 'gone', 'field-job_title': 'gone', 'field-email': 'kept' },
    as[rosa.id],
  )
  expect(merged.status).toBe(303)
  const page = await house.get(`/customers/${fennholt.id}`, as[rosa.id])
  expect(page.body).toContain('fitter')
  expect(page.body).toContain('Jonas Weil was merged in')
  for (const link of [annas, jonases]) expect((await house.get(`/s/${link}`)).status).toBe(200)
  const moved = await house.db
    .selectFrom('response')
    .select('contact_id')
    .where('id', '=', said.responseId)
    .executeTakeFirstOrThrow()
  expect(moved.contact_id).toBe(anna.id)
  expect((await house.get(`/contacts/${jonas.id}`, as[rosa.id])).location).toBe(`/contacts/${anna.id}`)
  const undo = `/merges/${await lastMerge()}`
  expect((await house.get(undo, as[tom.id])).status).toBe(404)
  // The address went to a successor meanwhile.
  const successor = { firstName: 'Ida', lastName: 'Nord', email: jonas.email, mailBasis: 'consent' }
  await house.post(`/customers/${fennholt.id}/contacts/new`, successor, as[rosa.id])
  const refused = await house.post(undo, {}, as[rosa.id])
  expect(refused.status).toBe(409)
  expect(refused.body).toContain('belongs to Ida Nord since')
  await house.db.deleteFrom('contact').where('last_name', '=', 'Nord').execute()
  expect((await house.post(undo, {}, as[rosa.id])).status).toBe(303)
  expect(await everything()).toEqual(before)
})

test('what looks like a duplicate is proposed with the reason, until a lead says that it is none', async () => {
  const key = newId()
  await house.post('/customers/new', { key, name: 'FENNHOLT-DAIRY Ltd.', owner: rosa.id }, as[lena.id])
  await house.post(
    `/customers/${key}/contacts/new`,
    { firstName: 'Mo', lastName: 'Lee', email: 'mo.lee@fennholt.example', mailBasis: 'consent' },
    as[rosa.id],
  )
  const proposed = await house.get('/customers/duplicates', as[lena.id])
  expect(proposed.body).toContain('the same name but for its form, addresses at fennholt.example')
  expect((await house.get('/customers', as[lena.id])).body).toContain('/customers/duplicates')
  expect((await house.get('/customers', as[rosa.id])).body).not.toContain('/customers/duplicates')
  for (const _twice of [1, 2])
    expect((await house.post(`/customers/${fennholt.id}/apart`, { other: key }, as[lena.id])).status).toBe(303)
  expect((await house.get('/customers/duplicates', as[lena.id])).body).not.toContain('FENNHOLT-DAIRY')
})
