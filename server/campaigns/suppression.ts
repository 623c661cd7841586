import { type SqlBool, sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import type { Links } from '../links.ts'
import { containing } from '../lists.ts'
import { instant } from '../time.ts'
import { skipWaiting } from './messages.ts'

export type SuppressionReason = 'opt_out' | 'bounce' | 'complaint' | 'staff'

/**
 * From now on no mail that asks goes to this address, and none that waits is sent, in whatever campaign.
 * A wish of the person outranks what was noted before and is never lifted.
 */
async function suppress(trx: Db, address: string, reason: SuppressionReason, now: Date): Promise<void> {
  const lower = address.toLowerCase()
  await trx
    .insertInto('suppression')
    .values({ address: lower, reason, created_at: instant(now) })
    .onConflict((on) =>
      reason === 'opt_out' || reason === 'complaint'
        ? on
            .column('address')
            .doUpdateSet({ reason, created_at: instant(now) })
            .where('suppression.reason', 'in', ['bounce', 'staff'])
        : on.column('address').doNothing(),
    )
    .execute()
  await skipWaiting(trx, { address: lower }, 'This address gets no mails of this kind any more.', now)
}

/** The invitation that a link of ours names, whatever became of it, and whether its address is suppressed. */
export async function findByLink(db: Db, links: Links, token: string) {
  const claim = links.read(token)
  if (!claim) return undefined
  return db
    .selectFrom('invitation')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .select(sql<string>`coalesce(nullif(contact.language, ''), nullif(customer.language, ''), 'en')`.as('language'))
    .select([
      'invitation.id',
      'invitation.declined_at',
      'invitation.withdrawn_at',
      'contact.email',
      'suppression.reason as suppressed',
    ])
    .where('invitation.id', '=', claim.invitationId)
    .executeTakeFirst()
}

/** What a customer asks by the link in a mail: nothing more about this invitation, or no mails like it at all. */
export async function stopMails(
  db: Db,
  invitation: { id: string; email: string | null },
  what: 'this' | 'all',
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    await trx
      .updateTable('invitation')
      .set({ declined_at: instant(now) })
      .where('id', '=', invitation.id)
      .where('declined_at', 'is', null)
      .execute()
    await skipWaiting(trx, { invitationId: invitation.id }, 'They asked for no more mails of this round.', now)
    if (what === 'all' && invitation.email) await suppress(trx, invitation.email, 'opt_out', now)
    await record(trx, { actor: 'customer' }, `mails.stopped-${what}`, 'invitation', invitation.id, now)
  })
}

/** One page of the suppressed addresses, newest first, and how many match. */
export async function listSuppressions(db: Db, words: string, page: number, size: number) {
  const pattern = containing(words.toLowerCase())
  const matching = db.selectFrom('suppression').where(sql<SqlBool>`address like ${pattern} escape '\\'`)
  const { n } = await matching.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  const rows = await matching
    .select(['address', 'reason', 'created_at'])
    .orderBy('created_at', 'desc')
    .orderBy('address')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  return { total: Number(n), rows }
}

/** Staff note that somebody wants no mails, told by telephone for instance. */
export async function suppressByStaff(db: Db, address: string, userId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await suppress(trx, address, 'staff', now)
    await record(trx, { actor: 'user', userId }, 'suppression.added', 'suppression', 'staff', now)
  })
}

/** Lifts what we noted ourselves. What a person asked for is never lifted (409). */
export async function reinstate(db: Db, address: string, userId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const row = await trx
      .selectFrom('suppression')
      .select('reason')
      .where('address', '=', address.toLowerCase())
      .executeTakeFirst()
    if (!row) throw notFound('That address')
    if (!isLiftable(row.reason))
      throw conflict('They asked for no more mails themselves. Only they can change that, by writing to you.')
    await trx.deleteFrom('suppression').where('address', '=', address.toLowerCase()).execute()
    await record(trx, { actor: 'user', userId }, 'suppression.lifted', 'suppression', row.reason, now)
  })
}

export const isLiftable = (reason: SuppressionReason): boolean => reason === 'bounce' || reason === 'staff'
