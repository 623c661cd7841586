import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import type { Steps } from '../unhurried.ts'
import type { Ledger, Row } from './ledger.ts'
import { remembering } from './remembering.ts'
import {
  add,
  coverageOf,
  type Filters,
  isCounted,
  missOf,
  named,
  nibble,
  prepare,
  restAfter,
  type Tally,
  wishBit,
} from './view.ts'

/** Which number the reader opened. */
export type Wanted =
  | { of: 'driver'; driver: Driver; direction: Direction }
  | { of: 'wishes'; driver: Driver }
  | { of: 'coverage'; count: number }
  | { of: 'heard' | 'read' | 'waiting' }

/**
 * The customers behind a number of `figuresOf` for the same filters, each with the sittings in which they say it, and the
 * newest sitting first.
 */
export const behind = (ledger: Ledger, filters: Filters, wanted: Wanted): Promise<ReadonlyMap<string, string[]>> =>
  remembered.unhurried(ledger, JSON.stringify([filters, wanted]), () => found(ledger, filters, wanted))

// Each may hold most sittings there are.
const remembered = remembering<ReadonlyMap<string, string[]>>(6)

function* found(ledger: Ledger, filters: Filters, wanted: Wanted): Steps<ReadonlyMap<string, string[]>> {
  const { active, window } = yield* prepare(ledger, filters)
  const all: { customer: string; day: number; responses: string[] }[] = []
  const inView: Row[] = []
  for (const customer of [...ledger.customers.keys()]) {
    if (customer % restAfter === 0) yield
    inView.length = 0
    for (const row of ledger.customers.get(customer) ?? [])
      if (row.day >= window.from && row.day <= window.to && missOf(row, active) === '') inView.push(row)
    const wants = wantsOf(inView, filters, wanted)
    let day = 0
    let responses: string[] | undefined
    for (const row of inView) {
      if (!wants(row)) continue
      if (row.day > day) day = row.day
      if (!responses) responses = [row.response]
      else if (responses.at(-1) !== row.response) responses.push(row.response)
    }
    if (responses) all.push({ customer: ledger.names[customer] ?? '', day, responses })
  }
  return new Map(all.sort((a, b) => b.day - a.day).map(({ customer, responses }) => [customer, responses]))
}

/** Which rows of one customer say what is wanted. */
function wantsOf(rows: Row[], filters: Filters, wanted: Wanted): (row: Row) => boolean {
  const mask = named(filters.suggestions)
  switch (wanted.of) {
    case 'driver': {
      const driver = drivers.indexOf(wanted.driver)
      const direction = directions.indexOf(wanted.direction)
      return (row) => (nibble(row.bits, driver, direction) & mask) !== 0
    }
    case 'wishes': {
      const driver = drivers.indexOf(wanted.driver)
      return (row) => ((nibble(row.bits, driver, 0) | nibble(row.bits, driver, 1)) & wishBit) !== 0
    }
    case 'coverage': {
      const of: Tally = { bits: 0, settled: 0, answers: 0 }
      for (const row of rows) add(of, row)
      const isIt = isCounted(of, filters) && coverageOf(of.bits, filters.suggestions) === wanted.count
      return () => isIt
    }
    case 'heard':
      return (row) => row.answers > 0
    case 'read':
      return (row) => row.settled > 0
    case 'waiting':
      return (row) => row.settled < row.answers
  }
}
