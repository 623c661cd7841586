import { sql } from 'kysely'
import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import type { Customer } from './customers.ts'
import {
  addedYear,
  type CustomerField,
  type CustomerPair,
  getCustomerPair,
  movedTables,
  type Side,
  takenFrom,
  type YearChoice,
} from './merge-plan.ts'
import { alignSummaries, keepMerge, type Moved, moveRows, nothingMoved, setFields } from './merging.ts'
import { findSpans } from './offerings.ts'
import { findYear } from './years.ts'

export type MergeChoices = {
  fields: Partial<Record<CustomerField, Side>>
  years: Map<number, YearChoice>
}

/**
 * Merges `goneId` into `keptId` in one transaction: everything that hangs on it moves, figures follow, and what was
 * where is kept for undoing. The other record stays, archived, and leads here. Merging twice is a 409.
 */
export async function mergeCustomers(
  db: Db,
  user: User,
  keptId: string,
  goneId: string,
  choices: MergeChoices,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const pair = await getCustomerPair(trx, user, keptId, goneId)
    const { kept, gone } = pair
    const moved: Moved = { ...nothingMoved, rows: {} }
    Object.assign(moved, fieldsOf(pair, choices))
    moved.gone.archivedAt = gone.archived_at

    // A number belongs to one record at a time.
    if ('external_id' in moved.kept.after) await setFields(trx, 'customer', goneId, { external_id: null }, now)
    await setFields(trx, 'customer', keptId, moved.kept.after, now)
    await trx
      .updateTable('customer')
      .set({ archived_at: gone.archived_at ?? instant(now), merged_into: keptId })
      .where('id', '=', goneId)
      .execute()
    await setFields(trx, 'customer', goneId, moved.gone.after, now)

    moved.sealed = await keepSeals(trx, goneId)
    for (const table of movedTables) moved.rows[table] = await moveRows(trx, table, 'customer_id', goneId, keptId)
    moved.rows.campaign_pick = await moveRows(trx, 'campaign_pick', 'customer_id', goneId, keptId)
    await alignSummaries(trx, [goneId, keptId])
    moved.years = await mergeYears(trx, keptId, goneId, choices.years)
    moved.offerings = await mergeOfferings(trx, keptId, goneId)
    moved.shares = await mergeShares(trx, kept, goneId)
    await sql`update merge set customer_id = ${keptId} where customer_id = ${goneId} and kind = 'contact'`.execute(trx)
    const id = await keepMerge(trx, user, { kind: 'customer', customerId: keptId, keptId, goneId, moved }, now)
    await record(trx, { actor: 'user', userId: user.id }, 'merge', 'customer', keptId, now, {
      other: goneId,
      merge: id,
    })
  })
}

/** The values that change on either record. The other record keeps its own, but for a number that moves. */
function fieldsOf({ kept, gone, differing }: CustomerPair, { fields }: MergeChoices): Pick<Moved, 'kept' | 'gone'> {
  const taken = takenFrom(differing, fields, kept, gone)
  const before: Record<string, string | null> = Object.fromEntries(taken.map((field) => [field, kept[field]]))
  const after: Record<string, string | null> = Object.fromEntries(taken.map((field) => [field, gone[field]]))
  // What nobody was asked: each attribute that only one of them has stays.
  const attributes = JSON.stringify({ ...parsed(gone.attributes), ...parsed(kept.attributes) })
  if (attributes !== kept.attributes) {
    before.attributes = kept.attributes
    after.attributes = attributes
  }
  const swaps = taken.includes('external_id')
  return {
    kept: { before, after },
    gone: {
      before: swaps ? { external_id: gone.external_id } : {},
      after: swaps ? { external_id: kept.external_id } : {},
      archivedAt: null,
    },
  }
}

function parsed(json: string): object {
  const value: unknown = JSON.parse(json)
  return typeof value === 'object' && value !== null ? value : {}
}

async function keepSeals(trx: Db, goneId: string): Promise<string[]> {
  const rows = await trx
    .updateTable('prediction')
    .set({ sealed_for: goneId })
    .where('customer_id', '=', goneId)
    .where('seal', 'is not', null)
    .where('sealed_for', 'is', null)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

async function mergeYears(
  trx: Db,
  keptId: string,
  goneId: string,
  choices: Map<number, YearChoice>,
): Promise<Moved['years']> {
  const theirs = await trx.selectFrom('customer_year').selectAll().where('customer_id', '=', goneId).execute()
  const met: Moved['years'] = []
  for (const { customer_id, ...gone } of theirs) {
    const kept = (await findYear(trx, keptId, gone.year)) ?? null
    const choice = choices.get(gone.year) ?? 'kept'
    const canAdd = kept?.currency === gone.currency
    const made = !kept || choice === 'gone' ? gone : choice === 'sum' && canAdd ? addedYear(kept, gone) : kept
    await trx
      .insertInto('customer_year')
      .values({ customer_id: keptId, ...made })
      .onConflict((again) => again.columns(['customer_id', 'year']).doUpdateSet(made))
      .execute()
    await trx.deleteFrom('customer_year').where('customer_id', '=', customer_id).where('year', '=', gone.year).execute()
    met.push({ kept, made, gone })
  }
  return met
}

async function mergeOfferings(trx: Db, keptId: string, goneId: string): Promise<Moved['offerings']> {
  const [ours, theirs] = [await findSpans(trx, keptId), await findSpans(trx, goneId)]
  const met = theirs.map((gone) => {
    const kept = ours.find(({ offering_id }) => offering_id === gone.offering_id) ?? null
    return { kept, made: kept ? { ...gone, ...joined(kept, gone) } : gone, gone }
  })
  for (const { made } of met)
    await trx
      .insertInto('customer_offering')
      .values({ customer_id: keptId, ...made })
      .onConflict((again) => again.columns(['customer_id', 'offering_id']).doUpdateSet(made))
      .execute()
  await trx.deleteFrom('customer_offering').where('customer_id', '=', goneId).execute()
  return met
}

/** From the earlier day that is known, until the later end; they still have it if either has. */
function joined(one: { since_on: string | null; until_on: string | null }, other: typeof one): typeof one {
  const days = (column: 'since_on' | 'until_on') => [one[column], other[column]].filter((day) => day !== null)
  const [first = null, second = first] = days('since_on')
  const [end = null, later] = days('until_on')
  return {
    since_on: first !== null && second !== null && second < first ? second : first,
    until_on: end === null || later === undefined ? null : later > end ? later : end,
  }
}

async function mergeShares(trx: Db, kept: Customer, goneId: string): Promise<Moved['shares']> {
  const gone = await trx
    .deleteFrom('customer_share')
    .where('customer_id', '=', goneId)
    .returning(['user_id', 'shared_at'])
    .execute()
  const added: string[] = []
  for (const share of gone) {
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('customer_share')
      .values({ customer_id: kept.id, ...share })
      .onConflict((again) => again.doNothing())
      .executeTakeFirst()
    if (numInsertedOrUpdatedRows === 1n) added.push(share.user_id)
  }
  return { added, gone }
}
