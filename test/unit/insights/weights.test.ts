import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Interval } from '#server/insights/intervals.ts'
import { type Mean, mayBeFirst, meansOf, sideOf } from '#server/insights/means.ts'
import { bootstrap } from '#server/insights/resampling.ts'
import { shortfall } from '#server/insights/shortfall.ts'
import { placesOf, saidPlaces } from '#server/insights/weight/figures.ts'
import { contributionOf, countingFor } from '#server/insights/weight/weighed.ts'
import type { Four, Weighing } from '#server/insights/weight/weighing.ts'
import { type WeightFilters, weightView } from '#server/insights/weight/weights.ts'
import { placeWords, saidName } from '#server/insights/weight/words.ts'
import { atOnce } from '#server/unhurried.ts'

const hundred = { low: 0, high: 100 }
const everything: WeightFilters = { campaign: '', segment: '', region: '', owner: '', channel: '', provenance: '' }
let serial = 0
const weighing = (more: Partial<Weighing>): Weighing => {
  serial += 1
  return {
    ...{ response: `r${serial}`, person: `p${serial}`, on: '2026-11-02', level: 'lead', author: '' },
    ...{ campaign: '-', segment: 'Food', region: '-', owner: 'lena', channel: 'survey', provenance: 'typed' },
    ...{ points: undefined, isDeclined: false, scores: undefined, optedOut: 0, lost: undefined, picked: undefined },
    ...more,
  }
}
const named = ({ level }: Weighing) => level !== 'totals'
const view = (all: Weighing[][], filters: Partial<WeightFilters> = {}) =>
  atOnce(
    weightView(new Map(all.map((sittings, at) => [`c${at}`, sittings])), { ...everything, ...filters }, named, () => 0),
  )
const many = (length: number, more: Partial<Weighing>) =>
  Array.from({ length }, () => [weighing({ points: [10, 40, 30, 20], ...more })])

test('however a view is narrowed, nobody is told apart from a wider one, and no part of a hidden one is shown', () => {
  const groups = ['a', 'b', 'c'] as const
  const one = fc.record({
    segment: fc.constantFrom(...groups),
    region: fc.constantFrom(...groups),
    channel: fc.constantFrom('survey', 'interview'),
  })
  fc.assert(
    fc.property(fc.array(one, { minLength: 12, maxLength: 60 }), (customers) => {
      const all = customers.map((more) => [weighing({ points: [10, 40, 30, 20], ...more })])
      const { segment, region, channel } = customers[0] ?? { segment: 'a', region: 'a', channel: 'survey' }
      const choices: [string, Partial<WeightFilters>][] = []
      for (let bits = 0; bits < 8; bits += 1)
        choices.push([
          String(bits),
          { ...(bits & 1 ? { segment } : {}), ...(bits & 2 ? { region } : {}), ...(bits & 4 ? { channel } : {}) },
        ])
      const found = choices.map(([, filters]) => view(all, filters).samples.points)
      for (const [narrow, inner] of found.entries())
        for (const [wide, outer] of found.entries()) {
          if (narrow === wide || (narrow & wide) !== wide || inner.status !== 'shown') continue
          expect(outer.status).toBe('shown')
          const apart = outer.customers.length - inner.customers.length
          expect(apart === 0 || apart >= 5).toBe(true)
        }
    }),
    { seed: 26, numRuns: 60 },
  )
})

