import { sql } from 'kysely'
import type { User } from '../access.ts'
import type { Db } from '../db.ts'

const shown = 8

/** A customer of whom nobody knows, in the customer's own words, why they buy; or not since long ago. */
export type UnknownCustomer = {
  id: string
  name: string
  /** The day of the last talk or answer, and of the last words of the customer; null for never. */
  lastSpokeOn: string | null
  lastWhyOn: string | null
  isAsked: boolean
  hasGuess: boolean
  isLargest: boolean
}

/**
 * Own active customers of whom we have no words that say why, or only old ones; largest first. Amounts of different currencies are never
 * compared: the currency that most of these customers have stands first.
 */
export async function findUnknown(db: Db, user: User, freshFrom: string, most = shown) {
  const rows = await db
    .with('mine', (own) =>
      own
        .selectFrom('customer')
        .select((eb) => [
          'customer.id',
          'customer.name',
          'customer.latest_revenue_minor as revenue',
          'customer.latest_currency as currency',
          eb
            .selectFrom('response')
            .select((day) => day.fn.max('response.took_place_on').as('day'))
            .whereRef('response.customer_id', '=', 'customer.id')
            .where('response.state', '=', 'submitted')
            .as('last_spoke_on'),
          eb
            .selectFrom('response')
            .innerJoin('answer', 'answer.response_id', 'response.id')
            .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
            .select((day) => day.fn.max('response.took_place_on').as('day'))
            .whereRef('response.customer_id', '=', 'customer.id')
            .where('response.state', '=', 'submitted')
            .where('answer.voice', '=', 'customer')
            .where('answer_revision.superseded_at', 'is', null)
            .where('answer_revision.text', '<>', '')
            .as('last_why_on'),
          eb
            .exists(
              eb
                .selectFrom('invitation')
                .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
                .select('invitation.id')
                .whereRef('invitation.customer_id', '=', 'customer.id')
                .where('invitation.withdrawn_at', 'is', null)
                .where('campaign.state', '=', 'launched'),
            )
            .as('is_asked'),
          eb
            .exists(
              eb
                .selectFrom('prediction')
                .select('prediction.id')
                .whereRef('prediction.customer_id', '=', 'customer.id')
                .where('prediction.user_id', '=', user.id)
                .where((open) =>
                  open.or([open('prediction.seal', 'is', null), open('prediction.sealed_at', '>=', freshFrom)]),
                ),
            )
            .as('has_guess'),
        ])
        .where('customer.owner_id', '=', user.id)
        .where('customer.status', '=', 'active')
        .where('customer.archived_at', 'is', null),
    )
    .selectFrom('mine')
    .selectAll('mine')
    .select([
      sql<number>`count(*) over ()`.as('total'),
      sql<number>`count(revenue) over (partition by currency)`.as('in_currency'),
    ])
    .where((eb) => eb.or([eb('mine.last_why_on', 'is', null), eb('mine.last_why_on', '<', freshFrom)]))
    .orderBy('in_currency', 'desc')
    .orderBy('mine.currency')
    .orderBy(sql`mine.revenue desc nulls last`)
    .orderBy('mine.name')
    .limit(most)
    .execute()
  return rows.map((row, index) => ({
    id: row.id,
    name: row.name,
    lastSpokeOn: row.last_spoke_on,
    lastWhyOn: row.last_why_on,
    isAsked: Number(row.is_asked) === 1,
    hasGuess: Number(row.has_guess) === 1,
    isLargest: index === 0 && row.revenue !== null,
    total: row.total,
  }))
}

export async function countCustomers(db: Db, user: User): Promise<number> {
  const { n } = await db
    .selectFrom('customer')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('owner_id', '=', user.id)
    .where('status', '=', 'active')
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow()
  return n
}
