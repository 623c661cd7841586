import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { instant } from '../time.ts'
import { getCustomer } from './customers.ts'
import type { OutcomeForm } from './forms.ts'

/** How it went with a customer, as believed now, newest first, with who recorded it and how often it was corrected. */
export const findOutcomes = (db: Db, customerId: string) =>
  db
    .selectFrom('outcome')
    .leftJoin('user', 'user.id', 'outcome.recorded_by')
    .select((eb) => [
      'outcome.id',
      'outcome.kind',
      'outcome.basis',
      'outcome.happened_on',
      'outcome.note',
      'outcome.recorded_at',
      'user.name as recorded_by',
      eb
        .selectFrom('outcome_past')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('outcome_past.outcome_id', '=', 'outcome.id')
        .as('corrections'),
    ])
    .where('outcome.customer_id', '=', customerId)
    .orderBy('outcome.happened_on', 'desc')
    .orderBy('outcome.recorded_at', 'desc')
    .execute()
export type Outcome = Awaited<ReturnType<typeof findOutcomes>>[number]

/** One outcome of a customer that this person may open, with how it was recorded before, newest first. */
export async function getOutcome(db: Db, user: User, customerId: string, id: string) {
  await getCustomer(db, user, customerId)
  const outcome = (await findOutcomes(db, customerId)).find((one) => one.id === id)
  if (!outcome) throw notFound('That outcome')
  const past = await db
    .selectFrom('outcome_past')
    .leftJoin('user', 'user.id', 'outcome_past.superseded_by')
    .select(['kind', 'basis', 'happened_on', 'note', 'superseded_at', 'user.name as superseded_by'])
    .where('outcome_id', '=', id)
    .orderBy('superseded_at', 'desc')
    .orderBy('outcome_past.id', 'desc')
    .execute()
  return { ...outcome, past }
}
export type OutcomeWithPast = Awaited<ReturnType<typeof getOutcome>>

const columnsOf = (form: OutcomeForm) => ({
  kind: form.kind,
  basis: form.basis,
  happened_on: form.happenedOn,
  note: form.note,
})

/** Notes how it went with the customer, on a day. `key` is the new id, so that pressing twice notes once. */
export async function addOutcome(
  db: Db,
  user: User,
  id: string,
  key: string,
  form: OutcomeForm,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const customer = await getCustomer(trx, user, id)
    if (customer.archived_at) throw conflict('This customer is archived. Restore it, then note the outcome.')
    const added = await trx
      .insertInto('outcome')
      .values({
        id: key,
        customer_id: id,
        ...columnsOf(form),
        recorded_by: user.id,
        recorded_at: instant(now),
      })
      .onConflict((again) => again.column('id').doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'add', 'outcome', key, now)
  })
}

/** Corrects an outcome: how it was recorded stays on record. Sending it unchanged changes nothing. */
export async function correctOutcome(
  db: Db,
  user: User,
  customerId: string,
  id: string,
  form: OutcomeForm,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const before = await getOutcome(trx, user, customerId, id)
    const row = columnsOf(form)
    if (before.kind === row.kind && before.basis === row.basis && before.note === row.note)
      if (before.happened_on === row.happened_on) return
    await keepPast(trx, user, id, now)
    await trx
      .updateTable('outcome')
      .set({ ...row, recorded_by: user.id, recorded_at: instant(now) })
      .where('id', '=', id)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'correct', 'outcome', id, now)
  })
}

/** Takes back an outcome that never was one: it counts nowhere and stands in the timeline as taken back. */
export async function takeBackOutcome(db: Db, user: User, customerId: string, id: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await getCustomer(trx, user, customerId)
    const known = await trx
      .selectFrom('outcome')
      .select('id')
      .where('id', '=', id)
      .where('customer_id', '=', customerId)
      .executeTakeFirst()
    if (!known) return
    await keepPast(trx, user, id, now)
    await trx.deleteFrom('outcome').where('id', '=', id).execute()
    await record(trx, { actor: 'user', userId: user.id }, 'take-back', 'outcome', id, now)
  })
}

const keepPast = async (trx: Db, user: User, id: string, now: Date): Promise<void> => {
  const { id: outcomeId, ...row } = await trx
    .selectFrom('outcome')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('outcome_past')
    .values({ id: newId(), outcome_id: outcomeId, ...row, superseded_by: user.id, superseded_at: instant(now) })
    .execute()
}
