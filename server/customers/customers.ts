import { mayOpen, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, forbidden, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { instant } from '../time.ts'
import type { CustomerForm, OfferingForm, OutcomeForm, YearForm } from './forms.ts'

/** A customer as far as this person may open it; 404 otherwise, also for one that is not there. */
export async function getCustomer(db: Db, user: User, id: string) {
  const customer = await db
    .selectFrom('customer')
    .leftJoin('user as owner', 'owner.id', 'customer.owner_id')
    .selectAll('customer')
    .select('owner.name as owner_name')
    .where('customer.id', '=', id)
    .where(mayOpen(user))
    .executeTakeFirst()
  if (!customer) throw notFound('That customer')
  return customer
}
export type Customer = Awaited<ReturnType<typeof getCustomer>>

/** What stands on a customer's page beside its timeline: four statements. */
export async function findCustomerFacts(db: Db, customerId: string) {
  const [years, offerings, outcomes, shares] = await Promise.all([
    db.selectFrom('customer_year').selectAll().where('customer_id', '=', customerId).orderBy('year', 'desc').execute(),
    db
      .selectFrom('customer_offering')
      .innerJoin('offering', 'offering.id', 'customer_offering.offering_id')
      .select(['offering.id', 'offering.name', 'customer_offering.since_on', 'customer_offering.until_on'])
      .where('customer_offering.customer_id', '=', customerId)
      .orderBy('offering.name')
      .execute(),
    db
      .selectFrom('outcome')
      .select(['id', 'kind', 'basis', 'happened_on', 'note'])
      .where('customer_id', '=', customerId)
      .orderBy('happened_on', 'desc')
      .orderBy('recorded_at', 'desc')
      .execute(),
    db
      .selectFrom('customer_share')
      .innerJoin('user', 'user.id', 'customer_share.user_id')
      .select(['user.id', 'user.name'])
      .where('customer_share.customer_id', '=', customerId)
      .orderBy('user.name')
      .execute(),
  ])
  return { years, offerings, outcomes, shares }
}
export type CustomerFacts = Awaited<ReturnType<typeof findCustomerFacts>>

/** Who can own a customer or be shown one: everybody who still works here. */
export const findColleagues = (db: Db) =>
  db.selectFrom('user').select(['id', 'name', 'role']).where('deactivated_at', 'is', null).orderBy('name').execute()

/** Reps hand nothing over by themselves: only leads and admins choose the owner. */
export const mayChooseOwner = (user: User): boolean => user.role !== 'rep'

/** Leads, admins and the owner show a customer to others; a rep to whom it was shown does not pass it on. */
export const mayShare = (user: User, customer: { owner_id: string | null }): boolean =>
  user.role !== 'rep' || customer.owner_id === user.id

/** Puts a new customer on the list and returns its id. A rep's new customer is the rep's own. */
export async function addCustomer(db: Db, user: User, form: CustomerForm, now: Date): Promise<string> {
  const id = newId()
  await transact(db, async (trx) => {
    const ownerId = mayChooseOwner(user) ? form.owner : user.id
    await trx
      .insertInto('customer')
      .values({
        id,
        ...columnsOf(form),
        owner_id: ownerId,
        created_at: instant(now),
        updated_at: instant(now),
        archived_at: null,
      })
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'add', 'customer', id, now)
  })
  return id
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

/** Writes what the customer bought in a year; the same year again replaces it. */
export async function saveYear(db: Db, user: User, id: string, form: YearForm, now: Date): Promise<void> {
  const row = {
    revenue_minor: form.revenue,
    orders: form.orders,
    margin_minor: form.margin,
    currency: form.currency,
  }
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    await trx
      .insertInto('customer_year')
      .values({ customer_id: id, year: form.year, ...row })
      .onConflict((again) => again.columns(['customer_id', 'year']).doUpdateSet(row))
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'save-year', 'customer', id, now, { year: form.year })
  })
}

export async function removeYear(db: Db, user: User, id: string, year: number, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    await trx.deleteFrom('customer_year').where('customer_id', '=', id).where('year', '=', year).execute()
    await record(trx, { actor: 'user', userId: user.id }, 'remove-year', 'customer', id, now, { year })
  })
}

/** Says that the customer has an offering. A name that is not known yet is put on the list of offerings. */
export async function saveOffering(db: Db, user: User, id: string, form: OfferingForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    const known = await findOfferings(trx)
    const same = known.find(({ name }) => name.toLowerCase() === form.name.toLowerCase())
    const offeringId = same?.id ?? newId()
    if (!same) await trx.insertInto('offering').values({ id: offeringId, name: form.name, archived_at: null }).execute()
    const row = { since_on: form.sinceOn, until_on: form.untilOn }
    await trx
      .insertInto('customer_offering')
      .values({ customer_id: id, offering_id: offeringId, ...row })
      .onConflict((again) => again.columns(['customer_id', 'offering_id']).doUpdateSet(row))
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'save-offering', 'customer', id, now)
  })
}

export const findOfferings = (db: Db) => db.selectFrom('offering').select(['id', 'name']).orderBy('name').execute()

export async function removeOffering(db: Db, user: User, id: string, offeringId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    await trx
      .deleteFrom('customer_offering')
      .where('customer_id', '=', id)
      .where('offering_id', '=', offeringId)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'remove-offering', 'customer', id, now)
  })
}

/** Notes how it went with the customer, on a day: stated by them, or seen in fact. */
export async function addOutcome(db: Db, user: User, id: string, form: OutcomeForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const customer = await getCustomer(trx, user, id)
    if (customer.archived_at) throw conflict('This customer is archived. Restore it, then note the outcome.')
    const outcomeId = newId()
    await trx
      .insertInto('outcome')
      .values({
        id: outcomeId,
        customer_id: id,
        kind: form.kind,
        basis: form.basis,
        happened_on: form.happenedOn,
        note: form.note,
        recorded_by: user.id,
        recorded_at: instant(now),
      })
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'add', 'outcome', outcomeId, now)
  })
}
