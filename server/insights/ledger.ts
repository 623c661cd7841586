import type { Db } from '../db.ts'
import { drivers } from '../drivers.ts'

/** By what figures can be filtered and grouped; `asked` tells what was said before anything was suggested from the rest. */
export const dimensions = ['campaign', 'segment', 'region', 'owner', 'channel', 'provenance', 'asked'] as const
export type Dimension = (typeof dimensions)[number]

/** What no group was given for. */
export const notGiven = '-'

/**
 * One row of response_summary in memory. Names are numbers (see `Ledger.names`), the day is 20261123 for 23 November 2026,
 * and `bits` holds the eight driver columns in four bits each: revenue +, revenue −, cost + and so on.
 */
export type Row = Record<Dimension, number> & {
  response: string
  customer: number
  day: number
  answers: number
  settled: number
  bits: number
}

/** Everything that figures are drawn from, kept in memory and brought up to date before each use. */
export type Ledger = {
  /** Rows by customer, those of one sitting side by side. */
  customers: Map<number, Row[]>
  /** Whose a sitting is. */
  sittings: Map<string, number>
  names: string[]
  numbers: Map<string, number>
  /** How many rows each value of a dimension has, so that a filter can offer what there is. */
  values: Record<Dimension, Map<number, number>>
  seq: number
}

const kept = new WeakMap<Db, Promise<Ledger>>()

/**
 * The ledger of a database as of now. The first use reads all of response_summary, a few milliseconds at a time; later
 * ones read what has changed since (response_summary_change names it, by trigger). See docs/decisions.
 */
export function currentLedger(db: Db): Promise<Ledger> {
  const before = kept.get(db) ?? Promise.resolve(emptyLedger())
  const next = before.then((ledger) => catchUp(db, ledger))
  kept.set(
    db,
    next.catch(() => emptyLedger()),
  )
  return next
}

function emptyLedger(): Ledger {
  const none = () => new Map<number, number>()
  return {
    customers: new Map(),
    sittings: new Map(),
    names: [],
    numbers: new Map(),
    values: {
      campaign: none(),
      segment: none(),
      region: none(),
      owner: none(),
      channel: none(),
      provenance: none(),
      asked: none(),
    },
    seq: 0,
  }
}

const step = 250

async function catchUp(db: Db, ledger: Ledger): Promise<Ledger> {
  for (;;) {
    const changes = await changesSince(db, ledger.seq)
    const fresh = new Map<string, Row[]>()
    for (const change of changes) {
      const rows = fresh.get(change.changed) ?? []
      fresh.set(change.changed, rows)
      if (change.response_id !== null) rows.push(rowOf(ledger, change.changed, change))
      ledger.seq = change.seq
    }
    for (const [response, rows] of fresh) replace(ledger, response, rows)
    if (fresh.size < step) return ledger
    // Others' requests go first.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

type Change = Awaited<ReturnType<typeof changesSince>>[number]

function changesSince(db: Db, seq: number) {
  return db
    .selectFrom((changes) =>
      changes
        .selectFrom('response_summary_change')
        .select(['seq', 'response_id as changed'])
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(step)
        .as('change'),
    )
    .leftJoin('response_summary', 'response_summary.response_id', 'change.changed')
    .selectAll()
    .orderBy('change.seq')
    .execute()
}

function rowOf(ledger: Ledger, response: string, row: Change): Row {
  const number = (name: string | null) => numberOf(ledger, name ?? notGiven)
  let bits = 0
  drivers.forEach((driver, index) => {
    bits |= ((row[`${driver}_plus`] ?? 0) | ((row[`${driver}_minus`] ?? 0) << 4)) << (index * 8)
  })
  return {
    response,
    customer: number(row.customer_id),
    campaign: number(row.campaign_id),
    segment: number(row.segment),
    region: number(row.region),
    owner: number(row.owner_id),
    channel: number(row.channel),
    provenance: number(row.provenance),
    asked: number(row.is_prompted === 1 ? 'prompted' : 'unprompted'),
    day: dayNumber(row.took_place_on ?? '0'),
    answers: row.answers ?? 0,
    settled: row.settled ?? 0,
    bits,
  }
}

function numberOf(ledger: Ledger, name: string): number {
  let number = ledger.numbers.get(name)
  if (number === undefined) {
    number = ledger.names.push(name) - 1
    ledger.numbers.set(name, number)
  }
  return number
}

function replace(ledger: Ledger, response: string, rows: Row[]): void {
  const before = ledger.sittings.get(response)
  if (before !== undefined) {
    const [own, others] = parted(ledger.customers.get(before) ?? [], response)
    for (const row of own) count(ledger, row, -1)
    if (others.length > 0) ledger.customers.set(before, others)
    else ledger.customers.delete(before)
    ledger.sittings.delete(response)
  }
  const [first] = rows
  if (!first) return
  for (const row of rows) count(ledger, row, 1)
  ledger.sittings.set(response, first.customer)
  const others = ledger.customers.get(first.customer)
  if (others) others.push(...rows)
  else ledger.customers.set(first.customer, rows)
}

function parted(rows: Row[], response: string): [own: Row[], others: Row[]] {
  const own = rows.filter((row) => row.response === response)
  return [own, rows.filter((row) => row.response !== response)]
}

function count(ledger: Ledger, row: Row, by: 1 | -1): void {
  for (const dimension of dimensions) {
    const values = ledger.values[dimension]
    const left = (values.get(row[dimension]) ?? 0) + by
    if (left > 0) values.set(row[dimension], left)
    else values.delete(row[dimension])
  }
}

/** 20261123 for 2026-11-23. */
export const dayNumber = (day: string): number => Number(day.replaceAll('-', ''))

/** 2026-11-23 for 20261123. */
export const dayText = (day: number): string =>
  String(day)
    .padStart(8, '0')
    .replace(/^(....)(..)(..)$/, '$1-$2-$3')
