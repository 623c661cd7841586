import type { Interval } from './intervals.ts'
import { seeded } from './resampling.ts'

/** One mean of customers; the interval stands from ten of them, `first` is how often it was the largest when redrawn. */
export type Mean = { n: number; mean: number; interval: Interval | undefined; first: number | undefined }

const draws = 1000
/** From so many customers mean ± 1.96 standard errors is the interval of redrawing to the digit printed, and quicker. */
const manyCustomers = 500
const z = 1.959963984540054

/**
 * The means of several numbers that each customer gave, such as the points of four drivers. `rows` holds one line a
 * customer, NaN where it gave none; `columns` are the places in a line that are wanted.
 *
 * Formula: the mean of each column over the customers who gave it. Interval: the 2.5th and 97.5th percentile of that mean
 * over 1,000 resamples of whole customers, all columns at once, so that what one customer gave stays together; from 500
 * customers mean ± 1.96·s/√n, kept within `bounds`. `first`: the share of resamples in which a column has the largest
 * mean, ties shared out; undefined from 500 customers and where there is no interval.
 * Source: Efron 1979; Efron & Tibshirani 1993, percentile method; methods 4.3.
 * Units: those of the numbers. Minimum n: 10 customers, below it there is a mean but no interval, and it is not printed.
 * The order of customers does not matter: they are sorted before they are redrawn.
 * How it misleads: below some thirty customers the interval is a little too narrow; points are forced to add up, so a rise
 * of one mean is a fall of others; hand-picked customers stay hand-picked.
 */
export function meansOf(rows: number[][], columns: number[], seed: string, bounds: Interval): Mean[] {
  const width = columns.length
  const counts = new Int32Array(width)
  const sums = new Float64Array(width)
  for (const row of rows)
    for (let at = 0; at < width; at += 1) {
      const value = row[columns[at] ?? 0] ?? Number.NaN
      if (Number.isNaN(value)) continue
      counts[at] = (counts[at] ?? 0) + 1
      sums[at] = (sums[at] ?? 0) + value
    }
  const means = Array.from(sums, (sum, at) => sum / (counts[at] ?? 0))
  const redrawn = rows.length >= 10 && rows.length < manyCustomers ? resample(rows, columns, seed) : undefined
  return means.map((mean, at): Mean => {
    const n = counts[at] ?? 0
    const interval = n < 10 ? undefined : (redrawn?.intervals[at] ?? byError(rows, columns[at] ?? 0, n, mean, bounds))
    return { n, mean, interval, first: n < 10 ? undefined : redrawn?.first[at] }
  })
}

function byError(rows: number[][], at: number, n: number, mean: number, bounds: Interval): Interval {
  let squares = 0
  for (const row of rows) {
    const value = row[at] ?? Number.NaN
    if (!Number.isNaN(value)) squares += (value - mean) ** 2
  }
  const half = z * Math.sqrt(squares / (n - 1) / n)
  return { low: Math.max(bounds.low, mean - half), high: Math.min(bounds.high, mean + half) }
}

/** Undefined for a column that too few resamples have a value of. */
function resample(rows: number[][], columns: number[], seed: string) {
  const width = columns.length
  const wanted = rows.map((row) => columns.map((column) => row[column] ?? Number.NaN))
  const values = Float64Array.from(wanted.sort(byNumbers).flat())
  const random = seeded(seed)
  const found = Array.from({ length: width }, () => new Float64Array(draws))
  const kept = new Int32Array(width)
  const first = new Float64Array(width)
  const sums = new Float64Array(width)
  const counts = new Int32Array(width)
  for (let draw = 0; draw < draws; draw += 1) {
    sums.fill(0)
    counts.fill(0)
    for (let unit = 0; unit < rows.length; unit += 1) {
      const from = Math.floor(random() * rows.length) * width
      for (let at = 0; at < width; at += 1) {
        const value = values[from + at] ?? Number.NaN
        if (Number.isNaN(value)) continue
        sums[at] = (sums[at] ?? 0) + value
        counts[at] = (counts[at] ?? 0) + 1
      }
    }
    let most = Number.NEGATIVE_INFINITY
    let ties = 0
    for (let at = 0; at < width; at += 1) {
      const count = counts[at] ?? 0
      const mean = count > 0 ? (sums[at] ?? 0) / count : Number.NEGATIVE_INFINITY
      sums[at] = mean
      if (count === 0) continue
      const column = found[at]
      if (column) column[kept[at] ?? 0] = mean
      kept[at] = (kept[at] ?? 0) + 1
      ties = mean > most ? 1 : mean === most ? ties + 1 : ties
      most = Math.max(most, mean)
    }
    for (let at = 0; at < width; at += 1)
      if ((counts[at] ?? 0) > 0 && sums[at] === most) first[at] = (first[at] ?? 0) + 1 / ties
  }
  const intervals = found.map((column, at): Interval | undefined => {
    const size = kept[at] ?? 0
    if (size < draws / 2) return undefined
    const sorted = column.subarray(0, size).sort()
    const end = (share: number) => sorted[Math.min(size - 1, Math.floor(share * size))] ?? 0
    return { low: end(0.025), high: end(0.975) }
  })
  return { intervals, first: Array.from(first, (count) => count / draws) }
}

function byNumbers(one: number[], other: number[]): number {
  for (const [at, value] of one.entries()) {
    const [a, b] = [Number.isNaN(value) ? -1 : value, Number.isNaN(other[at]) ? -1 : (other[at] ?? -1)]
    if (a !== b) return a - b
  }
  return 0
}

/**
 * Which means may be the largest (or with `-1` the smallest): the one that is, and all whose intervals overlap its own.
 * One place alone is a claim; several cannot be told apart, and one of them is it. Empty where there is no interval.
 * A rule for words, stricter than a test of the differences: the same customers gave all of them.
 */
export function mayBeFirst(means: Mean[], sign: 1 | -1 = 1): number[] {
  const known = means.flatMap(({ mean, interval }, at) => (interval ? [{ at, mean, ...interval }] : []))
  const top = known.toSorted((a, b) => sign * (b.mean - a.mean))[0]
  if (!top) return []
  return known.filter(({ low, high }) => low <= top.high && high >= top.low).map(({ at }) => at)
}

/** On which side of a line an interval lies: 1 above, −1 below, 0 where it holds the line and nothing can be told. */
export function sideOf(interval: Interval | undefined, line: number): 1 | 0 | -1 {
  if (!interval) return 0
  return interval.low > line ? 1 : interval.high < line ? -1 : 0
}
