import type { User } from '../access.ts'
import { isReader, mayCode } from '../access.ts'
import { type Db, transact } from '../db.ts'
import type { Direction, Driver } from '../drivers.ts'
import { notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import type { Channel, NoneKind, Provenance, Voice } from '../tables.ts'
import { instant } from '../time.ts'
import { getCodebook, registerCodebook } from './codebook-versions.ts'
import { flagColumns, flagsOf } from './flags.ts'
import type { About, Flag } from './suggestion.ts'
import { refreshSummary } from './summary.ts'

export { markedText } from './marked.ts'
export { outcomesSoFar } from './outcomes.ts'
export { recount, refreshSummary } from './summary.ts'

/** A tag as a reader sets it: the words that justify it lie between `start` and `end`, in code points. */
export type NewTag = {
  driver: Driver
  direction: Direction
  sub: string
  about: About
  start: number
  end: number
  flags: Flag[]
}
export type Tag = NewTag & { id: string; probability: number | null; reason: string }

/** One reader's judgement: of a person, or of a version of the suggester. */
export type Coding = {
  id: string
  userId: string | null
  userName: string
  suggesterVersion: string
  isSettled: boolean
  none: NoneKind | null
  noneReason: string
  createdAt: string
  tags: Tag[]
}

/** The latest words of an answer as a reader meets them: what was asked and how we know, but not who said it. */
export type AnswerToReview = {
  id: string
  responseId: string
  revisionId: string
  number: number
  text: string
  value: string
  language: string
  provenance: Provenance
  question: string
  item: string
  voice: Voice
  channel: Channel
  tookPlaceOn: string
  templateVersionId: string
  campaign: string
  codings: Coding[]
}

/** The answer with every coding of its latest words, oldest first. Throws 404 for what this person may not code. */
export async function getAnswerToReview(db: Db, user: User, answerId: string): Promise<AnswerToReview> {
  const answer = await codable(db, user)
    .leftJoin('campaign', 'campaign.id', 'response.campaign_id')
    .select(['answer.id', 'answer.response_id as responseId', 'answer_revision.id as revisionId'])
    .select(['answer_revision.number', 'answer_revision.text', 'answer_revision.value', 'answer_revision.language'])
    .select(['answer_revision.provenance', 'answer.question', 'answer.item', 'answer.voice', 'response.channel'])
    .select(['response.took_place_on as tookPlaceOn', 'response.template_version_id as templateVersionId'])
    .select((eb) => eb.fn.coalesce('campaign.name', eb.val('')).as('campaign'))
    .where('answer.id', '=', answerId)
    .executeTakeFirst()
  if (!answer) throw notFound('That answer')
  return { ...answer, codings: await codingsOf(db, answer.revisionId) }
}

/** Latest submitted words that may carry tags, of responses that this person may code. */
const codable = (db: Db, user: User) =>
  db
    .selectFrom('answer')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where('response.state', '=', 'submitted')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where(mayCode(user))

async function codingsOf(db: Db, revisionId: string): Promise<Coding[]> {
  const rows = await db
    .selectFrom('coding')
    .leftJoin('user', 'user.id', 'coding.user_id')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .selectAll('tag')
    .select(['coding.id as codingId', 'coding.user_id', 'user.name as userName', 'coding.suggester_version'])
    .select(['coding.is_settled', 'coding.none_kind', 'coding.none_reason', 'coding.created_at'])
    .where('coding.revision_id', '=', revisionId)
    .orderBy('coding.id')
    .orderBy('tag.start_at')
    .orderBy('tag.id')
    .execute()
  const codings = new Map<string, Coding>()
  for (const row of rows) {
    const coding = codings.get(row.codingId) ?? {
      id: row.codingId,
      userId: row.user_id,
      userName: row.userName ?? '',
      suggesterVersion: row.suggester_version ?? '',
      isSettled: row.is_settled === 1,
      none: row.none_kind,
      noneReason: row.none_reason,
      createdAt: row.created_at,
      tags: [],
    }
    codings.set(coding.id, coding)
    const tag = tagOf(row)
    if (tag) coding.tags.push(tag)
  }
  return [...codings.values()]
}

type TagRow = { [Column in keyof Parameters<typeof flagsOf>[0]]: number | null } & {
  id: string | null
  driver: Driver | null
  direction: Direction | null
  sub: string | null
  about: About | null
  start_at: number | null
  end_at: number | null
  probability: number | null
  reason: string | null
}

/** The tag of a joined row, or undefined where a coding has none. */
function tagOf(row: TagRow): Tag | undefined {
  if (!row.id || !row.driver || !row.direction) return undefined
  return {
    id: row.id,
    driver: row.driver,
    direction: row.direction,
    sub: row.sub ?? '',
    about: row.about ?? 'us',
    start: row.start_at ?? 0,
    end: row.end_at ?? 0,
    flags: flagsOf({
      is_inferred: row.is_inferred ?? 0,
      is_must: row.is_must ?? 0,
      is_main: row.is_main ?? 0,
      is_wish: row.is_wish ?? 0,
      is_inertia: row.is_inertia ?? 0,
      is_quant: row.is_quant ?? 0,
    }),
    probability: row.probability,
    reason: row.reason ?? '',
  }
}

/** A person's judgement of the words that they saw: tags, or one of the "none" outcomes. */
export type Judgement = { revisionId: string; settledId: string; tags: NewTag[]; none: NoneKind | null }

/**
 * What became of a judgement: it counts now; it is kept `beside` the one that `by` settled, since that came first or is
 * not this person's to replace; or nothing was stored, since the customer has `changed` the words meanwhile.
 */
export type Settling = { kind: 'settled' } | { kind: 'beside'; by: string } | { kind: 'changed' }

/**
 * Stores a judgement and, unless somebody else's is settled, settles it. Leads and coders replace a settled coding that
 * they had before them (`settledId`); the replaced one stays in the record. Throws 404 like `getAnswerToReview`.
 */
export function settle(db: Db, user: User, answerId: string, judgement: Judgement, now: Date): Promise<Settling> {
  return transact(db, async (trx): Promise<Settling> => {
    const answer = await getAnswerToReview(trx, user, answerId)
    if (answer.revisionId !== judgement.revisionId) return { kind: 'changed' }
    const standing = answer.codings.find((coding) => coding.isSettled)
    const counts = !standing || standing.userId === user.id || (isReader(user) && standing.id === judgement.settledId)
    if (standing && counts)
      await trx.updateTable('coding').set({ is_settled: 0 }).where('id', '=', standing.id).execute()
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
        is_settled: Number(counts),
        none_kind: judgement.none,
        created_at: instant(now),
        replaces_id: standing && counts ? standing.id : null,
      })
      .execute()
    if (judgement.tags.length > 0)
      await trx
        .insertInto('tag')
        .values(judgement.tags.map(rowOf(id)))
        .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'coding.made', 'answer', answer.id, now)
    await refreshSummary(trx, answer.responseId)
    return counts || !standing ? { kind: 'settled' } : { kind: 'beside', by: standing.userName }
  })
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
 * Takes back the newest coding of this person that counts; what it had replaced counts again. Returns the id of its
 * answer, or undefined if there is nothing left to take back.
 */
export function takeBack(db: Db, user: User, now: Date): Promise<string | undefined> {
  return transact(db, async (trx) => {
    const last = await lastSettled(trx, user)
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

const lastSettled = (db: Db, user: User) =>
  codable(db, user)
    .innerJoin('coding', 'coding.revision_id', 'answer_revision.id')
    .select(['coding.id', 'coding.replaces_id', 'answer.id as answerId', 'response.id as responseId'])
    .where('coding.user_id', '=', user.id)
    .where('coding.is_settled', '=', 1)
    .orderBy('coding.id', 'desc')
    .limit(1)
    .executeTakeFirst()

/** True if this person has a coding to take back. */
export const canTakeBack = async (db: Db, user: User): Promise<boolean> => (await lastSettled(db, user)) !== undefined
