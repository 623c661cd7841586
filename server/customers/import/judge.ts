import type Database from 'better-sqlite3'
import { newId } from '../../ids.ts'
import type { About } from './about.ts'
import type { FileRow } from './csv.ts'
import { emptyMemory } from './draft.ts'
import { planRows, type StagedRow } from './plan.ts'
import { keysOf, recordReader } from './present.ts'
import type { Scratch } from './scratch.ts'
import { addJudged, countRows, forgetTargets, keepJudgement, nextRows, type Staging } from './staging.ts'

const rowsAtOnce = 750

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

export type Judging = {
  /** Judges rows as they come from the file, and keeps them. */
  add: (rows: FileRow[]) => void
  /** Judges rows that are kept already, and keeps what has become of them. */
  again: (rows: StagedRow[]) => void
  /** What it all comes to, and how many rows were judged otherwise before. */
  end: () => { judged: Judged; others: number }
}

/**
 * Judges rows against the record, some at a time and in the order of the file; what the rows above came to waits in the
 * scratch.
 */
export function beginJudging(
  live: Database.Database,
  staging: Staging,
  scratch: Scratch,
  { columns, lastYear }: Pick<About, 'columns' | 'lastYear'>,
): Judging {
  const seen = lastEvent(live)
  const read = recordReader(live)
  const offerings = new Map<string, string>()
  const totals = { contacts: 0, suppressed: 0, others: 0 }
  const isSuppressed = live.prepare<[string], { n: number }>(
    'select count(*) as n from suppression where address in (select value from json_each(?))',
  )

  function judge(rows: StagedRow[]) {
    const keys = keysOf(columns, rows)
    const present = read(keys)
    const memory = emptyMemory()
    const lines = [...keys.emails.map((email) => `@${email}`), ...keys.contactNumbers.map((number) => `#${number}`)]
    const names = keys.names.map((name) => name.toLowerCase())
    scratch.recall({ numbers: keys.numbers, names, lines, customers: [...present.customersById.keys()] }, memory)
    const { rows: planned, writes } = planRows(rows, { columns, lastYear, mayLoosen: false }, present, memory, newId)
    scratch.keep(memory)
    totals.contacts += writes.contacts.filter(({ isNew }) => isNew).length
    for (const name of writes.offerings) if (!offerings.has(name.toLowerCase())) offerings.set(name.toLowerCase(), name)
    totals.suppressed += isSuppressed.get(JSON.stringify(keys.emails))?.n ?? 0
    return planned
  }

  return {
    add(rows) {
      addJudged(staging, rows, judge(rows.map((row) => ({ ...row, target: '' }))))
    },
    again(rows) {
      totals.others += keepJudgement(staging, judge(rows))
    },
    end() {
      const { counts, loosens } = countRows(staging)
      const newCustomers =
        staging
          .prepare<[], { n: number }>(
            "select count(distinct target) as n from file_row where target <> '' and action <> 'reject'",
          )
          .get()?.n ?? 0
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
    },
  }
}

/** Judges every staged row anew. `onRows` hears how many are done, and says whether to go on; undefined if not. */
export function judgeAgain(
  live: Database.Database,
  staging: Staging,
  scratch: Scratch,
  about: Pick<About, 'columns' | 'lastYear'>,
  onRows: (done: number) => boolean,
): { judged: Judged; others: number } | undefined {
  const judging = beginJudging(live, staging, scratch, about)
  forgetTargets(staging)
  let done = 0
  for (let rows = nextRows(staging, -1, rowsAtOnce); rows.length > 0; ) {
    judging.again(rows)
    done += rows.length
    if (!onRows(done)) return undefined
    rows = nextRows(staging, rows.at(-1)?.line ?? 0, rowsAtOnce)
  }
  return judging.end()
}
