import type { User } from '../access.ts'
import { mayCode } from '../access.ts'
import type { Db } from '../db.ts'
import type { Direction, Driver } from '../drivers.ts'
import { notFound } from '../errors.ts'
import type { Channel, NoneKind, Provenance, Voice } from '../tables.ts'
import { flagsOf } from './flags.ts'
import type { About, Flag } from './suggestion.ts'

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
  /** The sample that it was made for or settles, '' for none. `isBlind`: made without seeing any other. */
  sampleId: string
  isBlind: boolean
  isTakenBack: boolean
  /** Kept from the words before the customer's change. */
  isCarried: boolean
  /** Why two readings were settled so. */
  reason: string
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
export const codable = (db: Db, user: User) =>
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
    .select(['coding.sample_id', 'coding.is_blind', 'coding.taken_back_at', 'coding.carried_from_id'])
    .select('coding.reason as settlingReason')
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
      sampleId: row.sample_id ?? '',
      isBlind: row.is_blind === 1,
      isTakenBack: row.taken_back_at !== null,
      isCarried: row.carried_from_id !== null,
      reason: row.settlingReason,
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

/** The newest words of an answer that somebody had settled before its customer changed them, and who that was. */
export async function wordsBefore(db: Db, answerId: string): Promise<{ text: string; by: string } | undefined> {
  const row = await db
    .selectFrom('coding')
    .innerJoin('answer_revision', 'answer_revision.id', 'coding.revision_id')
    .leftJoin('user', 'user.id', 'coding.user_id')
    .select(['answer_revision.text', 'user.name'])
    .where('coding.answer_id', '=', answerId)
    .where('coding.is_settled', '=', 1)
    .where('answer_revision.superseded_at', 'is not', null)
    .orderBy('answer_revision.number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { text: row.text, by: row.name ?? '' }
}
