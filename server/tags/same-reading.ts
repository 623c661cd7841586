import type { NoneKind } from '../tables.ts'
import type { NewTag } from './coded-answers.ts'

type Reading = { tags: NewTag[]; none: NoneKind | null }

/**
 * Whether two readings say the same of an answer: the same tags by driver, direction, sub-code, whose value, wish and
 * inferred, whatever words each marked and whatever else it flagged; or the same kind of "none of the four".
 */
export function isSameReading(a: Reading, b: Reading): boolean {
  const [ofA, ofB] = [keysOf(a), keysOf(b)]
  return a.none === b.none && ofA.size === ofB.size && [...ofA].every((key) => ofB.has(key))
}

const keysOf = ({ tags }: Reading): Set<string> => new Set(tags.map(tagKey))

/** What makes two tags the same for whoever compares readings. */
export const tagKey = ({ driver, direction, sub, about, flags }: Omit<NewTag, 'start' | 'end'>): string =>
  [driver, direction, sub, about, flags.includes('wish'), flags.includes('inferred')].join(' ')
