import { sql } from 'kysely'
import { z } from 'zod'
import type { User } from '../access.ts'
import type { Db } from '../db.ts'
import { notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import { instant } from '../time.ts'
import { movedTables } from './merge-plan.ts'

/** What undoing a merge needs to know: JSON in merge.moved. Ids and the values of the two records; no words of answers. */
const year = z.object({
  year: z.number(),
  revenue_minor: z.number().nullable(),
  orders: z.number().nullable(),
  margin_minor: z.number().nullable(),
  currency: z.string(),
})
const span = z.object({ offering_id: z.string(), since_on: z.string().nullable(), until_on: z.string().nullable() })
const fields = z.record(z.string(), z.string().nullable())
/** How a row of the kept record was (null: not there), how the merge left it, and how that of the other was. */
const meeting = <T extends z.ZodType>(row: T) => z.object({ kept: row.nullable(), made: row, gone: row })

export const movedSchema = z.object({
  /** The values that the merge changed: before and after. */
  kept: z.object({ before: fields, after: fields }),
  gone: z.object({ before: fields, after: fields, archivedAt: z.string().nullable() }),
  /** Ids of the rows that went along, by table. */
  rows: z.record(z.string(), z.array(z.string())),
  years: z.array(meeting(year)),
  offerings: z.array(meeting(span)),
  shares: z.object({
    added: z.array(z.string()),
    gone: z.array(z.object({ user_id: z.string(), shared_at: z.string() })),
  }),
  /** Sealed guesses that named the other customer only by where they stood. */
  sealed: z.array(z.string()),
})
export type Moved = z.infer<typeof movedSchema>

export const nothingMoved: Moved = {
  kept: { before: {}, after: {} },
  gone: { before: {}, after: {}, archivedAt: null },
  rows: {},
  years: [],
  offerings: [],
  shares: { added: [], gone: [] },
  sealed: [],
}

type Column = 'customer_id' | 'contact_id'
const movable = [...movedTables, 'campaign_pick', 'campaign_exclusion'] as const
type Movable = (typeof movable)[number]
/** What names a row: its id, or for what hangs on a round and a person, both. */
const nameOfRow = (table: Movable) =>
  table === 'campaign_pick' || table === 'campaign_exclusion' ? sql`campaign_id || ' ' || contact_id` : sql.ref('id')

/**
 * Hangs all rows of `from` on `to` and returns their names as they are afterwards. A round knows each person once: what
 * would make it twice stays where it is.
 */
export async function moveRows(trx: Db, table: Movable, column: Column, from: string, to: string): Promise<string[]> {
  const isOnce = column === 'contact_id' && ['invitation', 'campaign_pick', 'campaign_exclusion'].includes(table)
  const once = isOnce
    ? sql`and campaign_id not in (select campaign_id from ${sql.table(table)} where contact_id = ${to})`
    : sql``
  const { rows } = await sql<{ name: string }>`update ${sql.table(table)} set ${sql.ref(column)} = ${to}
    where ${sql.ref(column)} = ${from} ${once} returning ${nameOfRow(table)} as name`.execute(trx)
  return rows.map(({ name }) => name)
}

/** Hangs these rows on `to` again, as far as they still hang on `from`. */
export async function moveBack(
  trx: Db,
  table: string,
  column: Column,
  names: string[],
  from: string,
  to: string,
): Promise<void> {
  const known = movable.find((one) => one === table)
  if (!known) return
  for (let start = 0; start < names.length; start += 500)
    await sql`update ${sql.table(known)} set ${sql.ref(column)} = ${to}
      where ${sql.ref(column)} = ${from} and ${nameOfRow(known)} in (${sql.join(names.slice(start, start + 500))})`.execute(
      trx,
    )
}

/** Figures follow the sittings: the kept summary of each names the customer of its response. */
export const alignSummaries = (trx: Db, customerIds: string[]) =>
  sql`update response_summary
    set customer_id = (select customer_id from response where response.id = response_summary.response_id)
    where customer_id in (${sql.join(customerIds)})
      and customer_id <> (select customer_id from response where response.id = response_summary.response_id)`.execute(
    trx,
  )

export type NewMerge = {
  kind: 'customer' | 'contact'
  customerId: string
  keptId: string
  goneId: string
  moved: Moved
}

export async function keepMerge(trx: Db, user: User, merge: NewMerge, now: Date): Promise<string> {
  const id = newId()
  await trx
    .insertInto('merge')
    .values({
      id,
      kind: merge.kind,
      customer_id: merge.customerId,
      kept_id: merge.keptId,
      gone_id: merge.goneId,
      moved: JSON.stringify(merge.moved),
      merged_by: user.id,
      merged_at: instant(now),
      undone_by: null,
      undone_at: null,
    })
    .execute()
  return id
}

/** A merge, undone or not; 404 if there is none. Whether somebody may see it hangs on its customer. */
export async function getMerge(db: Db, id: string) {
  const row = await db
    .selectFrom('merge')
    .innerJoin('user', 'user.id', 'merge.merged_by')
    .selectAll('merge')
    .select('user.name as by')
    .where('merge.id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('That merge')
  return { ...row, moved: movedSchema.parse(JSON.parse(row.moved)) }
}
export type Merge = Awaited<ReturnType<typeof getMerge>>

export const markUndone = (trx: Db, user: User, id: string, now: Date) =>
  trx
    .updateTable('merge')
    .set({ undone_by: user.id, undone_at: instant(now) })
    .where('id', '=', id)
    .execute()

/** Sets fields of one record, none of them being none. */
export async function setFields(
  trx: Db,
  table: 'customer' | 'contact',
  id: string,
  values: Record<string, string | null>,
  now: Date,
): Promise<void> {
  const sets = Object.entries({ ...values, updated_at: instant(now) }).map(
    ([name, value]) => sql`${sql.ref(name)} = ${value}`,
  )
  await sql`update ${sql.table(table)} set ${sql.join(sets)} where id = ${id}`.execute(trx)
}

/** What to set so that a record is as before the merge: what somebody changed since is left as it is now. */
export function restored<F extends string>(
  present: Record<F, string | null>,
  change: Moved['kept'],
  names: readonly F[],
): Record<string, string | null> {
  return Object.fromEntries(
    names.flatMap((name): [F, string | null][] =>
      Object.hasOwn(change.after, name) && present[name] === change.after[name]
        ? [[name, change.before[name] ?? null]]
        : [],
    ),
  )
}
