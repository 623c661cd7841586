import { sql } from 'kysely'
import { isReader, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import type { NoneKind } from '../tables.ts'
import { instant, later, minutes } from '../time.ts'
import { coolingMinutes, getTask, type Task } from './blind.ts'
import { getCodebook, registerCodebook } from './codebook-versions.ts'
import { codable, getAnswerToReview, type NewTag } from './coded-answers.ts'
import { flagColumns } from './flags.ts'
import { askToLearn } from './learned.ts'
import { isSameReading } from './same-reading.ts'
import { drawMore, refreshSummary } from './summary.ts'

/**
 * A person's judgement of the words that they saw: tags, or one of the "none" outcomes. `mode` and `sampleId` say how the
 * page met them (see `Task`); `reason` is why two readings are settled so.
 */
export type Judgement = {
  revisionId: string
  settledId: string
  mode: 'plain' | 'blind' | 'again' | 'settle'
  sampleId: string
  reason: string
  tags: NewTag[]
  none: NoneKind | null
}

/**
 * What became of a judgement: it counts now; it is kept as one of two blind readings (`read`); it is kept `beside` the one
 * that `by` settled, since that came first or is not this person's to replace; or nothing was stored, since the customer has
 * `changed` the words meanwhile, or the answer is met in another way now (`moved`).
 */
export type Settling =
  | { kind: 'settled' | 'read' }
  | { kind: 'beside'; by: string }
  | { kind: 'changed' }
  | { kind: 'moved' }

/**
 * Stores a judgement. A blind one settles the answer if it is the second and both are the same. Else it settles the answer,
 * unless somebody else's is settled: leads and coders replace one that they had before them (`settledId`); the replaced one
 * stays in the record. Throws 404 like `getAnswerToReview`.
 */
export function settle(db: Db, user: User, answerId: string, judgement: Judgement, now: Date): Promise<Settling> {
  return transact(db, async (trx): Promise<Settling> => {
    const task = await getTask(trx, user, answerId, now)
    if (task.revisionId !== judgement.revisionId) return { kind: 'changed' }
    const isBlind = judgement.mode === 'blind' || judgement.mode === 'again'
    return isBlind ? storeBlind(trx, user, task, judgement, now) : storeOpen(trx, user, task, judgement, now)
  })
}

async function storeBlind(trx: Db, user: User, task: Task, judgement: Judgement, now: Date): Promise<Settling> {
  const answer = await getAnswerToReview(trx, user, task.id)
  const standing = answer.codings.filter(
    (coding) => coding.sampleId === judgement.sampleId && coding.isBlind && !coding.isTakenBack,
  )
  // A second press of the button changes nothing.
  if (standing.some(({ userId }) => userId === user.id)) return { kind: 'read' }
  const sample = await trx
    .selectFrom('blind_sample')
    .select('kind')
    .where('id', '=', judgement.sampleId)
    .where('revision_id', '=', answer.revisionId)
    .executeTakeFirst()
  const isExpected = task.mode === judgement.mode && task.sampleId === judgement.sampleId
  // Whoever began before two others were done has read blind all the same: kept as a third reading.
  const isLate = standing.length >= 2 && isReader(user)
  if (!sample || !(isExpected || isLate)) return { kind: 'moved' }
  const isSettled = answer.codings.some((coding) => coding.isSettled)
  const settles =
    sample.kind !== 'drift' &&
    !isSettled &&
    standing.length === 1 &&
    standing.every((coding) => isSameReading(coding, judgement))
  await store(trx, user, answer, judgement, { isBlind: true, isSettled: settles, replacesId: null }, now)
  return { kind: 'read' }
}

async function storeOpen(trx: Db, user: User, task: Task, judgement: Judgement, now: Date): Promise<Settling> {
  const answer = await getAnswerToReview(trx, user, task.id)
  const standing = answer.codings.find((coding) => coding.isSettled)
  const isExpected = task.mode === judgement.mode && task.sampleId === judgement.sampleId
  const isBeaten = judgement.mode === 'settle' && standing !== undefined
  if (!isExpected && !isBeaten) return { kind: 'moved' }
  const counts =
    !standing || (!isBeaten && (standing.userId === user.id || (isReader(user) && standing.id === judgement.settledId)))
  if (standing && counts) await trx.updateTable('coding').set({ is_settled: 0 }).where('id', '=', standing.id).execute()
  const replacesId = standing && counts ? standing.id : null
  await store(trx, user, answer, judgement, { isBlind: false, isSettled: counts, replacesId }, now)
  return counts || !standing ? { kind: 'settled' } : { kind: 'beside', by: standing.userName }
}

async function store(
  trx: Db,
  user: User,
  answer: { id: string; revisionId: string; responseId: string },
  judgement: Judgement,
  as: { isBlind: boolean; isSettled: boolean; replacesId: string | null },
  now: Date,
): Promise<void> {
  await registerCodebook(trx, now)
  const id = newId()
  await trx
    .insertInto('coding')
    .values({
      id,
      answer_id: answer.id,
      revision_id: answer.revisionId,
      user_id: user.id,
      suggester_version: null,
      codebook_version: (await getCodebook(trx)).version,
      is_blind: Number(as.isBlind),
      is_settled: Number(as.isSettled),
      none_kind: judgement.none,
      created_at: instant(now),
      replaces_id: as.replacesId,
      sample_id: judgement.sampleId || null,
      reason: judgement.mode === 'settle' ? judgement.reason : '',
    })
    .execute()
  if (judgement.tags.length > 0)
    await trx
      .insertInto('tag')
      .values(judgement.tags.map(rowOf(id)))
      .execute()
  await record(trx, { actor: 'user', userId: user.id }, 'coding.made', 'answer', answer.id, now)
  await refreshSummary(trx, answer.responseId)
  await drawMore(trx, answer.responseId)
  await askToLearn(trx, now)
}

const rowOf =
  (codingId: string) =>
  ({ start, end, flags, ...tag }: NewTag) => ({
    id: newId(),
    coding_id: codingId,
    ...tag,
    start_at: start,
    end_at: end,
    ...flagColumns(flags),
    probability: null,
  })

/**
 * Takes back the newest coding of this person that counts, or that was read blind and that nobody could have compared yet;
 * what it had replaced counts again. Returns the id of its answer, or undefined if there is nothing left to take back.
 */
export function takeBack(db: Db, user: User, now: Date): Promise<string | undefined> {
  return transact(db, async (trx) => {
    const last = await lastOf(trx, user, now)
    if (!last) return undefined
    await trx
      .updateTable('coding')
      .set({ is_settled: 0, taken_back_at: instant(now) })
      .where('id', '=', last.id)
      .execute()
    if (last.replaces_id)
      await trx
        .updateTable('coding')
        .set({ is_settled: 1 })
        .where('id', '=', last.replaces_id)
        .where('taken_back_at', 'is', null)
        .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'coding.taken_back', 'answer', last.answerId, now)
    await refreshSummary(trx, last.responseId)
    return last.answerId
  })
}

