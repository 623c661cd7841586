import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { midRanks, spearman, spearmanInterval } from '#server/insights/association.ts'
import {
  benjaminiHochberg,
  detectableChange,
  holm,
  leavesZero,
  mcnemar,
  pairedDifference,
  shareDifference,
} from '#server/insights/differences.ts'
import { responseRates, standardisedDifference, standardisedShare, worstCase } from '#server/insights/non-response.ts'
import { bootstrap, seeded, shareOfResamples } from '#server/insights/resampling.ts'
import { saturation, saturationInOrders, shareHeard, talksToHear } from '#server/insights/saturation.ts'
import { coverageShare, shortfall } from '#server/insights/shortfall.ts'
import { bias, brier, compareSets, skill } from '#server/predictions/forecasts.ts'
import { concentration, rankMarks } from '#server/value/portfolio.ts'
import { type Signs, usualPoints, vulnerability } from '#server/value/vulnerability.ts'

describe('the difference of two shares', () => {
  // Newcombe 1998b, method 10 (methods, reference case 9).
  test.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i/%i less %i/%i lies between the published ends', (x1, n1, x2, n2, low, high) => {
    const found = shareDifference(x1, n1, x2, n2)
    expect(found.low).toBeCloseTo(low, 4)
    expect(found.high).toBeCloseTo(high, 4)
  })

  test('turned around it is the same interval with the other sign', () => {
    const shares = fc
      .integer({ min: 1, max: 60 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))
    fc.assert(
      fc.property(shares, shares, ([x1, n1], [x2, n2]) => {
        const [there, back] = [shareDifference(x1, n1, x2, n2), shareDifference(x2, n2, x1, n1)]
        expect(there.low).toBeCloseTo(-back.high, 10)
        expect(there.low).toBeLessThanOrEqual(there.difference)
        expect(there.high).toBeGreaterThanOrEqual(there.difference)
      }),
    )
  })
})

