import { sql } from 'kysely'
import { mayCode, mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { recordReadings } from '../readings.ts'
import type { Channel, ConsentLevel, Provenance } from '../tables.ts'
import { addDays, dayAt, days, later } from '../time.ts'
import { type FollowUp, isMine, withNames } from './follow-ups.ts'

/** A "why" is fresh for twelve months. */
const freshDays = 365
/** What falls due within a week is on today's list; what came in within two weeks is new. */
const aheadDays = 7
const newDays = 14
const shown = { due: 20, unknown: 8, silent: 6, lately: 5 }

export type OpenTalk = {
  id: string
  channel: Channel
  customer: string
  contact: string
  on: string
  place: string
  noted: number
}
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
export type SilentContact = {
  id: string
  name: string
  jobTitle: string
  customerId: string
  customer: string
  sentAt: string
  hasBegun: boolean
  closesOn: string
}
export type Arrival = {
  id: string
  customerId: string
  customer: string
  contact: string
  channel: Channel
  submittedAt: string
  /** Their first words, '' where this person may not read them with the name or there are none. */
  words: string
  provenance: Provenance | null
  isReadable: boolean
  hasGuess: boolean
}
export type Today = {
  duties: FollowUp[]
  dutyCount: number
  talks: OpenTalk[]
  unknown: UnknownCustomer[]
  unknownCount: number
  customerCount: number
  silent: SilentContact[]
  silentCount: number
  lately: Arrival[]
  waitingCount: number
}

/**
 * A rep's day: what is due, whom we do not know, who is silent, what came in, what waits for tags. A fixed number of
 * statements. Words are read by the database only where this person may read them with the name.
 */
export async function findToday(db: Db, user: User, now: Date): Promise<Today> {
  const today = dayAt(now, user.timeZone)
  const [duties, talks, unknown, customerCount, silent, lately, waitingCount] = await Promise.all([
    findDue(db, user, addDays(today, aheadDays)),
    findOpenTalks(db, user),
    findUnknown(db, user, addDays(today, -freshDays)),
    countCustomers(db, user),
    findSilent(db, user, today),
    findArrivals(db, user, now),
    countWaiting(db, user),
  ])
  const read = lately.filter(({ words }) => words !== '')
  await recordReadings(
    db,
    user.id,
    read.map((one) => ({ responseId: one.id, consentLevel: one.consentLevel })),
    now,
  )
  return {
    duties,
    dutyCount: duties[0]?.total ?? 0,
    talks,
    unknown,
    unknownCount: unknown[0]?.total ?? 0,
    customerCount,
    silent,
    silentCount: silent[0]?.total ?? 0,
    lately,
    waitingCount,
  }
}

const everyRow = sql<number>`count(*) over ()`.as('total')
const nameOf = (row: { first_name: string | null; last_name: string | null }): string =>
  [row.first_name, row.last_name].filter(Boolean).join(' ')

const findDue = (db: Db, user: User, until: string) =>
  withNames(db)
    .select(everyRow)
    .where(isMine(user))
    .where('follow_up.done_at', 'is', null)
    .where('follow_up.due_on', '<=', until)
    .orderBy('follow_up.due_on')
    .orderBy('follow_up.id')
    .limit(shown.due)
    .execute()

async function findOpenTalks(db: Db, user: User): Promise<OpenTalk[]> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .select((eb) => [
      'response.id',
      'response.channel',
      'response.took_place_on',
      'response.place',
      'customer.name',
      'contact.first_name',
      'contact.last_name',
      eb
        .selectFrom('draft')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('draft.response_id', '=', 'response.id')
        .as('noted'),
    ])
    .where('response.author_id', '=', user.id)
    .where('response.state', '=', 'draft')
    .orderBy('response.took_place_on')
    .orderBy('response.id')
    .limit(shown.due)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    channel: row.channel,
    customer: row.name,
    contact: nameOf(row),
    on: row.took_place_on,
    place: row.place,
    noted: row.noted ?? 0,
  }))
}

/**
 * Own active customers of whom we have no words that say why, or only old ones; largest first. Amounts of different currencies are never
 * compared: the currency that most of these customers have stands first.
 */
