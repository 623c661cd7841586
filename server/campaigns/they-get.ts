import { sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { recordReadings } from '../readings.ts'
import { addDays, dayAt } from '../time.ts'

/** Answers older than a year say what they got then. */
const freshDays = 365

/** What a customer says to get from us, 0 to 10, and from how many answers. */
export type TheyGet = { score: number; answers: number }

/**
 * The mean of what customers said to results, clarity and progress (REL-1), by customer, from the answers of the last
 * year that this person may read with the name. Whoever is not in it is unknown, never zero. That confidential answers
 * were read is recorded. `only`: some customers; without it all.
 *
 * Formula: mean of the three 0–10 items over all such answers. Source: methods 4.10, y before it is stretched to 0–100.
 * How it misleads: one person there may speak for a company of thousands; whoever answers tends to be content.
 */
export async function findTheyGet(
  db: Db,
  user: User,
  only: string[] | undefined,
  now: Date,
): Promise<Map<string, TheyGet>> {
  if (only?.length === 0) return new Map()
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .select(['response.id', 'response.customer_id', 'response.consent_level', 'response.author_id'])
    .select(sql<number>`avg(json_extract(answer_revision.value, '$.score'))`.as('score'))
    .where('response.state', '=', 'submitted')
    .where('response.took_place_on', '>=', addDays(dayAt(now), -freshDays))
    .where('answer.question', '=', 'REL-1')
    .where('answer.voice', '=', 'customer')
    .where('answer_revision.superseded_at', 'is', null)
    .where(sql<number>`json_extract(answer_revision.value, '$.score')`, 'is not', null)
    .where(mayReadNamed(user))
    .$if(only !== undefined, (query) =>
      query.where(sql<boolean>`response.customer_id in (select value from json_each(${JSON.stringify(only)}))`),
    )
    .groupBy('response.id')
    .execute()
  const foreign = rows.filter((row) => row.author_id !== user.id)
  await recordReadings(
    db,
    user.id,
    foreign.map((row) => ({ responseId: row.id, consentLevel: row.consent_level })),
    now,
  )
  const byCustomer = Map.groupBy(rows, (row) => row.customer_id)
  return new Map(
    [...byCustomer].map(([id, said]) => [
      id,
      { score: said.reduce((sum, { score }) => sum + score, 0) / said.length, answers: said.length },
    ]),
  )
}
