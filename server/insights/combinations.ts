import { type Dimension, dimensions, type Ledger, type Row } from './ledger.ts'
import { type Combination, type GroupStatus, groupStatuses } from './small-groups.ts'

/** Customers by the groups that they stand in, which are numbers: a tree, since reading a name for each costs too much. */
export type Combinations = { root: Node; all: Combination<number>[] }
type Node = { next: Map<number, Node>; own: Combination<number> | undefined }

export const noCombinations = (): Combinations => ({ root: { next: new Map(), own: undefined }, all: [] })

/** One more customer who stands in exactly these groups, as `insert` has put them. */
export function combine({ root, all }: Combinations, groups: number[]): void {
  if (groups.length === 0) return
  let node = root
  for (const group of groups) {
    let next = node.next.get(group)
    if (!next) {
      next = { next: new Map(), own: undefined }
      node.next.set(group, next)
    }
    node = next
  }
  if (node.own) {
    node.own.count += 1
    return
  }
  node.own = { groups: [...groups], count: 1 }
  all.push(node.own)
}

/** Puts a group into its place among few others, once. */
export function insert(groups: number[], group: number): void {
  let at = groups.length
  while (at > 0) {
    const before = groups[at - 1] ?? 0
    if (before === group) return
    if (before < group) break
    at -= 1
  }
  if (at === groups.length) groups.push(group)
  else groups.splice(at, 0, group)
}

/** The same for each dimension. */
export const byDimension = <T>(make: () => T): Record<Dimension, T> => ({
  campaign: make(),
  segment: make(),
  region: make(),
  owner: make(),
  channel: make(),
  provenance: make(),
  asked: make(),
})

/**
 * Notes the groups that a row of a customer puts it in; where it misses one filter, in that filter's dimension only.
 * `before` is a row of that customer whose groups are all noted already.
 */
export function addValues(
  values: Record<Dimension, number[]>,
  row: Row,
  miss: Dimension | '',
  before: Row | undefined,
): void {
  if (miss !== '') {
    if (before?.[miss] !== row[miss]) insert(values[miss], row[miss])
    return
  }
  if (before?.campaign !== row.campaign) insert(values.campaign, row.campaign)
  if (before?.segment !== row.segment) insert(values.segment, row.segment)
  if (before?.region !== row.region) insert(values.region, row.region)
  if (before?.owner !== row.owner) insert(values.owner, row.owner)
  if (before?.channel !== row.channel) insert(values.channel, row.channel)
  if (before?.provenance !== row.provenance) insert(values.provenance, row.provenance)
  if (before?.asked !== row.asked) insert(values.asked, row.asked)
}

/** Counts a customer in each dimension, and empties what was noted of it. */
export function combineAll(members: Record<Dimension, Combinations>, values: Record<Dimension, number[]>): void {
  for (const dimension of dimensions) {
    combine(members[dimension], values[dimension])
    values[dimension].length = 0
  }
}

/** What a filter could be set to: how many customers stand there, and whether they may be shown. */
export type Options = Record<Dimension, Map<string, { n: number; status: GroupStatus | 'empty' }>>

export function optionsOf(ledger: Ledger, members: Record<Dimension, Combinations>): Options {
  const of = (dimension: Dimension) => {
    const combinations = members[dimension].all
    const statuses = groupStatuses(combinations, (value) => ledger.names[value] ?? '')
    const sizes = new Map<number, number>()
    for (const { groups, count: customers } of combinations)
      for (const value of groups) sizes.set(value, (sizes.get(value) ?? 0) + customers)
    return new Map(
      [...ledger.values[dimension].keys()].map((value) => [
        ledger.names[value] ?? '',
        { n: sizes.get(value) ?? 0, status: statuses.get(value) ?? ('empty' as const) },
      ]),
    )
  }
  return {
    campaign: of('campaign'),
    segment: of('segment'),
    region: of('region'),
    owner: of('owner'),
    channel: of('channel'),
    provenance: of('provenance'),
    asked: of('asked'),
  }
}
