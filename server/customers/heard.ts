import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { type Driver, drivers } from '../drivers.ts'
import { recordReadings } from '../readings.ts'
import type { Provenance } from '../tables.ts'

/** The question that asks why they buy (survey-templates/core.yaml); what was said to it stands first. */
const whyQuestion = 'CORE-1'

type Said = {
  text: string
  provenance: Provenance
  on: string
  firstName: string
  lastName: string
  jobTitle: string
}
/** An answer in a customer's own voice. `isWhy`: to the question why they buy. */
export type HeardQuote = Said & { isWhy: boolean; tags: { driver: Driver; direction: '+' | '-' }[] }
/** What was said of one driver: the newest words each way, and how many answers say so; null for nothing said. */
export type HeardDriver = { driver: Driver; helps: HeardSide | null; hurts: HeardSide | null }
export type HeardSide = Said & { answers: number }
export type Heard = { quotes: HeardQuote[]; drivers: HeardDriver[]; isRead: boolean }

/**
 * What a customer said, as their page begins with it: the newest words on why they buy, one quote a contact and two at
 * most, and by driver the newest words that somebody settled to help or to hurt. Only what this person may read with the
 * name; that confidential words were shown is recorded. One statement, and those of the record.
 */
export async function findHeard(db: Db, user: User, customerId: string, now: Date): Promise<Heard> {
  const rows = await findRows(db, user, customerId)
  const answers = [...Map.groupBy(rows, (row) => row.answer_id).values()].flatMap((tagged) => {
    const [row] = tagged
    return row ? [{ row, said: saidOf(row), tags: tagged.flatMap(tagOf) }] : []
  })
  const whys = answers.filter(({ row }) => row.question === whyQuestion)
  const chosen = newestEach(whys.length > 0 ? whys : answers.filter(({ tags }) => tags.some(isOfUse))).slice(0, 2)
  const sides = drivers.map((driver) => {
    const side = (direction: '+' | '-') => {
      const saying = answers.filter(({ tags }) =>
        tags.some((tag) => tag.driver === driver && tag.direction === direction && isOfUse(tag)),
      )
      const [newest] = saying
      const tag = newest?.tags.find((one) => one.driver === driver && one.direction === direction && isOfUse(one))
      if (!newest || !tag) return { row: undefined, side: null }
      const text = Array.from(newest.said.text).slice(tag.start, tag.end).join('')
      return { row: newest.row, side: { ...newest.said, text, answers: saying.length } }
    }
    return { driver, helps: side('+'), hurts: side('-') }
  })
  const shown = [...chosen.map(({ row }) => row), ...sides.flatMap(({ helps, hurts }) => [helps.row, hurts.row])]
  await recordReadings(
    db,
    user.id,
    shown.flatMap((row) =>
      row && row.author_id !== user.id ? [{ responseId: row.response_id, consentLevel: row.consent_level }] : [],
    ),
    now,
  )
  return {
    quotes: chosen.map(({ row, said, tags }) => ({
      ...said,
      isWhy: row.question === whyQuestion,
      tags: tags.filter(isOfUse).map(({ driver, direction }) => ({ driver, direction })),
    })),
    drivers: sides.map(({ driver, helps, hurts }) => ({ driver, helps: helps.side, hurts: hurts.side })),
    isRead: sides.some(({ helps, hurts }) => helps.side !== null || hurts.side !== null),
  }
}

const findRows = (db: Db, user: User, customerId: string) =>
  db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .leftJoin('coding', (join) =>
      join.onRef('coding.revision_id', '=', 'answer_revision.id').on('coding.is_settled', '=', 1),
    )
    .leftJoin('tag', (join) => join.onRef('tag.coding_id', '=', 'coding.id').on('tag.about', '=', 'us'))
    .select([
      'answer.id as answer_id',
      'answer.question',
      'answer_revision.text',
      'answer_revision.provenance',
      'response.id as response_id',
      'response.consent_level',
      'response.author_id',
      'response.contact_id',
      'response.took_place_on',
      'contact.first_name',
      'contact.last_name',
      'contact.job_title',
      'tag.driver',
      'tag.direction',
      'tag.start_at',
      'tag.end_at',
      'tag.is_wish',
    ])
    .where('response.customer_id', '=', customerId)
    .where('response.state', '=', 'submitted')
    .where('answer.voice', '=', 'customer')
    .where('answer_revision.superseded_at', 'is', null)
    .where('answer_revision.text', '<>', '')
    .where(mayReadNamed(user))
    .orderBy('response.took_place_on', 'desc')
    .orderBy('response.submitted_at', 'desc')
    .orderBy('answer.id')
    .orderBy('tag.start_at')
    // Newest first: of a house where hundreds answered, the page needs the last ones.
    .limit(1000)
    .execute()
type Row = Awaited<ReturnType<typeof findRows>>[number]

const saidOf = (row: Row): Said => ({
  text: row.text,
  provenance: row.provenance,
  on: row.took_place_on,
  firstName: row.first_name ?? '',
  lastName: row.last_name ?? '',
  jobTitle: row.job_title ?? '',
})

type Tag = { driver: Driver; direction: '+' | '-'; start: number; end: number; isWish: boolean }
const tagOf = (row: Row): Tag[] =>
  row.driver && row.direction
    ? [
        {
          driver: row.driver,
          direction: row.direction,
          start: row.start_at ?? 0,
          end: row.end_at ?? 0,
          isWish: row.is_wish === 1,
        },
      ]
    : []

/** A wish is not something that we do for them. */
const isOfUse = (tag: Tag): boolean => !tag.isWish

/** The first of each person: they stand newest first. */
const newestEach = <T extends { row: Row }>(answers: T[]): T[] =>
  [...new Map([...answers].reverse().map((one) => [one.row.contact_id ?? one.row.response_id, one])).values()].reverse()

/** What is open between us and a customer: promises, what we owe and calls that they asked for, the most urgent first. */
export const findOpenDuties = (db: Db, customerId: string) =>
  db
    .selectFrom('follow_up')
    .leftJoin('user', 'user.id', 'follow_up.owner_id')
    .select(['follow_up.id', 'follow_up.kind', 'follow_up.text', 'follow_up.due_on', 'user.name as owner'])
    .where('follow_up.customer_id', '=', customerId)
    .where('follow_up.done_at', 'is', null)
    .orderBy('follow_up.due_on')
    .orderBy('follow_up.id')
    .limit(20)
    .execute()
export type OpenDuty = Awaited<ReturnType<typeof findOpenDuties>>[number]
