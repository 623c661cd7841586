import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import { holm, leavesZero, pooledProbability, shareDifference } from './differences.ts'
import type { Compared, Figures, Group } from './figures.ts'
import { type Interval, precision } from './intervals.ts'

/** A group that can be told from the rest in one number: its share and that of the rest, and the difference. */
export type Claim = {
  value: string
  driver: Driver
  direction: Direction
  share: number
  rest: number
  difference: number
  interval: Interval
}

/**
 * `same`: groups hold the same customers, so that there is no rest. `few`: no group and rest have ten customers each.
 * `one`: a single group is shown. `compared`: `claims` are what stands of `tests` comparisons.
 */
export type Comparison =
  | { kind: 'same' | 'few' | 'one' }
  | { kind: 'compared'; claims: Claim[]; tests: number; isIndicative: boolean }

/**
 * Which groups name a driver more or less often than the rest of the view, over all groups, drivers and directions.
 *
 * Formula and source: `shareDifference` (Newcombe 1998b, method 10), group minus the customers who stand in no part of it;
 * a difference stands where its interval leaves zero and Holm's rule (1979) keeps it among all that were tested.
 * Of two groups that make up the view only the first is tested: the second is its rest.
 * Units: customers, counted once a group. Minimum n: 10 a side; below 30 the difference is called indicative.
 * How it misleads: groups differ in much else: who asked, in which words, how long they answered. The rest holds other
 * groups, so two groups that both differ from it may be alike.
 */
export function compareGroups(figures: Figures): Comparison {
  // Nearly everybody is asked both ways: there is nobody to compare with.
  if (figures.by === 'asked') return { kind: 'same' }
  const seen = figures.groups.filter(({ status, n }) => status === 'shown' && n > 0)
  if (seen.length < 2) return { kind: 'one' }
  const [first, second] = seen
  const isSplit = first && second && seen.length === 2 && first.n + second.n === figures.n && first.rest.n === second.n
  const sides = (isSplit ? [first] : seen).filter(isEnough)
  if (sides.length === 0) return { kind: 'few' }
  const tested = sides.flatMap((group) =>
    drivers.flatMap((driver) => directions.map((direction) => comparison(group, driver, direction))),
  )
  const kept = holm(tested.map(({ p }) => p))
  const claims = tested.flatMap(({ p: _p, ...claim }, index) =>
    kept[index] && leavesZero(claim.interval) ? [claim] : [],
  )
  const isIndicative = sides.some(
    (group) => claims.some(({ value }) => value === group.value) && Math.min(group.n, group.rest.n) < 30,
  )
  return { kind: 'compared', claims, tests: tested.length, isIndicative }
}

const hasShare = ({ n }: Pick<Compared, 'n'>): boolean => precision(n) === 'indicative' || precision(n) === 'full'
const isEnough = (group: Group): boolean => hasShare(group) && hasShare(group.rest)

function comparison(group: Group, driver: Driver, direction: Direction): Claim & { p: number } {
  const { rest, n, value } = group
  const x = group.drivers[driver][direction].all
  const others = rest.drivers[driver][direction]
  const { difference, low, high } = shareDifference(x, n, others, rest.n)
  return {
    value,
    driver,
    direction,
    share: x / n,
    rest: others / rest.n,
    difference,
    interval: { low, high },
    p: pooledProbability(x, n, others, rest.n),
  }
}
