import { type Db, transact } from '../db.ts'
import { AppError, conflict } from '../errors.ts'
import { record } from '../events.ts'
import { hashOf, newToken } from '../ids.ts'
import { bell, enqueue } from '../queue.ts'
import { days, instant, later } from '../time.ts'

/** How long the link to a new address works. */
export const addressDays = 2

/**
 * Asks for another address: a link goes to the new one, word of it to the old one, and nothing changes before the link
 * is used. 'taken' if a colleague has it, 'same' if it is the present one.
 */
export async function askForAddress(
  db: Db,
  userId: string,
  email: string,
  askedBy: string,
  now: Date,
): Promise<'asked' | 'taken' | 'same'> {
  const outcome = await transact(db, async (trx) => {
    const owner = await trx.selectFrom('user').select('id').where('email', '=', email).executeTakeFirst()
    if (owner) return owner.id === userId ? 'same' : 'taken'
    // A newer wish takes the place of an older one, and its link with it.
    await trx
      .updateTable('address_change')
      .set({ used_at: instant(now) })
      .where('user_id', '=', userId)
      .where('used_at', 'is', null)
      .execute()
    await record(trx, { actor: 'user', userId: askedBy }, 'address-asked', 'user', userId, now)
    const payload = { userId, email, byId: askedBy }
    await enqueue(trx, 'address-confirmation', payload, now, { isUrgent: true })
    await enqueue(trx, 'staff-notice', { ...payload, notice: 'address-asked' }, now, { isUrgent: true })
    return 'asked'
  })
  bell.emit('job')
  return outcome
}

/** Makes the link to a new address and returns its token, which is stored only as a hash. */
export async function createAddressLink(
  db: Db,
  change: { userId: string; email: string; askedBy: string },
  now: Date,
): Promise<string> {
  const token = newToken()
  await transact(db, async (trx) => {
    await trx
      .deleteFrom('address_change')
      .where('expires_at', '<', later(now, -days(30)))
      .execute()
    await trx
      .insertInto('address_change')
      .values({
        token_hash: hashOf(token),
        user_id: change.userId,
        email: change.email,
        asked_by: change.askedBy,
        created_at: instant(now),
        expires_at: later(now, days(addressDays)),
        used_at: null,
      })
      .execute()
  })
  return token
}

/** A change of address that can still be confirmed, and whose it is. */
export const findAddressChange = (db: Db, token: string, now: Date) =>
  db
    .selectFrom('address_change')
    .innerJoin('user', 'user.id', 'address_change.user_id')
    .select(['address_change.user_id', 'address_change.email', 'user.name', 'user.email as old_email'])
    .where('token_hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .where('user.deactivated_at', 'is', null)
    .executeTakeFirst()

/** From now on the person signs in with the new address; links that lie in the old mailbox work no more. 410 or 409. */
export async function confirmAddress(db: Db, token: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const change = await findAddressChange(trx, token, now)
    if (!change) throw new AppError(410, 'This link was used already or is too old. Ask for the change again.')
    const taken = await trx.selectFrom('user').select('id').where('email', '=', change.email).executeTakeFirst()
    if (taken) throw conflict('A colleague has this address by now. Ask an admin whose it is.')
    const { user_id: userId } = change
    await trx.updateTable('user').set({ email: change.email }).where('id', '=', userId).execute()
    const used = { used_at: instant(now) }
    await trx.updateTable('address_change').set(used).where('token_hash', '=', hashOf(token)).execute()
    await trx.updateTable('sign_in_link').set(used).where('user_id', '=', userId).where('used_at', 'is', null).execute()
    await record(trx, { actor: 'user', userId }, 'address-changed', 'user', userId, now)
    const notice = { notice: 'address-changed', userId, email: change.email, to: change.old_email }
    await enqueue(trx, 'staff-notice', notice, now, { isUrgent: true })
  })
  bell.emit('job')
}
