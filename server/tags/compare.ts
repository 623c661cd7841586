import type { Direction, Driver } from '../drivers.ts'
import type { NoneKind } from '../tables.ts'
import type { About } from './suggestion.ts'

/** What of a coding is compared: its tags without their words, or which of the "none" outcomes it is. */
export type CodingToCompare = {
  tags: { driver: Driver; direction: Direction; sub: string; about: About; isWish: boolean }[]
  none: NoneKind | null
}
type Tag = CodingToCompare['tags'][number]

/** How many of a reader's tags (or "none" outcomes) a person confirmed, corrected or rejected, and how many it missed. */
export type Outcomes = { confirmed: number; corrected: number; rejected: number; missed: number }

/**
 * Holds a suggestion against the coding that a person settled. A tag is confirmed if driver, direction, sub-code, about
 * and wish are the same; corrected if the person kept its driver and direction but changed something else of these,
 * or else kept its driver and turned the direction. What is left on one side was rejected, on the other missed.
 * Two "none" outcomes of different kinds are one correction; "none" against tags rejects it.
 */
export function compareCodings(suggested: CodingToCompare, settled: CodingToCompare): Outcomes {
  const left = [...suggested.tags]
  const right = [...settled.tags]
  const confirmed = takePairs(left, right, isSame)
  const corrected =
    takePairs(left, right, (a, b) => a.driver === b.driver && a.direction === b.direction) +
    takePairs(left, right, (a, b) => a.driver === b.driver)
  const outcomes = { confirmed, corrected, rejected: left.length, missed: right.length }
  if (suggested.none && settled.none) outcomes[suggested.none === settled.none ? 'confirmed' : 'corrected'] += 1
  else if (suggested.none) outcomes.rejected += 1
  else if (settled.none && suggested.tags.length === 0) outcomes.missed += 1
  return outcomes
}

const isSame = (a: Tag, b: Tag): boolean =>
  a.driver === b.driver &&
  a.direction === b.direction &&
  a.sub === b.sub &&
  a.about === b.about &&
  a.isWish === b.isWish

/** Takes every pair that fits out of both lists and says how many there were. */
function takePairs(left: Tag[], right: Tag[], fits: (a: Tag, b: Tag) => boolean): number {
  let pairs = 0
  for (const tag of [...left]) {
    const match = right.findIndex((other) => fits(tag, other))
    if (match < 0) continue
    right.splice(match, 1)
    left.splice(left.indexOf(tag), 1)
    pairs += 1
  }
  return pairs
}
