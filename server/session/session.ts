import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { AppError } from '../errors.ts'
import { hashOf, newId, newToken } from '../ids.ts'
import type { Role } from '../tables.ts'
import { days, instant, later, minutes } from '../time.ts'

/** How long a sign-in link works, and how long a session lasts without use. */
export const linkMinutes = 30
const sessionDays = 30

const userColumns = [
  'user.id',
  'user.name',
  'user.email',
  'user.role',
  'user.is_coder',
  'user.has_shortcuts',
  'user.time_zone',
] as const

type UserRow = {
  id: string
  name: string
  email: string
  role: Role
  is_coder: number
  has_shortcuts: number
  time_zone: string
}

const userOf = (row: UserRow): User => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  isCoder: row.is_coder === 1,
  hasShortcuts: row.has_shortcuts === 1,
  timeZone: row.time_zone,
})

/** Makes a one-time sign-in link and returns its token, which is stored only as a hash. `userId` null: sets up the first admin. */
export async function createSignInLink(
  db: Db,
  userId: string | null,
  now: Date,
  validMinutes = linkMinutes,
): Promise<string> {
  const token = newToken()
  await transact(db, (trx) =>
    trx
      .insertInto('sign_in_link')
      .values({
        token_hash: hashOf(token),
        user_id: userId,
        created_at: instant(now),
        expires_at: later(now, minutes(validMinutes)),
        used_at: null,
      })
      .execute(),
  )
  return token
}

/** The link if it can still be used: `userId` is null for the first admin's. Looking does not use it up. */
export async function findSignInLink(db: Db, token: string, now: Date): Promise<{ userId: string | null } | undefined> {
  const row = await db
    .selectFrom('sign_in_link')
    .leftJoin('user', 'user.id', 'sign_in_link.user_id')
    .select('user_id')
    .where('token_hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .where('user.deactivated_at', 'is', null)
    .executeTakeFirst()
  return row && { userId: row.user_id }
}

/** Uses the link up and opens a session on `device` (as its browser names itself). Returns the session's token. 410 if it cannot be used. */
export async function redeemSignInLink(
  db: Db,
  token: string,
  userId: string,
  device: string,
  now: Date,
): Promise<string> {
  const sessionToken = newToken()
  await transact(db, async (trx) => {
    const used = await trx
      .updateTable('sign_in_link')
      .set({ used_at: instant(now) })
      .where('token_hash', '=', hashOf(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', instant(now))
      .where((or) => or.or([or('user_id', '=', userId), or('user_id', 'is', null)]))
      .executeTakeFirst()
    if (used.numUpdatedRows === 0n)
      throw new AppError(410, 'This sign-in link was used already or is too old. Ask for a new one.')
    await trx
      .insertInto('session')
      .values({
        id: newId(),
        token_hash: hashOf(sessionToken),
        user_id: userId,
        device: device.slice(0, 200),
        created_at: instant(now),
        last_seen_at: instant(now),
        expires_at: later(now, days(sessionDays)),
        revoked_at: null,
      })
      .execute()
  })
  return sessionToken
}

export type SignedIn = { user: User; sessionId: string; lastSeenAt: string }

/** Who a session's token belongs to, if the session and the person are still welcome. */
export async function findSession(db: Db, token: string, now: Date): Promise<SignedIn | undefined> {
  const row = await db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .select([...userColumns, 'session.id as session_id', 'session.last_seen_at'])
    .where('session.token_hash', '=', hashOf(token))
    .where('session.revoked_at', 'is', null)
    .where('session.expires_at', '>', instant(now))
    .where('user.deactivated_at', 'is', null)
    .executeTakeFirst()
  return row && { user: userOf(row), sessionId: row.session_id, lastSeenAt: row.last_seen_at }
}

/** Keeps a session alive; called at most once an hour a session, so that reading pages writes hardly ever. */
export async function touchSession(db: Db, sessionId: string, now: Date): Promise<void> {
  await transact(db, (trx) =>
    trx
      .updateTable('session')
      .set({ last_seen_at: instant(now), expires_at: later(now, days(sessionDays)) })
      .where('id', '=', sessionId)
      .execute(),
  )
}
