import { expect, test } from 'vitest'
import type { Ledger, Row } from '#server/insights/ledger.ts'
import { compareRounds } from '#server/insights/rounds.ts'
import { roundsPage } from '#server/insights/rounds-page.ts'

/** Customers by round: whether each says that risk is helped. Others say nothing. */
function ledgerOf(rounds: Record<string, Map<number, boolean>>): Ledger {
  const names = ['', ...Object.keys(rounds)]
  const customers = new Map<number, Row[]>()
  for (const [name, said] of Object.entries(rounds))
    for (const [customer, saysRisk] of said) {
      const row: Row = {
        response: `${name} ${customer}`,
        customer,
        campaign: names.indexOf(name),
        segment: 0,
        region: 0,
        owner: 0,
        channel: 0,
        provenance: 0,
        asked: 0,
        day: 20260101,
        answers: 1,
        settled: 1,
        bits: saysRisk ? 1 << 16 : 0,
      }
      customers.set(customer, [...(customers.get(customer) ?? []), row])
    }
  return {
    customers,
    sittings: new Map(),
    names,
    numbers: new Map(names.map((name, index) => [name, index])),
    values: {
      campaign: new Map(),
      segment: new Map(),
      region: new Map(),
      owner: new Map(),
      channel: new Map(),
      provenance: new Map(),
      asked: new Map(),
    },
    seq: 0,
  }
}
/** Customers `from` on, of whom the first `yes` say it. */
const round = (from: number, n: number, yes: number) =>
  new Map(Array.from({ length: n }, (_, index): [number, boolean] => [from + index, index < yes]))
const campaigns = [
  { id: 'a', name: 'Spring' },
  { id: 'b', name: 'Autumn' },
]
const compare = (a: Map<number, boolean>, b: Map<number, boolean>) => compareRounds(ledgerOf({ a, b }), 'a', 'b')
const lead = (a: Map<number, boolean>, b: Map<number, boolean>) => roundsPage(campaigns, 'a', 'b', compare(a, b)).lead

test('a rise among the same customers is compared pair by pair, and claimed where it stands', () => {
  const found = compare(round(1, 40, 5), round(1, 40, 25))
  expect(found).toMatchObject({ kind: 'shown', design: 'paired', both: 40 })
  expect(lead(round(1, 40, 5), round(1, 40, 25))).toBe(
    'More customers say that we help with risk. Nothing else changed detectably.',
  )
})

test('a rise that is noise is no change', () => {
  expect(lead(round(1, 40, 18), round(1, 40, 21))).toBe('No detectable change.')
  expect(lead(round(1, 40, 18), round(101, 40, 22))).toBe('No detectable change.')
})

test('different customers are compared as different ones', () => {
  const found = compare(round(1, 60, 10), round(101, 60, 40))
  expect(found).toMatchObject({ design: 'different', both: 0 })
  expect(lead(round(1, 60, 40), round(101, 60, 10))).toContain('Fewer customers say that we help with risk')
})

test('below thirty a side no change is spoken of, however large', () => {
  expect(lead(round(1, 20, 0), round(101, 20, 20))).toContain('Too few customers to speak of a change')
})

test('a round of fewer than five is hidden, and so are pairs that would single out the others', () => {
  expect(compare(round(1, 4, 1), round(1, 40, 3)).kind).toBe('hidden')
  expect(compare(round(1, 40, 5), round(1, 38, 5)).kind).toBe('hidden')
  expect(compare(round(1, 40, 5), round(1, 35, 5)).kind).toBe('shown')
})

test('a customer stands in a round once, however many of its people answered', () => {
  const ledger = ledgerOf({ a: round(1, 40, 5), b: round(1, 40, 25) })
  const [first] = ledger.customers.get(1) ?? []
  if (first) ledger.customers.get(1)?.push({ ...first, response: 'twin' })
  expect(compareRounds(ledger, 'a', 'b')).toMatchObject({ nBefore: 40 })
})

test('a round that only a few of all customers are missing from is not shown beside another', () => {
  // All 34 less the 31 of the later round would tell what three customers said.
  const found = compareRounds(ledgerOf({ a: round(1, 12, 5), b: round(4, 31, 9) }), 'a', 'b')
  expect(found).toEqual({
    kind: 'hidden',
    sentence: 'One of the rounds is not shown: beside all customers it would single out fewer than five.',
  })
})
