import { sql } from 'kysely'
import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, forbidden, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import { getCustomer } from './customers.ts'
import type { OfferingForm } from './forms.ts'

/** Only leads and admins decide what stands on the company's list; reps say who has what of it. */
export const mayListOfferings = (user: User): boolean => user.role !== 'rep'

function onlyListers(user: User): void {
  if (!mayListOfferings(user)) throw forbidden('Only leads and admins change the list of what we offer.')
}

/** The company's list with how many customers have each now or had it once, and whether anything else speaks of it. */
export const listOfferings = (db: Db) =>
  db
    .selectFrom('offering')
    .select((eb) => [
      'offering.id',
      'offering.name',
      'offering.archived_at',
      eb
        .selectFrom('customer_offering')
        .innerJoin('customer', 'customer.id', 'customer_offering.customer_id')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('customer_offering.offering_id', '=', 'offering.id')
        .where('customer.archived_at', 'is', null)
        .as('customers'),
      isUsed.as('is_used'),
    ])
    .orderBy((eb) => eb('offering.archived_at', 'is not', null))
    .orderBy(sql`offering.name collate nocase`)
    .execute()
export type Offering = Awaited<ReturnType<typeof listOfferings>>[number]

/** Somebody has or had it, an aspect belongs to it, or a customer answered a question about it. */
const isUsed = sql<number>`(exists (select 1 from customer_offering where offering_id = offering.id)
  or exists (select 1 from aspect where aspect.offering_id = offering.id)
  or exists (select 1 from answer where answer.item like '%.' || offering.id))`

/** What can be given to a customer: all that is not archived, by name. */
export const findOfferings = (db: Db) =>
  db
    .selectFrom('offering')
    .select(['id', 'name'])
    .where('archived_at', 'is', null)
    .orderBy(sql`name collate nocase`)
    .execute()

export async function getOffering(db: Db, id: string) {
  const offering = await db.selectFrom('offering').selectAll().where('id', '=', id).executeTakeFirst()
  if (!offering) throw notFound('That offering')
  return offering
}

/** The offering that has this name already, whatever its case; `except` is left out. */
export async function findNamesake(db: Db, name: string, except = '') {
  const all = await db.selectFrom('offering').select(['id', 'name', 'archived_at']).where('id', '<>', except).execute()
  return all.find((one) => one.name.toLowerCase() === name.toLowerCase())
}

/** Puts a name on the list. `key` is the new id, so that pressing twice adds once. */
export async function addOffering(db: Db, user: User, key: string, name: string, now: Date): Promise<void> {
  onlyListers(user)
  await transact(db, async (trx) => {
    const added = await trx
      .insertInto('offering')
      .values({ id: key, name, archived_at: null })
      .onConflict((again) => again.column('id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'add', 'offering', key, now)
  })
}

/** Renames it everywhere: answers are kept by its id. */
export async function renameOffering(db: Db, user: User, id: string, name: string, now: Date): Promise<void> {
  onlyListers(user)
  await transact(db, async (trx) => {
    const before = await getOffering(trx, id)
    if (before.name === name) return
    await trx.updateTable('offering').set({ name }).where('id', '=', id).execute()
    await record(trx, { actor: 'user', userId: user.id }, 'rename', 'offering', id, now, {
      from: before.name,
      to: name,
    })
  })
}

/** Archived: nobody new gets it and nobody is asked about it; who had it keeps it on record. */
export async function setOfferingArchived(
  db: Db,
  user: User,
  id: string,
  isArchived: boolean,
  now: Date,
): Promise<void> {
  onlyListers(user)
  await transact(db, async (trx) => {
    const before = await getOffering(trx, id)
    if ((before.archived_at !== null) === isArchived) return
    await trx
      .updateTable('offering')
      .set({ archived_at: isArchived ? instant(now) : null })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, isArchived ? 'archive' : 'restore', 'offering', id, now)
  })
}

/** Deletes a name that nothing speaks of; 409 if something does. */
export async function deleteOffering(db: Db, user: User, id: string, now: Date): Promise<void> {
  onlyListers(user)
  await transact(db, async (trx) => {
    const { name } = await getOffering(trx, id)
    const { used } = await trx
      .selectFrom('offering')
      .select(isUsed.as('used'))
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    if (used)
      throw conflict(`${name} is in use, and deleting it would tear a hole into the record. Archive it instead.`)
    await trx.deleteFrom('offering').where('id', '=', id).execute()
    await record(trx, { actor: 'user', userId: user.id }, 'delete', 'offering', id, now, { name })
  })
}

/** Says that the customer has an offering of the list, or changes since when and until when. */
export async function giveOffering(db: Db, user: User, id: string, form: OfferingForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    const offering = await getOffering(trx, form.offering)
    const has = await findGiven(trx, id, form.offering)
    if (offering.archived_at && !has) throw conflict(`${offering.name} is archived. Choose another one.`)
    const row = { since_on: form.sinceOn, until_on: form.untilOn }
    if (has && has.since_on === row.since_on && has.until_on === row.until_on) return
    await trx
      .insertInto('customer_offering')
      .values({ customer_id: id, offering_id: form.offering, ...row })
      .onConflict((again) => again.columns(['customer_id', 'offering_id']).doUpdateSet(row))
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'save-offering', 'customer', id, now, {
      offering: form.offering,
      since: form.sinceOn ?? '',
      until: form.untilOn ?? '',
    })
  })
}

/** What the customer has of one offering; undefined if they never had it. */
export const findGiven = (db: Db, customerId: string, offeringId: string) =>
  db
    .selectFrom('customer_offering')
    .innerJoin('offering', 'offering.id', 'customer_offering.offering_id')
    .select(['offering.id', 'offering.name', 'customer_offering.since_on', 'customer_offering.until_on'])
    .where('customer_offering.customer_id', '=', customerId)
    .where('customer_offering.offering_id', '=', offeringId)
    .executeTakeFirst()

/** All that a customer has or had, by offering. */
export const findSpans = (db: Db, customerId: string) =>
  db
    .selectFrom('customer_offering')
    .select(['offering_id', 'since_on', 'until_on'])
    .where('customer_id', '=', customerId)
    .execute()

/** For what was noted by mistake; what they no longer have gets an end instead. */
export async function removeOffering(db: Db, user: User, id: string, offeringId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    const gone = await trx
      .deleteFrom('customer_offering')
      .where('customer_id', '=', id)
      .where('offering_id', '=', offeringId)
      .executeTakeFirst()
    if (gone.numDeletedRows > 0n)
      await record(trx, { actor: 'user', userId: user.id }, 'remove-offering', 'customer', id, now, {
        offering: offeringId,
      })
  })
}
