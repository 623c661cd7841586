import type { Steps } from '../unhurried.ts'
import { type Combinations, combine, insert, noCombinations } from './combinations.ts'
import { type Dimension, dimensions, type Ledger, type Row } from './ledger.ts'
import { type GroupStatus, groupStatuses, type Window } from './small-groups.ts'
import { type Active, type Filters, isCounted, restAfter } from './view.ts'

/** One thing that a view was narrowed by: a dimension, or the window of days, whose values are 0 (inside) and 1. */
type Chosen = { valueIn: (row: Row) => number; wanted: number }

/** Whether the view, and each group of it, may be shown beside every wider view that leaves out some of its filters. */
export type BesideWider = { view: GroupStatus; groups: ReadonlyMap<number, GroupStatus> }

/** Where there is no wider view to stand beside. */
export const alone: BesideWider = { view: 'shown', groups: new Map() }

/**
 * Looks at a view beside all wider ones, not just those with one filter less: two filters that hold nearly the same customers
 * would otherwise pass, since each is compared within the other, and together give away who stands outside both. A group
 * counts as the view that it is once it is chosen too. What was hidden stays hidden however much it is narrowed, so that
 * its parts cannot be added up.
 *
 * Of k filters and the groups that is k·2ᵏ⁻¹ comparisons, all made in one pass; few rows take part in more than some.
 */
export function* besideWiderViews(
  ledger: Ledger,
  filters: Filters,
  choice: { active: Active; window: Window; isDated: boolean },
  by: Dimension,
): Steps<BesideWider> {
  const among = dimensions.filter((dimension) => filters[dimension] !== '')
  const chosen = chosenIn(choice, among)
  const view = new Comparisons(chosen)
  const isGrouped = !among.includes(by)
  const parts = new Map<number, Comparisons>()
  const groups = new Comparisons(chosen, (row) => row[by])
  const touched = new Set<Comparisons>()
  if (chosen.length === 0 || (chosen.length === 1 && !isGrouped)) return alone

  for (const customer of [...ledger.customers.keys()]) {
    if (customer % restAfter === 0) yield
    for (const row of ledger.customers.get(customer) ?? []) {
      if (!isCounted(row, filters)) continue
      const misses = missesOf(row, chosen)
      // One filter alone is compared where options are told.
      if (chosen.length > 1) view.add(row, misses)
      if (!isGrouped) continue
      groups.add(row, misses)
      const value = row[by]
      let part = parts.get(value)
      if (!part) {
        part = new Comparisons(chosen)
        parts.set(value, part)
      }
      part.add(row, misses)
      touched.add(part)
    }
    view.next()
    groups.next()
    for (const part of touched) part.next()
    touched.clear()
  }
  const nameOf = (value: number) => ledger.names[value] ?? ''
  const ownStatuses = groups.statuses(nameOf)
  return {
    view: view.status(nameOf),
    groups: new Map(
      [...parts].map(([value, part]) => {
        const own = worst(ownStatuses.map((statuses) => statuses.get(value) ?? 'shown'))
        return [value, worst([own, part.status(nameOf)])]
      }),
    ),
  }
}

function chosenIn(
  { active, window, isDated }: { active: Active; window: Window; isDated: boolean },
  among: Dimension[],
) {
  const chosen = among.map((dimension): Chosen => ({ valueIn: (row) => row[dimension], wanted: active[dimension] }))
  if (isDated) chosen.push({ valueIn: (row) => (row.day >= window.from && row.day <= window.to ? 0 : 1), wanted: 0 })
  return chosen
}

/** Which of these a row misses, a bit each. */
function missesOf(row: Row, chosen: Chosen[]): number {
  let misses = 0
  let bit = 1
  for (const { valueIn, wanted } of chosen) {
    if (valueIn(row) !== wanted) misses |= bit
    bit <<= 1
  }
  return misses
}

const worst = (statuses: GroupStatus[]): GroupStatus =>
  statuses.includes('small') ? 'small' : statuses.includes('near') ? 'near' : 'shown'

/** Of one comparison: what the customer at hand is, and the customers before; `at` is the place of the thing chosen. */
type Found = { of: number[]; all: Combinations; at: number }

/**
 * Customers by what they are in each thing chosen, within every choice of the others; or, where `grouped` is given, by that
 * within every choice. A choice is a number with a bit for each thing chosen.
 */
class Comparisons {
  readonly #chosen: Chosen[]
  readonly #grouped: ((row: Row) => number) | undefined
  readonly #found: (Found | undefined)[] = []
  readonly #touched: Found[] = []

  constructor(chosen: Chosen[], grouped?: (row: Row) => number) {
    this.#chosen = chosen
    this.#grouped = grouped
  }

  add(row: Row, misses: number): void {
    const size = this.#chosen.length
    const every = (1 << size) - 1
    const fitting = every - misses
    // All choices that this row fits, the narrowest first.
    for (let choice = fitting; ; choice = (choice - 1) & fitting) {
      if (this.#grouped) {
        // Within the view itself groups are compared as options are.
        if (choice !== every) this.#note(choice, size, this.#grouped(row))
      } else
        for (let at = 0; at < size; at += 1) {
          const one = this.#chosen[at]
          if (one && (choice & (1 << at)) === 0) this.#note(choice * size + at, at, one.valueIn(row))
        }
      if (choice === 0) return
    }
  }

  #note(key: number, at: number, value: number): void {
    let found = this.#found[key]
    if (!found) {
      found = { of: [], all: noCombinations(), at }
      this.#found[key] = found
    }
    if (found.of.length === 0) this.#touched.push(found)
    insert(found.of, value)
  }

  /** The rows to come are another customer's. */
  next(): void {
    for (const { of, all } of this.#touched) {
      combine(all, of)
      of.length = 0
    }
    this.#touched.length = 0
  }

  #all = (): Found[] => this.#found.flatMap((found) => found ?? [])

  statuses(nameOf: (value: number) => string): Map<number, GroupStatus>[] {
    return this.#all().map(({ all }) => groupStatuses(all.all, nameOf))
  }

  /** The worst status that what was chosen has in any of them. */
  status(nameOf: (value: number) => string): GroupStatus {
    return worst(
      this.#all().map(({ all, at }) => {
        const wanted = this.#chosen[at]?.wanted ?? -1
        return groupStatuses(all.all, nameOf).get(wanted) ?? 'shown'
      }),
    )
  }
}
