import { dirname, join } from 'node:path'
import type { User } from '../access.ts'
import { type Db, fileOf, transact } from '../db.ts'
import { eraseContacts, eraseCustomers } from '../erasing.ts'
import { forbidden } from '../errors.ts'
import { record } from '../events.ts'
import { bell } from '../queue.ts'
import { getContact } from './contacts.ts'
import { getCustomer } from './customers.ts'
import { forgetRows, type Traces } from './import/forget.ts'

/** How much erasing would take away. */
export type Reach = { responses: number; contacts: number; invitations: number }

export const contactReach = (db: Db, id: string): Promise<Reach> => reachOf(db, 'contact_id', id)
export async function customerReach(db: Db, id: string): Promise<Reach> {
  const reach = await reachOf(db, 'customer_id', id)
  const { n } = await db
    .selectFrom('contact')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('customer_id', '=', id)
    .executeTakeFirstOrThrow()
  return { ...reach, contacts: n }
}

async function reachOf(db: Db, column: 'contact_id' | 'customer_id', id: string): Promise<Reach> {
  const row = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('response')
        .select((n) => n.fn.countAll<number>().as('n'))
        .where(column, '=', id)
        .as('responses'),
      eb
        .selectFrom('invitation')
        .select((n) => n.fn.countAll<number>().as('n'))
        .where(column, '=', id)
        .as('invitations'),
    ])
    .executeTakeFirstOrThrow()
  return { responses: row.responses ?? 0, contacts: 1, invitations: row.invitations ?? 0 }
}

/** Erases a person for good, in one transaction (server/erasing.ts says how far it reaches). */
export async function eraseContact(db: Db, user: User, id: string, now: Date): Promise<void> {
  if (user.role === 'rep') throw forbidden('Only leads and admins erase contacts.')
  const traces = await tracesOf(db, 'id', id)
  await transact(db, async (trx) => {
    const contact = await getContact(trx, user, id)
    await eraseContacts(trx, [id], now)
    const who = { actor: 'user' as const, userId: user.id }
    await record(trx, who, 'erase', 'contact', id, now)
    await record(trx, who, 'erase-contact', 'customer', contact.customer_id, now)
  })
  await forgetFiles(db, traces)
  bell.emit('job')
}

/** Erases a customer for good, with everybody there. */
export async function eraseCustomer(db: Db, user: User, id: string, now: Date): Promise<void> {
  if (user.role !== 'admin') throw forbidden('Only admins erase customers.')
  const traces = await tracesOf(db, 'customer_id', id)
  await transact(db, async (trx) => {
    const { name } = await getCustomer(trx, user, id)
    traces.push([name])
    await eraseCustomers(trx, [id], now)
    await record(trx, { actor: 'user', userId: user.id }, 'erase', 'customer', id, now)
  })
  await forgetFiles(db, traces)
  bell.emit('job')
}

/** How rows of an uploaded file can be known as being about these people. */
async function tracesOf(db: Db, column: 'id' | 'customer_id', id: string): Promise<Traces> {
  const people = await db
    .selectFrom('contact')
    .select(['email', 'first_name', 'last_name'])
    .where((eb) => eb.or([eb(column, '=', id), eb('merged_into', '=', id)]))
    .execute()
  return people.flatMap(({ email, first_name, last_name }) => [
    ...(email ? [[email]] : []),
    ...(first_name && last_name ? [[first_name, last_name]] : []),
  ])
}

/** Files lie beside the database; one in memory has none. */
async function forgetFiles(db: Db, traces: Traces): Promise<void> {
  const file = await fileOf(db)
  if (file !== '') forgetRows(join(dirname(file), 'imports'), traces)
}
