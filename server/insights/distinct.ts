import { type Driver, drivers } from '../drivers.ts'

/** A settled tag, and where the words stand. */
export type ReadTag = {
  question: string
  isPrompted: boolean
  driver: Driver | null
  direction: string | null
  sub: string | null
  about: string | null
  isWish: boolean
  isInferred: boolean
  isInertia: boolean
}

/** What is read in the settled tags of one customer. */
export type ReadTags = { k: number; unprompted: number | undefined; distinct: boolean | undefined }

/**
 * How many of the four we help with in all and before anything was suggested, and whether the first answer (CORE-1) tells
 * of an effect on them that no competitor is said to match.
 *
 * Rule: CORE-1 holds a tag about us that helps and is no wish, no bare attribute (inferred), no price (C1) and no habit, of
 * a driver with which no competitor is said, anywhere in this customer's answers, to help. Undefined where CORE-1 is unread.
 * Source: founding article on loyal or valuable customers: distinct effects against reasons at parity.
 * Units: one customer. Minimum n: 1. How it misleads: a competitor who is never mentioned may well match the effect; and
 * whoever names only a feature may feel an effect without saying so.
 */
export function readTags(tags: ReadTag[]): ReadTags {
  const helps = tags.filter(({ about, direction, isWish }) => about === 'us' && direction === '+' && !isWish)
  const named = (some: ReadTag[]) => drivers.filter((driver) => some.some((tag) => tag.driver === driver)).length
  const matched = tags.filter(({ about, direction }) => about === 'competitor' && direction === '+')
  const isDistinct = (tag: ReadTag) =>
    tag.question === 'CORE-1' &&
    !tag.isInferred &&
    !tag.isInertia &&
    tag.sub !== 'C1' &&
    !matched.some(({ driver }) => driver === tag.driver)
  return {
    k: named(helps),
    unprompted: tags.some(({ isPrompted }) => !isPrompted)
      ? named(helps.filter(({ isPrompted }) => !isPrompted))
      : undefined,
    distinct: tags.some(({ question }) => question === 'CORE-1') ? helps.some(isDistinct) : undefined,
  }
}
