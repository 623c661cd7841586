import { drivers } from '../drivers.ts'
import type { Steps } from '../unhurried.ts'
import { type Dimension, dayNumber, dimensions, type Ledger, type Row } from './ledger.ts'
import { smallest, type Window, widen } from './small-groups.ts'

/** What a reader has chosen; '' for everything. With `suggestions`, what nobody has confirmed yet is counted too. */
export type Filters = Record<Dimension, string> & { from: string; to: string; suggestions: boolean }

/** What a customer's rows in view add up to. */
export type Tally = { bits: number; settled: number; answers: number }

export const settledBit = 1
export const inferredBit = 2
export const wishBit = 4
const suggestedBit = 8

export function add(of: Tally, row: Row): void {
  of.bits |= row.bits
  of.settled += row.settled
  of.answers += row.answers
}

/** Whether the customer belongs to n: with suggestions whoever was heard, else whoever was read. */
export const isCounted = (of: Tally, filters: Filters): boolean => (filters.suggestions ? of.answers : of.settled) > 0

/** The four bits of a driver and direction in packed bits. */
export const nibble = (bits: number, driver: number, direction: number): number =>
  (bits >>> (driver * 8 + direction * 4)) & 15

/** The bits that make a driver count as named. */
export const named = (suggestions: boolean): number => settledBit | inferredBit | (suggestions ? suggestedBit : 0)

/** How many of the four drivers we help a customer with, 0 to 4. */
export function coverageOf(bits: number, suggestions: boolean): number {
  const mask = named(suggestions)
  let k = 0
  for (let driver = 0; driver < drivers.length; driver += 1) if (nibble(bits, driver, 0) & mask) k += 1
  return k
}

/** After so many customers, more or less, whoever counts them may rest; a quarter of a millisecond or so. */
export const restAfter = 64

export const endless: Window = { from: 0, to: 99999999 }

/** What a row is to be in each dimension; `any` where nothing is chosen. */
export type Active = Record<Dimension, number>
const any = -2

export const matching = (wanted: Partial<Active>): Active => ({
  campaign: any,
  segment: any,
  region: any,
  owner: any,
  channel: any,
  provenance: any,
  asked: any,
  ...wanted,
})

/** The filters as numbers, and the window of days, widened so that it singles out nobody. */
export function* prepare(
  ledger: Ledger,
  filters: Filters,
): Steps<{ active: Active; window: Window; isDated: boolean }> {
  const active = matching({})
  // A name that the ledger does not know fits no row.
  for (const dimension of dimensions)
    if (filters[dimension] !== '') active[dimension] = ledger.numbers.get(filters[dimension]) ?? -1
  const isDated = filters.from !== '' || filters.to !== ''
  if (!isDated) return { active, window: endless, isDated }
  const days = new Map<number, Set<number>>()
  for (const customer of [...ledger.customers.keys()]) {
    if (customer % restAfter === 0) yield
    for (const row of ledger.customers.get(customer) ?? []) {
      if (missOf(row, active) !== '' || (filters.suggestions ? row.answers : row.settled) === 0) continue
      const some = days.get(row.day)
      if (!some) days.set(row.day, new Set([customer]))
      // So many end a run of days, and how many more there are makes no difference.
      else if (some.size < smallest) some.add(customer)
    }
  }
  const asked = {
    from: filters.from === '' ? endless.from : dayNumber(filters.from),
    to: filters.to === '' ? endless.to : dayNumber(filters.to),
  }
  return { active, window: widen(days, asked), isDated }
}

/** The one dimension in which a row misses the filters; '' if it fits them all. Written out, since it is asked of each row. */
export function missOf(row: Row, active: Active): Dimension | '' | 'several' {
  let miss: Dimension | '' = ''
  let misses = 0
  if (active.campaign !== any && row.campaign !== active.campaign) {
    miss = 'campaign'
    misses += 1
  }
  if (active.segment !== any && row.segment !== active.segment) {
    miss = 'segment'
    misses += 1
  }
  if (active.region !== any && row.region !== active.region) {
    miss = 'region'
    misses += 1
  }
  if (active.owner !== any && row.owner !== active.owner) {
    miss = 'owner'
    misses += 1
  }
  if (active.channel !== any && row.channel !== active.channel) {
    miss = 'channel'
    misses += 1
  }
  if (active.provenance !== any && row.provenance !== active.provenance) {
    miss = 'provenance'
    misses += 1
  }
  if (active.asked !== any && row.asked !== active.asked) {
    miss = 'asked'
    misses += 1
  }
  return misses > 1 ? 'several' : miss
}
