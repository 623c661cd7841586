import { type SqlBool, sql } from 'kysely'
import { isReader, mayReadNamed, readsNamed, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { besideNames } from '../insights/small-groups.ts'
import { currentList, type OnList } from '../on-list.ts'

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
  /** Answers that no aspect is named for yet. */
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
  place: number
  answerId: string
  responseId: string
  author: string
  level: string
}
/** What one customer said must stay: how many of its answers are not named yet, and what was named in the others. */
type Must = { unnamed: number; mentions: Mention[] }
type Named = Mention & { customer: OnList | undefined; customerId: string }

/** What must stay to each customer who was asked and answered; one statement, however many customers. */
async function mustOf(db: Db, customers: string[]): Promise<Map<string, Must>> {
  const rows = await mustWords(db)
    .leftJoin('aspect_mention', 'aspect_mention.revision_id', 'answer_revision.id')
    .select(['customer.id as customer', 'answer.id as answerId', 'response.id as responseId'])
    .select(['response.author_id as author', 'response.consent_level as level'])
    .select(['aspect_mention.aspect_id as aspect', 'aspect_mention.place'])
    .where('customer.id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .execute()
  const found = new Map<string, Must>()
  for (const { customer, answerId, responseId, author, level, aspect, place } of rows) {
    const own = found.get(customer) ?? { unnamed: 0, mentions: [] }
    found.set(customer, own)
    if (aspect === null || place === null) own.unnamed += 1
    else own.mentions.push({ aspect, place, answerId, responseId, author: author ?? '', level })
  }
  return found
}
/** What must stay to everybody, as of now. */
export const currentMusts = byCustomer(mustOf)

const isForTotals = ({ level }: Mention): boolean => level === 'totals'

/** All that was named, by aspect, and who was asked. */
async function named(db: Db) {
  const [musts, list] = [await currentMusts(db), await currentList(db)]
  const mentions = new Map<string, Named[]>()
  const totals = new Map<string, number>()
  let unnamed = 0
  for (const [customerId, must] of musts) {
    const customer = list.get(customerId)
    unnamed += must.unnamed
    if (customer?.revenue) addTo(totals, customer.revenue)
    for (const mention of must.mentions) {
      const own = mentions.get(mention.aspect)
      const one = { ...mention, customer, customerId }
      if (own) own.push(one)
      else mentions.set(mention.aspect, [one])
    }
  }
  return { mentions, unnamed, asked: musts.size, totals: new Map([...totals].sort(([, a], [, b]) => b - a)) }
}

function addTo(sums: Map<string, number>, { minor, currency }: { minor: number; currency: string }): void {
  sums.set(currency, (sums.get(currency) ?? 0) + minor)
}

/**
 * What must stay, by customers: the do-not-cut register. Counts are "at least": who was not asked is not known. Of an aspect
 * that one to four customers named for totals only, these are left out: the revenue behind it would tell which they are.
 */
export async function register(db: Db): Promise<Register> {
  const { mentions, unnamed, asked, totals } = await named(db)
  const aspects = await db
    .selectFrom('aspect')
    .leftJoin('offering', 'offering.id', 'aspect.offering_id')
    .select(['aspect.id', 'aspect.name', 'aspect.offering_id', 'offering.name as offering'])
    .orderBy('aspect.name')
    .execute()
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
        besideNames(mentions.get(aspect.id) ?? [], ({ customerId }) => customerId, isForTotals),
        totals,
      ),
    })),
    asked,
    unnamed,
    offeringsUnnamed: offerings.map(({ name }) => name),
  }
}

/** Customers, those who named it first, and the revenue behind them. */
function behind(counted: Named[], totals: Map<string, number>): Pick<AspectRow, 'customers' | 'first' | 'revenue'> {
  const customers = new Map(counted.map((mention) => [mention.customerId, mention.customer]))
  const first = new Set(counted.filter(({ place }) => place === 1).map(({ customerId }) => customerId))
  const sums = new Map<string, number>()
  for (const customer of customers.values()) if (customer?.revenue) addTo(sums, customer.revenue)
  return {
    customers: customers.size,
    first: first.size,
    revenue: [...totals]
      .filter(([currency, total]) => total > 0 && sums.has(currency))
      .map(([currency, total]) => ({ currency, share: (sums.get(currency) ?? 0) / total })),
  }
}

/** For each aspect one customer's words that this reader may see with the name: named first, the largest customer first. */
export async function quoteEach(db: Db, user: User) {
  const { mentions } = await named(db)
  const open = isReader(user) ? undefined : await openTo(db, user)
  const mayRead = (one: Named) => (open ? open.has(one.responseId) : readsNamed(user, one))
  const chosen = new Map<string, string>()
  for (const [aspect, own] of mentions) {
    let first: Named | undefined
    for (const one of own) if (mayRead(one) && (!first || isBefore(one, first))) first = one
    if (first) chosen.set(aspect, first.answerId)
  }
  const rows = await mustWords(db)
    .select(['answer.id', 'answer_revision.text', 'answer_revision.language as lang'])
    .select(['answer_revision.provenance', 'customer.name as customer'])
    .select(['response.id as responseId', 'response.consent_level as consentLevel'])
    .where('answer.id', 'in', ['', ...chosen.values()])
    .where(mayReadNamed(user))
    .execute()
  const words = new Map(rows.map(({ id, ...row }) => [id, row]))
  return new Map(
    [...chosen].flatMap(([aspect, answerId]) => {
      const row = words.get(answerId)
      return row ? [[aspect, row] as const] : []
    }),
  )
}

function isBefore(one: Named, other: Named): boolean {
  const revenue = ({ customer }: Named) => customer?.revenue?.minor ?? -1
  return (one.place - other.place || revenue(other) - revenue(one) || (one.answerId < other.answerId ? -1 : 1)) < 0
}

/** The sittings with a mention that this person may read with the name, for whom it is a few. */
async function openTo(db: Db, user: User): Promise<Set<string>> {
  const rows = await mustWords(db)
    .innerJoin('aspect_mention', 'aspect_mention.revision_id', 'answer_revision.id')
    .select('response.id')
    .distinct()
    .where(mayReadNamed(user))
    .execute()
  return new Set(rows.map(({ id }) => id))
}
export type Quotes = Awaited<ReturnType<typeof quoteEach>>

export type WhatIf = Pick<AspectRow, 'customers' | 'first' | 'revenue'> & {
  names: string[]
  /** Customers behind the number who are not named to this reader. */
  others: number
}

/**
 * Who named any of these aspects, and what stands behind them: what would be at stake if they went. Whoever answered for
 * totals only is left out: by ticking one more aspect any of them could be singled out.
 */
export async function whatIf(db: Db, user: User, aspects: string[]): Promise<WhatIf> {
  const { mentions, totals } = await named(db)
  const found = [...new Set(aspects)].flatMap((aspect) => mentions.get(aspect) ?? []).filter((one) => !isForTotals(one))
  const open = isReader(user) ? undefined : await openTo(db, user)
  const readable = found.filter((one) => (open ? open.has(one.responseId) : readsNamed(user, one)))
  const customers = new Map(readable.map(({ customerId, customer }) => [customerId, customer]))
  const names = [...customers.values()]
    .flatMap((customer) => customer ?? [])
    .sort((a, b) => (b.revenue?.minor ?? -1) - (a.revenue?.minor ?? -1) || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name)
  const counted = behind(found, totals)
  return { ...counted, names, others: Math.max(0, counted.customers - names.length) }
}
