import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { AppError, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { hashOf, newId, newToken } from '../ids.ts'
import { bell, enqueue } from '../queue.ts'
import type { OpenedBy, Role } from '../tables.ts'
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
  await transact(db, async (trx) => {
    await trx
      .deleteFrom('sign_in_link')
      .where('expires_at', '<', later(now, -days(30)))
      .execute()
    await trx
      .insertInto('sign_in_link')
      .values({
        token_hash: hashOf(token),
        user_id: userId,
        created_at: instant(now),
        expires_at: later(now, minutes(validMinutes)),
        used_at: null,
      })
      .execute()
  })
  return token
}

/** A link that can still be used: whose it is, or null for the first admin's. */
export type SignInLink = { userId: string; name: string } | { userId: null }

/** The link if it can still be used. Looking does not use it up: mail scanners look too. */
export async function findSignInLink(db: Db, token: string, now: Date): Promise<SignInLink | undefined> {
  const row = await usableLinks(db, token, now)
    .leftJoin('user', 'user.id', 'sign_in_link.user_id')
    .select(['sign_in_link.user_id', 'user.name'])
    .executeTakeFirst()
  if (!row) return undefined
  return row.user_id === null ? { userId: null } : { userId: row.user_id, name: row.name ?? '' }
}

/** Not used, not too old, and of somebody who may sign in; the first admin's only while nobody may. */
function usableLinks(db: Db, token: string, now: Date) {
  return db
    .selectFrom('sign_in_link')
    .where('sign_in_link.token_hash', '=', hashOf(token))
    .where('sign_in_link.used_at', 'is', null)
    .where('sign_in_link.expires_at', '>', instant(now))
    .where((eb) => {
      const active = eb.selectFrom('user as active').select('active.id').where('active.deactivated_at', 'is', null)
      return eb.or([
        eb.exists(active.whereRef('active.id', '=', 'sign_in_link.user_id')),
        eb.and([eb('sign_in_link.user_id', 'is', null), eb.not(eb.exists(active))]),
      ])
    })
}

const staleLink = () => new AppError(410, 'This sign-in link was used already or is too old. Ask for a new one.')

/** Uses the link up and opens a session on `device` (as its browser names itself). Returns the session's token. 410 if it cannot be used. */
export async function redeemSignInLink(
  db: Db,
  token: string,
  userId: string,
  device: string,
  now: Date,
): Promise<string> {
  return transact(db, async (trx) => {
    await consumeLink(trx, token, userId, now)
    return openSession(trx, userId, device, now)
  })
}

/** Uses a link up, inside the caller's transaction; 410 if it is not this person's or cannot be used any more. */
export async function consumeLink(trx: Db, token: string, userId: string | null, now: Date): Promise<void> {
  const link = await usableLinks(trx, token, now).select('sign_in_link.user_id').executeTakeFirst()
  if (!link || link.user_id !== userId) throw staleLink()
  await trx
    .updateTable('sign_in_link')
    .set({ used_at: instant(now) })
    .where('token_hash', '=', hashOf(token))
    .execute()
}

/** Opens a session inside the caller's transaction and returns its token, which is stored only as a hash. */
export async function openSession(
  trx: Db,
  userId: string,
  device: string,
  now: Date,
  openedBy: OpenedBy = 'link',
): Promise<string> {
  const token = newToken()
  await trx
    .insertInto('session')
    .values({
      id: newId(),
      token_hash: hashOf(token),
      user_id: userId,
      device: device.slice(0, 300),
      created_at: instant(now),
      last_seen_at: instant(now),
      expires_at: later(now, days(sessionDays)),
      revoked_at: null,
      opened_by: openedBy,
    })
    .execute()
  await record(trx, { actor: 'user', userId }, 'signed-in', 'user', userId, now)
  return token
}

/** Puts a sign-in mail in the queue if the address is that of somebody who may sign in; says nothing about whether it is. */
export async function requestSignIn(db: Db, email: string, next: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const user = await trx
      .selectFrom('user')
      .select('id')
      .where('email', '=', email)
      .where('deactivated_at', 'is', null)
      .executeTakeFirst()
    if (user) await enqueue(trx, 'sign-in-mail', { userId: user.id, next }, now, { isUrgent: true })
  })
  bell.emit('job')
}

/** A link for whoever runs the server to hand out, or undefined if nobody with this address may sign in. */
export async function signInLinkFor(db: Db, email: string, baseUrl: string, now: Date): Promise<string | undefined> {
  const user = await db
    .selectFrom('user')
    .select('id')
    .where('email', '=', email.trim().toLowerCase())
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
  return user && `${baseUrl}/sign-in/${await createSignInLink(db, user.id, now)}`
}

/** Who gets a sign-in mail or an invitation; nobody once deactivated. */
export function findActiveUser(db: Db, userId: string) {
  return db
    .selectFrom('user')
    .select(['id', 'name', 'email', 'role', 'time_zone'])
    .where('id', '=', userId)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst()
}

export type SignedIn = { user: User; sessionId: string; lastSeenAt: string; hasSecondFactor: boolean }

/** Who a session's token belongs to, if the session and the person are still welcome. */
export async function findSession(db: Db, token: string, now: Date): Promise<SignedIn | undefined> {
  const row = await db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .leftJoin('second_factor', 'second_factor.user_id', 'user.id')
    .select([...userColumns, 'session.id as session_id', 'session.last_seen_at', 'second_factor.confirmed_at'])
    .where('session.token_hash', '=', hashOf(token))
    .where('session.revoked_at', 'is', null)
    .where('session.expires_at', '>', instant(now))
    .where('user.deactivated_at', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const hasSecondFactor = row.confirmed_at !== null
  return { user: userOf(row), sessionId: row.session_id, lastSeenAt: row.last_seen_at, hasSecondFactor }
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

/** A person's sessions that still hold, the most recently used first. */
export function listSessions(db: Db, userId: string, now: Date) {
  return db
    .selectFrom('session')
    .select(['id', 'device', 'created_at', 'last_seen_at'])
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .orderBy('last_seen_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
}

/** Ends the session that a cookie holds, if it holds one. */
export async function endSession(db: Db, token: string, now: Date): Promise<void> {
  await transact(db, (trx) =>
    trx
      .updateTable('session')
      .set({ revoked_at: instant(now) })
      .where('token_hash', '=', hashOf(token))
      .where('revoked_at', 'is', null)
      .execute(),
  )
}

/** Ends one of a person's own sessions; another's is not found. */
export async function revokeSession(db: Db, userId: string, sessionId: string, now: Date): Promise<void> {
  const revoked = await transact(db, (trx) =>
    trx
      .updateTable('session')
      .set({ revoked_at: instant(now) })
      .where('id', '=', sessionId)
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .executeTakeFirst(),
  )
  if (revoked.numUpdatedRows === 0n) throw notFound('That session')
}

/** Ends all sessions of a person inside the caller's transaction, but for `keptId`. Returns how many those were. */
export async function revokeSessions(trx: Db, userId: string, now: Date, keptId = ''): Promise<number> {
  const revoked = await trx
    .updateTable('session')
    .set({ revoked_at: instant(now) })
    .where('user_id', '=', userId)
    .where('id', '<>', keptId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .executeTakeFirst()
  return Number(revoked.numUpdatedRows)
}