const lastOf = (db: Db, user: User, now: Date) =>
  codable(db, user)
    .innerJoin('coding', 'coding.revision_id', 'answer_revision.id')
    .select(['coding.id', 'coding.replaces_id', 'answer.id as answerId', 'response.id as responseId'])
    .where('coding.user_id', '=', user.id)
    .where('coding.taken_back_at', 'is', null)
    .where('coding.carried_from_id', 'is', null)
    .where((eb) =>
      eb.or([
        eb('coding.is_settled', '=', 1),
        eb.and([
          eb('coding.is_blind', '=', 1),
          // Once somebody else has read it too, the two may be seen side by side, by this person after a while.
          sql`not exists (select 1 from coding other where other.sample_id = coding.sample_id and other.is_blind = 1
            and other.taken_back_at is null and other.user_id <> coding.user_id
            and (other.id > coding.id or coding.created_at <= ${later(now, -minutes(coolingMinutes))}))`.$castTo<boolean>(),
          sql`not exists (select 1 from coding s join blind_sample b on b.id = coding.sample_id
            where s.revision_id = coding.revision_id and s.is_settled = 1 and b.kind <> 'drift')`.$castTo<boolean>(),
        ]),
      ]),
    )
    .orderBy('coding.id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** True if this person has a coding to take back. */
export const canTakeBack = async (db: Db, user: User, now: Date): Promise<boolean> =>
  (await lastOf(db, user, now)) !== undefined
