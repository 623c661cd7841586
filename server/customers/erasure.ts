import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { eraseContacts, eraseCustomers } from '../erasing.ts'
import { forbidden } from '../errors.ts'
import { record } from '../events.ts'
import { bell } from '../queue.ts'
import { getContact } from './contacts.ts'
import { getCustomer } from './customers.ts'

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
  await transact(db, async (trx) => {
    const contact = await getContact(trx, user, id)
    await eraseContacts(trx, [id], now)
    const who = { actor: 'user' as const, userId: user.id }
    await record(trx, who, 'erase', 'contact', id, now)
    await record(trx, who, 'erase-contact', 'customer', contact.customer_id, now)
  })
  bell.emit('job')
}

/** Erases a customer for good, with everybody there. */
export async function eraseCustomer(db: Db, user: User, id: string, now: Date): Promise<void> {
  if (user.role !== 'admin') throw forbidden('Only admins erase customers.')
  await transact(db, async (trx) => {
    await getCustomer(trx, user, id)
    await eraseCustomers(trx, [id], now)
    await record(trx, { actor: 'user', userId: user.id }, 'erase', 'customer', id, now)
  })
  bell.emit('job')
}
