import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { readAside } from '../aside.ts'
import type { Db } from '../db.ts'
import type { BuyingRole } from '../tables.ts'
import { openVersions } from '../templates/templates.ts'
import { addDays, dayAt, days, later } from '../time.ts'
import { type Audience, quietDays } from './audience.ts'
import type { ListReason } from './pick-record.ts'
import type { Meant, Measure } from './pick-rules.ts'

/** From which list a round is drawn. */
export type ListQuery = {
  campaignId: string
  /** A rep draws from the own customers; null: from all. */
  ownerId: string | null
  meant: Meant
  audience: Audience
  measure: Measure
  /** The draw that a new one takes the place of, or ''. Who else is in the round, or was dropped, is not drawn again. */
  replaces: string
}

/** A customer was quiet for a year, for half a year, less; who was never heard comes first. */
const quietSteps = [365, 180] as const

/**
 * Everybody on the list with why they are not drawn from (null: they are), what we get from them, and how quiet they
 * were. Only the current and the two years before count as known.
 */
function list(query: ListQuery, now: Date): RawBuilder<unknown> {
  const { campaignId, ownerId, meant, audience, measure, replaces } = query
  const today = dayAt(now)
  const recently = later(now, -days(quietDays))
  const year = Number(today.slice(0, 4)) - 2
  const isWanted = meant.atRisk
    ? sql`(customer.status in (${sql.join(meant.statuses)})
        or (customer.status = 'active' and customer.id in (select customer_id from at_risk)))`
    : sql`customer.status in (${sql.join(meant.statuses)})`
  const goneBefore = meant.withinDays === null ? '' : addDays(today, -meant.withinDays)
  const among = (column: string, values: string[]) =>
    values.length ? sql`and ${sql.ref(column)} in (${sql.join(values)})` : sql``
  // Margin and orders may be known for another year than revenue.
  const value = {
    revenue: sql`case when customer.latest_year >= ${year} then customer.latest_revenue_minor end`,
    margin: sql`case when y.year >= ${year} then y.margin_minor end`,
    orders: sql`case when y.year >= ${year} then y.orders end`,
  }[measure]
  const currency = { revenue: sql`customer.latest_currency`, margin: sql`y.currency`, orders: sql`''` }[measure]
  const column = measure === 'margin' ? sql`margin_minor` : sql`orders`
  const years =
    measure === 'revenue'
      ? sql``
      : sql`left join customer_year y on y.customer_id = customer.id and y.year = (
          select max(z.year) from customer_year z where z.customer_id = customer.id and z.${column} is not null)`
  // Sets of customers, each looked up by its own small index; who has others left there can still be asked.
  return sql`
    with asked as (
      select invitation.customer_id
      from message join invitation on invitation.id = message.invitation_id
      where message.sent_at >= ${recently} and message.kind in ('invite', 'reminder-1', 'reminder-2')
        and invitation.campaign_id <> ${campaignId}
      group by invitation.customer_id
      having count(distinct invitation.contact_id) >=
        (select contact_count from customer where customer.id = invitation.customer_id)),
    later as (
      select customer_id from invitation where ask_after_on > ${today} group by customer_id
      having count(distinct contact_id) >= (select contact_count from customer where customer.id = invitation.customer_id)),
    settled as (
      select customer_id from campaign_pick where campaign_id = ${campaignId}
        and (dropped_at is not null or by_hand = 1 or draw_id is not ${replaces})),
    gone as (
      select customer_id from outcome where kind = 'left' group by customer_id having max(happened_on) < ${goneBefore}),
    at_risk as (
      select customer_id from outcome where kind in ('reduced', 'left') and happened_on >= ${addDays(today, -365)}),
    list as (
      select customer.id, customer.segment, customer.region, customer.last_answer_at, ${value} as value, ${currency} as currency,
        case when customer.last_answer_at is null then 0
          when customer.last_answer_at < ${addDays(today, -quietSteps[0])} then 1
          when customer.last_answer_at < ${addDays(today, -quietSteps[1])} then 2 else 3 end as heard,
        case when customer.archived_at is not null then 'archived'
          when not ${isWanted} then 'status'
          when customer.status = 'lost' and customer.id in (select customer_id from gone) then 'left_long_ago'
          when customer.contact_count = 0 then 'no_contact'
          when customer.id in (select customer_id from asked) then 'asked_recently'
          when customer.id in (select customer_id from later) then 'asked_later'
          when customer.id in (select customer_id from settled) then 'settled' end as reason
      from customer
      ${years}
      where 1 = 1 ${ownerId ? sql`and customer.owner_id = ${ownerId}` : sql``}
        ${among('customer.segment', audience.segments)} ${among('customer.region', audience.regions)}
        ${among('customer.country', audience.countries)} ${among('customer.owner_id', audience.owners)})`
}

