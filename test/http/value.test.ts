import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { refreshSummary } from '#server/tags/tags.ts'
import { currentFacts } from '#server/value/facts.ts'
import { loyalAndSuccessful } from '#server/value/success.ts'
import { scored, valuations } from '#server/value/value.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { newestVersion } from '../support/versions.ts'
import { acme, ada, fennholt, lena, makeWorld, mirador, rosa } from '../support/world.ts'

let house: TestApp
let lead: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  lead = await house.signIn(lena.id)
})
afterEach(() => house.close())

type Answer = [question: string, item: string, value: Record<string, unknown> | string]
type Customer = { id: string; owner: { id: string } | null }

/** One sitting of a template in the record, as submitted. */
async function sitting(
  key: string,
  customer: Customer,
  answers: Answer[],
  more: { level?: ConsentLevel; on?: string } = {},
): Promise<{ responseId: string; revisions: string[] }> {
  const responseId = newId()
  const at = house.clock.now.toISOString()
  await house.db
    .insertInto('response')
    .values({
      id: responseId,
      reference: `WB-${responseId.slice(-6)}`,
      customer_id: customer.id,
      contact_id: null,
      invitation_id: null,
      campaign_id: null,
      template_version_id: await newestVersion(house.db, key),
      channel: 'survey',
      author_id: null,
      language: 'en',
      state: 'submitted',
      consent_level: more.level ?? 'lead',
      took_place_on: more.on ?? at.slice(0, 10),
      segment: null,
      region: null,
      owner_id: customer.owner?.id ?? null,
      created_at: at,
      submitted_at: at,
      revised_at: null,
    })
    .execute()
  const revisions: string[] = []
  for (const [question, item, value] of answers) {
    const answerId = newId()
    const revisionId = newId()
    revisions.push(revisionId)
    await house.db
      .insertInto('answer')
      .values({ id: answerId, response_id: responseId, question, item, row: 0, voice: 'customer' })
      .execute()
    await house.db
      .insertInto('answer_revision')
      .values({
        id: revisionId,
        answer_id: answerId,
        number: 1,
        text: typeof value === 'string' ? value : '',
        value: typeof value === 'string' ? '{}' : JSON.stringify(value),
        language: 'en',
        provenance: 'typed',
        after_prompt: 0,
        submitted_at: at,
        superseded_at: null,
      })
      .execute()
  }
  return { responseId, revisions }
}

