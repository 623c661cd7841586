import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allot, countKinds, shortOf, takeMixed } from '#server/campaigns/mix.ts'
import { percentile, worth } from '#server/campaigns/percentile.ts'
import { randomFrom, samplePlaces } from '#server/campaigns/random.ts'
import { answersNeeded, invitesNeeded, krejcieMorgan } from '#server/campaigns/sample-size.ts'

test('the answers that a list needs are those of Cochran, for ±10 and for ±15 points', () => {
  const lists = [20, 30, 50, 100, 200, 500]
  expect(lists.map((list) => answersNeeded(list, 0.1))).toEqual([17, 24, 34, 50, 66, 81])
  expect(lists.map((list) => answersNeeded(list, 0.15))).toEqual([14, 18, 24, 31, 36, 40])
  expect(answersNeeded(1_000_000, 0.1)).toBe(97)
  expect([answersNeeded(0, 0.1), answersNeeded(1, 0.1), answersNeeded(2, 0.1)]).toEqual([0, 1, 2])
})

test('the table of Krejcie and Morgan comes out as it was printed', () => {
  const printed: [list: number, sample: number][] = [
    [10, 10],
    [20, 19],
    [30, 28],
    [50, 44],
    [80, 66],
    [100, 80],
    [150, 108],
    [200, 132],
    [300, 169],
    [500, 217],
    [1000, 278],
    [2000, 322],
    [10000, 370],
  ]
  expect(printed.map(([list]) => [list, krejcieMorgan(list)])).toEqual(printed)
})

test('more are invited than must answer, never more than there are, and everybody of a small list', () => {
  expect(invitesNeeded(50, 0.4, 100)).toBe(100)
  expect(invitesNeeded(50, 0.5, 200)).toBe(100)
  expect(invitesNeeded(81, 0.3, 500)).toBe(270)
  expect([invitesNeeded(17, 0.9, 20), invitesNeeded(24, 0.9, 30), invitesNeeded(25, 1, 31)]).toEqual([20, 30, 25])
})

test('a percentile is the middle of its rank, and there is none among fewer than five', () => {
  expect([percentile(0, 1, 10), percentile(9, 1, 10), percentile(0, 10, 10)]).toEqual([5, 95, 50])
  expect(percentile(3, 1, 4)).toBeUndefined()
})

test('what is not known is never a zero', () => {
  expect(worth(80, undefined)).toBe(80)
  expect(worth(undefined, 40)).toBe(40)
  expect([worth(80, 40), worth(5, 90)]).toEqual([80, 90])
  expect(worth(undefined, undefined)).toBeUndefined()
})

test('the same seed draws the same places, another one others', () => {
  const places = samplePlaces(1000, 50, 'a1b2c3')
  expect(samplePlaces(1000, 50, 'a1b2c3')).toEqual(places)
  expect(samplePlaces(1000, 50, 'a1b2c4')).not.toEqual(places)
  expect(samplePlaces(5, 9, 'x')).toEqual([1, 2, 3, 4, 5])
  expect(samplePlaces(0, 9, 'x')).toEqual([])
})

test('whatever the list, a draw holds as many different places as asked for, all on the list', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.string(), (list, size, seed) => {
      const places = samplePlaces(list, size, seed)
      expect(new Set(places).size).toBe(Math.min(list, size))
      expect(places.every((place) => place >= 1 && place <= list)).toBe(true)
    }),
  )
})

test('each place of a list is drawn about as often as any other', () => {
  const drawn = Array.from({ length: 10 }, () => 0)
  for (let round = 0; round < 4000; round += 1)
    for (const place of samplePlaces(10, 3, `round ${round}`)) drawn[place - 1] = (drawn[place - 1] ?? 0) + 1
  // 1200 each is expected; chi-square with nine degrees of freedom stays below 27.9 in 999 of 1000 cases.
  const chi = drawn.reduce((sum, n) => sum + (n - 1200) ** 2 / 1200, 0)
  expect(chi).toBeLessThan(27.9)
})

test('random numbers stay within 0 and 1', () => {
  const random = randomFrom('seed')
  for (let n = 0; n < 1000; n += 1) {
    const number = random()
    expect(number >= 0 && number < 1).toBe(true)
  }
})

test('places are allotted by the size of each group, and every group has one while there is room', () => {
  expect(allot({ North: 60, South: 30, West: 10 }, 10)).toEqual({ North: 6, South: 3, West: 1 })
  expect(allot({ North: 97, South: 2, West: 1 }, 8)).toEqual({ North: 6, South: 1, West: 1 })
  expect(allot({ North: 1, South: 1 }, 8)).toEqual({ North: 1, South: 1 })
  expect(allot({ A: 5, B: 5, C: 5 }, 2)).toEqual({ A: 1, B: 1, C: 0 })
  expect(allot({}, 8)).toEqual({})
})

test('however groups are sized, the places allotted add up to what is wanted', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.nat(200)), fc.nat(50), (groups, size) => {
      const total = Object.values(groups).reduce((sum, n) => sum + n, 0)
      const allotted = Object.values(allot(groups, size)).reduce((sum, n) => sum + n, 0)
      expect(allotted).toBe(Math.min(size, total))
    }),
  )
})

test('the best are taken in their order, but a gap in the mix goes before', () => {
  const of = (name: string, segment: string, region: string, role: string) => ({
    name,
    id: name,
    kinds: { segment, region, role },
  })
  const wanted = [
    of('first', 'Food', 'North', 'buys'),
    of('second', 'Food', 'North', 'buys'),
    of('third', 'Food', 'South', 'decides'),
    of('fourth', 'Tools', 'South', 'uses'),
  ]
  const targets = {
    segment: { Food: 1, Tools: 1, Steel: 1 },
    region: { North: 1, South: 1 },
    role: { buys: 1, uses: 1 },
  }
  const taken = takeMixed(wanted, targets, 2)
  expect(taken.map(({ name }) => name)).toEqual(['first', 'fourth'])
  expect(shortOf(targets, countKinds(taken))).toEqual([{ side: 'segment', name: 'Steel', got: 0, wanted: 1 }])
  expect(takeMixed(wanted, targets, 9).length).toBe(4)
  expect(takeMixed([], targets, 9)).toEqual([])
  const two = [of('first', 'Food', 'North', 'buys'), of('first', 'Food', 'North', 'uses')]
  expect(takeMixed(two, targets, 9).length).toBe(1)
})
