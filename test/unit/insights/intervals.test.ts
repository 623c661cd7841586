import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cannotTellApart, precision, wilson } from '#server/insights/intervals.ts'

/** Newcombe 1998, table I, method 3, and our own cases, to the digits that are printed there (methods, reference case 8). */
test.each([
  [81, 263, undefined, '0.2553', '0.3662'],
  [15, 148, undefined, '0.0624', '0.1605'],
  [0, 20, undefined, '0.0000', '0.1611'],
  [1, 29, undefined, '0.0061', '0.1718'],
  [7, 10, undefined, '0.3968', '0.8922'],
  [3, 5, undefined, '0.2307', '0.8824'],
  [12, 30, undefined, '0.2459', '0.5768'],
  [12, 30, 60, '0.2848', '0.5274'],
])('the interval of %i in %i (list of %s) is %s to %s', (x, n, list, low, high) => {
  const interval = wilson(x, n, list)
  expect([interval.low.toFixed(4), interval.high.toFixed(4)]).toEqual([low, high])
})

test('nobody and everybody are exact ends', () => {
  expect(wilson(0, 20).low).toBe(0)
  expect(wilson(20, 20).high).toBe(1)
})

test('when everybody on the list was heard nothing is left to chance', () => {
  expect(wilson(9, 24, 24)).toEqual({ low: 9 / 24, high: 9 / 24 })
})

test('a share that cannot be is refused', () => {
  for (const [x, n, list] of [
    [1, 0],
    [-1, 5],
    [6, 5],
    [3, 30, 20],
  ] as const)
    expect(() => wilson(x, n, list)).toThrow(RangeError)
})

const shares = fc
  .integer({ min: 1, max: 5000 })
  .chain((n) =>
    fc.record({ n: fc.constant(n), x: fc.integer({ min: 0, max: n }), more: fc.integer({ min: 1, max: 5000 }) }),
  )

test('an interval lies within 0 and 1 and holds its share', () => {
  fc.assert(
    fc.property(shares, ({ x, n, more }) => {
      for (const { low, high } of [wilson(x, n), wilson(x, n, n + more)]) {
        expect(low).toBeGreaterThanOrEqual(0)
        expect(low).toBeLessThanOrEqual(x / n + 1e-12)
        expect(high).toBeGreaterThanOrEqual(x / n - 1e-12)
        expect(high).toBeLessThanOrEqual(1)
      }
    }),
  )
})

test('helped and not helped mirror each other', () => {
  fc.assert(
    fc.property(shares, ({ x, n }) => {
      expect(wilson(x, n).low).toBeCloseTo(1 - wilson(n - x, n).high, 12)
    }),
  )
})

test('hearing more customers with the same share, or knowing the list, never widens the interval', () => {
  fc.assert(
    fc.property(shares, ({ x, n, more }) => {
      const width = ({ low, high }: { low: number; high: number }) => high - low
      expect(width(wilson(x * 2, n * 2))).toBeLessThanOrEqual(width(wilson(x, n)) + 1e-12)
      expect(width(wilson(x, n, n + more))).toBeLessThanOrEqual(width(wilson(x, n)) + 1e-12)
    }),
  )
})

test('whether two shares can be told apart does not depend on their order', () => {
  fc.assert(
    fc.property(shares, fc.nat(), ({ x, n }, other) => {
      const y = other % (n + 1)
      expect(cannotTellApart(x, y, n)).toBe(cannotTellApart(y, x, n))
      expect(cannotTellApart(x, x, n)).toBe(true)
    }),
  )
})

test('below five nothing is printed, below ten counts, below thirty it is indicative', () => {
  expect([0, 4, 5, 9, 10, 29, 30].map(precision)).toEqual([
    'hidden',
    'hidden',
    'counts',
    'counts',
    'indicative',
    'indicative',
    'full',
  ])
})
