import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import type { Steps } from '../unhurried.ts'
import { combine, insert, noCombinations } from './combinations.ts'
import {
  holm,
  leavesZero,
  mcnemar,
  type Pairs,
  pairedDifference,
  pooledProbability,
  shareDifference,
} from './differences.ts'
import type { Interval } from './intervals.ts'
import type { Ledger } from './ledger.ts'
import { remembering } from './remembering.ts'
import { type GroupStatus, groupStatuses, smallest } from './small-groups.ts'
import { add, matching, missOf, named, nibble, type Tally } from './view.ts'

/** What one customer said in a round, as bits by driver and direction; only customers with an answer that is read. */
type Round = Map<number, number>

/** The customers of one campaign and what settled tags say of each. */
function roundOf(ledger: Ledger, campaign: string): Round {
  const active = matching({ campaign: ledger.numbers.get(campaign) ?? -1 })
  const round: Round = new Map()
  for (const [customer, rows] of ledger.customers) {
    const of: Tally = { bits: 0, settled: 0, answers: 0 }
    for (const row of rows) if (missOf(row, active) === '') add(of, row)
    if (of.settled > 0) round.set(customer, of.bits)
  }
  return round
}

/** Whether each round may be shown beside all customers, as on "Why they buy" with that round chosen. */
function roundStatuses(ledger: Ledger): Map<number, GroupStatus> {
  const combinations = noCombinations()
  const rounds: number[] = []
  for (const rows of ledger.customers.values()) {
    for (const { campaign, settled } of rows) if (settled > 0) insert(rounds, campaign)
    combine(combinations, rounds)
    rounds.length = 0
  }
  return groupStatuses(combinations.all, (round) => ledger.names[round] ?? '')
}

export type Change = {
  driver: Driver
  direction: Direction
  before: number
  after: number
  difference: number
  /** Of the difference; undefined below 30 customers a side, where no change is spoken of. */
  interval: Interval | undefined
  /** Whether it stands among all eight looked at together (Holm), and its interval leaves zero. */
  stands: boolean
}

export type Rounds =
  | { kind: 'hidden'; sentence: string }
  | {
      kind: 'shown'
      /** The same customers asked twice, or different ones. */
      design: 'paired' | 'different'
      nBefore: number
      nAfter: number
      /** Customers heard in both rounds. */
      both: number
      changes: Change[]
    }

const fewest = 30

/**
 * What changed between two rounds. Where at least 30 customers, and at least half of the smaller round, were heard in both, the
 * change is that of the same customers (paired); otherwise the rounds are taken for different customers.
 *
 * Formula and source: `pairedDifference` (Newcombe 1998c, method 10) with McNemar's test, or `shareDifference` (1998b,
 * method 10); a change stands where its interval leaves zero and, for pairs, Holm's rule keeps it among the eight.
 * Units: customers, counted once. Minimum n: 5 to show counts, 30 a side to speak of a change.
 * How it misleads: other wording, channel, coders or mix of customers look like a change; who did badly at first drifts
 * back by itself; some overlap makes an unpaired interval too wide.
 */
export const compareRounds = (ledger: Ledger, first: string, second: string): Rounds =>
  remembered.atOnce(ledger, JSON.stringify([first, second]), () => compared(ledger, first, second))

const remembered = remembering<Rounds>(20)

function* compared(ledger: Ledger, first: string, second: string): Steps<Rounds> {
  const earlier = roundOf(ledger, first)
  yield
  const later = roundOf(ledger, second)
  yield
  const both = [...earlier.keys()].filter((customer) => later.has(customer))
  if (earlier.size < smallest || later.size < smallest)
    return { kind: 'hidden', sentence: 'One of the rounds has fewer than five customers whose answers are read.' }
  const statuses = roundStatuses(ledger)
  if ([first, second].some((round) => statuses.get(ledger.numbers.get(round) ?? -1) !== 'shown'))
    return {
      kind: 'hidden',
      sentence: 'One of the rounds is not shown: beside all customers it would single out fewer than five.',
    }
  const isPaired = both.length >= fewest && both.length >= Math.min(earlier.size, later.size) / 2
  const isFew = (n: number) => n > 0 && n < smallest
  if (isPaired && (isFew(earlier.size - both.length) || isFew(later.size - both.length)))
    return {
      kind: 'hidden',
      sentence: 'All but a few customers were heard in both rounds: set beside each round, this would single them out.',
    }
  const changes = drivers.flatMap((driver) =>
    directions.map((direction) => ({
      driver,
      direction,
      ...(isPaired ? paired(earlier, later, both, driver, direction) : different(earlier, later, driver, direction)),
    })),
  )
  const kept = holm(changes.map(({ p }) => p))
  return {
    kind: 'shown',
    design: isPaired ? 'paired' : 'different',
    nBefore: isPaired ? both.length : earlier.size,
    nAfter: isPaired ? both.length : later.size,
    both: both.length,
    changes: changes.map(({ p: _p, ...change }, index) => ({
      ...change,
      stands: change.interval !== undefined && leavesZero(change.interval) && (kept[index] ?? false),
    })),
  }
}

const says = (bits: number | undefined, driver: Driver, direction: Direction): boolean =>
  (nibble(bits ?? 0, drivers.indexOf(driver), directions.indexOf(direction)) & named(false)) !== 0

function paired(earlier: Round, later: Round, both: number[], driver: Driver, direction: Direction) {
  const pairs: Pairs = { both: 0, first: 0, second: 0, neither: 0 }
  for (const customer of both) {
    const was = says(earlier.get(customer), driver, direction)
    const is = says(later.get(customer), driver, direction)
    pairs[was ? (is ? 'both' : 'first') : is ? 'second' : 'neither'] += 1
  }
  const { difference, low, high } = pairedDifference(pairs)
  return {
    before: pairs.both + pairs.first,
    after: pairs.both + pairs.second,
    difference,
    interval: { low, high },
    p: mcnemar(pairs).p,
  }
}

function different(earlier: Round, later: Round, driver: Driver, direction: Direction) {
  const count = (round: Round) => [...round.values()].filter((bits) => says(bits, driver, direction)).length
  const [before, after] = [count(earlier), count(later)]
  const isEnough = earlier.size >= fewest && later.size >= fewest
  const { difference, low, high } = shareDifference(after, later.size, before, earlier.size)
  return {
    before,
    after,
    difference,
    interval: isEnough ? { low, high } : undefined,
    p: isEnough ? pooledProbability(before, earlier.size, after, later.size) : 1,
  }
}
