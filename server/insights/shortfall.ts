import { type Driver, drivers } from '../drivers.ts'

/** What one customer gave: points over the four (DRIV-1, together 100) and how well we do (DRIV-2, 0 to 10). */
export type Weighed = { points: Record<Driver, number>; scores: Record<Driver, number | undefined> }

/**
 * How much of what matters to a customer we leave undone, 0 to 1, and how it adds up by driver.
 *
 * Formula: W = Σ_d (points_d/100)·(10 − score_d)/10. A driver that does not apply, or has no score, is dropped and the
 * points of the others are rescaled to 100. Undefined where no point is left.
 * Source: after Martilla & James 1977 and Ulwick 2002; methods 4.3.
 * Units: shares of the customer's 100 points. Minimum n: 10 customers before a group is plotted; a group's figure is the
 * mean of W, never the product of means.
 * How it misleads: points are forced to add up, so a rise in one is a fall in others (Aitchison 1986); scores have a
 * ceiling, and those who answer are those who care.
 */
export function shortfall({ points, scores }: Weighed): { all: number; by: Record<Driver, number> } | undefined {
  const scored = drivers.filter((driver) => scores[driver] !== undefined)
  const sum = scored.reduce((total, driver) => total + points[driver], 0)
  if (sum <= 0) return undefined
  const of = (driver: Driver): number => {
    const score = scores[driver]
    return score === undefined ? 0 : (points[driver] / sum) * ((10 - score) / 10)
  }
  const by = { revenue: of('revenue'), cost: of('cost'), risk: of('risk'), emotion: of('emotion') }
  return { all: drivers.reduce((total, driver) => total + by[driver], 0), by }
}

/**
 * Mean number of the four that we help a customer with, as a share of four.
 *
 * Formula: MDC = Σ k/(4n), `counts[k]` customers having k of the four, k = 0 … 4.
 * Source: the claim of the founding articles, after Almquist et al. 2018; methods 4.2.
 * Units: 0 to 1. Minimum n: 10. Undefined for nobody.
 * How it misleads: who talks much names more; four shallow reasons may weigh less than one deep.
 */
export function coverageShare(counts: number[]): number | undefined {
  const n = counts.reduce((sum, count) => sum + count, 0)
  return n === 0 ? undefined : counts.reduce((sum, count, k) => sum + count * k, 0) / (4 * n)
}