/** Groups of the list, read aside as all that goes through the whole list: one row for each reason, segment, region and currency. One pass over the list. */
export const surveyList = (db: Db, query: ListQuery, now: Date) =>
  readAside(
    db,
    sql<{
      reason: ListReason | null
      segment: string | null
      region: string | null
      currency: string | null
      n: number
      known: number
      most: number | null
    }>`${list(query, now)}
    select reason, segment, region, currency, count(*) as n, count(value) as known, max(value) as most
    from list group by reason, segment, region, currency`,
  )

export type Ranked = {
  id: string
  segment: string | null
  region: string | null
  currency: string | null
  value: number | null
  lastAnswerAt: string | null
  /** 0 never heard, 1 not for a year, 2 not for half a year, 3 lately. */
  heard: number
  /** Customers with a lower value and with the same, among those of the currency. */
  below: number | null
  upTo: number | null
}

const ranked = sql`
  ranked as (
    select *, case when value is not null then rank() over w - 1 end as below,
      case when value is not null then cume_dist() over w end as up_to
    from list where reason is null
    window w as (partition by currency, value is null order by value))`
const columns = sql`id, segment, region, currency, value, last_answer_at as lastAnswerAt, heard, below, up_to as upTo`

/**
 * The best of each segment in each region: `most` each, quiet ones first, from the best third of their currency (from
 * everybody where `isShort`: a short list has no third to spare). Whoever's value is not known stands after the others.
 */
export const findBest = (db: Db, query: ListQuery, most: number, isShort: boolean, now: Date) =>
  readAside(
    db,
    sql<Ranked>`${list(query, now)}, ${ranked},
    placed as (
      select *, row_number() over (
        partition by segment, region order by value is null, heard, below desc, id) as place
      from ranked where ${isShort ? sql<SqlBool>`1 = 1` : sql<SqlBool>`value is null or up_to > 0.66`})
    select ${columns} from placed where place <= ${most}`,
  )

/** Named customers of the list, ranked as the others. */
export async function findNamed(db: Db, query: ListQuery, ids: string[], now: Date) {
  if (ids.length === 0) return []
  return await readAside(
    db,
    sql<Ranked>`${list(query, now)}, ${ranked}
    select ${columns} from ranked where id in (${sql.join(ids)})`,
  )
}

/** The customers at some places of the list in the order of their ids. */
export async function findAtPlaces(db: Db, query: ListQuery, places: number[], now: Date) {
  if (places.length === 0) return []
  return await readAside(
    db,
    sql<Ranked>`${list(query, now)},
    placed as (select *, row_number() over (order by id) as place, null as below, null as up_to from list where reason is null)
    select ${columns} from placed where place in (select value from json_each(${JSON.stringify(places)}))`,
  )
}

export type Somebody = {
  contactId: string
  customerId: string
  role: BuyingRole | null
  email: string | null
  mailBasis: string
  suppressed: string | null
  language: string
  ownerId: string | null
  status: string
  leftOn: string | null
  isAtRisk: number
  /** They, and anybody there, have answered open questions. */
  hasSpoken: number
  hasCompanySpoken: number
}

/** Who can be asked at some customers: nobody who was asked lately elsewhere or wanted to be asked later. */
export async function findSomebody(
  db: Db,
  campaignId: string,
  which: { customers: string[] } | { contact: string },
  now: Date,
) {
  const today = dayAt(now)
  const open = sql.join(await openVersions(db))
  const ids =
    'contact' in which
      ? sql`contact.id = ${which.contact}`
      : sql`customer.id in (select value from json_each(${JSON.stringify(which.customers)}))`
  const { rows } = await sql<Somebody>`
    select contact.id as contactId, customer.id as customerId, contact.buying_role as role, contact.email,
      contact.mail_basis as mailBasis, suppression.reason as suppressed, customer.owner_id as ownerId, customer.status,
      lower(coalesce(nullif(contact.language, ''), nullif(customer.language, ''), 'en')) as language,
      (select max(happened_on) from outcome where outcome.customer_id = customer.id and kind = 'left') as leftOn,
      exists (select 1 from outcome where outcome.customer_id = customer.id and kind in ('reduced', 'left')
        and happened_on >= ${addDays(today, -365)}) as isAtRisk,
      exists (select 1 from response where response.contact_id = contact.id and response.state = 'submitted'
        and response.template_version_id in (${open})) as hasSpoken,
      exists (select 1 from response where response.customer_id = customer.id and response.state = 'submitted'
        and response.template_version_id in (${open})) as hasCompanySpoken
    from customer join contact on contact.customer_id = customer.id
    left join suppression on suppression.address = contact.email
    where ${ids} and contact.archived_at is null and customer.archived_at is null
      and not exists (select 1 from invitation join message on message.invitation_id = invitation.id
        where invitation.contact_id = contact.id and invitation.campaign_id <> ${campaignId}
          and message.kind in ('invite', 'reminder-1', 'reminder-2') and message.sent_at >= ${later(now, -days(quietDays))})
      and not exists (select 1 from invitation where invitation.contact_id = contact.id and ask_after_on > ${today})
    order by contact.last_name, contact.first_name, contact.id`.execute(db)
  return rows
}
