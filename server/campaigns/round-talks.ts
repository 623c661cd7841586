import { sql } from 'kysely'
import { mayOpen, type User } from '../access.ts'
import type { Db } from '../db.ts'

/** A talk that a round proposes: to be held, its guide opened, or its notes filed. */
export type TalkState = 'open' | 'begun' | 'done'

const heldOrBegun = sql<TalkState>`coalesce((
  select case when response.state = 'submitted' then 'done' else 'begun' end from response
  where response.campaign_id = campaign_pick.campaign_id and response.customer_id = campaign_pick.customer_id
    and response.channel in ('interview', 'observation') and response.state <> 'withdrawn'
  order by response.state = 'submitted' desc limit 1), 'open')`

const talks = (db: Db) =>
  db
    .selectFrom('campaign_pick')
    .innerJoin('campaign', 'campaign.id', 'campaign_pick.campaign_id')
    .innerJoin('contact', 'contact.id', 'campaign_pick.contact_id')
    .innerJoin('customer', 'customer.id', 'campaign_pick.customer_id')
    .leftJoin('user as asker', 'asker.id', 'campaign_pick.asker_id')
    .where('campaign_pick.way', '=', 'talk')
    .where('campaign_pick.dropped_at', 'is', null)

/** The talks of a round with how far each is, what is still to be held first. */
export const listTalks = (db: Db, campaignId: string) =>
  talks(db)
    .select(['campaign_pick.contact_id', 'campaign_pick.customer_id', 'campaign_pick.asker_id', 'asker.name as asker'])
    .select(['contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .select(heldOrBegun.as('state'))
    .where('campaign_pick.campaign_id', '=', campaignId)
    .orderBy(sql`${heldOrBegun} = 'done'`)
    .orderBy('asker.name')
    .orderBy('customer.name')
    .execute()
export type ListedTalk = Awaited<ReturnType<typeof listTalks>>[number]

/** As many as a day can hold; `total` says how many there are. */
const shown = 20

/** The talks of rounds under way that this person is to hold and has not begun, the round that ends first first. */
export const findTalksToHold = (db: Db, user: User, today: string) =>
  talks(db)
    .select(['campaign_pick.contact_id', 'campaign_pick.customer_id', 'campaign.id as campaign_id'])
    .select(['contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .select(['campaign.name as campaign', 'campaign.closes_on'])
    .select(sql<number>`count(*) over ()`.as('total'))
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('prediction')
            .select('prediction.id')
            .whereRef('prediction.customer_id', '=', 'customer.id')
            .where('prediction.user_id', '=', user.id)
            .where('prediction.seal', 'is', null),
        )
        .as('has_guess'),
    )
    .where('campaign_pick.asker_id', '=', user.id)
    .where('campaign.state', '=', 'launched')
    .where('campaign.closes_on', '>=', today)
    .where('customer.archived_at', 'is', null)
    .where('contact.archived_at', 'is', null)
    .where(mayOpen(user))
    .where(heldOrBegun, '=', 'open')
    .orderBy('campaign.closes_on')
    .orderBy('campaign_pick.position')
    .limit(shown)
    .execute()
export type TalkToHold = Awaited<ReturnType<typeof findTalksToHold>>[number]

/** A round under way that proposes a talk at a customer, and which questions it asks; undefined if there is none. */
export async function findRoundOfTalk(db: Db, roundId: string, customerId: string) {
  return talks(db)
    .innerJoin('template_version', 'template_version.id', 'campaign.template_version_id')
    .select(['campaign.id', 'campaign.name', 'template_version.key'])
    .where('campaign.id', '=', roundId)
    .where('campaign_pick.customer_id', '=', customerId)
    .where('campaign.state', '=', 'launched')
    .limit(1)
    .executeTakeFirst()
}

/** Rounds that are being drawn up, for reps to propose whom to ask among their customers. */
export const findRoundsBeingDrawn = (db: Db) =>
  db
    .selectFrom('campaign')
    .select(['id', 'name'])
    .where('state', '=', 'draft')
    .orderBy('created_at', 'desc')
    .limit(5)
    .execute()
