import { sql } from 'kysely'
import { mayCode, type User } from '../access.ts'
import type { Db } from '../db.ts'
import type { Direction, Driver } from '../drivers.ts'
import type { Provenance } from '../tables.ts'

/** An answer that waits for a person, as it stands in a list: its words and what the suggester reads in them. */
export type Waiting = {
  answerId: string
  revisionId: string
  text: string
  value: string
  provenance: Provenance
  question: string
  item: string
  templateVersionId: string
  suggested: { driver: Driver; direction: Direction; sub: string }[]
}

/** The answers that this person may code and nobody has settled: uncertain and important ones first, in a stable order. */
const waiting = (db: Db, user: User) =>
  db
    .selectFrom('review_queue')
    .innerJoin('response', 'response.id', 'review_queue.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where(mayCode(user))

const inOrder = (db: Db, user: User) =>
  waiting(db, user)
    .innerJoin('answer', 'answer.id', 'review_queue.answer_id')
    .innerJoin('answer_revision', 'answer_revision.id', 'review_queue.revision_id')
    .select(['review_queue.answer_id as answerId', 'review_queue.revision_id as revisionId', 'answer_revision.text'])
    .select(['answer_revision.value', 'answer_revision.provenance', 'answer.question', 'answer.item'])
    .select('response.template_version_id as templateVersionId')
    .orderBy('review_queue.priority', 'desc')
    .orderBy('review_queue.revision_id')

/** One page of the queue; `page` counts from 1. */
export async function listWaiting(db: Db, user: User, page: number, size: number): Promise<Waiting[]> {
  const rows = await inOrder(db, user)
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  const tags = await db
    .selectFrom('tag')
    .innerJoin('coding', 'coding.id', 'tag.coding_id')
    .select(['coding.revision_id', 'tag.driver', 'tag.direction', 'tag.sub'])
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
  return rows.map((row) => ({ ...row, suggested: tags.filter((tag) => tag.revision_id === row.revisionId) }))
}

export async function countWaiting(db: Db, user: User): Promise<number> {
  const { n } = await waiting(db, user)
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}

/** Where an answer stands in the queue: `position` counts from 1, 0 if it does not wait; and its neighbours. */
export type Place = {
  position: number
  total: number
  previousId: string
  next: Pick<Waiting, 'answerId' | 'text'>[]
}

/** An answer that does not wait stands before all others, so that its next is the first of the queue. */
export async function placeInQueue(db: Db, user: User, revisionId: string): Promise<Place> {
  const priority = sql<number>`coalesce((select priority from review_queue where revision_id = ${revisionId}), 1e9)`
  const isBefore = sql<boolean>`(review_queue.priority > ${priority}
    or (review_queue.priority = ${priority} and review_queue.revision_id < ${revisionId}))`
  const isHere = sql<boolean>`review_queue.revision_id = ${revisionId}`
  const counts = await waiting(db, user)
    .select((eb) => eb.fn.countAll<number>().as('total'))
    .select(sql<number>`coalesce(sum(case when ${isBefore} then 1 else 0 end), 0)`.as('before'))
    .select(sql<number>`coalesce(max(case when ${isHere} then 1 else 0 end), 0)`.as('here'))
    .executeTakeFirstOrThrow()
  const next = await inOrder(db, user)
    .where(sql<boolean>`not ${isBefore}`)
    .where(sql<boolean>`not ${isHere}`)
    .limit(3)
    .execute()
  const previous = await waiting(db, user)
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
    next,
  }
}
