/** A figure about fewer customers than this is not shown. */
export const smallest = 5

/** `small`: fewer than five customers. `near`: showing it would single out fewer than five by subtraction. */
export type GroupStatus = 'shown' | 'small' | 'near'

const isFew = (n: number): boolean => n > 0 && n < smallest

/** How many customers stand in exactly these groups of a view; one who wrote and talked stands in two channels. */
export type Combination<Key> = { groups: Key[]; count: number }

/**
 * Which groups of one view may be shown, given that the whole view and its other groups may be looked at too.
 * A group is hidden if it has fewer than five customers; if the view without it, or the customers whom it lacks, are one
 * to four; and, smallest first, as long as all that is hidden together holds one to four customers (methods 4.12:
 * threshold, complement, secondary suppression). Suppression only grows: nothing that is hidden is shown again. Of groups
 * of one size the one whose name comes first is hidden, so that the same one is hidden each time.
 */
export function groupStatuses<Key>(
  combinations: Combination<Key>[],
  nameOf: (key: Key) => string = String,
): Map<Key, GroupStatus> {
  const sizes = new Map<Key, { all: number; only: number }>()
  let total = 0
  for (const { groups, count } of combinations) {
    total += count
    for (const key of groups) {
      const size = sizes.get(key) ?? { all: 0, only: 0 }
      sizes.set(key, size)
      size.all += count
      if (groups.length === 1) size.only += count
    }
  }
  const statuses = new Map<Key, GroupStatus>()
  for (const [key, { all, only }] of sizes) {
    const isNear = isFew(total - all) || isFew(total - only)
    statuses.set(key, all < smallest ? 'small' : isNear ? 'near' : 'shown')
  }
  const isHidden = (key: Key) => statuses.get(key) !== 'shown'
  const hiddenCustomers = () =>
    combinations.reduce((sum, { groups, count }) => sum + (groups.some(isHidden) ? count : 0), 0)
  const shown = [...sizes]
    .filter(([key]) => !isHidden(key))
    .sort(([one, a], [other, b]) => a.all - b.all || (nameOf(one) < nameOf(other) ? -1 : 1))
  for (const [key] of shown) {
    if (!isFew(hiddenCustomers())) break
    statuses.set(key, 'near')
  }
  return statuses
}

/**
 * What a number may count that stands beside a list of names: what one to four customers gave in confidence is left out,
 * since whoever can read all the others would take them away from the number and have what the few said. A customer of
 * whom something may be read anyway counts by that alone.
 */
export function besideNames<One>(
  all: One[],
  customerOf: (one: One) => string,
  isConfidential: (one: One) => boolean,
): One[] {
  const open = all.filter((one) => !isConfidential(one))
  const named = new Set(open.map(customerOf))
  const confidential = all.filter((one) => isConfidential(one) && !named.has(customerOf(one)))
  return isFew(new Set(confidential.map(customerOf)).size) ? open : [...open, ...confidential]
}

/** Days as numbers, 20261123 for 23 November 2026; both ends belong to the window. */
export type Window = { from: number; to: number }

/**
 * Widens a window of days so that no two windows of the same view can differ by fewer than five customers: the days are
 * cut into runs that hold five customers each, and a window takes in each run that it touches.
 * `days` holds the customers heard on each day. An open end stays open.
 */
export function widen(days: Map<number, Set<number>>, asked: Window): Window {
  const runs: Window[] = []
  let members = new Set<number>()
  let start: number | undefined
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    start ??= day
    for (const one of days.get(day) ?? []) members.add(one)
    if (members.size >= smallest) {
      runs.push({ from: start, to: day })
      members = new Set()
      start = undefined
    }
  }
  const lastDay = Math.max(...days.keys())
  const last = runs.at(-1)
  // The days at the end that hold fewer than five go with the run before them.
  if (start !== undefined && last) last.to = lastDay
  else if (start !== undefined) runs.push({ from: start, to: lastDay })
  const touched = runs.filter((run) => run.to >= asked.from && run.from <= asked.to)
  return {
    from: Math.min(asked.from, ...touched.map((run) => run.from)),
    to: Math.max(asked.to, ...touched.map((run) => run.to)),
  }
}
