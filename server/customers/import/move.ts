import type Database from 'better-sqlite3'
import { newId } from '../../ids.ts'
import { inTurn, type Turns } from '../../turns.ts'
import { emptyMemory } from './draft.ts'
import { quietLog } from './log.ts'
import { planRows, type Rules, type StagedRow } from './plan.ts'
import { keysOf, recordReader } from './present.ts'
import { keepRejected, nextRows, type Staging } from './staging.ts'
import { indexPending, wordsPending } from './words.ts'
import { recordWriter } from './write.ts'

/** How long a slice may keep others from writing, in ms. */
const sliceMs = 35
const largestSlice = 2_000

export type Move = { importId: string; userId: string; at: string; turns: Turns }

/**
 * Moves the judged rows to the live tables in slices, each one a transaction of some ms, with the line that it reached:
 * a process that dies goes on after that line when it is started again, so that every row is written once.
 * Each slice is judged against the record as it is when it is written, again if somebody wrote meanwhile: what was changed
 * a moment ago is never overwritten unseen, and a row that no longer fits is left out with its reason. `onRows` hears how many were written and says whether to
 * go on. Returns whether it came to the end.
 */
export async function move(
  live: Database.Database,
  staging: Staging,
  rules: Rules,
  { importId, userId, at, turns }: Move,
  onRows: (written: number) => boolean,
): Promise<boolean> {
  const log = quietLog(live)
  const read = recordReader(live)
  const pending = wordsPending(live)
  const write = recordWriter(live, { importId, userId, at })
  const cursor = live.prepare<[string], { moved_line: number }>(
    "select moved_line from customer_import where id = ? and state = 'applying'",
  )
  const reach = live.prepare('update customer_import set moved_line = ?, done = done + ? where id = ?')
  const plan = (rows: StagedRow[]) => planRows(rows, rules, read(keysOf(rules.columns, rows)), emptyMemory(), newId)
  const version = () => live.pragma('data_version', { simple: true })
  const slice = live.transaction((rows: StagedRow[], planned: ReturnType<typeof plan>, seen: unknown) => {
    const { rows: judged, writes } = version() === seen ? planned : plan(rows)
    const rejected = judged.filter(({ action }) => action === 'reject')
    // Before the slice is committed: whatever dies between the two, the row is judged again.
    if (rejected.length > 0) keepRejected(staging, rejected.map(late))
    pending(() => write(writes))
    reach.run(rows.at(-1)?.line, rows.length, importId)
  })

  let size = 50
  let resting = Promise.resolve()
  let line = cursor.get(importId)?.moved_line ?? Number.POSITIVE_INFINITY
  for (let rows = nextRows(staging, line, size, true); rows.length > 0; rows = nextRows(staging, line, size, true)) {
    const seen = version()
    const planned = plan(rows)
    // The disk takes in the slice before while this one is planned.
    await resting
    const took = inTurn(turns, () => {
      const started = performance.now()
      slice.immediate(rows, planned, seen)
      return performance.now() - started
    })
    resting = log.rest()
    line = rows.at(-1)?.line ?? line
    // The machine tells how many rows fit into a slice.
    size = Math.max(10, Math.min(largestSlice, Math.round(size * Math.min(2, (sliceMs / took) ** 0.5))))
    if (!onRows(rows.length)) {
      await resting
      return false
    }
  }
  await resting
  await indexPending(live, turns, log.rest)
  log.end()
  return true
}

const late = <T extends { problems: string[] }>(row: T): T => ({
  ...row,
  problems: [...row.problems, 'The record changed while this file was being written.'],
})
