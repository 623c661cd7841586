import { sql } from 'kysely'
import { mayCode, type User } from '../access.ts'
import type { Db } from '../db.ts'
import type { Direction, Driver } from '../drivers.ts'
import type { Provenance } from '../tables.ts'
import { isFor } from './blind.ts'
import { maskNames, namesBehind } from './masked-names.ts'
import { countCoders } from './sample.ts'

/**
 * An answer that waits for a person, as it stands in a list: its words and what the suggester reads in them. One that is
 * read blind has no suggestion, and its customer's names are covered.
 */
export type Waiting = {
  answerId: string
  revisionId: string
  text: string
  value: string
  provenance: Provenance
  question: string
  item: string
  templateVersionId: string
  isBlind: boolean
  isChanged: boolean
  suggested: { driver: Driver; direction: Direction; sub: string; codingId: string }[]
}

/** What waits for this person: what they may code and nobody has settled, and what they may read blind. */
const waiting = (db: Db, user: User, coders: number) =>
  db
    .selectFrom('review_queue')
    .innerJoin('response', 'response.id', 'review_queue.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where(mayCode(user))
    .where(isFor(user, coders))

const inOrder = (db: Db, user: User, coders: number) =>
  waiting(db, user, coders)
    .innerJoin('answer', 'answer.id', 'review_queue.answer_id')
    .innerJoin('answer_revision', 'answer_revision.id', 'review_queue.revision_id')
    .select(['review_queue.answer_id as answerId', 'review_queue.revision_id as revisionId', 'answer_revision.text'])
    .select(['answer_revision.value', 'answer_revision.provenance', 'answer.question', 'answer.item'])
    .select(['response.template_version_id as templateVersionId', 'response.id as responseId'])
    .select(['review_queue.sample_id as sampleId', 'review_queue.is_changed as changed'])
    .orderBy('review_queue.priority', 'desc')
    .orderBy('review_queue.revision_id')

/** One page of the queue; `page` counts from 1. */
export async function listWaiting(db: Db, user: User, page: number, size: number): Promise<Waiting[]> {
  const coders = await countCoders(db)
  const rows = await inOrder(db, user, coders)
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const tags = await db
    .selectFrom('tag')
    .innerJoin('coding', 'coding.id', 'tag.coding_id')
    .select(['coding.revision_id', 'coding.id as codingId', 'tag.driver', 'tag.direction', 'tag.sub'])
    .where('coding.id', 'in', (newest) =>
      newest
        .selectFrom('coding as c')
        .select((eb) => eb.fn.max('c.id').as('id'))
        .where('c.suggester_version', 'is not', null)
        .where(
          'c.revision_id',
          'in',
          rows.map(({ revisionId }) => revisionId),
        )
        .groupBy('c.revision_id'),
    )
    .orderBy('tag.start_at')
    .orderBy('tag.id')
    .execute()
  const covered = await coverNames(db, rows, coders)
  return covered.map((row) => ({
    ...row,
    isChanged: row.changed === 1,
    suggested: row.isBlind ? [] : tags.filter((tag) => tag.revision_id === row.revisionId),
  }))
}

/** Covers the customers' names in what is read blind, and says which that is. */
async function coverNames<Row extends { responseId: string; sampleId: string | null; text: string }>(
  db: Db,
  rows: Row[],
  coders: number,
): Promise<(Row & { isBlind: boolean })[]> {
  const isBlind = (row: Row) => row.sampleId !== null && coders > 1
  const names = await namesBehind(
    db,
    rows.filter(isBlind).map(({ responseId }) => responseId),
  )
  return rows.map((row) => {
    const known = names.get(row.responseId)
    return { ...row, isBlind: isBlind(row), text: known ? maskNames(row.text, known.whole, known.persons) : row.text }
  })
}

export async function countWaiting(db: Db, user: User): Promise<number> {
  const { n } = await waiting(db, user, await countCoders(db))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}

/** Where an answer stands in the queue: `position` counts from 1, 0 if it does not wait; and its neighbours. */
export type Place = {
  position: number
  total: number
  previousId: string
  next: { answerId: string; text: string }[]
}

/**
 * An answer that does not wait stands before all others, so that its next is the first of the queue. `without` is an
 * answer that is taken as done: the page after it is asked for before it is.
 */
export async function placeInQueue(db: Db, user: User, revisionId: string, without = ''): Promise<Place> {
  const coders = await countCoders(db)
  const priority = sql<number>`coalesce((select priority from review_queue where revision_id = ${revisionId}), 1e9)`
  const isBefore = sql<boolean>`(review_queue.priority > ${priority}
    or (review_queue.priority = ${priority} and review_queue.revision_id < ${revisionId}))`
  const isHere = sql<boolean>`review_queue.revision_id = ${revisionId}`
  const counts = await waiting(db, user, coders)
    .where('review_queue.answer_id', '!=', without)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .select(sql<number>`coalesce(sum(case when ${isBefore} then 1 else 0 end), 0)`.as('before'))
    .select(sql<number>`coalesce(max(case when ${isHere} then 1 else 0 end), 0)`.as('here'))
    .executeTakeFirstOrThrow()
  const next = await inOrder(db, user, coders)
    .where('review_queue.answer_id', '!=', without)
    .where(sql<boolean>`not ${isBefore}`)
    .where(sql<boolean>`not ${isHere}`)
    .limit(3)
    .execute()
  const previous = await waiting(db, user, coders)
    .where('review_queue.answer_id', '!=', without)
    .select('review_queue.answer_id')
    .where(isBefore)
    .orderBy('review_queue.priority')
    .orderBy('review_queue.revision_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return {
    position: counts.here ? counts.before + 1 : 0,
    total: counts.total,
    previousId: previous?.answer_id ?? '',
    next: await coverNames(db, next, coders),
  }
}
