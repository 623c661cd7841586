import { type SqlBool, sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'

/** From so few customers on, answers that were given for totals only are counted too. */
const smallest = 5

/**
 * Answers to a question that asks what must stay (`sets: must`), in the customer's words, as submitted last. The questions
 * are told by the frozen template version.
 */
export const mustWords = (db: Db) =>
  db
    .selectFrom('answer')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where('response.state', '=', 'submitted')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where('answer_revision.text', '<>', '')
    .where(
      sql<SqlBool>`(response.template_version_id, answer.question) in
        (select template_version.id, question.value ->> 'id'
          from template_version, json_each(template_version.body, '$.questions') as question
          where exists (select 1 from json_each(question.value, '$.sets') where json_each.value = 'must'))`,
    )

/** No mention of the words as they are now: never named, or changed since. */
export const isUnnamed = sql<SqlBool>`not exists
  (select 1 from aspect_mention where aspect_mention.revision_id = answer_revision.id)`

export type Register = {
  rows: AspectRow[]
  /** Customers who were asked what must stay and answered. */
  asked: number
  /** Answers that no aspect is named for yet; 1,000 stands for as many or more. */
  unnamed: number
  /** Offerings that no aspect belongs to. */
  offeringsUnnamed: string[]
}
export type AspectRow = {
  id: string
  name: string
  offering: string
  customers: number
  first: number
  /** Shares of the revenue of all who were asked, by currency, the largest revenue first. */
  revenue: { currency: string; share: number }[]
}

type Mention = {
  aspect: string
  customer: string
  place: number
  level: string
  revenue: number | null
  currency: string | null
}

const mentions = (db: Db) =>
  mustWords(db)
    .innerJoin('aspect_mention', 'aspect_mention.revision_id', 'answer_revision.id')
    .select(['aspect_mention.aspect_id as aspect', 'customer.id as customer', 'aspect_mention.place'])
    .select(['response.consent_level as level'])
    .select(['customer.latest_revenue_minor as revenue', 'customer.latest_currency as currency'])
    .execute()

/**
 * What must stay, by customers: the do-not-cut register. Counts are "at least": who was not asked is not known. Below five
 * customers, those who gave their answer for totals only are left out.
 */
export async function register(db: Db): Promise<Register> {
  const all = await mentions(db)
  const aspects = await db
    .selectFrom('aspect')
    .leftJoin('offering', 'offering.id', 'aspect.offering_id')
    .select(['aspect.id', 'aspect.name', 'aspect.offering_id', 'offering.name as offering'])
    .orderBy('aspect.name')
    .execute()
  const asked = await currentlyAsked(db)
  const totals = await revenueOf(db, asked)
  const unnamed = await db
    .selectFrom(mustWords(db).select('answer.id').where(isUnnamed).limit(1000).as('some'))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  const offerings = await db
    .selectFrom('offering')
    .select('name')
    .where('archived_at', 'is', null)
    .where(
      'id',
      'not in',
      aspects.flatMap((aspect) => aspect.offering_id ?? []),
    )
    .orderBy('name')
    .execute()
  return {
    rows: aspects.map((aspect) => ({
      id: aspect.id,
      name: aspect.name,
      offering: aspect.offering ?? '',
      ...behind(
        all.filter((mention) => mention.aspect === aspect.id),
        totals,
      ),
    })),
    asked: asked.size,
    unnamed: unnamed.n,
    offeringsUnnamed: offerings.map(({ name }) => name),
  }
}

/** Who of these customers answered what must stay. */
async function askedAmong(db: Db, customers: string[]): Promise<Map<string, true>> {
  const rows = await mustWords(db)
    .select('customer.id')
    .distinct()
    .where('customer.id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .execute()
  return new Map(rows.map(({ id }) => [id, true]))
}
const currentlyAsked = byCustomer(askedAmong)

/** The newest known yearly revenue of these customers, by currency, the largest first. */
async function revenueOf(db: Db, customers: ReadonlyMap<string, true>): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('customer')
    .select(['id', 'latest_revenue_minor as minor', 'latest_currency as currency'])
    .where('latest_revenue_minor', 'is not', null)
    .execute()
  const sums = new Map<string, number>()
  for (const { id, minor, currency } of rows)
    if (customers.has(id) && minor !== null && currency !== null) sums.set(currency, (sums.get(currency) ?? 0) + minor)
  return new Map([...sums].sort(([, a], [, b]) => b - a))
}

/** Customers, those who named it first, and the revenue behind them. */
function behind(found: Mention[], totals: Map<string, number>): Pick<AspectRow, 'customers' | 'first' | 'revenue'> {
  const counted = allowed(found)
  const customers = new Map(counted.map((mention) => [mention.customer, mention]))
  const first = new Set(counted.filter(({ place }) => place === 1).map(({ customer }) => customer))
  const sums = new Map<string, number>()
  for (const { revenue, currency } of customers.values())
    if (revenue !== null && currency !== null) sums.set(currency, (sums.get(currency) ?? 0) + revenue)
  return {
    customers: customers.size,
    first: first.size,
    revenue: [...totals]
      .filter(([currency, total]) => total > 0 && sums.has(currency))
      .map(([currency, total]) => ({ currency, share: (sums.get(currency) ?? 0) / total })),
  }
}

/** Below five customers nobody counts who answered for totals only. */
function allowed(found: Mention[]): Mention[] {
  const isEnough = new Set(found.map(({ customer }) => customer)).size >= smallest
  return isEnough ? found : found.filter(({ level }) => level !== 'totals')
}

/** For each aspect one customer's words that this reader may see with the name: named first, the largest customer first. */
export async function quoteEach(db: Db, user: User) {
  const ranked = mustWords(db)
    .innerJoin('aspect_mention', 'aspect_mention.revision_id', 'answer_revision.id')
    .select(['aspect_mention.aspect_id as aspect', 'answer_revision.text', 'answer_revision.language as lang'])
    .select(['answer_revision.provenance', 'customer.name as customer'])
    .select(['response.id as responseId', 'response.consent_level as consentLevel'])
    .select(
      sql<number>`row_number() over (partition by aspect_mention.aspect_id
        order by aspect_mention.place, customer.latest_revenue_minor desc, answer.id)`.as('rank'),
    )
    .where(mayReadNamed(user))
  const rows = await db.selectFrom(ranked.as('ranked')).selectAll().where('rank', '=', 1).execute()
  return new Map(rows.map((row) => [row.aspect, row]))
}
export type Quotes = Awaited<ReturnType<typeof quoteEach>>

export type WhatIf = Pick<AspectRow, 'customers' | 'first' | 'revenue'> & {
  names: string[]
  /** Customers behind the number who are not named to this reader. */
  others: number
}

/** Who named any of these aspects, and what stands behind them: what would be at stake if they went. */
export async function whatIf(db: Db, user: User, aspects: string[]): Promise<WhatIf> {
  const found = (await mentions(db)).filter(({ aspect }) => aspects.includes(aspect))
  const counted = behind(found, await revenueOf(db, await currentlyAsked(db)))
  const named = await mustWords(db)
    .innerJoin('aspect_mention', 'aspect_mention.revision_id', 'answer_revision.id')
    .select('customer.name')
    .distinct()
    .where('aspect_mention.aspect_id', 'in', aspects)
    .where(mayReadNamed(user))
    .orderBy('customer.latest_revenue_minor', 'desc')
    .orderBy('customer.name')
    .execute()
  return { ...counted, names: named.map(({ name }) => name), others: Math.max(0, counted.customers - named.length) }
}
