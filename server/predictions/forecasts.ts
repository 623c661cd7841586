import { type Driver, drivers } from '../drivers.ts'

/** What was expected of one customer: the probability that it names each driver, 0 to 1; and whether it did. */
export type Forecast = Record<Driver, number>
export type Outcome = Record<Driver, boolean>

/**
 * How far a forecast was off, 0 (sure and right) to 1 (sure and wrong).
 *
 * Formula: B = ¼·Σ_d (p_d − y_d)².
 * Source: Brier 1950. Strictly proper: saying what one believes scores best (Gneiting & Raftery 2007).
 * Units: one customer, four drivers. 0.25 is what always saying 50 % scores. Minimum n: the customer's own list always;
 * averages from 10 customers.
 * How it misleads: a driver that nearly everybody names makes a low score easy; look at `skill`. What counts as named
 * depends on the question and on who tagged.
 */
export const brier = (forecast: Forecast, outcome: Outcome): number =>
  mean(drivers.map((driver) => (forecast[driver] - Number(outcome[driver])) ** 2))

/**
 * How much better than knowing only how often each driver is named in the round; 1 is perfect, 0 no better, below 0 worse.
 *
 * Formula: 1 − mean B/mean B_base, where B_base forecasts each customer by the shares among the others (leave one out).
 * Source: Brier skill score; methods 4.5. Units: customers. Minimum n: 10. Undefined where the base is never wrong.
 * How it misleads: with few customers the base itself is a poor forecast, and anybody beats it.
 */
export function skill(cases: { forecast: Forecast; outcome: Outcome }[]): number | undefined {
  const n = cases.length
  if (n < 2) return undefined
  const named = (driver: Driver) => cases.filter(({ outcome }) => outcome[driver]).length
  const totals = { revenue: named('revenue'), cost: named('cost'), risk: named('risk'), emotion: named('emotion') }
  const base = ({ outcome }: { outcome: Outcome }): Forecast => {
    const among = (driver: Driver) => (totals[driver] - Number(outcome[driver])) / (n - 1)
    return { revenue: among('revenue'), cost: among('cost'), risk: among('risk'), emotion: among('emotion') }
  }
  const baseScore = mean(cases.map((one) => brier(base(one), one.outcome)))
  return baseScore === 0 ? undefined : 1 - mean(cases.map((one) => brier(one.forecast, one.outcome))) / baseScore
}

/** What was expected and what was said, as sets: at 50 % or more a driver counts as expected. */
export type Compared = { hits: Driver[]; blindSpots: Driver[]; overAssumed: Driver[]; jaccard: number }

/**
 * Hits, blind spots (said, not expected) and over-assumed drivers (expected, not said) of one customer, and how far the
 * two sets agree.
 *
 * Formula: J = |P ∩ A|/|P ∪ A|; 1 where both are empty.
 * Source: Jaccard 1901; methods 4.5. Minimum n: 1. How it misleads: it forgets how sure a forecast was.
 */
export function compareSets(forecast: Forecast, outcome: Outcome): Compared {
  const isExpected = (driver: Driver) => forecast[driver] >= 0.5
  const hits = drivers.filter((driver) => isExpected(driver) && outcome[driver])
  const blindSpots = drivers.filter((driver) => !isExpected(driver) && outcome[driver])
  const overAssumed = drivers.filter((driver) => isExpected(driver) && !outcome[driver])
  const union = hits.length + blindSpots.length + overAssumed.length
  return { hits, blindSpots, overAssumed, jaccard: union === 0 ? 1 : hits.length / union }
}

/**
 * Mean of p − y over customers for one driver: above 0 it is expected too often, below 0 too seldom.
 *
 * Source: methods 4.5 (signed bias). Units: −1 to 1. Minimum n: 10 customers.
 * How it misleads: large errors both ways cancel out; read it beside `brier`.
 */
export const bias = (cases: { forecast: Forecast; outcome: Outcome }[], driver: Driver): number | undefined =>
  cases.length === 0
    ? undefined
    : mean(cases.map(({ forecast, outcome }) => forecast[driver] - Number(outcome[driver])))

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
