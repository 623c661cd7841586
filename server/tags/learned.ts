import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { enqueue } from '../queue.ts'
import { instant, later, minutes } from '../time.ts'
import { readAdjustment } from './adjust.ts'
import type { Lesson } from './learn.ts'
import { shippedModel, suggester } from './suggester.ts'
import { baseVersion, type Learned, modelSuggester } from './suggesters.ts'
import type { Suggester } from './suggestion.ts'

/** So many decisions anew are worth a retraining, at most once an hour. */
export const enoughDecisions = 50
const pause = minutes(60)
const patience = minutes(10)

export const shippedVersion = baseVersion(shippedModel)

/** Inside the caller's transaction: somebody decided about an answer, so there may be enough to learn from. */
export const askToLearn = (trx: Db, now: Date): Promise<void> =>
  enqueue(trx, 'learn', {}, now, { key: 'learn', runAt: later(now, patience) })

let known: { id: string; suggester: Suggester } | undefined

/** The suggester in use: the shipped one, with what was learned here if that stands on it and learning is on. */
export async function suggesterInUse(db: Db): Promise<Suggester> {
  const row = await db
    .selectFrom('learned_model')
    .innerJoin('learning', (join) => join.on('learning.is_on', '=', 1))
    .select(['learned_model.id', 'number'])
    .where('is_in_use', '=', 1)
    .where('base', '=', shippedVersion)
    .executeTakeFirst()
  if (!row) return suggester
  if (known?.id !== row.id) {
    const learned = await learnedInUse(db)
    if (!learned) return suggester
    known = { id: row.id, suggester: modelSuggester(shippedModel, learned) }
  }
  return known.suggester
}

/** What was learned here and is in use, whether or not learning is on; undefined if nothing is. */
export async function learnedInUse(db: Db): Promise<Learned | undefined> {
  const row = await db
    .selectFrom('learned_model')
    .select(['number', 'body'])
    .where('is_in_use', '=', 1)
    .where('base', '=', shippedVersion)
    .executeTakeFirst()
  return row && { number: row.number, adjustment: readAdjustment(row.body) }
}

export async function nextNumber(db: Db): Promise<number> {
  const row = await db
    .selectFrom('learned_model')
    .select((eb) => eb.fn.max('number').as('last'))
    .executeTakeFirst()
  return (row?.last ?? 0) + 1
}

/** Whether it is worth while to learn now: undefined if it is, an instant to wait for, or never (until somebody decides). */
export async function whenToLearn(db: Db, now: Date): Promise<'now' | 'not yet' | { waitUntil: string }> {
  const { isOn, lookedAt } = await learningOf(db)
  if (!isOn) return 'not yet'
  // What was in use had learned from an answer that is erased by now: it is learned anew without it, at once.
  const last = await db.selectFrom('learned_model').select('is_forgotten').orderBy('number', 'desc').executeTakeFirst()
  if (last?.is_forgotten === 1 && !(await learnedInUse(db))) return 'now'
  const fresh = await countFresh(db, lookedAt)
  if (fresh < enoughDecisions) return 'not yet'
  const free = lookedAt === '' ? '' : later(new Date(lookedAt), pause)
  return free > instant(now) ? { waitUntil: free } : 'now'
}

/** How many decisions people made since `lookedAt`. */
export async function countFresh(db: Db, lookedAt: string): Promise<number> {
  const { fresh } = await db
    .selectFrom('coding')
    .select((eb) => eb.fn.countAll<number>().as('fresh'))
    .where('user_id', 'is not', null)
    .where('created_at', '>', lookedAt)
    .executeTakeFirstOrThrow()
  return fresh
}

