import { sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { besideNames } from '../insights/small-groups.ts'

type Said = { revision: string; on: string; level: string }

/** The words of these customers that settled tags about us call something that must stay. */
async function saidBy(db: Db, customers: string[]): Promise<Map<string, Said[]>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('coding', (join) =>
      join.onRef('coding.revision_id', '=', 'answer_revision.id').on('coding.is_settled', '=', 1),
    )
    .innerJoin('tag', (join) => join.onRef('tag.coding_id', '=', 'coding.id').on('tag.is_must', '=', 1))
    .select(['response.customer_id as customer', 'answer_revision.id as revision', 'response.took_place_on as on'])
    .select('response.consent_level as level')
    .distinct()
    .where('response.customer_id', 'in', listOf(customers))
    .where('response.state', '=', 'submitted')
    .where('tag.about', '=', 'us')
    .execute()
  const found = new Map<string, Said[]>()
  for (const { customer, ...said } of rows) {
    const own = found.get(customer)
    if (own) own.push(said)
    else found.set(customer, [said])
  }
  return found
}
/** What must stay to everybody, as of now. */
export const currentlySaid = byCustomer(saidBy)

// One parameter however many there are.
const listOf = (ids: string[]) => sql<string>`(select value from json_each(${JSON.stringify(ids)}))`

/** So many of the newest are looked through for words that may be read; all of them where that is too few. */
const newest = 200

/** The newest of these, and all of the day on which there are enough: quicker than to sort everything. */
function newestOf(all: Said[]): Said[] {
  const days = new Map<string, number>()
  for (const { on } of all) days.set(on, (days.get(on) ?? 0) + 1)
  let sum = 0
  let since = ''
  for (const [on, n] of [...days].sort(([a], [b]) => (a < b ? 1 : -1))) {
    since = on
    sum += n
    if (sum >= newest) break
  }
  return all.filter(({ on }) => on >= since)
}

/**
 * How many customers said that something must stay, among settled tags about us; and the newest such words. One to four who
 * said it for totals only are not counted.
 */
export async function mustStay(db: Db, user: User, most: number) {
  const said = await currentlySaid(db)
  const all = [...said.values()].flat()
  const readable = (some: Said[]) =>
    db
      .selectFrom('answer_revision')
      .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
      .innerJoin('response', 'response.id', 'answer.response_id')
      .innerJoin('customer', 'customer.id', 'response.customer_id')
      .select(['answer_revision.text', 'customer.name as customer', 'response.id as responseId'])
      .select('response.consent_level as consentLevel')
      .where('answer_revision.id', 'in', listOf(some.map(({ revision }) => revision)))
      .where(mayReadNamed(user))
      .orderBy('response.took_place_on', 'desc')
      .orderBy('answer_revision.id', 'desc')
      .limit(most)
      .execute()
  const words = await readable(newestOf(all))
  const isEnough = words.length === most || all.length <= newest
  const mentions = [...said].flatMap(([customer, own]) => own.map(({ level }) => ({ customer, level })))
  const counted = besideNames(
    mentions,
    ({ customer }) => customer,
    ({ level }) => level === 'totals',
  )
  const customers = new Set(counted.map(({ customer }) => customer)).size
  return { customers, words: isEnough ? words : await readable(all) }
}