/** Settles a reading of one revision with tags such as "C1+". */
async function settle(responseId: string, revisionId: string, ...tags: string[]): Promise<void> {
  const answer = await house.db
    .selectFrom('answer_revision')
    .select('answer_id')
    .where('id', '=', revisionId)
    .executeTakeFirstOrThrow()
  const codingId = newId()
  const at = house.clock.now.toISOString()
  await house.db
    .insertInto('codebook_version')
    .values({ version: 'test', body: '{}', hash: '', created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await house.db
    .insertInto('coding')
    .values({
      id: codingId,
      answer_id: answer.answer_id,
      revision_id: revisionId,
      user_id: lena.id,
      suggester_version: null,
      codebook_version: 'test',
      is_settled: 1,
      none_kind: tags.length > 0 ? null : 'GEN',
      created_at: at,
    })
    .execute()
  const drivers = { R: 'revenue', C: 'cost', K: 'risk', E: 'emotion' } as const
  for (const tag of tags)
    await house.db
      .insertInto('tag')
      .values({
        id: newId(),
        coding_id: codingId,
        driver: drivers[tag[0] as keyof typeof drivers],
        direction: tag.at(-1) === '+' ? '+' : '-',
        sub: tag.slice(0, 2),
        about: 'us',
        start_at: 0,
        end_at: 1,
        probability: null,
      })
      .execute()
  await refreshSummary(house.db, responseId)
}

const of = async (customer: Customer) => {
  const found = (await scored(house.db, house.clock.now)).find(({ id }) => id === customer.id)
  if (!found) throw new Error('not on the list')
  return found
}
const points = async (customer: Customer) =>
  Object.fromEntries((await of(customer)).score.factors.map((factor) => [factor.sign, factor.points]))

test('the reference case: comparing, unlikely to go on, and naming only the price is 45 at least', async () => {
  await sitting('rel', fennholt, [
    ['REL-6', '', { choice: 'comparing' }],
    ['REL-2', '', { score: 5 }],
  ])
  const { responseId, revisions } = await sitting('core', fennholt, [['CORE-1', '', 'You are the cheapest']])
  await settle(responseId, revisions[0] ?? '', 'C1+')
  const { score } = await of(fennholt)
  expect(score.low).toBe(45)
  expect(score.bands).toEqual(['watch', 'act'])
  const { body } = await house.get('/vulnerable', lead)
  expect(body).toMatch(/<b>45<\/b>, at most 65/)
  for (const words of [
    'Is comparing another supplier',
    'Puts going on at 5 of 10',
    'Names only the price',
    'does not sell',
  ])
    expect(body).toContain(words)
})

test('a customer of whom nothing is known has the point of having no reason, and could have all', async () => {
  const { score } = await of(mirador)
  expect([score.low, score.high]).toEqual([10, 85])
})

test('the reason in their own words grows old after a year', async () => {
  await sitting('core', acme, [['CORE-1', '', 'You deliver']], { on: '2025-10-01' })
  expect(await points(acme)).toMatchObject({ why: 5 })
  await sitting('core', acme, [['CORE-2', '', 'The night line']])
  expect(await points(acme)).toMatchObject({ why: 0 })
})

test('a driver that weighs much and scores little counts, one that weighs little does not', async () => {
  const given = (earn: number, avoid: number): Answer[] => [
    ['DRIV-1', '', {}],
    ['DRIV-1', 'earn', { points: 100 - avoid }],
    ['DRIV-1', 'avoid', { points: avoid }],
    ['DRIV-2', 'earn', { score: earn }],
    ['DRIV-2', 'avoid', { score: 3 }],
  ]
  await sitting('driv', acme, given(9, 20), { on: '2026-10-01' })
  expect(await points(acme)).toMatchObject({ worstScore: 0 })
  await sitting('driv', acme, given(9, 40), { on: '2026-11-01' })
  expect(await points(acme)).toMatchObject({ worstScore: 15 })
})

test('what is owed for too long counts, and is read each time anew', async () => {
  const owe = async () =>
    house.db
      .insertInto('follow_up')
      .values({
        id: newId(),
        customer_id: acme.id,
        contact_id: null,
        response_id: null,
        kind: 'owed',
        text: 'The certificate',
        owner_id: rosa.id,
        due_on: '2026-11-01',
        created_by: null,
        created_at: '2026-10-28T08:00:00.000Z',
        done_by: null,
        done_at: null,
      })
      .execute()
  await owe()
  expect(await points(acme)).toMatchObject({ open: 8 })
  await owe()
  expect(await points(acme)).toMatchObject({ open: 15 })
  await house.db.updateTable('follow_up').set({ done_at: '2026-11-20T08:00:00.000Z' }).execute()
  expect(await points(acme)).toMatchObject({ open: 0 })
})

test('what was said for totals only stands in no score, and what is taken back or erased leaves it', async () => {
  await sitting('rel', acme, [['REL-6', '', { choice: 'comparing' }]], { level: 'totals' })
  expect((await currentFacts(house.db)).get(acme.id)?.competitor).toBeUndefined()
  const { responseId } = await sitting('rel', acme, [['REL-6', '', { choice: 'listened' }]])
  expect((await currentFacts(house.db)).get(acme.id)?.competitor?.value).toBe('listened')
  await house.db.updateTable('response').set({ consent_level: 'totals' }).where('id', '=', responseId).execute()
  expect((await currentFacts(house.db)).get(acme.id)?.competitor).toBeUndefined()
  await house.db.updateTable('response').set({ consent_level: 'lead' }).where('id', '=', responseId).execute()
  expect((await currentFacts(house.db)).get(acme.id)?.competitor?.value).toBe('listened')
  await house.db.deleteFrom('response').where('id', '=', responseId).execute()
  expect((await currentFacts(house.db)).get(acme.id)?.competitor).toBeUndefined()
})

test('an offering that is not understood is named; what a customer has not said is unknown', async () => {
  const id = newId()
  await house.db.insertInto('offering').values({ id, name: 'Energy check', archived_at: null }).execute()
  expect((await of(acme)).signs.isOfferingWasted).toBeUndefined()
  await sitting('succ', acme, [
    ['SUCC-8', `known.${id}`, { choice: 'no' }],
    ['SUCC-8', `worth.${id}`, { choice: 'partly' }],
  ])
  expect((await of(acme)).evidence.isOfferingWasted?.sentence).toContain('Energy check')
})

/** Twelve customers whose revenue rises with their number. */
async function crowd(): Promise<Customer[]> {
  const all = Array.from({ length: 12 }, () => ({ id: newId(), owner: null }))
  for (const [index, { id }] of all.entries()) {
    const at = house.clock.now.toISOString()
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
        revenue_minor: (index + 1) * 100_000,
        orders: null,
        margin_minor: null,
        currency: 'EUR',
      })
      .execute()
  }
  return all
}
const results = (customer: Customer, score: number, more: Answer[] = []) =>
  sitting('rel', customer, [
    ['REL-1', 'results', { score }],
    ['REL-1', 'clarity', { score }],
    ['REL-1', 'progress', { score }],
    ...more,
  ])

