import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Figures, figuresOf } from '#server/insights/figures.ts'
import { type Dimension, dimensions, type Ledger, type Row } from '#server/insights/ledger.ts'
import type { Filters } from '#server/insights/view.ts'

const everything: Filters = {
  campaign: '',
  segment: '',
  region: '',
  owner: '',
  channel: '',
  provenance: '',
  asked: '',
  from: '',
  to: '',
  suggestions: false,
}

type Said = Record<'customer' | 'segment' | 'region' | 'channel', number> & { isRead: boolean }

/** A ledger as if each of these had been a sitting; values are told by the name of their dimension and a number. */
function ledgerOf(said: Said[]): Ledger {
  const names: string[] = []
  const numbers = new Map<string, number>()
  const values = Object.fromEntries(dimensions.map((one) => [one, new Map<number, number>()])) as Ledger['values']
  const number = (name: string) => {
    if (!numbers.has(name)) numbers.set(name, names.push(name) - 1)
    return numbers.get(name) ?? 0
  }
  const ledger: Ledger = { customers: new Map(), sittings: new Map(), names, numbers, values, seq: 0 }
  for (const [at, one] of said.entries()) {
    const of: Record<Dimension, number> = {
      campaign: number('campaign'),
      segment: number(`segment ${one.segment}`),
      region: number(`region ${one.region}`),
      owner: number('owner'),
      channel: number(`channel ${one.channel}`),
      provenance: number('typed'),
      asked: number('unprompted'),
    }
    const customer = number(`customer ${one.customer}`)
    const row: Row = {
      ...of,
      response: String(at),
      customer,
      day: 20261123,
      answers: 1,
      settled: Number(one.isRead),
      bits: 1,
    }
    ledger.customers.set(customer, [...(ledger.customers.get(customer) ?? []), row])
    for (const dimension of dimensions) values[dimension].set(of[dimension], 1)
  }
  return ledger
}

const some = fc.array(
  fc.record({
    customer: fc.nat(34),
    segment: fc.constantFrom(0, 0, 0, 1, 2),
    region: fc.constantFrom(0, 0, 0, 1, 2),
    channel: fc.constantFrom(0, 0, 0, 0, 1),
    isRead: fc.constantFrom(true, true, true, true, false),
  }),
  { minLength: 20, maxLength: 60 },
)
const narrowing = ['segment', 'region', 'channel'] as const
const few = (n: number) => n > 0 && n < 5

/** Every view that these filters offer, by its filters. */
function viewsOf(ledger: Ledger, suggestions: boolean) {
  const views: { filters: Filters; figures: Figures }[] = []
  const values = (dimension: Dimension) =>
    ['', ...ledger.values[dimension].keys()].map((key) => (key === '' ? '' : (ledger.names[key as number] ?? '')))
  for (const segment of values('segment'))
    for (const region of values('region'))
      for (const channel of values('channel')) {
        const filters = { ...everything, segment, region, channel, suggestions }
        views.push({ filters, figures: figuresOf(ledger, filters, false) })
      }
  return views
}

const narrows = (one: Filters, other: Filters) =>
  narrowing.every((name) => other[name] === '' || other[name] === one[name])

test('no two views that are shown, of which one narrows the other, differ by one to four customers', () => {
  fc.assert(
    fc.property(some, fc.boolean(), (said, suggestions) => {
      const shown = viewsOf(ledgerOf(said), suggestions).filter(({ figures }) => figures.status === 'shown')
      for (const one of shown)
        for (const other of shown)
          if (narrows(one.filters, other.filters)) expect(few(other.figures.n - one.figures.n)).toBe(false)
    }),
    { seed: 1, numRuns: 150 },
  )
})

test('a group that is shown beside others is one that may be opened', () => {
  fc.assert(
    fc.property(some, fc.boolean(), (said, suggestions) => {
      const ledger = ledgerOf(said)
      for (const { filters, figures } of viewsOf(ledger, suggestions)) {
        if (figures.status !== 'shown') continue
        for (const by of narrowing)
          for (const group of figuresOf(ledger, filters, false, by).groups)
            if (group.status === 'shown' && group.n > 0)
              expect(figuresOf(ledger, { ...filters, [by]: group.value }, false).status).toBe('shown')
      }
    }),
    { seed: 1, numRuns: 60 },
  )
})

test('the customers of a view who stand in no group that is shown are nobody or at least five', () => {
  fc.assert(
    fc.property(some, (said) => {
      const ledger = ledgerOf(said)
      for (const { filters, figures } of viewsOf(ledger, false)) {
        if (figures.status !== 'shown') continue
        for (const by of narrowing) {
          const groups = figuresOf(ledger, filters, false, by).groups.filter(({ n }) => n > 0)
          const shown = groups.filter(({ status }) => status === 'shown').map(({ value }) => value)
          if (shown.length === 0) continue
          expect(few(outside(ledger, filters, by, shown))).toBe(false)
        }
      }
    }),
    { seed: 2, numRuns: 100 },
  )
})

/** How many customers of a view have an answer read in none of these groups. */
function outside(ledger: Ledger, filters: Filters, by: Dimension, shown: string[]): number {
  const fits = (row: Row) =>
    narrowing.every((name) => filters[name] === '' || ledger.names[row[name]] === filters[name])
  const inView = [...ledger.customers.values()].map((rows) => rows.filter((row) => row.settled > 0 && fits(row)))
  return inView.filter((rows) => rows.length > 0 && !rows.some((row) => shown.includes(ledger.names[row[by]] ?? '')))
    .length
}
