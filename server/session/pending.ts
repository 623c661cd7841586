import { type Db, transact } from '../db.ts'
import { hashOf, newToken } from '../ids.ts'
import type { OpenedBy } from '../tables.ts'
import { instant, later, minutes } from '../time.ts'
import { hasFactor, takeCode } from './second-factor.ts'
import { consumeLink, openSession } from './session.ts'

/** How long somebody who has shown the first factor may look for the second, and how often they may try. */
export const pendingMinutes = 10
const tries = 5

export type Arrival = { userId: string; openedBy: OpenedBy; stays: boolean; next: string; device: string }

/**
 * Lets somebody in who has shown the first factor, inside the caller's transaction: by a session, or, if they have a
 * second factor, by a token that is good for nothing but typing its code.
 */
export async function letIn(trx: Db, arrival: Arrival, now: Date): Promise<{ session: string } | { pending: string }> {
  if (!(await hasFactor(trx, arrival.userId)))
    return { session: await openSession(trx, arrival.userId, arrival.device, now, arrival.openedBy) }
  const token = newToken()
  await trx.deleteFrom('pending_sign_in').where('expires_at', '<', instant(now)).execute()
  await trx
    .insertInto('pending_sign_in')
    .values({
      token_hash: hashOf(token),
      user_id: arrival.userId,
      opened_by: arrival.openedBy,
      stays: arrival.stays ? 1 : 0,
      next: arrival.next,
      expires_at: later(now, minutes(pendingMinutes)),
      used_at: null,
    })
    .execute()
  return { pending: token }
}

/** Uses a mailed link up and lets its owner in; 410 if it cannot be used any more. */
export const arriveByLink = (db: Db, token: string, arrival: Arrival, now: Date) =>
  transact(db, async (trx) => {
    await consumeLink(trx, token, arrival.userId, now)
    return letIn(trx, arrival, now)
  })

/** A sign-in that waits for its code, or undefined once it was used, ran out or was tried too often. */
export const findPending = (db: Db, token: string, now: Date) =>
  db
    .selectFrom('pending_sign_in')
    .innerJoin('user', 'user.id', 'pending_sign_in.user_id')
    .select(['user_id', 'opened_by', 'stays', 'next', 'tries'])
    .where('token_hash', '=', hashOf(token))
    .where('used_at', 'is', null)
    .where('expires_at', '>', instant(now))
    .where('tries', '<', tries)
    .where('user.deactivated_at', 'is', null)
    .executeTakeFirst()

export type Shown =
  | { outcome: 'in'; session: string; stays: boolean; next: string }
  | { outcome: 'wrong' }
  | { outcome: 'gone' }
  | { outcome: 'too-many'; userId: string }

/** Takes the code that was typed. Right: opens the session. Wrong five times: the first factor has to be shown anew. */
export async function showSecondFactor(db: Db, token: string, code: string, device: string, now: Date): Promise<Shown> {
  return transact(db, async (trx) => {
    const pending = await findPending(trx, token, now)
    if (!pending) return { outcome: 'gone' }
    const outcome = await takeCode(trx, pending.user_id, code, now)
    const mine = trx.updateTable('pending_sign_in').where('token_hash', '=', hashOf(token))
    if (outcome !== 'right') {
      await mine.set({ tries: pending.tries + 1 }).execute()
      if (outcome === 'too-many') return { outcome, userId: pending.user_id }
      return { outcome: pending.tries + 1 < tries ? 'wrong' : 'gone' }
    }
    await mine.set({ used_at: instant(now) }).execute()
    const session = await openSession(trx, pending.user_id, device, now, pending.opened_by)
    return { outcome: 'in', session, stays: pending.stays === 1, next: pending.next }
  })
}
