import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Combination, groupStatuses as statusesOf, widen } from '#server/insights/small-groups.ts'

const members = (from: number, to: number) => new Set(Array.from({ length: to - from + 1 }, (_, n) => from + n))
const few = (n: number) => n > 0 && n < 5

/** The statuses of groups that are given by their customers. */
function groupStatuses<Key>(groups: Map<Key, Set<number>>) {
  const everybody = new Set([...groups.values()].flatMap((group) => [...group]))
  const combinations = [...everybody].map((one): Combination<Key> => {
    return { groups: [...groups].flatMap(([key, group]) => (group.has(one) ? [key] : [])), count: 1 }
  })
  return statusesOf(combinations)
}

test('groups of five and more are shown', () => {
  const groups = new Map([
    ['North', members(1, 5)],
    ['South', members(6, 14)],
  ])
  expect([...groupStatuses(groups).values()]).toEqual(['shown', 'shown'])
})

test('a group of four is hidden, and so is the smallest other, from which it could be worked out', () => {
  const groups = new Map([
    ['Paper', members(1, 4)],
    ['Food', members(5, 12)],
    ['Machinery', members(13, 30)],
  ])
  expect(Object.fromEntries(groupStatuses(groups))).toEqual({ Paper: 'small', Food: 'near', Machinery: 'shown' })
})

test('two groups that are hidden together hide each other', () => {
  const groups = new Map([
    ['Paper', members(1, 4)],
    ['Glass', members(5, 7)],
    ['Food', members(8, 20)],
  ])
  expect(Object.fromEntries(groupStatuses(groups))).toEqual({ Paper: 'small', Glass: 'small', Food: 'shown' })
})

test('a group that lacks only a few of all customers is hidden', () => {
  const groups = new Map([
    ['survey', members(1, 20)],
    ['talk', members(10, 22)],
  ])
  // Customers 21 and 22 only talked: everybody less the survey would single them out.
  expect(Object.fromEntries(groupStatuses(groups))).toEqual({ survey: 'near', talk: 'shown' })
})

test('a group that holds everybody is shown', () => {
  expect(groupStatuses(new Map([['all', members(1, 12)]])).get('all')).toBe('shown')
})

const someGroups = fc
  .array(fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 25 }), { maxLength: 7 })
  .map((lists) => new Map(lists.map((list, key) => [key, new Set(list)])))

test('no shown group, and nothing that a reader gets by leaving one out, holds one to four customers', () => {
  fc.assert(
    fc.property(someGroups, (groups) => {
      const statuses = groupStatuses(groups)
      const everybody = new Set([...groups.values()].flatMap((group) => [...group]))
      for (const [key, group] of groups) {
        if (statuses.get(key) !== 'shown') continue
        expect(group.size).toBeGreaterThanOrEqual(5)
        expect(few(everybody.size - group.size)).toBe(false)
        const others = new Set([...groups].flatMap(([other, list]) => (other === key ? [] : [...list])))
        expect(few(others.size)).toBe(false)
      }
      const hidden = [...groups].filter(([key]) => statuses.get(key) !== 'shown')
      const hiddenCustomers = new Set(hidden.flatMap(([, group]) => [...group]))
      if ([...statuses.values()].includes('shown')) expect(few(hiddenCustomers.size)).toBe(false)
    }),
  )
})

test('the order of the groups does not matter', () => {
  fc.assert(
    fc.property(someGroups, (groups) => {
      const reversed = new Map([...groups].reverse())
      expect(new Map([...groupStatuses(groups)].sort())).toEqual(new Map([...groupStatuses(reversed)].sort()))
    }),
  )
})

const someDays = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 80 })
  .map((pairs) => {
    const days = new Map<number, Set<number>>()
    for (const [day, customer] of pairs) days.set(day, (days.get(day) ?? new Set()).add(customer))
    return days
  })
const within = (days: Map<number, Set<number>>, from: number, to: number) =>
  new Set([...days].flatMap(([day, list]) => (day >= from && day <= to ? [...list] : [])))

test('a window of days is widened, never narrowed, and widening again changes nothing', () => {
  fc.assert(
    fc.property(someDays, fc.nat(50), fc.nat(50), (days, a, b) => {
      const asked = { from: Math.min(a, b), to: Math.max(a, b) }
      const window = widen(days, asked)
      expect(window.from).toBeLessThanOrEqual(asked.from)
      expect(window.to).toBeGreaterThanOrEqual(asked.to)
      expect(within(days, ...ends(widen(days, window)))).toEqual(within(days, ...ends(window)))
    }),
  )
})

const ends = ({ from, to }: { from: number; to: number }): [number, number] => [from, to]

test('two windows of which one begins or ends later differ by nobody or by at least five customers', () => {
  fc.assert(
    fc.property(someDays, fc.nat(50), fc.nat(50), fc.nat(50), (days, a, b, c) => {
      const [from = 0, middle = 0, to = 0] = [a, b, c].sort((one, other) => one - other)
      // With fewer than five in all, no view of these days is shown at all.
      fc.pre(within(days, 0, 50).size >= 5)
      const all = widen(days, { from, to })
      const part = widen(days, { from, to: middle })
      const between = within(days, part.to + 1, all.to)
      expect(few(between.size)).toBe(false)
    }),
  )
})
