import { midRanks } from '../insights/association.ts'

/**
 * How concentrated revenue is, 0 to 1: 1 for a single customer, 1/n for n equal ones.
 *
 * Formula: HHI = Σ share². Source: Herfindahl 1950, Hirschman 1945. Units: amounts of one currency; the sum must be above
 * 0. Minimum n: 1. Undefined where nothing is known.
 * How it misleads: it knows only the customers whose revenue is on record.
 */
export function concentration(amounts: number[]): number | undefined {
  const sum = amounts.reduce((total, amount) => total + amount, 0)
  return sum <= 0 ? undefined : amounts.reduce((total, amount) => total + (amount / sum) ** 2, 0)
}

/**
 * Which part of revenue stands behind each answer to a question about customers.
 *
 * Formula: sum of the amounts with that answer/sum of all; “not known” is an answer of its own, so that the parts come to
 * 1. Source: elementary. Units: amounts of one currency; the sum must be above 0. Minimum n: 1; the page shows it from 10
 * customers. Undefined where nothing is known of revenue.
 * How it misleads: it weighs customers by what they pay, so one large customer can be most of it; it knows only the
 * customers whose revenue is on record.
 */
export function revenueBehind<Answer extends string>(
  customers: { minor: number; answer: Answer }[],
): Map<Answer, number> | undefined {
  const all = customers.reduce((sum, { minor }) => sum + minor, 0)
  if (all <= 0) return undefined
  const parts = new Map<Answer, number>()
  for (const { minor, answer } of customers) parts.set(answer, (parts.get(answer) ?? 0) + minor)
  return new Map([...parts].map(([answer, sum]) => [answer, sum / all]))
}

/** A customer by the value that we get and the value that it gets, both 0 to 100; undefined where unknown. */
export type Valued = { id: string; weGet: number | undefined; theyGet: number | undefined }
export type Mark = 'hidden gem' | 'hollow giant'

/**
 * Whose two ranks lie far apart: a hidden gem gets much from us and gives little yet; a hollow giant gives much and gets
 * little.
 *
 * Formula: mid-ranks on each side among the customers whose both values are known; a mark where they differ by at least a
 * third of that list. Source: methods 4.10. Units: customers. Minimum n: 10 known on both sides; below, no mark.
 * How it misleads: ranks tell order, not distance; a value that is unknown is no low value, and such customers get no mark.
 */
export function rankMarks(customers: Valued[]): Map<string, Mark> {
  const known = customers.flatMap(({ id, weGet, theyGet }) =>
    weGet === undefined || theyGet === undefined ? [] : { id, weGet, theyGet },
  )
  const marks = new Map<string, Mark>()
  if (known.length < 10) return marks
  const gives = midRanks(known.map(({ weGet }) => weGet))
  const gets = midRanks(known.map(({ theyGet }) => theyGet))
  for (const [index, { id }] of known.entries()) {
    const apart = (gets[index] ?? 0) - (gives[index] ?? 0)
    if (Math.abs(apart) < known.length / 3) continue
    marks.set(id, apart > 0 ? 'hidden gem' : 'hollow giant')
  }
  return marks
}