test('a customer who gives much and gets little is a hollow giant and stands first; the other way it is a hidden gem', async () => {
  const all = await crowd()
  for (const [index, customer] of all.entries()) await results(customer, index === 11 ? 0 : index === 0 ? 10 : 5)
  const found = await valuations(house.db, house.clock.now)
  const mark = (index: number) => found.find(({ id }) => id === all[index]?.id)?.mark
  expect([mark(0), mark(5), mark(11)]).toEqual(['hidden gem', undefined, 'hollow giant'])
  const { body } = await house.get('/value', lead)
  expect(body).toContain('Start with Customer 12.')
  expect(body).toContain('hollow giant')
})

test('what customers say they will do and what they did are told apart', async () => {
  const [customer] = await crowd()
  if (!customer) throw new Error('nobody')
  await results(customer, 8, [
    ['REL-2', '', { score: 10 }],
    ['REL-3', '', { choice: 'same' }],
    ['REL-4', '', { choice: 'once' }],
  ])
  await house.db
    .insertInto('outcome')
    .values({
      id: newId(),
      customer_id: customer.id,
      kind: 'referred',
      basis: 'actual',
      happened_on: '2026-06-01',
      recorded_by: lena.id,
      recorded_at: house.clock.now.toISOString(),
    })
    .execute()
  const found = (await valuations(house.db, house.clock.now)).find(({ id }) => id === customer.id)
  expect(found).toMatchObject({
    stays: { stated: true, actual: false },
    grows: { stated: false, actual: false },
    tells: { stated: true, actual: true },
    theyGet: 80,
  })
})

test('whoever is not known on both sides is not drawn as nothing', async () => {
  await results(acme, 9)
  const { body } = await house.get('/value', lead)
  expect(body).toContain('Of nobody both sides are known yet')
  expect(body).toContain('Unknown is not little.')
})

test('scores are by name: reps, and admins who are no coders, do not see them', async () => {
  for (const id of [rosa.id, ada.id]) {
    const cookie = await house.signIn(id)
    for (const url of ['/vulnerable', '/value']) expect((await house.get(url, cookie)).status).toBe(404)
  }
})

