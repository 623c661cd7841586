import { sql } from 'kysely'
import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, forbidden } from '../errors.ts'
import { record } from '../events.ts'
import { listed } from '../words.ts'
import { findCustomer, getCustomer } from './customers.ts'
import { customerFields, mayMergeCustomers } from './merge-plan.ts'
import { alignSummaries, getMerge, type Merge, markUndone, moveBack, restored, setFields } from './merging.ts'
import { findSpans } from './offerings.ts'

/** What stands in the way of undoing: whole sentences, none if nothing does. */
export async function customerObstacles(db: Db, user: User, merge: Merge): Promise<string[]> {
  const { moved } = merge
  const kept = await findCustomer(db, user, merge.kept_id)
  const gone = await findCustomer(db, user, merge.gone_id)
  if (!kept || !gone) return ['One of the two was erased since.']
  if (kept.merged_into) return [`${kept.name} was itself merged into another customer since. Undo that first.`]
  const years = await db.selectFrom('customer_year').selectAll().where('customer_id', '=', kept.id).execute()
  const spans = await findSpans(db, kept.id)
  const sentences: string[] = []
  const changedYears = moved.years.filter(
    ({ made }) =>
      !sameRow(
        years.find(({ year }) => year === made.year),
        made,
      ),
  )
  if (changedYears.length > 0)
    sentences.push(`The figures of ${listed(changedYears.map(({ made }) => String(made.year)))} were changed since.`)
  const changed = moved.offerings.filter(
    ({ made }) =>
      !sameRow(
        spans.find(({ offering_id }) => offering_id === made.offering_id),
        made,
      ),
  )
  if (changed.length > 0) sentences.push('What they have from us was changed since.')
  const number = moved.gone.before.external_id
  if (number) {
    const holder = await db
      .selectFrom('customer')
      .select('name')
      .where('external_id', '=', number)
      .where('id', 'not in', [kept.id, gone.id])
      .executeTakeFirst()
    if (holder) sentences.push(`The number ${number} belongs to ${holder.name} since.`)
  }
  if (await contactsWereMerged(db, merge))
    sentences.push(
      'Contacts of the two were merged with each other since. Undo that first, on the page of the customer.',
    )
  return sentences
}

/** `row` may have more columns than those that were kept. */
const sameRow = (row: Record<string, unknown> | undefined, kept: Record<string, unknown>): boolean =>
  row !== undefined && Object.entries(kept).every(([name, value]) => row[name] === value)

async function contactsWereMerged(db: Db, merge: Merge): Promise<boolean> {
  const came = new Set(merge.moved.rows.contact ?? [])
  const later = await db
    .selectFrom('merge')
    .select(['kept_id', 'gone_id'])
    .where('kind', '=', 'contact')
    .where('customer_id', '=', merge.kept_id)
    .where('undone_at', 'is', null)
    .where('id', '>', merge.id)
    .execute()
  return later.some((one) => came.has(one.kept_id) !== came.has(one.gone_id))
}

/**
 * Undoes a merge: what moved goes back, values that it changed are as before, unless somebody changed them again since:
 * those stay. What was added since stays with the record that was kept. 409 with the reasons if it is no longer possible.
 */
export async function undoCustomerMerge(db: Db, user: User, id: string, now: Date): Promise<Merge> {
  if (!mayMergeCustomers(user)) throw forbidden('Only leads and admins undo the merging of customers.')
  return transact(db, async (trx) => {
    const merge = await getMerge(trx, id)
    const { moved, kept_id: keptId, gone_id: goneId } = merge
    if (merge.undone_at) return merge
    const obstacles = await customerObstacles(trx, user, merge)
    if (obstacles.length > 0) throw conflict(`This merge cannot be undone any more. ${obstacles.join(' ')}`)

    const kept = await getCustomer(trx, user, keptId)
    const back = restored({ ...kept, attributes: kept.attributes }, moved.kept, [...customerFields, 'attributes'])
    // The number goes back first to nobody, then to whom it belonged.
    if ('external_id' in moved.gone.before) await setFields(trx, 'customer', goneId, { external_id: null }, now)
    await setFields(trx, 'customer', keptId, back, now)
    await trx
      .updateTable('customer')
      .set({ archived_at: moved.gone.archivedAt, merged_into: null })
      .where('id', '=', goneId)
      .execute()
    if (!('external_id' in moved.gone.before) || 'external_id' in back)
      await setFields(trx, 'customer', goneId, moved.gone.before, now)

    for (const [table, names] of Object.entries(moved.rows))
      await moveBack(trx, table, 'customer_id', names, keptId, goneId)
    await alignSummaries(trx, [goneId, keptId])
    if (moved.sealed.length > 0)
      await trx.updateTable('prediction').set({ sealed_for: null }).where('id', 'in', moved.sealed).execute()
    await takeContactMergesBack(trx, merge)
    await restoreYears(trx, merge)
    await restoreOfferings(trx, merge)
    await restoreShares(trx, merge)
    await markUndone(trx, user, id, now)
    for (const one of [keptId, goneId])
      await record(trx, { actor: 'user', userId: user.id }, 'unmerge', 'customer', one, now, {
        other: one === keptId ? goneId : keptId,
      })
    return merge
  })
}

const takeContactMergesBack = (trx: Db, { kept_id, gone_id }: Merge) =>
  sql`update merge set customer_id = ${gone_id} where customer_id = ${kept_id} and kind = 'contact'
    and kept_id in (select id from contact where customer_id = ${gone_id})`.execute(trx)

async function restoreYears(trx: Db, { moved, kept_id, gone_id }: Merge): Promise<void> {
  for (const { kept, gone } of moved.years) {
    await trx.deleteFrom('customer_year').where('customer_id', '=', kept_id).where('year', '=', gone.year).execute()
    if (kept)
      await trx
        .insertInto('customer_year')
        .values({ customer_id: kept_id, ...kept })
        .execute()
    await trx
      .insertInto('customer_year')
      .values({ customer_id: gone_id, ...gone })
      .execute()
  }
}

async function restoreOfferings(trx: Db, { moved, kept_id, gone_id }: Merge): Promise<void> {
  for (const { kept, gone } of moved.offerings) {
    await trx
      .deleteFrom('customer_offering')
      .where('customer_id', '=', kept_id)
      .where('offering_id', '=', gone.offering_id)
      .execute()
    if (kept)
      await trx
        .insertInto('customer_offering')
        .values({ customer_id: kept_id, ...kept })
        .execute()
    await trx
      .insertInto('customer_offering')
      .values({ customer_id: gone_id, ...gone })
      .execute()
  }
}

async function restoreShares(trx: Db, { moved, kept_id, gone_id }: Merge): Promise<void> {
  if (moved.shares.added.length > 0)
    await trx
      .deleteFrom('customer_share')
      .where('customer_id', '=', kept_id)
      .where('user_id', 'in', moved.shares.added)
      .execute()
  for (const share of moved.shares.gone)
    await trx
      .insertInto('customer_share')
      .values({ customer_id: gone_id, ...share })
      .execute()
}
