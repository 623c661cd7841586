import { afterAll, beforeAll, expect, test } from 'vitest'
import { directions, drivers } from '#server/drivers.ts'
import { figuresOf } from '#server/insights/figures.ts'
import { readFilters } from '#server/insights/forms.ts'
import { currentLedger } from '#server/insights/ledger.ts'
import { trustFacts } from '#server/insights/trust.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let lead: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 7, 160)
  lead = await house.signIn(lena.id)
})
afterAll(() => house.close())

const answers = async (query: Record<string, string>) =>
  (await house.get(`/why/answers?${new URLSearchParams(query)}`, lead)).body
const listed = (body: string) => [...body.matchAll(/href="\/customers\/([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '')

test('of a group too small for figures, what is kept back sounds the same whether anything is or not', async () => {
  const sentences = new Set<string>()
  for (const driver of drivers)
    for (const direction of directions) {
      const body = await answers({ segment: 'Bakeries', driver, direction })
      expect(body).toContain('No figure is shown: it would be about fewer than 5 customers')
      sentences.add(/[^<>]*in confidence[^<>]*/.exec(body)?.[0] ?? '')
    }
  expect([...sentences]).toEqual(['What was given in confidence is not listed.'])
})

test('whoever also spoke in confidence is not named behind a number of reasons, which rests on those words too', async () => {
  const confident = await house.db
    .selectFrom('response_summary')
    .innerJoin('response', 'response.id', 'response_summary.response_id')
    .select('response.customer_id as id')
    .where('response.consent_level', '=', 'totals')
    .execute()
  const inConfidence = new Set(confident.map(({ id }) => id))
  let named = 0
  for (const reasons of ['0', '1', '2', '3', '4']) {
    const ids = listed(await answers({ reasons }))
    named += ids.length
    expect(ids.filter((id) => inConfidence.has(id))).toEqual([])
  }
  expect(named).toBeGreaterThan(5)
})

test('a way of asking is shown only where its channel may be opened as a view', async () => {
  const everything = readFilters({})
  const ledger = await currentLedger(house.db)
  const user = { ...lena, isCoder: false, hasShortcuts: false, timeZone: 'UTC' }
  const channels = { mail: 'survey', own: 'interview', other: 'interview', seen: 'observation', reply: 'mail' } as const
  let shown = 0
  for (const segment of ['Food and drink', 'Machinery', 'Paper'])
    for (const region of ['', 'North', 'South']) {
      const filters = { ...everything, segment, region }
      const { spoken, figures } = await trustFacts(house.db, user, filters, house.clock.now)
      if (figures.status !== 'shown') continue
      for (const [mode, { status }] of spoken.modes) {
        if (status !== 'shown') continue
        shown += 1
        expect(figuresOf(ledger, { ...filters, channel: channels[mode] }, true).status).toBe('shown')
      }
    }
  expect(shown).toBeGreaterThan(0)
})
