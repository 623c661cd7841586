import type Database from 'better-sqlite3'
import { newId } from '../../ids.ts'
import type { About } from './about.ts'
import { emptyMemory } from './draft.ts'
import { planRows } from './plan.ts'
import { keysOf, recordReader } from './present.ts'
import {
  clearMemory,
  countRows,
  dropMemory,
  keepJudgement,
  keepMemory,
  nextRows,
  recall,
  type Staging,
} from './staging.ts'

const rowsAtOnce = 2_000

export type Judged = Pick<
  About,
  'counts' | 'newCustomers' | 'newContacts' | 'newOfferings' | 'loosens' | 'suppressed' | 'seen'
>

/** Where the list of what was done to records ends now. */
const lastEvent = (live: Database.Database): number =>
  live.prepare<[], { last: number | null }>('select max(rowid) as last from event').get()?.last ?? 0

/** True if somebody has changed what an import is judged against since then. */
export const hasChanged = (live: Database.Database, since: number): boolean =>
  live
    .prepare<[number], { found: number }>(
      `select 1 as found from event
        where rowid > ? and record_kind in ('customer', 'contact', 'offering', 'outcome', 'user') limit 1`,
    )
    .get(since) !== undefined

/**
 * Judges every staged row against the record, some at a time: what the rows above came to waits in the staging, so that
 * a long file needs no more memory than a short one. Returns what it comes to, and how many rows were judged otherwise
 * before. `onRows` hears how many are done, and says whether to go on.
 */
export function judge(
  live: Database.Database,
  staging: Staging,
  about: Pick<About, 'columns' | 'lastYear'>,
  onRows: (done: number) => boolean,
): { judged: Judged; others: number } | undefined {
  const seen = lastEvent(live)
  const read = recordReader(live)
  const rules = { columns: about.columns, lastYear: about.lastYear, mayLoosen: false }
  const offerings = new Map<string, string>()
  const totals = { contacts: 0, suppressed: 0, others: 0, done: 0 }
  const isSuppressed = live.prepare<[string], { n: number }>(
    'select count(*) as n from suppression where address in (select value from json_each(?))',
  )
  clearMemory(staging)
  for (let rows = nextRows(staging, -1, rowsAtOnce); rows.length > 0; ) {
    const keys = keysOf(about.columns, rows)
    const present = read(keys)
    const memory = emptyMemory()
    const lines = [...keys.emails.map((email) => `@${email}`), ...keys.contactNumbers.map((number) => `#${number}`)]
    const names = keys.names.map((name) => name.toLowerCase())
    recall(staging, { numbers: keys.numbers, names, lines }, [...present.customersById.keys()], memory)
    const { rows: planned, writes } = planRows(rows, rules, present, memory, newId)
    staging.transaction(() => {
      totals.others += keepJudgement(staging, planned)
      keepMemory(staging, memory)
    })()
    totals.contacts += writes.contacts.filter(({ isNew }) => isNew).length
    for (const name of writes.offerings) offerings.set(name.toLowerCase(), name)
    totals.suppressed += isSuppressed.get(JSON.stringify(keys.emails))?.n ?? 0
    totals.done += rows.length
    if (!onRows(totals.done)) return undefined
    rows = nextRows(staging, rows.at(-1)?.line ?? 0, rowsAtOnce)
  }
  const { counts, loosens } = countRows(staging)
  const newCustomers =
    staging
      .prepare<[], { n: number }>(
        "select count(distinct target) as n from file_row where target <> '' and action <> 'reject'",
      )
      .get()?.n ?? 0
  dropMemory(staging)
  const judged = {
    counts,
    newCustomers,
    newContacts: totals.contacts,
    newOfferings: [...offerings.values()].slice(0, 50),
    loosens,
    suppressed: totals.suppressed,
    seen,
  }
  return { judged, others: totals.others }
}
