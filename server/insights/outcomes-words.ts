import { spearmanProbability } from './association.ts'
import { holm } from './differences.ts'
import { precision, wilson } from './intervals.ts'
import type { Test } from './outcomes.ts'
import type { OutcomesQuery } from './outcomes-choice.ts'

/** The same choice gives the same interval, on the page and in a file. */
export const seedOf = ({ segment, region, owner, from }: OutcomesQuery): string =>
  [segment, region, owner, from].join('|')

/** ", 33 % (18–53)" behind a count; nothing below ten customers. */
export function shareOf(x: number, n: number): string {
  const kind = precision(n)
  if (kind === 'counts' || kind === 'hidden') return ''
  const { low, high } = wilson(x, n)
  return `, ${Math.round((x / n) * 100)} % (${Math.round(low * 100)}–${Math.round(high * 100)})`
}

const decimal = (value: number): string => value.toFixed(2).replace('-', '−')

/** What may be said of several tests that stand together on a page: a claim stands where Holm's rule keeps it among them too. */
export function associationSentences(tests: [test: Test, claim: string][]): string[] {
  const tested = tests.flatMap(([{ n, found }], at) => (found ? [{ at, p: spearmanProbability(found.r, n) }] : []))
  const kept = holm(tested.map(({ p }) => p))
  const falls = new Set(tested.filter((_, rank) => !kept[rank]).map(({ at }) => at))
  return tests.map(([test, claim], at) => associationSentence(test, claim, falls.has(at) ? tested.length : 0))
}

/**
 * What may be said of a test: `claim` reads "customers with more reasons put staying", and "higher" or "lower" follows.
 * `among`: of so many tests it is one that may look so by chance; 0 where it stands.
 */
export function associationSentence({ n, found }: Test, claim: string, among = 0): string {
  if (n < 20)
    return `Whether ${claim} higher: too few to test. It takes 20 customers of whom both are known${n < 5 ? '' : `; here are ${n}`}.`
  if (!found) return `Whether ${claim} higher cannot be told: all ${n} stand the same on one side.`
  const figures = `r ${decimal(found.r)} (${decimal(found.low)} to ${decimal(found.high)}), ${n} customers${n < 30 ? '; indicative' : ''}.`
  if (found.low <= 0 && found.high >= 0) return `Cannot tell whether ${claim} higher: ${figures}`
  if (among > 0)
    return `Cannot tell whether ${claim} higher: ${figures} Of ${among} tests one may well look like this by chance (Holm).`
  return `${claim.charAt(0).toUpperCase()}${claim.slice(1)} ${found.r > 0 ? 'higher' : 'lower'}: ${figures}`
}
