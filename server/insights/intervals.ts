/** The two ends of an interval for a share, each between 0 and 1. */
export type Interval = { low: number; high: number }

/** The 97.5th percentile of the normal distribution: intervals here are 95 %. */
const z = 1.959963984540054

/**
 * Wilson's score interval for a share of customers.
 *
 * Formula: centre (p + z²/2n)/(1 + z²/n), half-width z/(1 + z²/n)·√(p(1 − p)/n + z²/4n²), with p = x/n and z = 1.96.
 * With `list`, the size N of the finite list from which the n were drawn at random, n' = n(N − 1)/(N − n) stands for n.
 * Source: Wilson 1927; Newcombe 1998, method 3; Brown, Cai and DasGupta 2001; Cochran 1977 for the finite list.
 * Units: `x` and `n` are customers, never answers. 0 ≤ x ≤ n ≤ list.
 * Minimum n: nothing is printed below 5, counts alone below 10, "indicative" below 30 (see `precision`).
 * How it misleads: it holds the noise of counting and no more. Customers who were picked by hand, or who chose to answer,
 * are no random sample, and no interval shows what the silent ones would have said. Shares of several drivers do not add
 * up to one, longer answers raise all of them, and being named often is not the same as mattering most.
 */
export function wilson(x: number, n: number, list?: number): Interval {
  if (!(n > 0) || x < 0 || x > n || (list !== undefined && list < n))
    throw new RangeError(`There is no share of ${x} out of ${n}${list === undefined ? '' : ` from a list of ${list}`}.`)
  const p = x / n
  // Everybody on the list was heard: nothing is left to chance.
  if (list === n) return { low: p, high: p }
  const size = list === undefined ? n : (n * (list - 1)) / (list - n)
  const stretch = 1 + z ** 2 / size
  const centre = (p + z ** 2 / (2 * size)) / stretch
  const half = (z / stretch) * Math.sqrt((p * (1 - p)) / size + z ** 2 / (4 * size ** 2))
  // At the ends the formula is exact; floating point is not.
  return { low: x === 0 ? 0 : Math.max(0, centre - half), high: x === n ? 1 : Math.min(1, centre + half) }
}

/** What may be printed about a share of n customers (methods, "rules for all"). */
export type Precision = 'hidden' | 'counts' | 'indicative' | 'full'

/** Below 5 nothing, 5 to 9 counts, 10 to 29 a share with its interval, called indicative, from 30 a share with its interval. */
export function precision(n: number): Precision {
  if (n < 5) return 'hidden'
  if (n < 10) return 'counts'
  return n < 30 ? 'indicative' : 'full'
}

/**
 * Whether two shares of the same n customers cannot be told apart: the intervals overlap so widely that each share lies
 * within the interval of the other. It is a rule for words, not a test: shares that it parts may still be equal.
 */
export function cannotTellApart(x: number, y: number, n: number): boolean {
  const first = wilson(x, n)
  const second = wilson(y, n)
  return first.low <= y / n && y / n <= first.high && second.low <= x / n && x / n <= second.high
}
