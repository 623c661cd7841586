import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { bell, enqueue } from '../queue.ts'
import { revokeSessions } from '../session/session.ts'
import { instant } from '../time.ts'
import type { InvitationForm, RoleForm } from './forms.ts'

/** Everybody who is or was on the staff: who may come in first, then by name. */
export function listUsers(db: Db) {
  return staff(db).orderBy('user.deactivated_at').orderBy('user.name').execute()
}

export async function getUser(db: Db, id: string) {
  const row = await staff(db).where('user.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('That person')
  return row
}
/** Somebody of the staff, whether they may sign in or not. */
export const findUserByAddress = (db: Db, email: string) =>
  db.selectFrom('user').select(['id', 'name']).where('email', '=', email.trim().toLowerCase()).executeTakeFirst()

export type StaffRow = Awaited<ReturnType<typeof getUser>>

function staff(db: Db) {
  return db.selectFrom('user').select((eb) => [
    'user.id',
    'user.name',
    'user.email',
    'user.role',
    'user.is_coder',
    'user.created_at',
    'user.deactivated_at',
    eb
      .selectFrom('second_factor')
      .select('second_factor.confirmed_at')
      .whereRef('second_factor.user_id', '=', 'user.id')
      .as('second_factor_since'),
    eb
      .selectFrom('session')
      .select((max) => max.fn.max('session.last_seen_at').as('seen'))
      .whereRef('session.user_id', '=', 'user.id')
      .as('last_seen_at'),
    eb
      .selectFrom('customer')
      .select((count) => count.fn.countAll<number>().as('owned'))
      .whereRef('customer.owner_id', '=', 'user.id')
      .where('customer.archived_at', 'is', null)
      .as('owned'),
  ])
}

/** Makes the person and queues the mail; 'taken' if somebody has the address. */
export async function inviteUser(
  db: Db,
  form: InvitationForm,
  admin: User,
  timeZone: string,
  now: Date,
): Promise<'invited' | 'taken'> {
  const outcome = await transact(db, async (trx) => {
    const taken = await trx.selectFrom('user').select('id').where('email', '=', form.email).executeTakeFirst()
    if (taken) return 'taken'
    const id = newId()
    await trx
      .insertInto('user')
      .values({
        id,
        email: form.email,
        name: form.name,
        role: form.role,
        time_zone: timeZone,
        created_at: instant(now),
        deactivated_at: null,
      })
      .execute()
    await queueInvitation(trx, id, admin, now)
    return 'invited'
  })
  bell.emit('job')
  return outcome
}

async function queueInvitation(trx: Db, userId: string, admin: User, now: Date): Promise<void> {
  await enqueue(trx, 'staff-invitation', { userId, inviterId: admin.id }, now, { isUrgent: true })
  await record(trx, { actor: 'user', userId: admin.id }, 'invited', 'user', userId, now)
}

/** Mails the invitation once more, with a new link; the older one goes on working until it runs out. */
export async function inviteAgain(db: Db, id: string, admin: User, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const user = await getUser(trx, id)
    if (user.deactivated_at) throw conflict('This person was deactivated. Reactivate them first, then invite again.')
    await queueInvitation(trx, id, admin, now)
  })
  bell.emit('job')
}

/** Changes role and coding; 'last-admin' if nobody would be left who can invite others. */
export async function changeRole(
  db: Db,
  id: string,
  form: RoleForm,
  admin: User,
  now: Date,
): Promise<'changed' | 'last-admin'> {
  return transact(db, async (trx) => {
    const user = await getUser(trx, id)
    if (form.role !== 'admin' && (await isLastAdmin(trx, user))) return 'last-admin'
    await trx
      .updateTable('user')
      .set({ role: form.role, is_coder: form.isCoder ? 1 : 0 })
      .where('id', '=', id)
      .execute()
    const detail = { role: form.role, coder: form.isCoder ? 1 : 0 }
    await record(trx, { actor: 'user', userId: admin.id }, 'role-changed', 'user', id, now, detail)
    return 'changed'
  })
}

/** Nobody's words or customers are lost; sessions and links die at once. 409 for the last admin. */
export async function deactivateUser(db: Db, id: string, admin: User, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const user = await getUser(trx, id)
    if (user.deactivated_at) return
    if (await isLastAdmin(trx, user))
      throw conflict(`${user.name} is the only admin. Make somebody else an admin first; then this can be done.`)
    await trx
      .updateTable('user')
      .set({ deactivated_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await revokeSessions(trx, id, now)
    // Else an old link would work again after a reactivation.
    await trx
      .updateTable('sign_in_link')
      .set({ used_at: instant(now) })
      .where('user_id', '=', id)
      .where('used_at', 'is', null)
      .execute()
    await record(trx, { actor: 'user', userId: admin.id }, 'deactivated', 'user', id, now)
  })
}

/** They may ask for a link again; what they were allowed before holds again. */
export async function reactivateUser(db: Db, id: string, admin: User, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const user = await getUser(trx, id)
    if (!user.deactivated_at) return
    await trx.updateTable('user').set({ deactivated_at: null }).where('id', '=', id).execute()
    await record(trx, { actor: 'user', userId: admin.id }, 'reactivated', 'user', id, now)
  })
}

async function isLastAdmin(trx: Db, user: StaffRow): Promise<boolean> {
  if (user.role !== 'admin' || user.deactivated_at) return false
  const other = await trx
    .selectFrom('user')
    .select('id')
    .where('role', '=', 'admin')
    .where('deactivated_at', 'is', null)
    .where('id', '<>', user.id)
    .limit(1)
    .executeTakeFirst()
  return !other
}

/** Signs somebody out on every device; they may come in again. Returns how many those were. */
export async function endSessions(db: Db, id: string, admin: User, now: Date): Promise<number> {
  return transact(db, async (trx) => {
    await getUser(trx, id)
    const ended = await revokeSessions(trx, id, now)
    await record(trx, { actor: 'user', userId: admin.id }, 'sessions-ended', 'user', id, now, { sessions: ended })
    return ended
  })
}
