import { midRanks, spearman } from './association.ts'
import { type Interval, precision } from './intervals.ts'
import { bootstrap } from './resampling.ts'
import { coverageShare } from './shortfall.ts'
import { type GroupStatus, groupStatuses } from './small-groups.ts'

/** What may follow, said beforehand and done: the two are never merged. */
export const outcomeKinds = ['says-stays', 'says-grows', 'says-tells', 'stayed', 'grew', 'told'] as const
export type OutcomeKind = (typeof outcomeKinds)[number]

/** One customer; what is not known is undefined, which is not the same as no. */
export type Seen = {
  id: string
  name: string
  segment: string
  region: string
  owner: string
  /** How many of the four we help with, and how many it named before anything was suggested. */
  k: number | undefined
  unprompted: number | undefined
  /** Value they get, 0 to 100 (REL-1). */
  y: number | undefined
  /** REL-2, 0 to 10. */
  stay: number | undefined
  outcomes: Record<OutcomeKind, boolean | undefined>
  /** Whether CORE-1 names an effect on them that no competitor is said to match (see distinct.ts). */
  distinct: boolean | undefined
}

/** x of n customers with this outcome; hidden ones may not be printed. */
export type OutcomeCell = { x: number; n: number; status: GroupStatus | 'empty' }

/**
 * Each outcome among the customers of each group: rows by group 0 … size − 1, a cell a kind, in the order of `outcomeKinds`.
 * A cell stands for the customers of whom group and outcome are both known; below five, and where one to four would come
 * out by subtraction, it is hidden (see small-groups.ts).
 */
export function outcomesBy(
  customers: Seen[],
  groupOf: (one: Seen) => number | undefined,
  size: number,
): OutcomeCell[][] {
  const rows = Array.from({ length: size }, () => outcomeKinds.map(() => ({ x: 0, n: 0 })))
  for (const one of customers) {
    const row = rows[groupOf(one) ?? -1]
    if (!row) continue
    for (const [at, kind] of outcomeKinds.entries()) {
      const cell = row[at]
      const outcome = one.outcomes[kind]
      if (!cell || outcome === undefined) continue
      cell.n += 1
      if (outcome) cell.x += 1
    }
  }
  const statuses = outcomeKinds.map((_, at) =>
    groupStatuses(rows.flatMap((row, group) => (row[at]?.n ? [{ groups: [group], count: row[at].n }] : []))),
  )
  return rows.map((row, group) => row.map((cell, at) => ({ ...cell, status: statuses[at]?.get(group) ?? 'empty' })))
}

/**
 * The third of the list, 0 the least, in which each customer stands by the value that it gets: ⌊3·(rank − ½)/n⌋ by mid-rank,
 * so that equal values stand in one third. Source: methods 4.10. Minimum n: 30, below it nobody stands in any.
 */
export function thirdsOf(customers: Seen[]): Map<string, number> {
  const known = customers.flatMap(({ id, y }) => (y === undefined ? [] : [{ id, y }]))
  if (known.length < 30) return new Map()
  const ranks = midRanks(known.map(({ y }) => y))
  return new Map(
    known.map(({ id }, at) => [id, Math.min(2, Math.floor((3 * ((ranks[at] ?? 1) - 0.5)) / known.length))]),
  )
}

/** Whether two things rise together among n customers; r is absent below 20, or where one side is the same for all. */
export type Test = { n: number; found: ({ r: number } & Interval) | undefined }

export function associationOf(
  customers: Seen[],
  first: (one: Seen) => number | undefined,
  second: (one: Seen) => number | undefined,
): Test {
  const pairs = customers.flatMap((one): [number, number][] => {
    const [x, y] = [first(one), second(one)]
    return x === undefined || y === undefined ? [] : [[x, y]]
  })
  return { n: pairs.length, found: pairs.length < 20 ? undefined : spearman(pairs) }
}

/** How many of the four on average, as a share of four, from ten customers, with its interval unless all have as many. */
export type Coverage = { n: number; counts: number[]; share: number | undefined; interval: Interval | undefined }

/** From so many customers the interval of the mean by its standard error is the bootstrap's, and quicker. */
const manyCustomers = 500

/**
 * Mean coverage of these customers (see coverageShare) with the percentile interval of 1,000 resamples of customers; from
 * 500 customers mean ± 1.96 standard errors, which is the same to the last digit printed.
 */
export function meanCoverage(values: number[], seed: string): Coverage {
  const n = values.length
  const counts = countsOf(values)
  const share = coverageShare(counts)
  if (share === undefined || precision(n) === 'hidden' || precision(n) === 'counts')
    return { n, counts, share: undefined, interval: undefined }
  // Where all are alike there is nothing to redraw, and an interval without width would claim to be sure.
  if (counts.includes(n)) return { n, counts, share, interval: undefined }
  if (n < manyCustomers)
    return { n, counts, share, interval: bootstrap(values, (sample) => coverageShare(countsOf(sample)), seed) }
  const variance = counts.reduce((sum, count, k) => sum + count * (k / 4 - share) ** 2, 0) / (n - 1)
  const half = 1.959963984540054 * Math.sqrt(variance / n)
  return { n, counts, share, interval: { low: Math.max(0, share - half), high: Math.min(1, share + half) } }
}

function countsOf(values: number[]): number[] {
  const counts = [0, 0, 0, 0, 0]
  for (const k of values) counts[k] = (counts[k] ?? 0) + 1
  return counts
}
