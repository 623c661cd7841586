import type { Interval } from './intervals.ts'

/** What became of the people who were invited. */
export type Asked = { complete: number; partial: number; refused: number; silent: number; undelivered: number }

/**
 * Response rates by their standard names. RR1 keeps undelivered invitations in the denominator, RR5 leaves them out;
 * answers that were begun and not sent count as partial.
 *
 * Formula: RR1 = complete/everybody invited; RR5 = complete/everybody whom the invitation reached. Undefined for nobody.
 * Source: AAPOR Standard Definitions; methods 4.8. Units: people. Minimum n: any.
 * How it misleads: a high rate can still be biased; the unhappy and the busy stay silent.
 */
export function responseRates(asked: Asked): { rr1: number | undefined; rr5: number | undefined } {
  const reached = asked.complete + asked.partial + asked.refused + asked.silent
  const all = reached + asked.undelivered
  return {
    rr1: all === 0 ? undefined : asked.complete / all,
    rr5: reached === 0 ? undefined : asked.complete / reached,
  }
}

/**
 * Where a share could lie if the silent had all said no, or all yes.
 *
 * Formula: [RR·p, RR·p + 1 − RR]. Source: Manski 1990. Units: shares, 0 to 1. Minimum n: any.
 * How it misleads: it assumes nothing, so it is wide; the truth need not lie in its middle.
 */
export const worstCase = (p: number, rate: number): Interval => ({ low: rate * p, high: rate * p + 1 - rate })

/**
 * How far those who answered differ from the rest in something the list knows, in standard deviations.
 *
 * Formula: d = (mean₁ − mean₂)/√((s₁² + s₂²)/2), with n − 1 in the variances. Undefined below two a side or where neither
 * varies. Source: standardised difference, as in Austin 2009; methods 4.8 flags |d| > 0.25.
 * Units: none. Minimum n: 10 a side. How it misleads: the list may not know what matters.
 */
export function standardisedDifference(answered: number[], rest: number[]): number | undefined {
  if (answered.length < 2 || rest.length < 2) return undefined
  const spread = Math.sqrt((variance(answered) + variance(rest)) / 2)
  return spread === 0 ? undefined : (mean(answered) - mean(rest)) / spread
}

/**
 * The same for a share: how far those who answered stand apart from the rest in belonging to one kind.
 *
 * Formula: d = (p₁ − p₂)/√((p₁(1 − p₁) + p₂(1 − p₂))/2). Undefined for nobody on one side or where neither varies.
 * Source: Austin 2009; methods 4.8 flags |d| > 0.25. Units: none. Minimum n: 10 a side.
 * How it misleads: rare kinds reach a large d by one or two customers.
 */
export function standardisedShare(x1: number, n1: number, x2: number, n2: number): number | undefined {
  if (n1 === 0 || n2 === 0) return undefined
  const [p1, p2] = [x1 / n1, x2 / n2]
  const spread = Math.sqrt((p1 * (1 - p1) + p2 * (1 - p2)) / 2)
  return spread === 0 ? undefined : (p1 - p2) / spread
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
function variance(values: number[]): number {
  const centre = mean(values)
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1)
}
