import type { ExpressionBuilder } from 'kysely'
import { mayOpen, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import type { Tables } from '../tables.ts'
import { instant } from '../time.ts'

/** What we owe a customer: a call they asked for, something they say that we owe, or what a rep promised. */
export type NewFollowUp = {
  customerId: string
  contactId: string | null
  responseId: string | null
  kind: 'call' | 'owed' | 'promise'
  text: string
  ownerId: string | null
  dueOn: string
  createdBy: string | null
}

/** Adds a follow-up inside the caller's transaction and returns its id. */
export async function addFollowUp(trx: Db, followUp: NewFollowUp, now: Date): Promise<string> {
  const id = newId()
  await trx
    .insertInto('follow_up')
    .values({
      id,
      customer_id: followUp.customerId,
      contact_id: followUp.contactId,
      response_id: followUp.responseId,
      kind: followUp.kind,
      text: followUp.text,
      owner_id: followUp.ownerId,
      due_on: followUp.dueOn,
      created_by: followUp.createdBy,
      created_at: instant(now),
      done_by: null,
      done_at: null,
    })
    .execute()
  return id
}

/** Every follow-up with the names that stand beside it; narrow it to what the reader may see. */
export const withNames = (db: Db) =>
  db
    .selectFrom('follow_up')
    .innerJoin('customer', 'customer.id', 'follow_up.customer_id')
    .leftJoin('contact', 'contact.id', 'follow_up.contact_id')
    .leftJoin('user as owner', 'owner.id', 'follow_up.owner_id')
    .leftJoin('user as maker', 'maker.id', 'follow_up.created_by')
    .leftJoin('user as doer', 'doer.id', 'follow_up.done_by')
    .selectAll('follow_up')
    .select([
      'customer.name as customer_name',
      'contact.first_name',
      'contact.last_name',
      'owner.name as owner_name',
      'maker.name as maker_name',
      'doer.name as doer_name',
    ])

/** What we owe from one talk or answer, done or not, first due first. */
export const findDuties = (db: Db, responseId: string) =>
  withNames(db)
    .where('follow_up.response_id', '=', responseId)
    .orderBy('follow_up.due_on')
    .orderBy('follow_up.id')
    .execute()
export type FollowUp = Awaited<ReturnType<typeof findDuties>>[number]

/** Who can take care of something for a customer: leads, admins, the owner, and those to whom the customer is shown. */
const ableTo = (eb: ExpressionBuilder<Tables, 'user' | 'customer'>) =>
  eb.and([
    eb('user.deactivated_at', 'is', null),
    eb.or([
      eb('user.role', '<>', 'rep'),
      eb('user.id', '=', eb.ref('customer.owner_id')),
      eb.exists(
        eb
          .selectFrom('customer_share')
          .select('customer_share.user_id')
          .whereRef('customer_share.customer_id', '=', 'customer.id')
          .whereRef('customer_share.user_id', '=', 'user.id'),
      ),
    ]),
  ])

export const findColleaguesFor = (db: Db, customerId: string) =>
  db
    .selectFrom('user')
    .innerJoin('customer', (join) => join.on('customer.id', '=', customerId))
    .select(['user.id', 'user.name'])
    .where(ableTo)
    .orderBy('user.name')
    .execute()

/** The colleague who is to take care of something. 409 if this person may not open the customer. */
export async function getColleagueFor(db: Db, customerId: string, userId: string) {
  const colleague = (await findColleaguesFor(db, customerId)).find(({ id }) => id === userId)
  if (!colleague)
    throw conflict('This colleague may not open the customer. Share the customer first, or choose another.')
  return colleague
}

/**
 * What this person has to take care of: their own, and what nobody else can take care of at a customer whom they own
 * (its owner left, or may no longer open the customer).
 */
export const isMine = (user: User) => (eb: ExpressionBuilder<Tables, 'follow_up' | 'customer'>) =>
  eb.and([
    mayOpen(user)(eb),
    eb.or([
      eb('follow_up.owner_id', '=', user.id),
      eb.and([
        eb('customer.owner_id', '=', user.id),
        eb.not(
          eb.exists(
            eb
              .selectFrom('user')
              .select('user.id')
              .whereRef('user.id', '=', 'follow_up.owner_id')
              .where((able) => ableTo(able)),
          ),
        ),
      ]),
    ]),
  ])

export const whoseChoices = ['mine', 'all'] as const
export const stateChoices = ['open', 'done'] as const
export type Wanted = { whose: (typeof whoseChoices)[number]; state: (typeof stateChoices)[number] }

/** One page of what is open (longest due first) or done (newest first), at customers that this person may open. */
export async function listFollowUps(db: Db, user: User, wanted: Wanted, page: number, size: number) {
  const isDone = wanted.state === 'done'
  const all = withNames(db)
    .where(wanted.whose === 'mine' ? isMine(user) : mayOpen(user))
    .where('follow_up.done_at', isDone ? 'is not' : 'is', null)
  const { total } = await all
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  const rows = await all
    .orderBy(isDone ? 'follow_up.done_at' : 'follow_up.due_on', isDone ? 'desc' : 'asc')
    .orderBy('follow_up.id')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  return { rows, total }
}

/** A follow-up at a customer that this person may open; 404 otherwise. */
export async function getFollowUp(db: Db, user: User, id: string): Promise<FollowUp> {
  const row = await withNames(db).where('follow_up.id', '=', id).where(mayOpen(user)).executeTakeFirst()
  if (!row) throw notFound('That promise')
  return row
}

/** Our own promises can be worded anew; what a customer asked for stands as they wrote it. */
export const mayReword = (followUp: FollowUp): boolean => followUp.kind === 'promise'

/** Gives it another day or another owner, or better words if it is our own promise. */
export async function changeFollowUp(
  db: Db,
  user: User,
  id: string,
  form: { text: string; dueOn: string; owner: string },
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const followUp = await getFollowUp(trx, user, id)
    const owner = await getColleagueFor(trx, followUp.customer_id, form.owner)
    await trx
      .updateTable('follow_up')
      .set({
        due_on: form.dueOn,
        owner_id: owner.id,
        ...(mayReword(followUp) && form.text !== '' ? { text: form.text } : {}),
      })
      .where('id', '=', id)
      .execute()
    const detail = { due: form.dueOn, owner: owner.id }
    await record(trx, { actor: 'user', userId: user.id }, 'change', 'follow-up', id, now, detail)
  })
}

/** Says that it is done, or that it is not. Saying it again changes nothing. */
export async function setDone(db: Db, user: User, id: string, isDone: boolean, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const followUp = await getFollowUp(trx, user, id)
    if ((followUp.done_at !== null) === isDone) return
    await trx
      .updateTable('follow_up')
      .set(isDone ? { done_at: instant(now), done_by: user.id } : { done_at: null, done_by: null })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, isDone ? 'complete' : 'reopen', 'follow-up', id, now)
  })
}
