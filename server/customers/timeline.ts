import { sql } from 'kysely'
import { mayOpen, mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { findFirstWords } from '../first-words.ts'
import { recordReadings } from '../readings.ts'
import { nameOf, outcomeSentence } from './names.ts'
import type { Outcome } from './outcomes.ts'

/** Something that happened with a customer, in the order of its instant or day. `words` are a customer's own, '' if there are none to show. */
export type Happening = {
  at: string
  sentence: string
  words: string
  href: string
  /** How the dot is drawn: what they only said is hollow and dashed, what happened is solid; '' for everything else. */
  mark: '' | 'stated' | 'actual'
}

const perSource = 200

/**
 * All that happened with one customer, newest first, at most 200 of each kind. The words of an answer are read by the
 * database only where this person may read them with the name; who reads confidential ones is recorded. `outcomes` are
 * those that the page shows anyway. Six statements, and two more where there are confidential words.
 */
export async function findTimeline(
  db: Db,
  user: User,
  customerId: string,
  outcomes: Outcome[],
  now: Date,
): Promise<Happening[]> {
  const [invitations, responses, followUps, events, takenBack] = await Promise.all([
    findInvitations(db, customerId),
    findResponses(db, user, customerId),
    findFollowUps(db, customerId),
    findEvents(db, user, customerId),
    findTakenBack(db, customerId),
  ])
  const words = await findFirstWords(
    db,
    user,
    responses.map(({ id }) => id),
  )
  const others = [...words.values()].filter(({ authorId }) => authorId !== user.id)
  await recordReadings(db, user.id, others, now)
  return [
    ...invitations.flatMap(fromInvitation),
    ...responses.flatMap((response) => fromResponse(response, words.get(response.id)?.text ?? '')),
    ...followUps.flatMap(fromFollowUp),
    ...events.flatMap(fromEvent),
    ...outcomes.flatMap(fromOutcome),
    ...takenBack.flatMap(fromTakenBack),
  ].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
}

const findInvitations = (db: Db, customerId: string) =>
  db
    .selectFrom('invitation')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .leftJoin('message', (join) =>
      join.onRef('message.invitation_id', '=', 'invitation.id').on('message.kind', '=', 'invite'),
    )
    .select([
      'contact.first_name',
      'contact.last_name',
      'campaign.name as campaign_name',
      'invitation.began_at',
      'invitation.declined_at',
      'invitation.call_asked_at',
      'message.sent_at',
      'message.state',
      'message.created_at as queued_at',
    ])
    .where('invitation.customer_id', '=', customerId)
    .orderBy('invitation.created_at', 'desc')
    .limit(perSource)
    .execute()

const findResponses = (db: Db, user: User, customerId: string) =>
  db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .leftJoin('user as author', 'author.id', 'response.author_id')
    .select((eb) => [
      'response.id',
      'response.channel',
      'response.submitted_at',
      'response.revised_at',
      'response.took_place_on',
      'contact.first_name',
      'contact.last_name',
      'author.name as author_name',
      eb.case().when(mayReadNamed(user)(eb)).then(1).else(0).end().as('is_readable'),
    ])
    .where('response.customer_id', '=', customerId)
    .where('response.state', '=', 'submitted')
    .orderBy('response.submitted_at', 'desc')
    .limit(perSource)
    .execute()

const findFollowUps = (db: Db, customerId: string) =>
  db
    .selectFrom('follow_up')
    .leftJoin('user as owner', 'owner.id', 'follow_up.owner_id')
    .leftJoin('user as doer', 'doer.id', 'follow_up.done_by')
    .select([
      'follow_up.kind',
      'follow_up.text',
      'follow_up.created_at',
      'follow_up.done_at',
      'owner.name as owner_name',
      'doer.name as doer_name',
    ])
    .where('follow_up.customer_id', '=', customerId)
    .orderBy('follow_up.created_at', 'desc')
    .limit(perSource)
    .execute()

/** What was done with the record, and with what was merged into it. Another customer is named only to who may open it. */
const findEvents = (db: Db, user: User, customerId: string) =>
  db
    .selectFrom('event')
    .leftJoin('user as actor', 'actor.id', 'event.user_id')
    .leftJoin('user as target', (join) =>
      join.on((eb) =>
        eb.or([
          eb('target.id', '=', eb.fn<string>('json_extract', ['event.detail', eb.val('$.to')])),
          eb('target.id', '=', eb.fn<string>('json_extract', ['event.detail', eb.val('$.with')])),
        ]),
      ),
    )
    .leftJoin('contact', (join) =>
      join.on((eb) => eb('contact.id', '=', eb.fn<string>('json_extract', ['event.detail', eb.val('$.contact')]))),
    )
    .select(['event.action', 'event.happened_at', 'actor.name as actor_name', 'target.name as target_name'])
    .select(['contact.first_name', 'contact.last_name'])
    .select((eb) =>
      eb
        .selectFrom('customer')
        .select('customer.name')
        .where('customer.id', '=', (other) => other.fn<string>('json_extract', ['event.detail', other.val('$.other')]))
        .where(mayOpen(user))
        .as('other_name'),
    )
    .where('event.record_kind', '=', 'customer')
    .where('event.record_id', 'in', (same) =>
      same
        .selectFrom('customer')
        .select('id')
        .where((eb) => eb.or([eb('id', '=', customerId), eb('merged_into', '=', customerId)])),
    )
    .where('event.action', 'in', Object.keys(eventSentences))
    .orderBy('event.happened_at', 'desc')
    .limit(perSource)
    .execute()

/** Outcomes that were taken back: nothing of them counts, and that they were believed once stays. */
const findTakenBack = (db: Db, customerId: string) =>
  db
    .selectFrom('outcome_past')
    .leftJoin('user', 'user.id', 'outcome_past.superseded_by')
    .select(['kind', 'basis', 'superseded_at', 'user.name as by'])
    .where('customer_id', '=', customerId)
    .where('outcome_id', 'not in', (left) =>
      left.selectFrom('outcome').select('id').where('customer_id', '=', customerId),
    )
    // The last that was believed; what it had been before is told on its own page.
    .where(
      'superseded_at',
      '=',
      sql<string>`(select max(later.superseded_at) from outcome_past as later where later.outcome_id = outcome_past.outcome_id)`,
    )
    .limit(perSource)
    .execute()

type Row<F extends (...given: never[]) => Promise<unknown[]>> = Awaited<ReturnType<F>>[number]

const happened = (at: string | null, sentence: string, more: Partial<Happening> = {}): Happening[] =>
  at ? [{ words: '', href: '', mark: '', ...more, at, sentence }] : []

function fromInvitation(row: Row<typeof findInvitations>): Happening[] {
  const name = nameOf(row)
  const bounced = row.state === 'bounced' || row.state === 'failed'
  return [
    ...happened(row.sent_at, `${name} was invited: ${row.campaign_name}`),
    ...happened(bounced ? row.queued_at : null, `The invitation to ${name} did not arrive: ${row.campaign_name}`),
    ...happened(row.began_at, `${name} began to answer`),
    ...happened(row.call_asked_at, `${name} asked for a call instead`),
    ...happened(row.declined_at, `${name} does not want to answer this time`),
  ]
}

function fromResponse(row: Row<typeof findResponses>, words: string): Happening[] {
  const told = row.is_readable === 1 ? '' : ', given in confidence'
  const href = row.is_readable === 1 && row.channel !== 'survey' ? `/interviews/${row.id}` : ''
  const author = row.author_name ?? 'somebody of ours'
  const sentence = {
    survey: `${nameOf(row)} answered by survey${told}`,
    mail: `${nameOf(row)} answered by mail${told}`,
    interview: `Talk with ${nameOf(row)}, noted by ${author}${told}`,
    observation: `Observed by ${author}${told}`,
  }[row.channel]
  // A talk belongs to the day on which it took place, also if it was noted later.
  const isTalk = row.channel === 'interview' || row.channel === 'observation'
  const at =
    isTalk && row.submitted_at && row.took_place_on < row.submitted_at.slice(0, 10)
      ? row.took_place_on
      : row.submitted_at
  return happened(at, sentence, { words, href })
}

function fromFollowUp(row: Row<typeof findFollowUps>): Happening[] {
  const what = { call: 'To call', owed: 'Owed', promise: 'Promised' }[row.kind]
  return [
    ...happened(row.created_at, `${what}: ${row.text}${row.owner_name ? ` (${row.owner_name})` : ''}`),
    ...happened(row.done_at, `Done${row.doer_name ? ` by ${row.doer_name}` : ''}: ${row.text}`),
  ]
}

type EventRow = Row<typeof findEvents>
type Told = { who: string; target: string; other: string; contact: string }
const eventSentences: Record<string, (told: Told) => string> = {
  add: ({ who }) => `Added by ${who}`,
  import: ({ who }) => `Imported by ${who}`,
  'change-owner': ({ who, target }) => `Owner is now ${target}, changed by ${who}`,
  share: ({ who, target }) => `Shared with ${target} by ${who}`,
  unshare: ({ who, target }) => `No longer shared with ${target}, by ${who}`,
  archive: ({ who }) => `Archived by ${who}`,
  restore: ({ who }) => `Restored by ${who}`,
  lose: ({ who }) => `Set to lost by ${who}`,
  merge: ({ who, other }) => `Merged with ${other} by ${who}`,
  unmerge: ({ who, other }) => `Parted from ${other} again by ${who}`,
  'contact-left': ({ who, contact, other }) => `${contact} went to ${other}, noted by ${who}`,
  'contact-joined': ({ who, contact, other }) => `${contact} came from ${other}, noted by ${who}`,
  'erase-contact': ({ who }) => `A contact was erased by ${who}`,
}

function fromEvent(row: EventRow): Happening[] {
  const told = {
    who: row.actor_name ?? 'somebody',
    target: row.target_name ?? 'nobody',
    other: row.other_name ?? 'another customer',
    contact: nameOf(row, 'Somebody'),
  }
  return happened(row.happened_at, eventSentences[row.action]?.(told) ?? '')
}

function fromOutcome(row: Outcome): Happening[] {
  const note = row.note ? `: ${row.note}` : ''
  return happened(row.happened_on, `${outcomeSentence(row)}${note}`, { mark: row.basis })
}

function fromTakenBack(row: Row<typeof findTakenBack>): Happening[] {
  return happened(row.superseded_at, `“${outcomeSentence(row)}” was taken back by ${row.by ?? 'somebody'}`)
}
