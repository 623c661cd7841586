import { chiSquaredTail } from './differences.ts'
import type { Interval } from './intervals.ts'

/**
 * Whether two things rise together, −1 to 1, by ranks, with its interval.
 *
 * Formula: Pearson's r of the mid-ranks; interval tanh(atanh r ± 1.96·√(1.06/(n − 3))).
 * Source: Spearman 1904; interval Fieller, Hartley & Pearson 1957.
 * Units: pairs, one a customer. Minimum n: 20 (methods 4.2, 4.10); undefined below 4 or where one side never varies.
 * How it misleads: talkative customers score high on many things at once; rising together is not cause; large accounts
 * count no more than small ones.
 */
export function spearman(pairs: [number, number][]): ({ r: number } & Interval) | undefined {
  const n = pairs.length
  if (n < 4) return undefined
  const r = pearson(midRanks(pairs.map(([x]) => x)), midRanks(pairs.map(([, y]) => y)))
  return r === undefined ? undefined : { r, ...spearmanInterval(r, n) }
}

/** The interval alone, for an r that is known. At ±1 there is no width to speak of. */
export function spearmanInterval(r: number, n: number): Interval {
  if (Math.abs(r) === 1) return { low: r, high: r }
  const half = 1.959963984540054 * Math.sqrt(1.06 / (n - 3))
  return { low: Math.tanh(Math.atanh(r) - half), high: Math.tanh(Math.atanh(r) + half) }
}

/**
 * Two-sided probability of a correlation as far from zero or further if there were none, by the same formula as the interval:
 * z = atanh r·√((n − 3)/1.06). Used for Holm's order only; the claim itself needs the interval too.
 */
export const spearmanProbability = (r: number, n: number): number =>
  Math.abs(r) === 1 ? 0 : chiSquaredTail((Math.atanh(r) ** 2 * (n - 3)) / 1.06)

/** Ranks from 1; equal values share the mean of their ranks. */
export function midRanks(values: number[]): number[] {
  // Scores take few different values, so those are put in order, not the many customers.
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  const ranks = new Map<number, number>()
  let below = 0
  for (const [value, count] of [...counts].sort(([x], [y]) => x - y)) {
    ranks.set(value, below + (count + 1) / 2)
    below += count
  }
  return values.map((value) => ranks.get(value) ?? 0)
}

function pearson(xs: number[], ys: number[]): number | undefined {
  const [meanX, meanY] = [mean(xs), mean(ys)]
  let [cross, squareX, squareY] = [0, 0, 0]
  for (const [index, x] of xs.entries()) {
    const [dx, dy] = [x - meanX, (ys[index] ?? 0) - meanY]
    cross += dx * dy
    squareX += dx ** 2
    squareY += dy ** 2
  }
  if (squareX === 0 || squareY === 0) return undefined
  return Math.max(-1, Math.min(1, cross / Math.sqrt(squareX * squareY)))
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
