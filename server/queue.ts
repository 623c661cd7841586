import { EventEmitter } from 'node:events'
import { sql } from 'kysely'
import { type Db, transact } from './db.ts'
import { newId } from './ids.ts'
import { instant, later, minutes } from './time.ts'

/** Work to be done later, written in the same transaction as what asks for it (an outbox). */
export type Job = { id: string; kind: string; payload: Record<string, string>; tries: number }

/** Rings when jobs may be due, so that the worker need not wait for its next look. */
export const bell = new EventEmitter()

/**
 * Adds a job inside the caller's transaction. `key` names work that need stand in the queue only once. A job of that key
 * that is being done, or was given up, gives way: it may have looked before the caller's change, or never looks again.
 * Ring the bell after the transaction (`bell.emit('job')`) if it should not wait for the worker's next look. `isUrgent`:
 * a person waits for it, so it goes before everything that is not.
 */
export async function enqueue(
  trx: Db,
  kind: string,
  payload: Record<string, string>,
  now: Date,
  options: { runAt?: string; key?: string; isUrgent?: boolean } = {},
): Promise<void> {
  await enqueueAll(trx, kind, [{ payload, key: options.key }], now, options.runAt, options.isUrgent)
}

/** The same for many jobs of one kind, in a few statements. */
export async function enqueueAll(
  trx: Db,
  kind: string,
  jobs: { payload: Record<string, string>; key?: string | undefined }[],
  now: Date,
  runAt = instant(now),
  isUrgent = false,
): Promise<void> {
  const rows = jobs.map(({ payload, key }) => ({
    id: newId(),
    kind,
    payload: JSON.stringify(payload),
    dedupe_key: key ?? null,
    run_at: runAt,
    leased_until: null,
    failed_at: null,
    created_at: instant(now),
    is_urgent: isUrgent ? 1 : 0,
  }))
  for (let start = 0; start < rows.length; start += 500)
    await trx
      .insertInto('job')
      .values(rows.slice(start, start + 500))
      .onConflict((conflict) =>
        conflict
          .column('dedupe_key')
          // Under a new id: whoever does the older one finishes that, and this one is still there.
          .doUpdateSet((eb) => ({
            id: eb.ref('excluded.id'),
            payload: eb.ref('excluded.payload'),
            run_at: eb.ref('excluded.run_at'),
            leased_until: null,
            tries: 0,
            failed_at: null,
            last_error: '',
            created_at: eb.ref('excluded.created_at'),
            is_urgent: eb.ref('excluded.is_urgent'),
          }))
          .where((eb) => eb.or([eb('job.leased_until', 'is not', null), eb('job.failed_at', 'is not', null)])),
      )
      .execute()
}

/**
 * Takes up to `limit` due jobs for five minutes, urgent ones first and only those if `onlyUrgent`; a job whose taker died
 * is free again after that.
 */
export async function claim(db: Db, limit: number, now: Date, onlyUrgent = false): Promise<Job[]> {
  const rows = await transact(db, async (trx) => {
    const urgent = await take(trx, limit, 1, now)
    const isEnough = onlyUrgent || urgent.length === limit
    return isEnough ? urgent : [...urgent, ...(await take(trx, limit - urgent.length, 0, now))]
  })
  return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) }))
}

/** Urgent ones and others are asked for apart, so that the index leads to what is due past everything that is not yet. */
function take(trx: Db, limit: number, isUrgent: 0 | 1, now: Date) {
  const at = instant(now)
  return trx
    .updateTable('job')
    .set({ leased_until: later(now, minutes(5)), tries: sql<number>`tries + 1` })
    .where('id', 'in', (due) =>
      due
        .selectFrom('job')
        .select('id')
        .where('failed_at', 'is', null)
        .where('is_urgent', '=', isUrgent)
        .where('run_at', '<=', at)
        .where((or) => or.or([or('leased_until', 'is', null), or('leased_until', '<', at)]))
        .orderBy('run_at')
        .limit(limit),
    )
    .returning(['id', 'kind', 'payload', 'tries'])
    .execute()
}

/** The job is done and leaves the queue. */
export async function finish(db: Db, id: string): Promise<void> {
  await transact(db, (trx) => trx.deleteFrom('job').where('id', '=', id).execute())
}

/** The job is tried again at `runAt`. */
export async function retry(db: Db, id: string, runAt: string, error: string): Promise<void> {
  await transact(db, (trx) =>
    trx.updateTable('job').set({ run_at: runAt, leased_until: null, last_error: error }).where('id', '=', id).execute(),
  )
}

/** The job had to wait for its turn: it comes back at `runAt`, and this was no try. */
export async function putBack(db: Db, id: string, runAt: string): Promise<void> {
  await transact(db, (trx) =>
    trx
      .updateTable('job')
      .set({ run_at: runAt, leased_until: null, tries: sql<number>`max(tries - 1, 0)` })
      .where('id', '=', id)
      .execute(),
  )
}

/** The job is given up; it stays in the table for a person to see. */
export async function giveUp(db: Db, id: string, error: string, now: Date): Promise<void> {
  await transact(db, (trx) =>
    trx
      .updateTable('job')
      .set({ failed_at: instant(now), leased_until: null, last_error: error })
      .where('id', '=', id)
      .execute(),
  )
}

/** Frees jobs that a stopped process had taken; called once at start, when this process is the only worker. */
export async function releaseAll(db: Db): Promise<void> {
  await transact(db, (trx) =>
    trx.updateTable('job').set({ leased_until: null }).where('leased_until', 'is not', null).execute(),
  )
}
