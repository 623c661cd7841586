import { mayOpen, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, forbidden, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import type { CustomerForm } from './forms.ts'

/**
 * A customer as far as this person may open it; 404 otherwise, also for one that is not there. 409 for one that was
 * merged into another: nothing is done with it any more.
 */
export async function getCustomer(db: Db, user: User, id: string) {
  const customer = await findCustomer(db, user, id)
  if (!customer) throw notFound('That customer')
  if (customer.merged_into) throw conflict('This customer was merged into another one. Open that one instead.')
  return customer
}
export type Customer = Awaited<ReturnType<typeof getCustomer>>

/** The same for whoever also wants those that were merged, and those that are not there. */
export const findCustomer = (db: Db, user: User, id: string) =>
  db
    .selectFrom('customer')
    .leftJoin('user as owner', 'owner.id', 'customer.owner_id')
    .selectAll('customer')
    .select('owner.name as owner_name')
    .where('customer.id', '=', id)
    .where(mayOpen(user))
    .executeTakeFirst()

/** Who can own a customer or be shown one: everybody who still works here. */
export const findColleagues = (db: Db) =>
  db.selectFrom('user').select(['id', 'name', 'role']).where('deactivated_at', 'is', null).orderBy('name').execute()

/** Reps hand nothing over by themselves: only leads and admins choose the owner. */
export const mayChooseOwner = (user: User): boolean => user.role !== 'rep'

/** Leads, admins and the owner show a customer to others; a rep to whom it was shown does not pass it on. */
export const mayShare = (user: User, customer: { owner_id: string | null }): boolean =>
  user.role !== 'rep' || customer.owner_id === user.id

/**
 * Puts a new customer on the list. `key` is its id, made when the form was opened, so that pressing twice adds one. A
 * rep's new customer is the rep's own.
 */
export async function addCustomer(db: Db, user: User, key: string, form: CustomerForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const ownerId = mayChooseOwner(user) ? form.owner : user.id
    const added = await trx
      .insertInto('customer')
      .values({
        id: key,
        ...columnsOf(form),
        owner_id: ownerId,
        created_at: instant(now),
        updated_at: instant(now),
        archived_at: null,
      })
      .onConflict((again) => again.column('id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'add', 'customer', key, now)
  })
}

/** Writes the edited record; a change of owner is noted for the timeline. */
export async function editCustomer(db: Db, user: User, id: string, form: CustomerForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const before = await getCustomer(trx, user, id)
    const ownerId = mayChooseOwner(user) ? form.owner : before.owner_id
    await trx
      .updateTable('customer')
      .set({ ...columnsOf(form), owner_id: ownerId, updated_at: instant(now) })
      .where('id', '=', id)
      .execute()
    const who = { actor: 'user' as const, userId: user.id }
    if (ownerId !== before.owner_id)
      await record(trx, who, 'change-owner', 'customer', id, now, { from: before.owner_id ?? '', to: ownerId ?? '' })
    else await record(trx, who, 'edit', 'customer', id, now)
  })
}

const columnsOf = (form: CustomerForm) => ({
  external_id: form.externalId,
  name: form.name,
  kind: form.kind,
  status: form.status,
  segment: form.segment,
  region: form.region,
  country: form.country,
  time_zone: form.timeZone,
  language: form.language,
  customer_since: form.since,
  attributes: JSON.stringify(form.attributes),
})

/** Another customer that has this external id already: its name, '' where this person may not open it. */
export async function findExternalId(db: Db, user: User, externalId: string, except: string) {
  const row = await db
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('external_id', '=', externalId)
    .where('id', '<>', except)
    .executeTakeFirst()
  if (!row) return undefined
  const visible = await db
    .selectFrom('customer')
    .select('name')
    .where('id', '=', row.id)
    .where(mayOpen(user))
    .executeTakeFirst()
  return { name: visible?.name ?? '' }
}

/** What a customer that left for good is: lost. The day and the reason stand with the outcome. */
export async function markLost(db: Db, user: User, id: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const customer = await getCustomer(trx, user, id)
    if (customer.status === 'lost') return
    await trx
      .updateTable('customer')
      .set({ status: 'lost', updated_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'lose', 'customer', id, now)
  })
}

/** Takes a customer off the lists, or puts it back. Doing it again changes nothing. */
export async function setArchived(db: Db, user: User, id: string, isArchived: boolean, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const customer = await getCustomer(trx, user, id)
    if ((customer.archived_at !== null) === isArchived) return
    await trx
      .updateTable('customer')
      .set({ archived_at: isArchived ? instant(now) : null, updated_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, isArchived ? 'archive' : 'restore', 'customer', id, now)
  })
}

/** Shows the customer to a colleague as well. */
export async function shareCustomer(db: Db, user: User, id: string, withId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getSharable(trx, user, id)
    const colleague = await trx
      .selectFrom('user')
      .select('id')
      .where('id', '=', withId)
      .where('deactivated_at', 'is', null)
      .executeTakeFirst()
    if (!colleague) throw notFound('That colleague')
    const added = await trx
      .insertInto('customer_share')
      .values({ customer_id: id, user_id: withId, shared_at: instant(now) })
      .onConflict((again) => again.doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'share', 'customer', id, now, { with: withId })
  })
}

/** Takes that back. */
export async function unshareCustomer(db: Db, user: User, id: string, withId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getSharable(trx, user, id)
    const gone = await trx
      .deleteFrom('customer_share')
      .where('customer_id', '=', id)
      .where('user_id', '=', withId)
      .executeTakeFirst()
    if (gone.numDeletedRows > 0n)
      await record(trx, { actor: 'user', userId: user.id }, 'unshare', 'customer', id, now, { with: withId })
  })
}

async function getSharable(trx: Db, user: User, id: string): Promise<Customer> {
  const customer = await getCustomer(trx, user, id)
  if (!mayShare(user, customer)) throw forbidden('Only its owner, a lead or an admin shows this customer to others.')
  return customer
}