describe('the change among the same customers', () => {
  // Agresti, approval ratings (methods, reference case 10).
  const ratings = { both: 794, first: 150, second: 86, neither: 570 }

  test('McNemar’s test of the approval ratings is 17.36, and surprising', () => {
    const { zSquared, p } = mcnemar(ratings)
    expect(zSquared.toFixed(2)).toBe('17.36')
    expect(p).toBeCloseTo(0.00003, 5)
  })

  test('of one and nine who changed the exact test is 22 in 1024', () => {
    expect(mcnemar({ first: 1, second: 9 }).p).toBeCloseTo(22 / 1024, 12)
    expect(mcnemar({ first: 0, second: 0 }).p).toBe(1)
  })

  test('the interval of the approval ratings is close to the plain one at that size', () => {
    const { difference, low, high } = pairedDifference(ratings)
    expect(difference).toBeCloseTo(-0.04, 3)
    expect(low).toBeCloseTo(-0.059, 2)
    expect(high).toBeCloseTo(-0.021, 2)
  })

  test('where nobody changed the interval still has a width, and holds zero', () => {
    const { difference, low, high } = pairedDifference({ both: 6, first: 0, second: 0, neither: 6 })
    expect(difference).toBe(0)
    expect(low).toBeLessThan(0)
    expect(high).toBeGreaterThan(0)
  })

  test('the interval holds the change and stays within −1 and 1', () => {
    const count = fc.integer({ min: 0, max: 40 })
    fc.assert(
      fc.property(count, count, count, count, (both, first, second, neither) => {
        fc.pre(both + first + second + neither > 0)
        const { difference, low, high } = pairedDifference({ both, first, second, neither })
        expect(low).toBeLessThanOrEqual(difference + 1e-12)
        expect(high).toBeGreaterThanOrEqual(difference - 1e-12)
        expect(low).toBeGreaterThanOrEqual(-1)
        expect(high).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('a change is spoken of only where the interval leaves zero', () => {
    expect(leavesZero({ low: -0.1, high: 0.2 })).toBe(false)
    expect(leavesZero({ low: 0.01, high: 0.2 })).toBe(true)
    expect(leavesZero({ low: -0.3, high: -0.1 })).toBe(true)
  })

  test('thirty customers a round show a change of 36 points and no smaller one', () => {
    expect(Math.round(100 * detectableChange(0.5, 30))).toBe(36)
  })
})

test('of the fifteen tests of Benjamini and Hochberg, Holm lets three stand and they four', () => {
  const values = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
  ]
  expect(holm(values).filter(Boolean)).toHaveLength(3)
  expect(benjaminiHochberg(values).filter(Boolean)).toHaveLength(4)
  expect(benjaminiHochberg([...values].reverse()).slice(-4)).toEqual([true, true, true, true])
  expect(holm([])).toEqual([])
})

describe('what was expected beside what was said', () => {
  const forecast = { revenue: 0.2, cost: 0.9, risk: 0.3, emotion: 0.4 }
  const outcome = { revenue: false, cost: true, risk: true, emotion: false }

  test('Brier’s score of the two reference cases', () => {
    const example = { revenue: 0.1, cost: 0.9, risk: 0.8, emotion: 0.3 }
    expect(brier(example, { revenue: false, cost: true, risk: true, emotion: false })).toBeCloseTo(0.0375, 12)
    expect(brier(forecast, outcome)).toBeCloseTo(0.175, 12)
  })

  test('the sets name the blind spot and agree by half', () => {
    expect(compareSets(forecast, outcome)).toEqual({
      hits: ['cost'],
      blindSpots: ['risk'],
      overAssumed: [],
      jaccard: 0.5,
    })
    const none = { revenue: 0, cost: 0, risk: 0, emotion: 0 }
    expect(compareSets(none, { revenue: false, cost: false, risk: false, emotion: false }).jaccard).toBe(1)
  })

  test('always being right is a skill of one; saying what the others say is none', () => {
    const said = [true, true, false, false].map((revenue) => ({ revenue, cost: !revenue, risk: false, emotion: true }))
    const sure = said.map((one) => ({
      forecast: {
        revenue: Number(one.revenue),
        cost: Number(one.cost),
        risk: 0,
        emotion: 1,
      },
      outcome: one,
    }))
    expect(skill(sure)).toBe(1)
    const base = said.map((one) => ({
      forecast: {
        revenue: (2 - Number(one.revenue)) / 3,
        cost: (2 - Number(one.cost)) / 3,
        risk: 0,
        emotion: 1,
      },
      outcome: one,
    }))
    expect(skill(base)).toBeCloseTo(0, 12)
    expect(skill(sure.slice(0, 1))).toBeUndefined()
  })

  test('a driver that is expected too often has a bias above zero', () => {
    expect(bias([{ forecast, outcome }], 'emotion')).toBeCloseTo(0.4)
    expect(bias([{ forecast, outcome }], 'risk')).toBeCloseTo(-0.7)
    expect(bias([], 'risk')).toBeUndefined()
  })
})

describe('resampling', () => {
  test('the same seed draws the same numbers, another seed others, all from 0 to below 1', () => {
    const [one, two, other] = [seeded('a'), seeded('a'), seeded('b')]
    const numbers = Array.from({ length: 1000 }, () => one())
    expect(Array.from({ length: 1000 }, () => two())).toEqual(numbers)
    expect(other()).not.toBe(numbers[0])
    expect(numbers.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(numbers.reduce((sum, value) => sum + value, 0) / 1000).toBeCloseTo(0.5, 1)
  })

  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

  test('the interval of a mean holds the mean, and is as wide as theory says', () => {
    const values = Array.from({ length: 100 }, (_, index) => index)
    const found = bootstrap(values, mean, 'seed')
    // 1.96 · s/√n with s = 29.0.
    expect(found?.low).toBeGreaterThan(42)
    expect(found?.low).toBeLessThan(46)
    expect(found?.high).toBeGreaterThan(53)
    expect(found?.high).toBeLessThan(57)
    expect(bootstrap(values, mean, 'seed')).toEqual(found)
  })

  test('of one customer, and of a statistic that is mostly undefined, there is no interval', () => {
    expect(bootstrap([1], mean, 'seed')).toBeUndefined()
    expect(bootstrap([1, 2, 3], () => undefined, 'seed')).toBeUndefined()
  })

  test('what holds in every resample holds in all of them', () => {
    expect(shareOfResamples([1, 2, 3], () => true, 'seed')).toBe(1)
    expect(shareOfResamples([1, 2, 3], () => false, 'seed')).toBe(0)
    expect(shareOfResamples([], () => true, 'seed')).toBe(0)
  })
})

describe('rising together', () => {
  test('a rank correlation of 0.5 among 20 lies between 0.060 and 0.777', () => {
    const { low, high } = spearmanInterval(0.5, 20)
    expect([low.toFixed(3), high.toFixed(3)]).toEqual(['0.060', '0.777'])
  })

  test('equal values share their rank', () => {
    expect(midRanks([10, 20, 20, 5])).toEqual([2, 3.5, 3.5, 1])
  })

  test('it is 1 for any rising order, −1 for any falling one, and undefined where nothing varies', () => {
    expect(spearman([1, 2, 3, 4, 5].map((x) => [x, x ** 3]))?.r).toBeCloseTo(1, 12)
    expect(spearman([1, 2, 3, 4, 5].map((x) => [x, -x]))?.r).toBeCloseTo(-1, 12)
    expect(spearman([1, 2, 3, 4, 5].map((x) => [x, 7]))).toBeUndefined()
    expect(spearman([[1, 2]])).toBeUndefined()
  })
})

describe('what is left undone', () => {
  const weighed = {
    points: { revenue: 10, cost: 30, risk: 40, emotion: 20 },
    scores: { revenue: 8, cost: 6, risk: 5, emotion: 9 },
  }

  test('the reference case is 0.36, most of it in risk', () => {
    const found = shortfall(weighed)
    expect(found?.all).toBeCloseTo(0.36, 12)
    expect(Object.values(found?.by ?? {}).map((value) => value.toFixed(2))).toEqual(['0.02', '0.12', '0.20', '0.02'])
  })

  test('a driver that does not apply is dropped and the others stand for all', () => {
    const found = shortfall({ ...weighed, scores: { ...weighed.scores, emotion: undefined } })
    expect(found?.all).toBeCloseTo(0.34 / 0.8, 12)
    expect(found?.by.emotion).toBe(0)
    const none = { revenue: undefined, cost: undefined, risk: undefined, emotion: undefined }
    expect(shortfall({ ...weighed, scores: none })).toBeUndefined()
  })

  test('twenty customers with 4, 3, 2, 1 and 0 of the four in counts 2, 5, 8, 4, 1 have 0.5375 of them', () => {
    expect(coverageShare([1, 4, 8, 5, 2])).toBeCloseTo(0.5375, 12)
    expect(coverageShare([0, 0, 0, 0, 0])).toBeUndefined()
  })
})

describe('those who stay silent', () => {
  test('a share of 70 % at a rate of 40 % could lie anywhere from 28 to 88 %', () => {
    const { low, high } = worstCase(0.7, 0.4)
    expect(low).toBeCloseTo(0.28, 12)
    expect(high).toBeCloseTo(0.88, 12)
  })

  test('undelivered mail counts in RR1 and not in RR5', () => {
    const asked = { complete: 30, partial: 5, refused: 5, silent: 40, undelivered: 20 }
    expect(responseRates(asked)).toEqual({ rr1: 0.3, rr5: 0.375 })
    const nobody = { complete: 0, partial: 0, refused: 0, silent: 0, undelivered: 0 }
    expect(responseRates(nobody)).toEqual({ rr1: undefined, rr5: undefined })
  })

  test('two groups one deviation apart differ by one', () => {
    expect(standardisedDifference([1, 2, 3], [2, 3, 4])).toBeCloseTo(-1, 12)
    expect(standardisedDifference([1], [2, 3])).toBeUndefined()
    expect(standardisedDifference([1, 1], [1, 1])).toBeUndefined()
  })

  test('a kind that 3 of 10 heard and 5 of 10 others belong to stands 0.42 apart, and turned around as far the other way', () => {
    expect(standardisedShare(3, 10, 5, 10)).toBeCloseTo(-0.2 / Math.sqrt((0.21 + 0.25) / 2), 12)
    expect(standardisedShare(5, 10, 3, 10)).toBeCloseTo(0.417, 3)
    expect(standardisedShare(0, 10, 10, 10)).toBeUndefined()
    expect(standardisedShare(0, 0, 1, 10)).toBeUndefined()
  })

  test('the bounds hold the share whatever the rate, and close in on it as everybody answers', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(share, share, (p, rate) => {
        const { low, high } = worstCase(p, rate)
        expect(low).toBeLessThanOrEqual(p + 1e-12)
        expect(high).toBeGreaterThanOrEqual(p - 1e-12)
        expect(high - low).toBeCloseTo(1 - rate, 12)
      }),
    )
  })
})

describe('when to stop talking', () => {
  // After Guest, Namey & Chen 2020 (methods, reference case 15): 37 themes in four talks, then 4, 3, 1 and 0 new ones.
  const themes = (from: number, count: number) => Array.from({ length: count }, (_, index) => `t${from + index}`)
  const talks = [
    themes(0, 20),
    themes(20, 10),
    themes(30, 5),
    themes(35, 2),
    themes(37, 4),
    themes(41, 3),
    themes(44, 1),
    [],
  ]

  test('the walk-through stops at 6+2', () => {
    const { windows, reachedAt } = saturation(talks)
    expect(windows.map(({ ratio }) => Math.round(ratio * 100))).toEqual([19, 11, 3])
    expect(reachedAt).toEqual({ heard: 6, run: 2 })
  })

  test('of too few talks nothing is said', () => {
    expect(saturation(talks.slice(0, 5))).toEqual({ windows: [], reachedAt: undefined })
  })

  test('in other orders it is reached by a median and a 95th percentile that the same talks always give', () => {
    const same = Array.from({ length: 20 }, () => themes(0, 5))
    expect(saturationInOrders(same, 'seed')).toEqual({ median: 6, high: 6 })
    expect(saturationInOrders(talks, 'seed')).toEqual(saturationInOrders(talks, 'seed'))
    const apart = Array.from({ length: 12 }, (_, at) => themes(at * 3, 3))
    expect(saturationInOrders(apart, 'seed')).toEqual({ median: undefined, high: undefined })
  })

  test('an order is followed as the walk-through follows it', () => {
    // With one talk more than the base and the run there is one window, and each order ends the same way or not at all.
    const seven = [...Array.from({ length: 6 }, () => themes(0, 30)), themes(30, 9)]
    const { median, high } = saturationInOrders(seven, 'seed')
    expect(median).toBe(6)
    expect([6, 7, undefined]).toContain(high)
  })

  test('the share that so many talks would have heard is the inverse of how many it takes', () => {
    expect(shareHeard(29)).toBeCloseTo(0.0981, 4)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (n) => {
        expect(talksToHear(shareHeard(n))).toBe(n)
      }),
    )
  })

  test('what a fifth, a tenth and a twentieth hold is heard with 14, 29 and 59 talks', () => {
    expect([0.2, 0.1, 0.05].map(talksToHear)).toEqual([14, 29, 59])
  })
})

describe('whom we depend on', () => {
  test('four customers with 40, 30, 20 and 10 % are as concentrated as 0.30', () => {
    expect(concentration([40, 30, 20, 10])).toBeCloseTo(0.3, 12)
    expect(concentration([])).toBeUndefined()
  })

  test('a customer who gets much and gives little is a hidden gem; the other way a hollow giant', () => {
    const list = Array.from({ length: 12 }, (_, index) => ({ id: `c${index}`, weGet: index * 8, theyGet: index * 8 }))
    const marks = rankMarks([
      ...list.slice(1, 11),
      { id: 'gem', weGet: 1, theyGet: 99 },
      { id: 'giant', weGet: 99, theyGet: 1 },
      { id: 'unknown', weGet: 99, theyGet: undefined },
    ])
    expect([...marks]).toEqual([
      ['gem', 'hidden gem'],
      ['giant', 'hollow giant'],
    ])
  })

  test('among fewer than ten there is no mark', () => {
    expect(rankMarks([{ id: 'a', weGet: 1, theyGet: 9 }])).toEqual(new Map())
  })
})

describe('vulnerability', () => {
  const calm: Signs = {
    competitor: 'none',
    leaving: 'no',
    why: 'fresh',
    worstScore: 9,
    open: 0,
    help: { k: 3, isPriceOnly: false },
    isInertia: false,
    isOfferingWasted: false,
    isHurt: false,
  }
  const unknown: Signs = {
    competitor: undefined,
    leaving: undefined,
    why: 'none',
    worstScore: undefined,
    open: undefined,
    help: undefined,
    isInertia: undefined,
    isOfferingWasted: undefined,
    isHurt: undefined,
  }

  test('the reference case is 45 to 50: watch or act', () => {
    const found = vulnerability({
      ...calm,
      competitor: 'comparing',
      leaving: 'stated',
      help: { k: 1, isPriceOnly: true },
      why: 'undated',
    })
    expect([found.low, found.high]).toEqual([45, 50])
    expect(found.bands).toEqual(['watch', 'act'])
  })

  test('a calm customer has no point; one of whom nothing is known could have all of them', () => {
    expect(vulnerability(calm)).toMatchObject({ low: 0, high: 0, bands: ['low'] })
    expect(vulnerability(unknown)).toMatchObject({ low: 10, high: 100, bands: ['low', 'watch', 'act'] })
  })

  test('the points come to 100 at most', () => {
    const { comparing, stated, noWhy, scoredFour, twoOpen, narrow, inertia, offering, hurt } = usualPoints
    const most = [comparing, stated, noWhy, scoredFour, twoOpen, narrow, inertia, offering, hurt]
    expect(most.reduce((sum, value) => sum + value, 0)).toBe(100)
  })

  test('learning something never widens the range', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 4 }), (worstScore, open) => {
        const before = vulnerability(unknown)
        const after = vulnerability({ ...unknown, worstScore, open })
        expect(after.low).toBeGreaterThanOrEqual(before.low)
        expect(after.high).toBeLessThanOrEqual(before.high)
      }),
    )
  })
})
