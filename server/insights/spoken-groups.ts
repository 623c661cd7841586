import type { Direction, Driver } from '../drivers.ts'
import type { Row } from './ledger.ts'
import { type Combination, type GroupStatus, groupStatuses } from './small-groups.ts'
import { add, type Filters, isCounted, named, nibble, type Tally } from './view.ts'

/** What some customers say: how many of the `n` name each driver, any harm at all, and two or more of the four. */
export type Told = {
  n: number
  drivers: Record<Driver, Record<Direction, number>>
  anyHurt: number
  several: number
}
/** `rest`: those who stand in other groups of talks only, with all that they say there. */
export type ToldGroup = Told & { status: GroupStatus; rest: Told }

const noDrivers = (): Told['drivers'] => ({
  revenue: { '+': 0, '-': 0 },
  cost: { '+': 0, '-': 0 },
  risk: { '+': 0, '-': 0 },
  emotion: { '+': 0, '-': 0 },
})
export const newTold = (): Told => ({ n: 0, drivers: noDrivers(), anyHurt: 0, several: 0 })

/** What a customer says in one group, which has a number. */
export type Part = Tally & { key: number }

export function addTo(parts: Part[], key: number, row: Row): void {
  const known = parts.find((part) => part.key === key)
  if (known) add(known, row)
  else parts.push({ key, bits: row.bits, settled: row.settled, answers: row.answers })
}

/**
 * Customers in groups that may overlap: what each group says, and all that its members say in talks. Talks are shown as a
 * whole elsewhere (as a channel), so the groups that they are made of must not be told from each other there either.
 */
export type Groups = {
  told: Map<number, { own: Told; members: Told }>
  all: Told
  combinations: Combinations
  isTalk: (key: number) => boolean
  ofTalks: Combinations
}
type Combinations = Map<number | string, Combination<number>>
export const newGroups = (isTalk: Groups['isTalk']): Groups => ({
  told: new Map(),
  all: newTold(),
  combinations: new Map(),
  isTalk,
  ofTalks: new Map(),
})

export function addCustomer(groups: Groups, parts: Part[], filters: Filters): void {
  const keys: number[] = []
  const talks: number[] = []
  let whole: Tally | undefined
  for (const part of parts) {
    if (!isCounted(part, filters)) continue
    keys.push(part.key)
    if (!groups.isTalk(part.key)) continue
    talks.push(part.key)
    whole = whole ? sum(whole, part) : part
  }
  combine(groups.combinations, keys)
  combine(groups.ofTalks, talks)
  if (whole) count(groups.all, whole, filters)
  for (const part of parts) {
    if (!isCounted(part, filters)) continue
    const group = groups.told.get(part.key) ?? { own: newTold(), members: newTold() }
    groups.told.set(part.key, group)
    count(group.own, part, filters)
    if (whole && groups.isTalk(part.key)) count(group.members, whole, filters)
  }
}

const sum = (one: Tally, other: Tally): Tally => ({
  bits: one.bits | other.bits,
  settled: one.settled + other.settled,
  answers: one.answers + other.answers,
})

function combine(combinations: Combinations, groups: number[]): void {
  const [only] = groups
  if (only === undefined) return
  const key = groups.length === 1 ? only : groups.sort((a, b) => a - b).join(' ')
  const known = combinations.get(key)
  if (known) known.count += 1
  else combinations.set(key, { groups, count: 1 })
}

export function toldBy({ told, all, combinations, ofTalks }: Groups): Map<number, ToldGroup> {
  const statuses = groupStatuses([...combinations.values()])
  const amongTalks = groupStatuses([...ofTalks.values()])
  const statusOf = (key: number) => {
    const status = statuses.get(key) ?? 'small'
    return status === 'shown' ? (amongTalks.get(key) ?? 'shown') : status
  }
  return new Map(
    [...told].map(([key, { own, members }]) => [key, { ...own, status: statusOf(key), rest: without(all, members) }]),
  )
}

function without(all: Told, some: Told): Told {
  const left = (driver: Driver): Record<Direction, number> => ({
    '+': all.drivers[driver]['+'] - some.drivers[driver]['+'],
    '-': all.drivers[driver]['-'] - some.drivers[driver]['-'],
  })
  return {
    n: all.n - some.n,
    drivers: { revenue: left('revenue'), cost: left('cost'), risk: left('risk'), emotion: left('emotion') },
    anyHurt: all.anyHurt - some.anyHurt,
    several: all.several - some.several,
  }
}

export function count(told: Told, { bits }: Tally, filters: Filters): void {
  told.n += 1
  const mask = named(filters.suggestions)
  const { revenue, cost, risk, emotion } = told.drivers
  let [helped, hurt] = [0, 0]
  const byDriver = [revenue, cost, risk, emotion]
  for (let at = 0; at < byDriver.length; at += 1) {
    const counts = byDriver[at]
    if (!counts) continue
    if (nibble(bits, at, 0) & mask) {
      counts['+'] += 1
      helped += 1
    }
    if (nibble(bits, at, 1) & mask) {
      counts['-'] += 1
      hurt += 1
    }
  }
  if (hurt > 0) told.anyHurt += 1
  if (helped >= 2) told.several += 1
}
