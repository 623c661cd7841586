import { type SqlBool, sql } from 'kysely'
import { isReader, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { minutes } from '../time.ts'
import { type AnswerToReview, type Coding, getAnswerToReview } from './coded-answers.ts'
import { maskNames, namesBehind } from './masked-names.ts'
import { countCoders } from './sample.ts'

/**
 * How this person meets an answer now. `plain`: with what others and the suggester read in it. `blind`: without, as one of
 * two. `again`: blind once more, although it is settled (drift). `settle`: two readings differ, and this person decides.
 * `waiting`: it is read blind, and not or no longer by this person.
 */
export type Mode = 'plain' | 'blind' | 'again' | 'settle' | 'waiting'

/** An answer as this person may meet it now: in a blind mode it holds no other reading and no name of its customer. */
export type Task = AnswerToReview & {
  mode: Mode
  sampleId: string
  /** The blind readings, in an order that does not tell whose they are; shown once the answer is settled or in `settle`. */
  readings: Coding[]
  /** Why it waits, in `waiting`. */
  wait: 'second' | 'others' | 'cooling' | ''
}

/** So long whoever read an answer last may still mend a slip, and does not see the other reading. */
export const coolingMinutes = 10

/**
 * For `.where(isFor(user, coders))` on a query that joins `review_queue`, `response` and `customer`: what is not read blind,
 * and of the blind sample what this person may still read. Two read each answer; its account's rep and whoever noted the
 * talk only where fewer than two others could. What is read again for drift is read by one who read it before and by one
 * who did not, as far as there are such. With fewer than two coders nothing is blind, so that nothing stands still.
 */
export function isFor(user: User, coders: number) {
  const noSample = sql<SqlBool>`review_queue.sample_id is null`
  if (coders < 2)
    return sql<SqlBool>`(${noSample} or not exists (select 1 from blind_sample b
      where b.id = review_queue.sample_id and b.kind = 'drift'))`
  const reading = sql`select c.user_id from coding c
    where c.sample_id = review_queue.sample_id and c.is_blind = 1 and c.taken_back_at is null`
  const mine = sql`${user.id} in (${reading})`
  const count = sql`(select count(*) from (${reading}))`
  const staff = sql`u.deactivated_at is null and (u.role = 'lead' or u.is_coder = 1)`
  const others = sql`(select count(*) from "user" u
    where u.id not in (coalesce(response.author_id, ''), coalesce(customer.owner_id, '')) and (${staff}
      or (u.deactivated_at is null and response.consent_level = 'team' and u.id in
        (select share.user_id from customer_share share where share.customer_id = customer.id))))`
  const isNear = sql`${user.id} in (coalesce(response.author_id, ''), coalesce(customer.owner_id, ''))`
  const before = sql`select c.user_id from coding c where c.revision_id = review_queue.revision_id
    and c.user_id is not null and c.taken_back_at is null and c.sample_id is not review_queue.sample_id`
  const isDrift = sql`exists (select 1 from blind_sample b where b.id = review_queue.sample_id and b.kind = 'drift')`
  // The last place is kept for the other kind of reader: who knew the answer, or who did not.
  const isRightSecond = sql`case when ${user.id} in (${before})
    then not exists (select 1 from (${reading}) r where r.user_id in (${before}))
      or not exists (select 1 from "user" u where ${staff} and u.id not in (${before}))
    else exists (select 1 from (${reading}) r where r.user_id in (${before}))
      or not exists (select 1 from "user" u where ${staff} and u.id in (${before}))
    end`
  return sql<SqlBool>`(${noSample} or (not ${mine} and ${count} < 2 and case when ${isDrift}
    then ${count} = 0 or ${isRightSecond}
    else not ${isNear} or ${others} < 2 end))`
}

/**
 * Whether a revision of the blind sample is not settled yet: until then nobody is shown what is suggested for it, neither
 * on its own page (`getTask`) nor where answers are read. `revision` is a column. With fewer than two coders nothing is.
 */
export const isUnderBlindReading = (revision: string) =>
  sql<SqlBool>`(exists (select 1 from review_queue q where q.revision_id = ${sql.ref(revision)} and q.sample_id is not null)
    and 2 <= (select count(*) from "user" u where u.deactivated_at is null and (u.role = 'lead' or u.is_coder = 1)))`

/** Whether an answer stands in this person's queue: only then may they read it blind. */
async function isQueuedFor(db: Db, user: User, revisionId: string, coders: number): Promise<boolean> {
  const row = await db
    .selectFrom('review_queue')
    .innerJoin('response', 'response.id', 'review_queue.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select('review_queue.revision_id')
    .where('review_queue.revision_id', '=', revisionId)
    .where(isFor(user, coders))
    .executeTakeFirst()
  return row !== undefined
}

/** The answer as this person may meet it. Throws 404 like `getAnswerToReview`. */
export async function getTask(db: Db, user: User, answerId: string, now: Date): Promise<Task> {
  const answer = await getAnswerToReview(db, user, answerId)
  const samples = await db
    .selectFrom('blind_sample')
    .select(['id', 'kind'])
    .where('revision_id', '=', answer.revisionId)
    .execute()
  const isSettled = answer.codings.some((coding) => coding.isSettled)
  const first = samples.find(({ kind }) => kind !== 'drift')
  const plain: Task = { ...answer, mode: 'plain', sampleId: '', readings: readingsOf(answer, first?.id), wait: '' }
  if (samples.length === 0) return plain
  const coders = await countCoders(db)
  if (isSettled) {
    const again = samples.find(({ kind, id }) => kind === 'drift' && readingsOf(answer, id).length < 2)
    const isMine = again && coders > 1 && (await isQueuedFor(db, user, answer.revisionId, coders))
    return isMine ? unseen(db, answer, 'again', again.id, user.id) : plain
  }
  // With one coder left nothing waits for a second: the answer is read as any other.
  if (!first || coders < 2) return { ...plain, readings: [] }
  const sampleId = first.id
  const readings = plain.readings
  const covered = { ...(await unseen(db, answer, 'waiting', sampleId, user.id)), codings: [] }
  if (readings.length < 2) {
    if (await isQueuedFor(db, user, answer.revisionId, coders)) return unseen(db, answer, 'blind', sampleId, user.id)
    const isMine = readings.some(({ userId }) => userId === user.id)
    return { ...covered, wait: isMine ? 'second' : 'others' }
  }
  if (!isReader(user)) return { ...covered, wait: 'others' }
  if (isCooling(readings, user.id, now)) return { ...covered, wait: 'cooling' }
  return { ...covered, mode: 'settle', readings }
}

/** The readings of a sample that stand, in an order that does not tell who read first. */
function readingsOf(answer: AnswerToReview, sampleId: string | undefined): Coding[] {
  const readings = answer.codings.filter(
    (coding) => sampleId && coding.sampleId === sampleId && coding.isBlind && !coding.isTakenBack,
  )
  // The ids of codings sort by time; the last digits of an id are chance.
  return readings.sort((a, b) => (a.id.slice(-6) < b.id.slice(-6) ? -1 : 1))
}

/** Whether this person read last, a moment ago: then they may still take it back, so they see no other reading yet. */
export function isCooling(
  readings: { id: string; userId: string | null; createdAt: string }[],
  userId: string,
  now: Date,
): boolean {
  const [last] = [...readings].sort((a, b) => (`${a.createdAt} ${a.id}` < `${b.createdAt} ${b.id}` ? 1 : -1))
  return last?.userId === userId && now.getTime() - Date.parse(last.createdAt) < minutes(coolingMinutes)
}

/** Without what others read in it, the campaign, and the names of its customer; what this person took back stays. */
async function unseen(db: Db, answer: AnswerToReview, mode: Mode, sampleId: string, userId: string): Promise<Task> {
  const names = (await namesBehind(db, [answer.responseId])).get(answer.responseId)
  return {
    ...answer,
    text: maskNames(answer.text, names?.whole ?? [], names?.persons ?? []),
    campaign: '',
    mode,
    sampleId,
    codings: answer.codings.filter((coding) => coding.userId === userId && coding.sampleId === sampleId),
    readings: [],
    wait: '',
  }
}

/** Answers that wait to be settled from two readings that differ, with names covered; only readers settle. */
export async function listDisputed(db: Db, user: User, limit: number) {
  if (!isReader(user)) return []
  const rows = await db
    .selectFrom('review_queue')
    .innerJoin('blind_sample', 'blind_sample.id', 'review_queue.sample_id')
    .innerJoin('response', 'response.id', 'review_queue.response_id')
    .innerJoin('answer', 'answer.id', 'review_queue.answer_id')
    .innerJoin('answer_revision', 'answer_revision.id', 'review_queue.revision_id')
    .select(['review_queue.answer_id as answerId', 'review_queue.response_id as responseId', 'answer_revision.text'])
    .select(['answer_revision.value', 'answer_revision.provenance', 'answer.question', 'answer.item'])
    .select('response.template_version_id as templateVersionId')
    .where('blind_sample.kind', '!=', 'drift')
    .where(
      sql<SqlBool>`2 <= (select count(*) from coding c where c.sample_id = review_queue.sample_id
        and c.is_blind = 1 and c.taken_back_at is null)`,
    )
    .orderBy('review_queue.revision_id')
    .limit(limit)
    .execute()
  const names = await namesBehind(
    db,
    rows.map(({ responseId }) => responseId),
  )
  return rows.map((row) => {
    const known = names.get(row.responseId)
    return { ...row, text: maskNames(row.text, known?.whole ?? [], known?.persons ?? []) }
  })
}
