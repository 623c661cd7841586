import { type SqlBool, sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import type { Direction, Driver } from '../drivers.ts'
import { currentList, type OnList } from '../on-list.ts'
import type { Channel, ConsentLevel, Provenance, Voice } from '../tables.ts'
import { isUnderBlindReading } from '../tags/tags.ts'
import { isAskedIn } from './silent.ts'
import type { Filters } from './view.ts'

/** Names for the filters: campaigns, newest first, and whoever owns customers. */
export async function filterNames(db: Db) {
  const campaigns = await db
    .selectFrom('campaign')
    .select(['id', 'name'])
    .where('state', '!=', 'draft')
    .orderBy('launched_at', 'desc')
    .execute()
  const owners = await db.selectFrom('user').select(['id', 'name']).orderBy('name').execute()
  return { campaigns, owners }
}

/** What a list says about the customers of a view: how many were asked, and the revenue behind those heard. */
export type ListFacts = {
  asked: number
  revenue: { currency: string; heardMinor: number; askedMinor: number; customers: number }[]
}

/**
 * Customers asked (invited, or heard without an invitation) and their newest known yearly revenue, per currency and never
 * added across. Of the filters it knows campaign, segment, region and owner; `heard` are the ids of the customers heard.
 */
export async function listFacts(db: Db, filters: Filters, heard: string[]): Promise<ListFacts> {
  const isHeard = new Set(heard)
  const asked: OnList[] = []
  for (const one of (await currentList(db)).values())
    if (isHeard.has(one.id) || isAskedIn(one, filters)) asked.push(one)
  const revenue = new Map<string, { heardMinor: number; askedMinor: number; customers: number }>()
  for (const { id, revenue: paid } of asked) {
    if (!paid) continue
    const { currency, minor } = paid
    const sum = revenue.get(currency) ?? { heardMinor: 0, askedMinor: 0, customers: 0 }
    sum.askedMinor += minor
    if (isHeard.has(id)) {
      sum.heardMinor += minor
      sum.customers += 1
    }
    revenue.set(currency, sum)
  }
  return {
    asked: asked.length,
    revenue: [...revenue]
      .map(([currency, sums]) => ({ currency, ...sums }))
      .sort((a, b) => b.heardMinor - a.heardMinor),
  }
}

/** People, not customers: how many were invited, have the mail, began, and answered, in one campaign or ('') in all. */
export async function funnelOf(db: Db, campaign: string) {
  const only = (column: string) => (campaign === '' ? sql`1 = 1` : sql`${sql.ref(column)} = ${campaign}`)
  const mine = only('invitation.campaign_id')
  const answered = sql`from response where invitation_id is not null and state = 'submitted' and ${only('campaign_id')}`
  const sent = sql`from message where kind = 'invite' and state = 'sent'`
  const { rows } = await sql<{ invited: number; sent: number; began: number; answered: number }>`select
    (select count(*) from invitation where ${mine}) as invited,
    ${
      campaign === ''
        ? sql`(select count(*) ${sent})`
        : sql`(select count(*) from invitation where ${mine} and exists (select 1 ${sent} and invitation_id = invitation.id))`
    } as sent,
    (select count(case when began_at is not null or exists
        (select 1 from response where invitation_id = invitation.id and state = 'submitted') then 1 end)
      from invitation where ${mine}) as began,
    (select count(*) ${answered}) as answered`.execute(db)
  return rows[0] ?? { invited: 0, sent: 0, began: 0, answered: 0 }
}

/** The codebook that readers use now; '' before the first. */
export async function codebookVersion(db: Db): Promise<string> {
  const row = await db
    .selectFrom('codebook_version')
    .select('version')
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? ''
}

/** Of these sittings the customers whose words this person may read with the name, newest first, one page of them. */
export async function readableCustomers(
  db: Db,
  user: User,
  responses: string[],
  page: { limit: number; offset: number },
) {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select(['customer.id', 'customer.name'])
    .select(sql<number>`count(*) over ()`.as('total'))
    .where('response.id', 'in', listOf(responses))
    .where('response.state', '=', 'submitted')
    .where(mayReadNamed(user))
    .groupBy(['customer.id', 'customer.name'])
    .orderBy((eb) => eb.fn.max('response.took_place_on'), 'desc')
    .orderBy('customer.name')
    .orderBy('customer.id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
  return { customers: rows.map(({ id, name }) => ({ id, name })), total: rows[0]?.total ?? 0 }
}

/** Which of these sittings this person may read with the name. */
export async function readableOf(db: Db, user: User, responses: string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select('response.id')
    .where('response.id', 'in', listOf(responses))
    .where('response.state', '=', 'submitted')
    .where(mayReadNamed(user))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

// One parameter however long the list is; SQLite allows no more than some thousands of them.
const listOf = (ids: string[]) => sql<string>`(select value from json_each(${JSON.stringify(ids)}))`

export type TagRead = {
  driver: Driver
  direction: Direction
  sub: string
  about: 'us' | 'competitor' | 'own'
  start: number
  end: number
  isInferred: boolean
  isWish: boolean
  isSuggested: boolean
}

/** An answer as submitted last, with the tags that count; suggestions stand in where nobody has settled it. */
export type AnswerRead = {
  id: string
  responseId: string
  customerId: string
  contact: string
  channel: Channel
  tookPlaceOn: string
  consentLevel: ConsentLevel
  question: string
  voice: Voice
  text: string
  /** A box that was only ticked has no words: it says "worse", or else "not at all". */
  saysWorse: boolean
  provenance: Provenance
  /** Said once something was suggested: to a prompted question, or after one. */
  isPrompted: boolean
  isSettled: boolean
  /** Its customer changed it after it was tagged, and nobody has looked at it since. */
  isChanged: boolean
  tags: TagRead[]
}

/**
 * The customers' words in these sittings that this person may read with the name, with their tags. What reps thought
 * themselves is not among them. Two statements, however many sittings.
 */
export async function answersIn(db: Db, user: User, responses: string[]): Promise<AnswerRead[]> {
  const answers = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select([
      'answer.id',
      'answer.question',
      'answer.voice',
      'answer_revision.id as revisionId',
      'answer_revision.text',
      'answer_revision.value',
      'answer_revision.provenance',
      'answer_revision.after_prompt as afterPrompt',
      'response.id as responseId',
      'response.customer_id as customerId',
      'response.channel',
      'response.took_place_on as tookPlaceOn',
      'response.consent_level as consentLevel',
    ])
    .select(sql<string>`coalesce(contact.first_name || ' ' || contact.last_name, '')`.as('contact'))
    .select(questionsWith('prompted', 1).as('asksPrompted'))
    .select(
      sql<number>`exists (select 1 from review_queue where review_queue.revision_id = answer_revision.id
        and review_queue.is_changed = 1)`.as('changed'),
    )
    .where('response.id', 'in', listOf(responses))
    .where('response.state', '=', 'submitted')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .where(sql<SqlBool>`(answer_revision.text <> '' or ${isTicked})`)
    .where(isAboutWhy)
    .where(mayReadNamed(user))
    .orderBy('response.took_place_on', 'desc')
    .orderBy('response.id')
    .orderBy('answer.question')
    .orderBy('answer.item')
    .orderBy('answer.row')
    .execute()
  const codings = await codingsOf(
    db,
    answers.map((answer) => answer.revisionId),
  )
  return answers.map(({ revisionId, value, afterPrompt, asksPrompted, changed, ...answer }) => ({
    ...answer,
    isPrompted: afterPrompt === 1 || asksPrompted === 1,
    saysWorse: value.includes('"worse":true'),
    isSettled: codings.get(revisionId)?.isSettled ?? false,
    isChanged: changed === 1,
    tags: codings.get(revisionId)?.tags ?? [],
  }))
}

// As in tags/summary.ts: what a question marked "coded: false" brought is no evidence of why they buy.
const isAboutWhy = sql<SqlBool>`not ${questionsWith('coded', 0)}`

/** Whether the question of an answer says this of itself, in the version that was asked. */
function questionsWith(property: 'coded' | 'prompted', value: 0 | 1) {
  return sql<number>`((response.template_version_id, answer.question) in
    (select template_version.id, question.value ->> 'id'
      from template_version, json_each(template_version.body, '$.questions') as question
      where question.value ->> ${property} = ${value}))`
}

type Coding = { id: string; isSettled: boolean; tags: TagRead[] }

// The same rule as in tags/summary.ts: such an answer counts without a word.
const isTicked = sql`answer_revision.value like '%"not_at_all":true%' or answer_revision.value like '%"worse":true%'`

/** For each revision its settled coding, or else the newest of the suggester; none of the latter while two people read it apart. */
async function codingsOf(db: Db, revisions: string[]): Promise<Map<string, Coding>> {
  const rows = await db
    .selectFrom('coding')
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['coding.id', 'coding.revision_id', 'coding.is_settled'])
    .select(['tag.driver', 'tag.direction', 'tag.sub', 'tag.about', 'tag.start_at', 'tag.end_at'])
    .select(['tag.is_inferred', 'tag.is_wish'])
    .where('coding.revision_id', 'in', listOf(revisions))
    .where((eb) =>
      eb.or([
        eb('coding.is_settled', '=', 1),
        eb.and([eb('coding.suggester_version', 'is not', null), eb.not(isUnderBlindReading('coding.revision_id'))]),
      ]),
    )
    .orderBy('coding.is_settled', 'desc')
    .orderBy('coding.id', 'desc')
    .orderBy('tag.start_at')
    .execute()
  const codings = new Map<string, Coding>()
  for (const row of rows) {
    const coding = codings.get(row.revision_id) ?? { id: row.id, isSettled: row.is_settled === 1, tags: [] }
    codings.set(row.revision_id, coding)
    if (coding.id !== row.id || row.driver === null || row.direction === null || row.about === null) continue
    coding.tags.push({
      driver: row.driver,
      direction: row.direction,
      sub: row.sub ?? '',
      about: row.about,
      start: row.start_at ?? 0,
      end: row.end_at ?? 0,
      isInferred: row.is_inferred === 1,
      isWish: row.is_wish === 1,
      isSuggested: !coding.isSettled,
    })
  }
  return codings
}
