import { sql } from 'kysely'
import type { User } from '../access.ts'
import { findRoundsBeingDrawn, findTalksToHold, type TalkToHold } from '../campaigns/campaigns.ts'
import type { Db } from '../db.ts'
import { recordReadings } from '../readings.ts'
import type { Channel } from '../tables.ts'
import { countWaiting } from '../tags/tags.ts'
import { addDays, dayAt } from '../time.ts'
import { type Arrival, findArrivals, findSilent, nameOf, type SilentContact } from './arrivals.ts'
import { type FollowUp, isMine, withNames } from './follow-ups.ts'
import { countCustomers, findUnknown, type UnknownCustomer } from './unknown.ts'

/** A "why" is fresh for twelve months. */
const freshDays = 365
/** What falls due within a week is on today's list. */
const aheadDays = 7
const shown = 20
/** Whoever opens a part of the day whole sees so many of it. */
const whole = 500

/** The parts of the day that show their beginning, and whole when they are asked for. */
export const dayParts = ['due', 'unknown', 'silent'] as const
export type DayPart = (typeof dayParts)[number]

export type OpenTalk = {
  id: string
  channel: Channel
  customer: string
  contact: string
  on: string
  place: string
  noted: number
}
export type Today = {
  duties: FollowUp[]
  dutyCount: number
  talks: OpenTalk[]
  /** Talks that a round proposes and nobody has begun. */
  toHold: TalkToHold[]
  rounds: { id: string; name: string }[]
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
export async function findToday(db: Db, user: User, now: Date, opened: DayPart | '' = ''): Promise<Today> {
  const today = dayAt(now, user.timeZone)
  const [duties, talks, toHold, rounds, unknown, customerCount, silent, lately, waitingCount] = await Promise.all([
    findDue(db, user, addDays(today, aheadDays), opened === 'due' ? whole : shown),
    findOpenTalks(db, user),
    findTalksToHold(db, user, today),
    findRoundsBeingDrawn(db),
    findUnknown(db, user, addDays(today, -freshDays), opened === 'unknown' ? whole : undefined),
    countCustomers(db, user),
    findSilent(db, user, today, opened === 'silent' ? whole : undefined),
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
    toHold,
    rounds,
    unknown,
    unknownCount: unknown[0]?.total ?? 0,
    customerCount,
    silent,
    silentCount: silent[0]?.total ?? 0,
    lately,
    waitingCount,
  }
}

const findDue = (db: Db, user: User, until: string, most: number) =>
  withNames(db)
    .select(sql<number>`count(*) over ()`.as('total'))
    .where(isMine(user))
    .where('follow_up.done_at', 'is', null)
    .where('follow_up.due_on', '<=', until)
    .orderBy('follow_up.due_on')
    .orderBy('follow_up.id')
    .limit(most)
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
    .limit(shown)
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
