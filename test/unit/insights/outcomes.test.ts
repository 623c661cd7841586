import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type ReadTag, readTags } from '#server/insights/distinct.ts'
import { associationOf, meanCoverage, outcomesBy, type Seen, thirdsOf } from '#server/insights/outcomes.ts'
import { associationSentence, associationSentences } from '#server/insights/outcomes-words.ts'

const nothing = {
  'says-stays': undefined,
  'says-grows': undefined,
  'says-tells': undefined,
  stayed: undefined,
  grew: undefined,
  told: undefined,
}
const seen = (index: number, more: Partial<Seen>): Seen => ({
  id: String(index),
  name: `Customer ${index}`,
  segment: '-',
  region: '-',
  owner: '-',
  k: undefined,
  unprompted: undefined,
  y: undefined,
  stay: undefined,
  distinct: undefined,
  outcomes: nothing,
  ...more,
})

test('average coverage of the reference case is 43 of 80', () => {
  const values = [2, 5, 8, 4, 1].flatMap((count, at) => Array.from({ length: count }, () => 4 - at))
  const { share, interval } = meanCoverage(values, 'seed')
  expect(share).toBeCloseTo(0.5375, 10)
  expect(interval?.low).toBeLessThan(0.5375)
  expect(interval?.high).toBeGreaterThan(0.5375)
  expect(meanCoverage(values, 'seed')).toEqual(meanCoverage(values, 'seed'))
})

test('from 500 customers the interval by standard error is the one by resampling, to the digit that is printed', () => {
  const of = (n: number) => Array.from({ length: n }, (_, at) => (at * 7) % 5)
  const [few, many] = [meanCoverage(of(495), 'a').interval, meanCoverage(of(500), 'a').interval]
  expect(many?.low).toBeCloseTo(few?.low ?? 0, 1)
  expect(many?.high).toBeCloseTo(few?.high ?? 0, 1)
})

test('where all customers are alike there is an average and no interval, which would claim to be sure', () => {
  for (const n of [10, 30, 600])
    expect(meanCoverage(Array(n).fill(4), 's')).toMatchObject({ share: 1, interval: undefined })
})

test('nothing is averaged below ten customers, and nothing tested below twenty', () => {
  expect(meanCoverage([1, 2, 3, 4, 0, 1, 2, 3, 4], 's').share).toBeUndefined()
  const some = Array.from({ length: 19 }, (_, at) => seen(at, { k: at % 5, stay: at % 11 }))
  const { n, found } = associationOf(
    some,
    ({ k }) => k,
    ({ stay }) => stay,
  )
  expect([n, found]).toEqual([19, undefined])
})

test('a sentence claims an order only where the interval leaves zero', () => {
  const claim = 'customers with more reasons put staying'
  expect(associationSentence({ n: 38, found: { r: 0.41, low: 0.12, high: 0.63 } }, claim)).toBe(
    'Customers with more reasons put staying higher: r 0.41 (0.12 to 0.63), 38 customers.',
  )
  expect(associationSentence({ n: 25, found: { r: 0.1, low: -0.3, high: 0.47 } }, claim)).toBe(
    'Cannot tell whether customers with more reasons put staying higher: r 0.10 (−0.30 to 0.47), 25 customers; indicative.',
  )
  expect(associationSentence({ n: 40, found: { r: -0.5, low: -0.7, high: -0.2 } }, claim)).toContain('staying lower')
  expect(associationSentence({ n: 12, found: undefined }, claim)).toContain('here are 12')
})

test('of three tests on one page a claim stands only where Holm’s rule keeps it among them', () => {
  const weak = { n: 40, found: { r: 0.34, low: 0.02, high: 0.6 } }
  const none = { n: 40, found: { r: 0.05, low: -0.27, high: 0.36 } }
  const strong = { n: 40, found: { r: 0.8, low: 0.64, high: 0.89 } }
  expect(associationSentences([[weak, 'one']])[0]).toMatch(/^One higher/)
  const said = associationSentences([
    [weak, 'one'],
    [none, 'two'],
    [strong, 'three'],
  ])
  expect(said[0]).toBe(
    'Cannot tell whether one higher: r 0.34 (0.02 to 0.60), 40 customers. Of 3 tests one may well look like this by chance (Holm).',
  )
  expect(said[1]).toMatch(/^Cannot tell whether two higher/)
  expect(said[2]).toMatch(/^Three higher/)
})

const tag = (more: Partial<ReadTag>): ReadTag => ({
  question: 'CORE-1',
  isPrompted: false,
  driver: 'risk',
  direction: '+',
  sub: 'K1',
  about: 'us',
  isWish: false,
  isInferred: false,
  isInertia: false,
  ...more,
})

test('a first reason is ours alone unless it is bare, a price, a habit, a wish, or praised elsewhere too', () => {
  expect(readTags([tag({})]).distinct).toBe(true)
  for (const parity of [
    { isInferred: true },
    { sub: 'C1', driver: 'cost' as const },
    { isInertia: true },
    { isWish: true },
    { direction: '-' },
    { driver: null, direction: null, about: null },
  ])
    expect(readTags([tag(parity)]).distinct).toBe(false)
  expect(readTags([tag({}), tag({ question: 'CORE-3', about: 'competitor' })]).distinct).toBe(false)
  expect(readTags([tag({}), tag({ about: 'competitor', driver: 'cost' })]).distinct).toBe(true)
  expect(readTags([tag({ question: 'CORE-2' })]).distinct).toBeUndefined()
})

test('prompted reasons count among all, not among the unprompted', () => {
  const tags = [tag({}), tag({ question: 'CORE-3', driver: 'cost', isPrompted: true })]
  expect(readTags(tags)).toMatchObject({ k: 2, unprompted: 1 })
})

const anyone = fc
  .array(
    fc.record({
      k: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
      y: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
      stays: fc.option(fc.boolean(), { nil: undefined }),
    }),
    { maxLength: 120 },
  )
  .map((list) =>
    list.map(({ stays, ...rest }, index) => seen(index, { ...rest, outcomes: { ...nothing, 'says-stays': stays } })),
  )

test('no cell that is shown stands for fewer than five, and the hidden ones never add up to one to four', () => {
  fc.assert(
    fc.property(anyone, (customers) => {
      const cells = outcomesBy(customers, ({ k }) => k, 5).flatMap(([first]) => first ?? [])
      for (const { x, n, status } of cells) {
        expect(x).toBeLessThanOrEqual(n)
        if (status === 'shown') expect(n).toBeGreaterThanOrEqual(5)
      }
      const isShown = cells.some(({ status }) => status === 'shown')
      const hidden = cells.reduce((sum, { n, status }) => sum + (status === 'shown' ? 0 : n), 0)
      if (isShown) expect(hidden === 0 || hidden >= 5).toBe(true)
    }),
  )
})

test('thirds part the list in order, and equal values stand together', () => {
  fc.assert(
    fc.property(anyone, (customers) => {
      const thirds = thirdsOf(customers)
      const known = customers.filter(({ y }) => y !== undefined)
      expect(thirds.size).toBe(known.length < 30 ? 0 : known.length)
      for (const a of known)
        for (const b of known)
          if ((a.y ?? 0) <= (b.y ?? 0)) expect(thirds.get(a.id) ?? 0).toBeLessThanOrEqual(thirds.get(b.id) ?? 0)
    }),
    { numRuns: 30 },
  )
})