async function findUnknown(db: Db, user: User, freshFrom: string) {
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
    .select([everyRow, sql<number>`count(revenue) over (partition by currency)`.as('in_currency')])
    .where((eb) => eb.or([eb('mine.last_why_on', 'is', null), eb('mine.last_why_on', '<', freshFrom)]))
    .orderBy('in_currency', 'desc')
    .orderBy('mine.currency')
    .orderBy(sql`mine.revenue desc nulls last`)
    .orderBy('mine.name')
    .limit(shown.unknown)
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

async function countCustomers(db: Db, user: User): Promise<number> {
  const { n } = await db
    .selectFrom('customer')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('owner_id', '=', user.id)
    .where('status', '=', 'active')
    .where('archived_at', 'is', null)
    .executeTakeFirstOrThrow()
  return n
}

/** Who was invited, can still answer and has not; who asked for time, or wants no more mail, is left in peace. */
async function findSilent(db: Db, user: User, today: string) {
  const rows = await db
    .selectFrom('invitation')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .innerJoin('message', (join) =>
      join.onRef('message.invitation_id', '=', 'invitation.id').on('message.kind', '=', 'invite'),
    )
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .select([
      'contact.id',
      'contact.first_name',
      'contact.last_name',
      'contact.job_title',
      'customer.id as customer_id',
      'customer.name as customer_name',
      'message.sent_at',
      'invitation.began_at',
      'campaign.closes_on',
      everyRow,
    ])
    .where('customer.owner_id', '=', user.id)
    .where('campaign.state', '=', 'launched')
    .where('campaign.closes_on', '>=', today)
    .where('message.state', '=', 'sent')
    .where('message.sent_at', 'is not', null)
    .where('invitation.withdrawn_at', 'is', null)
    .where('invitation.declined_at', 'is', null)
    .where('invitation.call_asked_at', 'is', null)
    .where('suppression.address', 'is', null)
    .where('contact.archived_at', 'is', null)
    .where((eb) => eb.or([eb('invitation.ask_after_on', 'is', null), eb('invitation.ask_after_on', '<=', today)]))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('response')
            .select('response.id')
            .whereRef('response.invitation_id', '=', 'invitation.id')
            .where('response.state', '<>', 'draft'),
        ),
      ),
    )
    .orderBy('message.sent_at')
    .orderBy('invitation.id')
    .limit(shown.silent)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: nameOf(row),
    jobTitle: row.job_title,
    customerId: row.customer_id,
    customer: row.customer_name,
    sentAt: row.sent_at ?? '',
    hasBegun: row.began_at !== null,
    closesOn: row.closes_on,
    total: row.total,
  }))
}

type ArrivalRead = Arrival & { consentLevel: ConsentLevel }

async function findArrivals(db: Db, user: User, now: Date): Promise<ArrivalRead[]> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .select((eb) => {
      const isReadable = mayReadNamed(user)(eb)
      const first = eb
        .selectFrom('answer')
        .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
        .whereRef('answer.response_id', '=', 'response.id')
        .where('answer.voice', '=', 'customer')
        .where('answer_revision.superseded_at', 'is', null)
        .where('answer_revision.text', '<>', '')
        .orderBy('answer.question')
        .orderBy('answer.id')
        .limit(1)
      return [
        'response.id',
        'response.channel',
        'response.consent_level',
        'response.submitted_at',
        'customer.id as customer_id',
        'customer.name as customer_name',
        'contact.first_name',
        'contact.last_name',
        eb.case().when(isReadable).then(1).else(0).end().as('is_readable'),
        eb.case().when(isReadable).then(first.select('answer_revision.text')).end().as('words'),
        eb.case().when(isReadable).then(first.select('answer_revision.provenance')).end().as('provenance'),
        eb
          .exists(
            eb
              .selectFrom('prediction')
              .select('prediction.id')
              .whereRef('prediction.customer_id', '=', 'customer.id')
              .where('prediction.user_id', '=', user.id)
              .where('prediction.seal', 'is not', null)
              .where((same) =>
                same.or([
                  same('prediction.response_id', '=', same.ref('response.id')),
                  same('prediction.campaign_id', '=', same.ref('response.campaign_id')),
                ]),
              ),
          )
          .as('has_guess'),
      ]
    })
    .where('customer.owner_id', '=', user.id)
    .where('response.state', '=', 'submitted')
    .where('response.submitted_at', '>=', later(now, -days(newDays)))
    .where((eb) => eb.or([eb('response.author_id', 'is', null), eb('response.author_id', '<>', user.id)]))
    .orderBy('response.submitted_at', 'desc')
    .limit(shown.lately)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    customer: row.customer_name,
    contact: nameOf(row),
    channel: row.channel,
    submittedAt: row.submitted_at ?? '',
    words: row.words ?? '',
    provenance: row.provenance,
    isReadable: row.is_readable === 1,
    hasGuess: Number(row.has_guess) === 1,
    consentLevel: row.consent_level,
  }))
}

/** What this person may read and nobody has settled. */
async function countWaiting(db: Db, user: User): Promise<number> {
  const { n } = await db
    .selectFrom('review_queue')
    .innerJoin('response', 'response.id', 'review_queue.response_id')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where(mayCode(user))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}
