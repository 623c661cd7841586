import type { Known } from './known.ts'
import type { Spot } from './statements.ts'

/** A column of the file of sittings: what was said there, or what was ticked or chosen. */
export type Place = { key: string; name: string; isValue: boolean }

export const spotOf = ({ question, item, row, voice }: Spot): string => `${question} ${item} ${row} ${voice}`

/**
 * The columns in the order in which they are asked. A name is the question, its item, the number of a second or later row,
 * "seen" for what staff saw, and "value" for what was ticked, chosen or scored there.
 */
export function placesIn(spots: Spot[], { versions }: Known): Place[] {
  const order = new Map<string, number>()
  const kinds = new Map<string, { hasWords: boolean; hasValue: boolean }>()
  for (const { questions } of versions.values())
    for (const [id, { items, hasWords, hasValue }] of questions) {
      for (const spot of [id, ...items.map((item) => `${id} ${item}`)])
        if (!order.has(spot)) order.set(spot, order.size)
      const known = kinds.get(id)
      kinds.set(id, {
        hasWords: hasWords || (known?.hasWords ?? false),
        hasValue: hasValue || (known?.hasValue ?? false),
      })
    }
  const rank = ({ question, item }: Spot): number =>
    order.get(`${question} ${item}`) ?? order.get(question) ?? order.size
  const sorted = spots.toSorted((a, b) => rank(a) - rank(b) || (nameOf(a) < nameOf(b) ? -1 : 1))
  return sorted.flatMap((spot) => {
    const { hasWords, hasValue } = kinds.get(spot.question) ?? { hasWords: true, hasValue: true }
    return [
      ...(hasWords ? [{ key: spotOf(spot), name: nameOf(spot), isValue: false }] : []),
      ...(hasValue ? [{ key: spotOf(spot), name: `${nameOf(spot)} value`, isValue: true }] : []),
    ]
  })
}

const nameOf = ({ question, item, row, voice }: Spot): string =>
  [question, item, row > 0 ? String(row + 1) : '', voice === 'observed' ? 'seen' : ''].filter(Boolean).join(' ')

const short = new Map<string, string>()

/** What was ticked or chosen as one reads it in a cell: the score, the choice, or the names of what is true. */
export function valueText(json: string): string {
  const known = short.get(json)
  if (known !== undefined) return known
  const value: unknown = JSON.parse(json)
  const text =
    typeof value === 'object' && value !== null
      ? Object.entries(value)
          .filter(([, one]) => one !== false && one !== '')
          .map(([name, one]) => (one === true ? name : String(one)))
          .join('; ')
      : ''
  if (short.size < 1_000) short.set(json, text)
  return text
}