describe('the means of what customers gave', () => {
  const four = fc.tuple(
    ...([0, 1, 2, 3] as const).map(() => fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(Number.NaN))),
  )
  test('lie among the numbers given, their intervals too, in whatever order customers come', () => {
    fc.assert(
      fc.property(fc.array(four, { minLength: 10, maxLength: 25 }), (rows) => {
        const found = meansOf(rows, [0, 1, 2, 3], 'seed', hundred)
        expect(meansOf(rows.toReversed(), [0, 1, 2, 3], 'seed', hundred).map(({ interval }) => interval)).toEqual(
          found.map(({ interval }) => interval),
        )
        for (const [at, { n, mean, interval }] of found.entries()) {
          const values = rows.flatMap((row) => (Number.isNaN(row[at]) ? [] : [row[at] ?? 0]))
          expect(n).toBe(values.length)
          expect(interval === undefined).toBe(n < 10)
          if (n === 0) continue
          const [least, most] = [Math.min(...values), Math.max(...values)]
          for (const one of [mean, ...(interval ? [interval.low, interval.high] : [])]) {
            expect(one).toBeGreaterThanOrEqual(least - 1e-9)
            expect(one).toBeLessThanOrEqual(most + 1e-9)
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('add up to 100 where each customer’s do, and first places to one', () => {
    const rows = Array.from({ length: 30 }, (_, at) => [at, 40 - at, 35, 25])
    const found = meansOf(rows, [0, 1, 2, 3], 'seed', hundred)
    expect(found.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(100, 10)
    expect(found.reduce((sum, { first = 0 }) => sum + first, 0)).toBeCloseTo(1, 10)
  })

  test('have the interval of the bootstrap, and beyond 500 customers that of the standard error, which is the same', () => {
    const values = Array.from({ length: 499 }, (_, at) => (at * 37) % 101)
    const [one] = meansOf(
      values.map((value) => [value]),
      [0],
      'seed',
      hundred,
    )
    const other = bootstrap(values, (sample) => sample.reduce((sum, value) => sum + value, 0) / sample.length, 'other')
    const [large] = meansOf(
      [...values, 50].map((value) => [value]),
      [0],
      'seed',
      hundred,
    )
    for (const end of ['low', 'high'] as const) {
      expect(Math.abs((one?.interval?.[end] ?? 0) - (other?.[end] ?? 99))).toBeLessThan(0.6)
      expect(Math.abs((one?.interval?.[end] ?? 0) - (large?.interval?.[end] ?? 99))).toBeLessThan(0.6)
    }
    expect(large?.first).toBeUndefined()
  })

  test('below ten customers have no interval', () => {
    expect(
      meansOf(
        Array.from({ length: 9 }, () => [50]),
        [0],
        'seed',
        hundred,
      ),
    ).toEqual([{ n: 9, mean: 50, interval: undefined, first: undefined }])
  })
})

describe('which is first', () => {
  const mean = (middle: number, half: number): Mean => ({
    n: 40,
    mean: middle,
    interval: { low: middle - half, high: middle + half },
    first: undefined,
  })
  test('is claimed only where its interval keeps clear of all others', () => {
    expect(mayBeFirst([mean(40, 2), mean(30, 2), mean(20, 2), mean(10, 2)])).toEqual([0])
    expect(mayBeFirst([mean(40, 6), mean(30, 6), mean(20, 2), mean(10, 2)])).toEqual([0, 1])
    expect(mayBeFirst([mean(8, 1), mean(4, 1), mean(7, 1), mean(5.5, 1)], -1)).toEqual([1, 3])
    expect(mayBeFirst([{ n: 7, mean: 40, interval: undefined, first: undefined }])).toEqual([])
  })

  test('an interval that holds the line lies on neither side', () => {
    const interval: Interval = { low: 24, high: 30 }
    expect(sideOf(interval, 25)).toBe(0)
    expect(sideOf(interval, 23)).toBe(1)
    expect(sideOf(interval, 31)).toBe(-1)
    expect(sideOf(undefined, 25)).toBe(0)
  })

  test('a quarter is named only as far as both lines are cleared', () => {
    const served = [7, 4, 9, 8].map((one) => ({
      status: 'shown' as const,
      isPartial: false,
      n: 40,
      means: [mean(one, 0.2)],
    }))
    const places = placesOf([mean(12, 3), mean(42, 3), mean(34, 3), mean(24, 3)], served)
    expect(places.map(placeWords)).toEqual([
      'matters less, cannot tell how well',
      'matters more, done worse',
      'matters more, done better',
      'cannot tell how much it matters, done better',
    ])
  })

  test('what weighs and is seldom said is taken for granted, what is said and weighs little is loud', () => {
    const points = [mean(12, 2), mean(42, 2), mean(34, 2), mean(12, 2)]
    const places = saidPlaces(points, { status: 'shown', n: 60, named: [55, 2, 50, 3] })
    expect(places.map(({ said, weight }) => saidName(said, weight))).toEqual([
      'loud: said, weighs less',
      'taken for granted: weighs more, seldom said',
      'core: said, and weighs more',
      'neither',
    ])
    const few = saidPlaces(points, { status: 'shown', n: 9, named: [9, 0, 9, 0] })
    expect(few.map(({ said }) => said)).toEqual([0, 0, 0, 0])
  })
})

describe('several people of a customer', () => {
  const at = (on: string, person: string, points: Four, level: Weighing['level'] = 'lead') =>
    weighing({ on, person, points, level })

  test('count as one customer by the mean of what each gave last', () => {
    const sittings = [
      at('2026-11-03', 'anna', [0, 60, 40, 0]),
      at('2026-11-02', 'jonas', [20, 20, 20, 40]),
      at('2026-05-01', 'anna', [100, 0, 0, 0]),
    ]
    const of = contributionOf(sittings, named, undefined)
    expect(of.points).toEqual([10, 40, 30, 20])
    expect(countingFor(sittings, 'points').map(({ on }) => on)).toEqual(['2026-11-03', '2026-11-02'])
  })

  test('who would rather not say later is not held to what was said before', () => {
    const sittings = [
      weighing({ on: '2026-11-03', person: 'anna', isDeclined: true }),
      at('2026-05-01', 'anna', [100, 0, 0, 0]),
    ]
    expect(contributionOf(sittings, named, undefined)).toMatchObject({ points: undefined, isDeclined: true })
  })

  test('the group is the mean of what each leaves undone, never the product of means (reference case 18)', () => {
    const found = shortfall({
      points: { revenue: 10, cost: 30, risk: 40, emotion: 20 },
      scores: { revenue: 8, cost: 6, risk: 5, emotion: 9 },
    })
    const lost = [found?.by.revenue ?? 0, found?.by.cost ?? 0, found?.by.risk ?? 0, found?.by.emotion ?? 0]
    const all = meansOf([lost, [0, 0, 0, 0]], [0, 1, 2, 3], '', { low: 0, high: 1 })
    expect(all.reduce((sum, { mean }) => sum + mean, 0)).toBeCloseTo(0.18, 12)
  })
})

describe('few customers', () => {
  test('what one to four gave in confidence is left out, from five on it is in', () => {
    const open = many(20, {})
    const few = view([...open, ...many(4, { level: 'totals' })]).samples.points
    expect(few).toMatchObject({ status: 'shown', isPartial: true })
    expect(few.customers).toHaveLength(20)
    const enough = view([...open, ...many(5, { level: 'totals' })]).samples.points
    expect(enough).toMatchObject({ status: 'shown', isPartial: false })
    expect(enough.customers).toHaveLength(25)
  })

  test('nor can what few gave in confidence be worked out by choosing a group', () => {
    const all = [
      ...many(20, { segment: 'Food' }),
      ...many(20, { segment: 'Paper' }),
      ...many(6, { segment: 'Food', level: 'totals' }),
      ...many(2, { segment: 'Paper', level: 'totals' }),
    ]
    expect(view(all).samples.points.customers).toHaveLength(48)
    expect(view(all, { segment: 'Food' }).samples.points.customers).toHaveLength(20)
    expect(view(all, { segment: 'Paper' }).samples.points.customers).toHaveLength(20)
  })

  test('a person in confidence is left out of a customer whose others are not', () => {
    const both = [
      weighing({ person: 'anna', points: [0, 100, 0, 0] }),
      weighing({ person: 'jonas', points: [100, 0, 0, 0], level: 'totals' }),
    ]
    const { customers } = view([...many(9, {}), both]).samples.points
    expect(customers).toHaveLength(10)
    expect(customers.at(-1)?.of.points).toEqual([0, 100, 0, 0])
  })

  test('no measure is shown of fewer than five, nor one that leaves one to four beside it', () => {
    expect(view(many(4, {})).samples.points.status).toBe('small')
    expect(view([]).samples.points.status).toBe('empty')
    const all = [...many(12, { segment: 'Food' }), ...many(3, { segment: 'Paper' })]
    expect(view(all, { segment: 'Food' }).samples.points.status).toBe('near')
    expect(view(all, { segment: 'Paper' }).samples.points.status).toBe('small')
    // All gave points; of the scores only three stand outside the chosen group.
    const scored = [
      ...many(12, { segment: 'Food', scores: [5, 5, 5, 5] }),
      ...many(9, { segment: 'Paper' }),
      ...many(3, { segment: 'Paper', scores: [5, 5, 5, 5] }),
    ]
    const food = view(scored, { segment: 'Food' }).samples
    expect([food.points.status, food.cost.status]).toEqual(['shown', 'near'])
  })

  test('hiding only grows as customers go, whatever is chosen', () => {
    const sitting = fc.record({
      segment: fc.constantFrom('Food', 'Paper', 'Water'),
      region: fc.constantFrom('North', 'South'),
      level: fc.constantFrom('team' as const, 'lead' as const, 'totals' as const),
    })
    fc.assert(
      fc.property(fc.array(fc.array(sitting, { minLength: 1, maxLength: 2 }), { maxLength: 40 }), (customers) => {
        const all = customers.map((own) => own.map((one) => weighing({ ...one, points: [25, 25, 25, 25] })))
        for (const segment of ['Food', 'Paper', 'Water']) {
          const [whole, part] = [view(all).samples.points, view(all, { segment }).samples.points]
          if (part.status !== 'shown') continue
          expect(part.customers.length).toBeGreaterThanOrEqual(5)
          const inside = all.filter((own) => own.some((one) => one.segment === segment)).length
          const rest = all.length - inside
          expect(rest === 0 || rest >= 5).toBe(true)
          for (const sample of [whole, part]) {
            const closed = sample.customers.filter(({ of }) => of.closed & 1).length
            if (sample.status === 'shown') expect(closed === 0 || closed >= 5).toBe(true)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})
