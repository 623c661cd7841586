import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId, newToken } from '#server/ids.ts'
import { assumed, casesOf } from '#server/predictions/assumed.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { newestVersion } from '../support/versions.ts'
import { ada, lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

type Guess = { revenue: number; cost: number; risk: number; emotion: number }
const guess = (more: Partial<Guess> = {}): Guess => ({ revenue: 0.1, cost: 0.1, risk: 0.1, emotion: 0.1, ...more })

/** A customer whom somebody guessed about, and who then said these drivers. */
async function case_(more: {
  guess: Guess
  said: (keyof Guess)[]
  segment?: string
  by?: string
  isSealed?: boolean
  isRead?: boolean
  customerId?: string
  level?: ConsentLevel
}): Promise<string> {
  const { db } = house
  const at = house.clock.now.toISOString()
  const customerId = more.customerId ?? newId()
  if (!more.customerId)
    await db
      .insertInto('customer')
      .values({
        id: customerId,
        external_id: null,
        name: `Customer ${customerId.slice(-4)}`,
        segment: more.segment ?? 'Food',
        region: null,
        country: null,
        time_zone: null,
        language: null,
        owner_id: rosa.id,
        customer_since: null,
        status: 'active',
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      .execute()
  const responseId = newId()
  await db
    .insertInto('response')
    .values({
      id: responseId,
      reference: `WB-${responseId}`,
      customer_id: customerId,
      contact_id: null,
      invitation_id: null,
      campaign_id: null,
      template_version_id: await newestVersion(db),
      channel: 'interview',
      author_id: rosa.id,
      language: 'en',
      state: 'submitted',
      consent_level: more.level ?? 'team',
      took_place_on: at.slice(0, 10),
      segment: null,
      region: null,
      owner_id: rosa.id,
      created_at: at,
      submitted_at: at,
      revised_at: null,
    })
    .execute()
  const bit = (driver: keyof Guess) => Number(more.said.includes(driver))
  await db
    .insertInto('response_summary')
    .values({
      response_id: responseId,
      provenance: 'verbatim',
      is_prompted: 0,
      customer_id: customerId,
      campaign_id: null,
      channel: 'interview',
      segment: null,
      region: null,
      owner_id: rosa.id,
      took_place_on: at.slice(0, 10),
      answers: 1,
      settled: more.isRead === false ? 0 : 1,
      revenue_plus: bit('revenue'),
      revenue_minus: 0,
      cost_plus: 0,
      cost_minus: bit('cost'),
      risk_plus: bit('risk'),
      risk_minus: 0,
      emotion_plus: bit('emotion'),
      emotion_minus: 0,
    })
    .execute()
  await db
    .insertInto('prediction')
    .values({
      id: newId(),
      customer_id: customerId,
      user_id: more.by ?? rosa.id,
      campaign_id: null,
      response_id: responseId,
      ...more.guess,
      sentence: 'GUESSWORD',
      nonce: newToken(),
      seal: more.isSealed === false ? null : 'seal',
      made_at: at,
      sealed_at: more.isSealed === false ? null : at,
    })
    .execute()
  return customerId
}
const times = async (n: number, more: Parameters<typeof case_>[0]) => {
  for (let index = 0; index < n; index += 1) await case_(more)
}
const page = async () => (await house.get('/assumed', await house.signIn(lena.id))).body

test('a driver that is expected nearly always and said seldom is over-assumed, and the page says so', async () => {
  await times(10, { guess: guess({ cost: 0.9, risk: 0.2 }), said: ['risk'] })
  await times(2, { guess: guess({ cost: 0.9 }), said: ['cost'] })
  const found = assumed(await casesOf(house.db))
  expect(found.rows.find(({ driver }) => driver === 'cost')).toMatchObject({
    expected: 12,
    said: 2,
    hits: 2,
    blindSpots: 0,
    overAssumed: 10,
  })
  expect(found.rows.find(({ driver }) => driver === 'risk')).toMatchObject({ expected: 0, said: 10, blindSpots: 10 })
  const body = await page()
  expect(body).toContain('cost was expected more often than said; risk was expected less often than said')
  expect(body).not.toContain('GUESSWORD')
  expect(body).not.toContain('Rosa')
})

test('guesses that are right are told to be neither too many nor too few', async () => {
  await times(6, { guess: guess({ risk: 0.9 }), said: ['risk'] })
  await times(6, { guess: guess({ cost: 0.9 }), said: ['cost'] })
  const found = assumed(await casesOf(house.db))
  expect(found.brier).toBeCloseTo(0.01, 10)
  expect(found.skill).toBeGreaterThan(0.8)
})

test('below five customers nothing is shown, below ten no interval and no score', async () => {
  await times(4, { guess: guess(), said: [] })
  expect(await page()).toContain('Fewer than five customers')
  await times(3, { guess: guess(), said: [] })
  const found = assumed(await casesOf(house.db))
  expect(found).toMatchObject({ n: 7, status: 'shown', brier: undefined })
  expect(found.rows.every(({ bias }) => bias === undefined)).toBe(true)
})

test('a segment below five is hidden, and so is what would single it out', async () => {
  await times(6, { guess: guess(), said: [], segment: 'Food' })
  await times(6, { guess: guess(), said: [], segment: 'Paper' })
  await times(3, { guess: guess(), said: [], segment: 'SMALLSEGMENT' })
  const body = await page()
  expect(body).not.toContain('SMALLSEGMENT')
  const { segments } = assumed(await casesOf(house.db))
  const hidden = segments.filter(({ status }) => status !== 'shown').reduce((sum, { n }) => sum + n, 0)
  expect(hidden).toBeGreaterThanOrEqual(5)
})

test('open guesses and answers that nobody has read yet do not count', async () => {
  await case_({ guess: guess(), said: [], isSealed: false })
  await case_({ guess: guess(), said: [], isRead: false })
  expect(await casesOf(house.db)).toEqual([])
  expect(await page()).toContain('No guess can be checked yet')
})

test('a customer is one case however many guessed: the owner’s guess stands', async () => {
  const customerId = await case_({ guess: guess({ risk: 0.2 }), said: ['risk'], by: tom.id })
  await case_({ guess: guess({ risk: 0.8 }), said: ['risk'], by: rosa.id, customerId })
  const cases = await casesOf(house.db)
  expect(cases).toHaveLength(1)
  expect(cases[0]?.forecast.risk).toBe(0.8)
})

test('a reload shows the same intervals', async () => {
  for (let n = 0; n < 12; n += 1) await case_({ guess: guess({ cost: (n % 5) / 5 }), said: n % 3 ? ['cost'] : [] })
  expect(assumed(await casesOf(house.db))).toEqual(assumed(await casesOf(house.db)))
})

test('it is the lead’s page', async () => {
  for (const { id } of [rosa, ada]) expect((await house.get('/assumed', await house.signIn(id))).status).toBe(404)
})

const opened = async (query: string) => house.get(`/assumed/customers?${query}`, await house.signIn(lena.id))
const nameOf = (customerId: string) => `Customer ${customerId.slice(-4)}`

test('each number opens the customers behind it, and of those who answered in confidence only how many', async () => {
  await times(5, { guess: guess({ cost: 0.9 }), said: [], level: 'totals' })
  const open = await case_({ guess: guess({ cost: 0.9 }), said: [] })
  expect((await page()).replaceAll('&#x3D;', '=')).toContain('"/assumed/customers?driver=cost&amp;show=over"')
  const { status, body } = await opened('driver=cost&show=over')
  expect(status).toBe(200)
  expect(body).toContain('6 customers.')
  expect(body).toContain(nameOf(open))
  expect(body.match(/Customer [0-9a-z]{4}</g)).toEqual([`${nameOf(open)}<`])
  expect(body).toContain('5 customers answered in confidence and count in totals only.')
  expect((await opened('driver=cost&show=both')).body).toContain('0 customers.')
})

test('what one to four said for totals only is left out, since the others are named with what they said', async () => {
  await times(8, { guess: guess({ cost: 0.9 }), said: [] })
  await times(4, { guess: guess({ cost: 0.9 }), said: ['cost'], level: 'totals' })
  const found = assumed(await casesOf(house.db))
  expect(found).toMatchObject({ n: 8, status: 'shown' })
  expect(found.rows.find(({ driver }) => driver === 'cost')).toMatchObject({ said: 0, overAssumed: 8 })
  expect((await opened('driver=cost&show=said')).body).toContain('0 customers.')
})

test('they are left out of a segment too where they are few there, or would come out by subtraction', async () => {
  await times(6, { guess: guess(), said: [], segment: 'Food' })
  await times(6, { guess: guess(), said: [], segment: 'Paper' })
  await times(6, { guess: guess(), said: ['cost'], segment: 'Food', level: 'totals' })
  await times(2, { guess: guess(), said: ['cost'], segment: 'Paper', level: 'totals' })
  const { n, segments } = assumed(await casesOf(house.db))
  expect(n).toBe(20)
  expect(Object.fromEntries(segments.map((one) => [one.name, one.n]))).toEqual({ Food: 6, Paper: 6 })
})

test('a segment whose numbers are hidden opens nobody', async () => {
  await times(6, { guess: guess({ cost: 0.9 }), said: ['cost'], segment: 'Food' })
  await times(3, { guess: guess({ cost: 0.9 }), said: ['cost'], segment: 'Paper' })
  for (const segment of ['Food', 'Paper']) {
    const { body } = await opened(`driver=cost&show=said&segment=${segment}`)
    expect(body).toContain('Nobody is shown')
    expect(body).not.toMatch(/\d customers? in/)
  }
})

test('a number that is not there, and whoever is not a lead, finds no such page', async () => {
  for (const query of ['', 'driver=luck&show=said', 'driver=cost&show=everything'])
    expect((await opened(query)).status).toBe(404)
  const asRosa = await house.signIn(rosa.id)
  expect((await house.get('/assumed/customers?driver=cost&show=said', asRosa)).status).toBe(404)
})
