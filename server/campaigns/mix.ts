/** What a round should have a mix of. */
export const sides = ['segment', 'region', 'role'] as const
export type Side = (typeof sides)[number]
/** How many customers each segment, region or role in buying has; '' is "not known". */
export type Counts = Record<Side, Record<string, number>>

export const noCounts = (): Counts => ({ segment: {}, region: {}, role: {} })

/**
 * How many of `size` customers should come from each group.
 *
 * Formula: in proportion to the list, the remainders going to the largest fractions; but as long as there is room each
 * group has one, taken from the group that has most.
 * Source: proportional allocation, Cochran 1977, ch. 5; largest remainders after Hamilton.
 * Units: customers. A group without customers gets none.
 * Minimum n: none. How it misleads: one customer of a small group stands for its view, never for its share.
 */
export function allot(groups: Record<string, number>, size: number): Record<string, number> {
  const names = Object.keys(groups).filter((name) => (groups[name] ?? 0) > 0)
  const total = names.reduce((sum, name) => sum + (groups[name] ?? 0), 0)
  if (total === 0) return {}
  const wanted = Math.min(size, total)
  const exact = names.map((name) => ({ name, share: (wanted * (groups[name] ?? 0)) / total }))
  const allotted = Object.fromEntries(exact.map(({ name, share }) => [name, Math.floor(share)]))
  let left = wanted - Object.values(allotted).reduce((sum, n) => sum + n, 0)
  for (const { name } of exact.sort((a, b) => (b.share % 1) - (a.share % 1) || (a.name < b.name ? -1 : 1))) {
    if (left === 0) break
    allotted[name] = (allotted[name] ?? 0) + 1
    left -= 1
  }
  for (const name of names) {
    const [largest] = [...names].sort((a, b) => (allotted[b] ?? 0) - (allotted[a] ?? 0))
    if (allotted[name] === 0 && largest && (allotted[largest] ?? 0) > 1) {
      allotted[name] = 1
      allotted[largest] = (allotted[largest] ?? 0) - 1
    }
  }
  return allotted
}

export type Kinds = Record<Side, string>

/**
 * Takes `size` of some candidates, who stand in the order in which they are wanted, so that segments, regions and roles
 * come as near to their targets as the order allows: each turn takes the one who fills most gaps, the earlier of two.
 * A role counts half: it can be mended by speaking with somebody else there. Of one `id` (a customer) one is taken.
 */
export function takeMixed<T extends { id: string; kinds: Kinds }>(wanted: T[], targets: Counts, size: number): T[] {
  const taken: T[] = []
  const filled = noCounts()
  let left = [...wanted]
  const gap = ({ kinds }: T) =>
    sides.reduce((sum, side) => {
      const isShort = (filled[side][kinds[side]] ?? 0) < (targets[side][kinds[side]] ?? 0)
      return sum + (isShort ? (side === 'role' ? 0.5 : 1) : 0)
    }, 0)
  while (taken.length < size && left.length > 0) {
    let best = 0
    for (const [index, one] of left.entries()) {
      const first = left[best]
      if (first && gap(one) > gap(first)) best = index
    }
    const one = left[best]
    if (!one) break
    taken.push(one)
    left = left.filter(({ id }) => id !== one.id)
    for (const side of sides) filled[side][one.kinds[side]] = (filled[side][one.kinds[side]] ?? 0) + 1
  }
  return taken
}

/** How many of those taken are of each kind. */
export function countKinds(taken: { kinds: Kinds }[]): Counts {
  const counts = noCounts()
  for (const { kinds } of taken)
    for (const side of sides) counts[side][kinds[side]] = (counts[side][kinds[side]] ?? 0) + 1
  return counts
}

/** The groups of which fewer were found than their target, with both numbers. Groups that are not known are none. */
export const shortOf = (targets: Counts, counts: Counts): { side: Side; name: string; got: number; wanted: number }[] =>
  sides.flatMap((side) =>
    Object.entries(targets[side]).flatMap(([name, wanted]) => {
      const got = counts[side][name] ?? 0
      return name !== '' && got < wanted ? [{ side, name, got, wanted }] : []
    }),
  )
