import { type Db, transact } from '../db.ts'
import { notFound } from '../errors.ts'
import { record } from '../events.ts'
import { bell, enqueue } from '../queue.ts'
import { instant, later, minutes } from '../time.ts'
import { hashPassword, isOutdated, isPassword } from './passwords.ts'
import { revokeSessions } from './session.ts'

/** What a person may change about themself. */
export type Account = { name: string; phone: string; timeZone: string; hasShortcuts: boolean }

export async function getAccount(db: Db, userId: string) {
  const row = await db
    .selectFrom('user')
    .leftJoin('second_factor', 'second_factor.user_id', 'user.id')
    .select(['name', 'email', 'phone', 'time_zone', 'has_shortcuts', 'password_hash', 'password_set_at'])
    .select('second_factor.confirmed_at as second_factor_since')
    .where('id', '=', userId)
    .executeTakeFirst()
  if (!row) throw notFound('That account')
  return {
    name: row.name,
    email: row.email,
    phone: row.phone,
    timeZone: row.time_zone,
    hasShortcuts: row.has_shortcuts === 1,
    hasPassword: row.password_hash !== null,
    passwordSetAt: row.password_set_at,
    secondFactorSince: row.second_factor_since,
  }
}

export async function saveAccount(db: Db, userId: string, account: Account): Promise<void> {
  await transact(db, (trx) =>
    trx
      .updateTable('user')
      .set({
        name: account.name,
        phone: account.phone,
        time_zone: account.timeZone,
        has_shortcuts: account.hasShortcuts ? 1 : 0,
      })
      .where('id', '=', userId)
      .execute(),
  )
}

/** How long after coming in by a mailed link nothing more is asked. */
export const freshMinutes = 15

/** Whether a session was opened by a mailed link a moment ago: then it need not be shown again whose account it is. */
export async function isFresh(db: Db, sessionId: string, now: Date): Promise<boolean> {
  const row = await db
    .selectFrom('session')
    .select('id')
    .where('id', '=', sessionId)
    .where('opened_by', '=', 'link')
    .where('created_at', '>', later(now, -minutes(freshMinutes)))
    .executeTakeFirst()
  return row !== undefined
}

/** Whether this is the person's password; takes as long if nobody has the id. */
export async function isPasswordOf(db: Db, userId: string, password: string): Promise<boolean> {
  const row = await db.selectFrom('user').select('password_hash').where('id', '=', userId).executeTakeFirst()
  return isPassword(password, row?.password_hash ?? null)
}

/**
 * Who has this address and this password, or undefined; the same work is done whatever is wrong. A password that was
 * kept at another cost is kept anew.
 */
export async function findByPassword(db: Db, email: string, password: string): Promise<{ id: string } | undefined> {
  const row = await db
    .selectFrom('user')
    .select(['id', 'password_hash'])
    .where('email', '=', email)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
  const kept = row?.password_hash ?? null
  if (!(await isPassword(password, kept)) || !row || kept === null) return undefined
  if (isOutdated(kept)) {
    const anew = await hashPassword(password)
    await transact(db, (trx) =>
      trx
        .updateTable('user')
        .set({ password_hash: anew })
        .where('id', '=', row.id)
        .where('password_hash', '=', kept)
        .execute(),
    )
  }
  return { id: row.id }
}

/** Chooses or changes the password; every other session of the person ends, and a mail says that it happened. */
export async function savePassword(
  db: Db,
  userId: string,
  password: string,
  sessionId: string,
  now: Date,
): Promise<void> {
  const kept = await hashPassword(password)
  await transact(db, async (trx) => {
    const before = await getAccount(trx, userId)
    const set = { password_hash: kept, password_set_at: instant(now) }
    await trx.updateTable('user').set(set).where('id', '=', userId).execute()
    await afterPassword(trx, userId, before.hasPassword ? 'changed' : 'chosen', sessionId, now)
  })
  bell.emit('job')
}

/** Takes the password away: from now on only mailed links lead in. Nothing happens if there is none. */
export async function removePassword(db: Db, userId: string, sessionId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const removed = await trx
      .updateTable('user')
      .set({ password_hash: null, password_set_at: null })
      .where('id', '=', userId)
      .where('password_hash', 'is not', null)
      .executeTakeFirst()
    if (removed.numUpdatedRows > 0n) await afterPassword(trx, userId, 'removed', sessionId, now)
  })
  bell.emit('job')
}

async function afterPassword(trx: Db, userId: string, what: string, sessionId: string, now: Date): Promise<void> {
  await revokeSessions(trx, userId, now, sessionId)
  // Whoever changed it may not have been the owner of the mailbox: links that lie there stay, half-done sign-ins do not.
  await trx.deleteFrom('pending_sign_in').where('user_id', '=', userId).execute()
  await record(trx, { actor: 'user', userId }, `password-${what}`, 'user', userId, now)
  await enqueue(trx, 'staff-notice', { notice: `password-${what}`, userId }, now, { isUrgent: true })
}
