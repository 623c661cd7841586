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

/** What may be said of a test: `claim` reads "customers with more reasons put staying", and "higher" or "lower" follows. */
export function associationSentence({ n, found }: Test, claim: string): string {
  if (n < 20)
    return `Whether ${claim} higher: too few to test. It takes 20 customers of whom both are known${n < 5 ? '' : `; here are ${n}`}.`
  if (!found) return `Whether ${claim} higher cannot be told: all ${n} stand the same on one side.`
  const figures = `r ${decimal(found.r)} (${decimal(found.low)} to ${decimal(found.high)}), ${n} customers${n < 30 ? '; indicative' : ''}.`
  if (found.low <= 0 && found.high >= 0) return `Cannot tell whether ${claim} higher: ${figures}`
  return `${claim.charAt(0).toUpperCase()}${claim.slice(1)} ${found.r > 0 ? 'higher' : 'lower'}: ${figures}`
}
