import { mayOpen, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import { getCustomer } from './customers.ts'
import type { ContactForm } from './forms.ts'

/** The people at a customer, those who left last, and whether each address is suppressed. One statement. */
export const findContacts = (db: Db, customerId: string) =>
  db
    .selectFrom('contact')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .selectAll('contact')
    .select('suppression.reason as suppressed')
    .where('contact.customer_id', '=', customerId)
    .where('contact.merged_into', 'is', null)
    .orderBy((eb) => eb('contact.archived_at', 'is not', null))
    .orderBy('contact.last_name')
    .orderBy('contact.first_name')
    .execute()
export type Contact = Awaited<ReturnType<typeof findContacts>>[number]

/** A contact of a customer that this person may open; 404 otherwise, 409 for one that was merged into another. */
export async function getContact(db: Db, user: User, id: string) {
  const contact = await findContact(db, user, id)
  if (!contact) throw notFound('That contact')
  if (contact.merged_into) throw conflict('This contact was merged into another one. Open that one instead.')
  return contact
}

/** The same for whoever also wants those that were merged, and those that are not there. */
export const findContact = (db: Db, user: User, id: string) =>
  db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .selectAll('contact')
    .select(['customer.name as customer_name', 'suppression.reason as suppressed'])
    .where('contact.id', '=', id)
    .where(mayOpen(user))
    .executeTakeFirst()

/** What already stands in the way of this contact: sentences by field, empty if nothing does. Names only whom the user may see. */
export async function contactClashes(
  db: Db,
  user: User,
  form: Pick<ContactForm, 'email' | 'externalId'>,
  except: string,
): Promise<Record<string, string>> {
  const errors: Record<string, string> = {}
  if (form.email) {
    const other = await findOther(db, user, 'email', form.email, except)
    if (other) errors.email = `${other} Use another address, or edit that contact.`
  }
  if (form.externalId) {
    const other = await findOther(db, user, 'external_id', form.externalId, except)
    if (other) errors.externalId = `${other} Give this contact its own number.`
  }
  return errors
}

async function findOther(
  db: Db,
  user: User,
  column: 'email' | 'external_id',
  value: string,
  except: string,
): Promise<string> {
  const row = await db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['contact.first_name', 'contact.last_name', 'contact.archived_at', 'customer.id', 'customer.name'])
    .where(`contact.${column}`, '=', value)
    .where('contact.id', '<>', except)
    .$if(column === 'email', (query) => query.where('contact.archived_at', 'is', null))
    .executeTakeFirst()
  if (!row) return ''
  const visible = await db
    .selectFrom('customer')
    .select('id')
    .where('id', '=', row.id)
    .where(mayOpen(user))
    .executeTakeFirst()
  const what = column === 'email' ? 'This address' : 'This number'
  return visible
    ? `${what} is already used by ${row.first_name} ${row.last_name} at ${row.name}.`
    : `${what} is already used by a contact of another customer.`
}

/**
 * Adds a person to a customer. `key` is the new id, so that pressing twice adds one. Call `contactClashes` first: a clash
 * that slips in between is a 409, and nothing is written.
 */
export async function addContact(
  db: Db,
  user: User,
  customerId: string,
  key: string,
  form: ContactForm,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, customerId)
    const added = await trx
      .insertInto('contact')
      .values({
        id: key,
        customer_id: customerId,
        ...columnsOf(form),
        created_at: instant(now),
        updated_at: instant(now),
        archived_at: null,
      })
      .onConflict((again) => again.column('id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'add', 'contact', key, now)
  })
}

export async function editContact(db: Db, user: User, id: string, form: ContactForm, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getContact(trx, user, id)
    await trx
      .updateTable('contact')
      .set({ ...columnsOf(form), updated_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'edit', 'contact', id, now)
  })
}

const columnsOf = (form: ContactForm) => ({
  external_id: form.externalId,
  first_name: form.firstName,
  last_name: form.lastName,
  email: form.email,
  phone: form.phone,
  job_title: form.jobTitle,
  buying_role: form.buyingRole,
  language: form.language,
  mail_basis: form.mailBasis,
})

/**
 * Takes a contact off the lists, which frees the address, or puts the contact back.
 * Returns the sentence that stands in the way of restoring (the address went to somebody else), '' if done.
 */
export function setContactArchived(db: Db, user: User, id: string, isArchived: boolean, now: Date): Promise<string> {
  return transact(db, async (trx) => {
    const contact = await getContact(trx, user, id)
    if ((contact.archived_at !== null) === isArchived) return ''
    const taken = !isArchived && contact.email ? await findOther(trx, user, 'email', contact.email, id) : ''
    if (taken) return taken
    await trx
      .updateTable('contact')
      .set({ archived_at: isArchived ? instant(now) : null, updated_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, isArchived ? 'archive' : 'restore', 'contact', id, now)
    return ''
  })
}
