import { type Interval, wilson } from './intervals.ts'

/**
 * The difference of two shares of different customers, first minus second, with its interval.
 *
 * Formula: d = p₁ − p₂; from d − √((p₁ − l₁)² + (u₂ − p₂)²) to d + √((u₁ − p₁)² + (p₂ − l₂)²), with Wilson's l and u.
 * Source: Newcombe 1998b, method 10.
 * Units: customers; 0 ≤ x ≤ n. Minimum n: 30 a side before a change is spoken of (methods 4.13).
 * How it misleads: it takes the two groups for random and different. Customers who stand in both make it too wide or too
 * narrow (see `pairedDifference`), and other wording, channel, coders or mix of customers look like a change.
 */
export function shareDifference(x1: number, n1: number, x2: number, n2: number): { difference: number } & Interval {
  const [first, second] = [wilson(x1, n1), wilson(x2, n2)]
  const [p1, p2] = [x1 / n1, x2 / n2]
  return {
    difference: p1 - p2,
    low: p1 - p2 - Math.hypot(p1 - first.low, second.high - p2),
    high: p1 - p2 + Math.hypot(first.high - p1, p2 - second.low),
  }
}

/** The same customers asked twice: how many said it both times, only at first, only later, neither time. */
export type Pairs = { both: number; first: number; second: number; neither: number }

/**
 * The change of a share among the same customers, later minus earlier, with its interval.
 *
 * Formula: Wilson's interval for each round, joined as for different customers but with the correlation φ of the two
 * answers: d ∓ √(a² − 2φab + b²). φ is corrected for continuity: its numerator is max(0, ad − bc − n/2) where positive.
 * Source: Newcombe 1998c (Statistics in Medicine 17, 2635–2650), method 10. Below n = 100 the plain interval of McNemar's
 * test has width 0 where nobody changed; this one has not.
 * Units: customers heard in both rounds. Minimum n: 30 before a change is spoken of.
 * How it misleads: only who answered twice is in it, and those who did badly at first drift back by themselves.
 */
export function pairedDifference({ both, first, second, neither }: Pairs): { difference: number } & Interval {
  const n = both + first + second + neither
  const [earlier, later] = [both + first, both + second]
  const [p1, p2] = [later / n, earlier / n]
  const [one, two] = [wilson(later, n), wilson(earlier, n)]
  const product = later * (n - later) * earlier * (n - earlier)
  const cross = both * neither - first * second
  const numerator = cross > 0 ? Math.max(0, cross - n / 2) : cross
  const phi = product === 0 ? 0 : numerator / Math.sqrt(product)
  const join = (a: number, b: number) => Math.sqrt(Math.max(0, a ** 2 - 2 * phi * a * b + b ** 2))
  return {
    difference: p1 - p2,
    low: Math.max(-1, p1 - p2 - join(p1 - one.low, two.high - p2)),
    high: Math.min(1, p1 - p2 + join(one.high - p1, p2 - two.low)),
  }
}

/**
 * McNemar's test of a change among the same customers: z² and the two-sided probability of a change as large or larger
 * if there were none.
 *
 * Formula: z² = (b − c)²/(b + c); below 25 who changed, the exact binomial: 2·P(X ≤ min(b, c)), X ~ Bin(b + c, ½).
 * Source: McNemar 1947; exact form as in Agresti.
 * Units: customers who said it only at first (`first`) or only later (`second`). No change at all: probability 1.
 * Minimum n: 30 customers heard twice. How it misleads: it says how surprising a change is, never how large.
 */
export function mcnemar({ first, second }: Pick<Pairs, 'first' | 'second'>): { zSquared: number; p: number } {
  const changed = first + second
  const zSquared = changed === 0 ? 0 : (first - second) ** 2 / changed
  const p = changed < 25 ? Math.min(1, 2 * binomialHalf(Math.min(first, second), changed)) : chiSquaredTail(zSquared)
  return { zSquared, p: changed === 0 ? 1 : p }
}

/** P(X ≤ k) for X ~ Bin(n, ½). */
function binomialHalf(k: number, n: number): number {
  let term = 0.5 ** n
  let sum = 0
  for (let i = 0; i <= k; i += 1) {
    sum += term
    term *= (n - i) / (i + 1)
  }
  return sum
}

/** P(χ² > x) with one degree of freedom: erfc(√(x/2)). Abramowitz & Stegun 7.1.26, error below 1.5·10⁻⁷. */
export function chiSquaredTail(x: number): number {
  const root = Math.sqrt(x / 2)
  const t = 1 / (1 + 0.3275911 * root)
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
  return Math.min(1, polynomial * Math.exp(-(root ** 2)))
}

/**
 * Two-sided probability of a difference of two shares as large or larger if there were none: z with the pooled share,
 * z = (p₁ − p₂)/√(p(1 − p)(1/n₁ + 1/n₂)). Used for Holm's order only; the claim itself needs the interval too.
 */
export function pooledProbability(x1: number, n1: number, x2: number, n2: number): number {
  const pooled = (x1 + x2) / (n1 + n2)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
  if (spread === 0) return 1
  return chiSquaredTail(((x1 / n1 - x2 / n2) / spread) ** 2)
}

/**
 * Which of several tests stand when all are looked at together: true where the null is rejected, in the order given.
 *
 * Formula: p-values from smallest to largest; the i-th of m stands while p ≤ 0.05/(m − i + 1), and none after the first
 * that does not (step-down).
 * Source: Holm 1979. Controls the chance of a single false claim among all.
 * How it misleads: a test that falls is not "no change"; with few customers nearly all fall.
 */
export function holm(values: number[], level = 0.05): boolean[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const stands = values.map(() => false)
  for (const [rank, { p, index }] of order.entries()) {
    if (p > level / (values.length - rank)) break
    stands[index] = true
  }
  return stands
}

/**
 * The same for exploring: of the changes that stand about one in twenty is false.
 *
 * Formula: the largest i with p₍ᵢ₎ ≤ 0.05·i/m; it and all smaller ones stand.
 * Source: Benjamini & Hochberg 1995.
 * How it misleads: it promises nothing about any one of them. Decisions rest on `holm`.
 */
export function benjaminiHochberg(values: number[], level = 0.05): boolean[] {
  const order = values.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const last = order.findLastIndex(({ p }, rank) => p <= (level * (rank + 1)) / values.length)
  const stands = values.map(() => false)
  for (const { index } of order.slice(0, last + 1)) stands[index] = true
  return stands
}

/** About the smallest change that 80 of 100 such comparisons would show, as a share: 2.8·√(2p(1 − p)/n). */
export const detectableChange = (p: number, n: number): number => 2.8 * Math.sqrt((2 * p * (1 - p)) / n)

/** Whether a 95 % interval leaves zero, so that a change may be spoken of at all. */
export const leavesZero = ({ low, high }: Interval): boolean => low > 0 || high < 0