test('an admin changes the points as a version; they must come to 100, and nobody writes over another', async () => {
  const admin = await house.signIn(ada.id)
  const usual = {
    listened: '10',
    comparing: '20',
    conditional: '8',
    stated: '15',
    noWhy: '10',
    oldWhy: '5',
    scoredSix: '8',
    scoredFour: '15',
    oneOpen: '8',
    twoOpen: '15',
    narrow: '10',
    inertia: '5',
    offering: '5',
    hurt: '5',
  }
  const change = (fields: Record<string, string>) =>
    house.post('/vulnerable/points', { version: '0', note: 'A year of losses taught us.', ...usual, ...fields }, admin)
  expect((await change({ comparing: '30' })).body).toContain('Together the strongest signs come to 110.')
  expect((await change({ listened: '25' })).body).toContain('This may not weigh more')
  expect((await change({ hurt: 'much' })).status).toBe(422)
  expect((await change({ note: '' })).status).toBe(422)
  expect((await change({ comparing: '25', stated: '10' })).status).toBe(303)
  expect((await change({ comparing: '25', stated: '10' })).status).toBe(409)
  await sitting('rel', acme, [['REL-6', '', { choice: 'comparing' }]])
  expect(await points(acme)).toMatchObject({ competitor: 25 })
  expect((await house.get('/vulnerable/points', lead)).status).toBe(404)
})

const told = async (customer: Customer, choice: string[], on = '2026-11-20', stay = 10) => {
  await sitting('succ', customer, [['SUCC-1', '', Object.fromEntries(choice.map((id) => [id, true]))]], { on })
  await sitting('rel', customer, [['REL-2', '', { score: stay }]], { on })
}

test('loyal and successful are told apart, and whoever does worse than before is our exposure', async () => {
  const all = await crowd()
  const at = (index: number) => all[index] ?? acme
  await told(at(0), ['growing'])
  await told(at(1), ['steady', 'pressure'])
  await told(at(2), ['growing'], '2026-11-20', 4)
  await told(at(3), ['growing'], '2026-02-01')
  await told(at(3), ['pressure'], '2026-11-20', 4)
  await told(at(4), ['changing'])
  await results(at(5), 8)
  const found = await valuations(house.db, house.clock.now)
  const state = (index: number) => found.find(({ id }) => id === at(index).id)?.success
  expect(state(0)).toMatchObject({ state: 'well', isFalling: false })
  expect(state(1)).toMatchObject({ state: 'pressure', isFalling: false })
  expect(state(3)).toMatchObject({ state: 'pressure', isFalling: true })
  expect(state(4)?.state).toBe('')
  expect(loyalAndSuccessful(found).map(({ customers }) => customers.map(({ name }) => name))).toEqual([
    ['Customer 1'],
    ['Customer 2'],
    ['Customer 3'],
    ['Customer 4'],
  ])
  const { body } = await house.get('/value', lead)
  expect(body).toContain('Is under pressure, and was not before')
})

test('progress that fell by two of ten since an earlier talk tells that their success falls', async () => {
  const [one] = await crowd()
  if (!one) throw new Error('nobody')
  await sitting('rel', one, [['REL-1', 'progress', { score: 9 }]], { on: '2026-02-01' })
  await sitting('rel', one, [['REL-1', 'progress', { score: 7 }]], { on: '2026-11-01' })
  const success = (await valuations(house.db, house.clock.now)).find(({ id }) => id === one.id)?.success
  expect(success).toMatchObject({
    state: '',
    isFalling: true,
    sentence: 'Progress went from 9 to 7 of 10',
    on: '2026-11-01',
  })
})

test('a year that brought more than 5 % above the last, in the same currency, is growth that happened', async () => {
  const all = await crowd()
  const year = (customer: Customer | undefined, minor: number, currency = 'EUR') =>
    house.db
      .insertInto('customer_year')
      .values({
        customer_id: customer?.id ?? '',
        year: 2024,
        revenue_minor: minor,
        orders: null,
        margin_minor: null,
        currency,
      })
      .execute()
  await year(all[0], 95_000)
  await year(all[1], 191_000)
  await year(all[2], 100_000, 'GBP')
  const found = await valuations(house.db, house.clock.now)
  expect([0, 1, 2].map((n) => found.find(({ id }) => id === all[n]?.id)?.grows.actual)).toEqual([true, false, false])
})

test('how much rests on the five largest is told in one currency at a time', async () => {
  await crowd()
  const { body } = await house.get('/value', lead)
  // 1 to 12 thousand: 12 + 11 + 10 + 9 + 8 of 78.
  expect(body).toContain('The five largest of 12 bring 64 % of €78,000')
})
