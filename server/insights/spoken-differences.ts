import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import { holm, leavesZero, pooledProbability, shareDifference } from './differences.ts'
import type { Interval } from './intervals.ts'
import type { Told } from './spoken-groups.ts'

/** Fewer customers on one side give counts and no difference. */
const enough = 10

/** A difference of two shares of different customers: second less first; `stands` where it may be claimed. */
export type Difference = { first: number; second: number; difference: number; stands: boolean } & Interval
export type DriverDifference = Difference & { driver: Driver; direction: Direction }

/** What is told of customers besides the drivers: any harm at all, and two or more of the four. */
export type Line = { of: 'driver'; driver: Driver; direction: Direction } | { of: 'anyHurt' } | { of: 'several' }
export const lines: Line[] = [
  { of: 'anyHurt' },
  { of: 'several' },
  ...drivers.flatMap((driver) => directions.map((direction): Line => ({ of: 'driver', driver, direction }))),
]
export const countOf = (line: Line, told: Told): number =>
  line.of === 'driver' ? told.drivers[line.driver][line.direction] : told[line.of]

/**
 * The slower half of those who answered less the quicker half, by driver and direction; [] below ten in a half.
 *
 * Formula and source: `shareDifference` (Newcombe 1998b), kept by Holm's rule among all eight. Late answers as a stand-in for
 * silence: Armstrong & Overton 1977. Units: customers. Minimum n: 10 a half, indicative below 30.
 * How it misleads: it is a hint. Who answers late is still somebody who answers.
 */
export function earlyAndLate(early: Told, late: Told): DriverDifference[] {
  const told = lines.filter((line) => line.of === 'driver')
  return differencesOf(told, early, late).flatMap((found, at) => {
    const line = told[at]
    return line ? [{ ...found, driver: line.driver, direction: line.direction }] : []
  })
}

/** Second less first for each line, kept by Holm's rule among them all; [] below ten on a side. */
export function differencesOf(told: Line[], first: Told, second: Told): Difference[] {
  if (first.n < enough || second.n < enough) return []
  const found = told.map((line) => {
    const [x1, x2] = [countOf(line, first), countOf(line, second)]
    return { x1, x2, p: pooledProbability(x2, second.n, x1, first.n) }
  })
  const kept = holm(found.map(({ p }) => p))
  return found.map(({ x1, x2 }, at) => {
    const difference = shareDifference(x2, second.n, x1, first.n)
    return { first: x1, second: x2, ...difference, stands: kept[at] === true && leavesZero(difference) }
  })
}

/**
 * Whether some of those who ask bring harm to light less (or more) often than others: for each pair, first less second;
 * undefined below ten on a side.
 *
 * Formula and source: `shareDifference` of the customers who name any harm, kept by Holm's rule among the pairs. It is told
 * before all other comparisons. Units: customers. Minimum n: 10 a side.
 * How it misleads: reps talk with other customers than those who are mailed.
 */
export function harmApart(pairs: [one: Told, other: Told][]): (Difference | undefined)[] {
  const tested = pairs.map(([one, other]) =>
    one.n < enough || other.n < enough ? undefined : pooledProbability(one.anyHurt, one.n, other.anyHurt, other.n),
  )
  const kept = holm(tested.filter((p) => p !== undefined))
  let rank = 0
  return pairs.map(([one, other], at) => {
    if (tested[at] === undefined) return undefined
    const difference = shareDifference(one.anyHurt, one.n, other.anyHurt, other.n)
    const isKept = kept[rank] === true
    rank += 1
    return { first: other.anyHurt, second: one.anyHurt, ...difference, stands: isKept && leavesZero(difference) }
  })
}