/** Keeps what a retraining came to. Returns false, and keeps nothing, if an answer that taught was erased meanwhile. */
export function storeLesson(db: Db, lesson: Lesson, number: number, now: Date): Promise<boolean> {
  return transact(db, async (trx) => {
    const { responseIds } = lesson
    const standing: string[] = []
    for (let start = 0; start < responseIds.length; start += 500)
      standing.push(
        ...(
          await trx
            .selectFrom('response')
            .select('id')
            .where('state', '=', 'submitted')
            .where('id', 'in', responseIds.slice(start, start + 500))
            .execute()
        ).map(({ id }) => id),
      )
    if (standing.length < responseIds.length) return false
    const isKept = lesson.outcome === 'kept'
    const id = newId()
    if (isKept) await trx.updateTable('learned_model').set({ is_in_use: 0 }).where('is_in_use', '=', 1).execute()
    await trx
      .insertInto('learned_model')
      .values({
        id,
        number,
        base: shippedVersion,
        made_at: instant(now),
        decisions: lesson.decisions,
        customers: lesson.customers,
        held_out: lesson.heldOut,
        figures: JSON.stringify(lesson.figures),
        outcome: lesson.outcome,
        body: lesson.body,
        is_in_use: Number(isKept),
      })
      .execute()
    for (let start = 0; start < standing.length; start += 500)
      await trx
        .insertInto('learned_from')
        .values(standing.slice(start, start + 500).map((response_id) => ({ model_id: id, response_id })))
        .execute()
    await trx
      .updateTable('learning')
      .set({ looked_at: instant(now) })
      .where('id', '=', 1)
      .execute()
    if (isKept) await suggestAgain(trx, now)
    return true
  })
}

/** What was learned from a response that is withdrawn is forgotten, as it is by the database when one is erased. */
export async function forgetWithdrawn(trx: Db, responseId: string, now: Date): Promise<void> {
  const { numDeletedRows } = await trx
    .deleteFrom('learned_from')
    .where('response_id', '=', responseId)
    .where('response_id', 'in', (gone) =>
      gone.selectFrom('response').select('id').where('id', '=', responseId).where('state', '<>', 'submitted'),
    )
    .executeTakeFirstOrThrow()
  if (numDeletedRows > 0n) await enqueue(trx, 'learn', {}, now, { key: 'learn' })
}

/** All answers that nobody has settled are read again by the suggester in use, in the background. */
const suggestAgain = (trx: Db, now: Date): Promise<void> =>
  enqueue(trx, 'suggest-again', { after: '' }, now, { key: 'suggest-again' })

export async function learningOf(db: Db) {
  const row = await db
    .selectFrom('learning')
    .leftJoin('user', 'user.id', 'learning.changed_by')
    .select(['is_on', 'looked_at', 'changed_at', 'user.name'])
    .executeTakeFirst()
  return {
    isOn: row?.is_on === 1,
    lookedAt: row?.looked_at ?? '',
    changedAt: row?.changed_at ?? '',
    changedBy: row?.name ?? '',
  }
}

/** Turns learning on or off. Off, the suggester is the shipped one; what was learned is kept for when it is on again. */
export function turnLearning(db: Db, user: { id: string }, isOn: boolean, now: Date): Promise<void> {
  return transact(db, async (trx) => {
    await trx
      .updateTable('learning')
      .set({ is_on: Number(isOn), changed_by: user.id, changed_at: instant(now) })
      .where('id', '=', 1)
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, isOn ? 'learning.on' : 'learning.off', 'company', '1', now)
    await suggestAgain(trx, now)
    if (isOn) await askToLearn(trx, now)
  })
}

/** Puts a version to use, or with '' the shipped model alone. Throws 409 if what it had learned is forgotten. */
export function putToUse(db: Db, user: { id: string }, id: string, now: Date): Promise<void> {
  return transact(db, async (trx) => {
    await trx.updateTable('learned_model').set({ is_in_use: 0 }).where('is_in_use', '=', 1).execute()
    if (id !== '') {
      const { numUpdatedRows } = await trx
        .updateTable('learned_model')
        .set({ is_in_use: 1 })
        .where('id', '=', id)
        .where('body', '<>', '')
        .where('base', '=', shippedVersion)
        .executeTakeFirstOrThrow()
      if (numUpdatedRows === 0n) throw conflict('That version can no longer be used: what it had learned is forgotten.')
    }
    await record(trx, { actor: 'user', userId: user.id }, 'learning.version', 'learned_model', id || 'shipped', now)
    await suggestAgain(trx, now)
  })
}
