import { type GroupStatus, groupStatuses } from '../small-groups.ts'

/** In one group of a dimension: which measures a customer has there, and which of them in confidence (bits). */
export type Part = { value: string; has: number; closed: number }

/** How many customers stand in exactly these groups with exactly these measures; `plain` where nobody asks for measures. */
export type Standing = { parts: Map<string, { parts: Part[]; count: number }>; plain: Map<string, number> }
export const newStanding = (): Standing => ({ parts: new Map(), plain: new Map() })

/** One more customer who stands in one group alone, whatever it gave: the usual case, and quick. */
export function standPlainly({ plain }: Standing, value: string): void {
  plain.set(value, (plain.get(value) ?? 0) + 1)
}

/** One more customer who stands so. */
export function stand({ parts: all }: Standing, parts: Part[]): void {
  if (parts.length === 0) return
  if (parts.length > 1) parts.sort((a, b) => (a.value < b.value ? -1 : 1))
  let key = ''
  for (const { value, has, closed } of parts) key += `${value}\n${has * 256 + closed}\n`
  const known = all.get(key)
  if (known) known.count += 1
  else all.set(key, { parts, count: 1 })
}

/** Which groups may be shown of the customers who have this measure, or have it in confidence. */
export function statusesOf(standing: Standing, bit: number, kind: 'has' | 'closed' = 'has'): Map<string, GroupStatus> {
  return groupStatuses(
    [...standing.parts.values()].flatMap(({ parts, count }) => {
      const groups = parts.filter((part) => part[kind] & bit).map(({ value }) => value)
      return groups.length > 0 ? [{ groups, count }] : []
    }),
  )
}

/** Each group with its customers, whatever they gave, and whether it may be shown. */
export function sizesOf({ parts: all, plain }: Standing): Map<string, { n: number; status: GroupStatus }> {
  const combinations = [
    ...[...plain].map(([value, count]) => ({ groups: [value], count })),
    ...[...all.values()].map(({ parts, count }) => ({ groups: parts.map(({ value }) => value), count })),
  ]
  const sizes = new Map<string, number>()
  for (const { groups, count } of combinations)
    for (const value of groups) sizes.set(value, (sizes.get(value) ?? 0) + count)
  const statuses = groupStatuses(combinations)
  return new Map([...sizes].map(([value, n]) => [value, { n, status: statuses.get(value) ?? 'small' }]))
}
