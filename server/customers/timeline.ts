import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { recordReadings } from '../readings.ts'

/** Something that happened with a customer, in the order of its instant or day. `words` are a customer's own, '' if there are none to show. */
export type Happening = {
  at: string
  sentence: string
  words: string
  href: string
}

const perSource = 200

/**
 * All that happened with one customer, newest first, at most 200 of each kind. The words of an answer are read by the
 * database only where this person may read them with the name; who reads confidential ones is recorded. Five statements,
 * and two more where there are such.
 */
export async function findTimeline(db: Db, user: User, customerId: string, now: Date): Promise<Happening[]> {
  const [invitations, responses, quotes, followUps, events] = await Promise.all([
    findInvitations(db, customerId),
    findResponses(db, user, customerId),
    findFirstWords(db, user, customerId),
    findFollowUps(db, customerId),
    findEvents(db, customerId),
  ])
  const others = quotes.filter(({ author_id }) => author_id !== user.id)
  await recordReadings(
    db,
    user.id,
    others.map(({ response_id, consent_level }) => ({ responseId: response_id, consentLevel: consent_level })),
    now,
  )
  const wordsOf = new Map(quotes.map(({ response_id, text }) => [response_id, text]))
  return [
    ...invitations.flatMap(fromInvitation),
    ...responses.flatMap((response) => fromResponse(response, wordsOf.get(response.id) ?? '')),
    ...followUps.flatMap(fromFollowUp),
    ...events.flatMap(fromEvent),
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

/** The first words of each response that this person may read with the name: the latest revision. */
const findFirstWords = (db: Db, user: User, customerId: string) =>
  db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .select((eb) => ['response.id as response_id', 'answer_revision.text', eb.fn.min('answer.id').as('first')])
    .select(['response.author_id', 'response.consent_level'])
    .where('response.customer_id', '=', customerId)
    .where('response.state', '=', 'submitted')
    .where('answer.voice', '=', 'customer')
    .where('answer_revision.superseded_at', 'is', null)
    .where('answer_revision.text', '<>', '')
    .where(mayReadNamed(user))
    .groupBy('response.id')
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

const findEvents = (db: Db, customerId: string) =>
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
    .select(['event.action', 'event.happened_at', 'actor.name as actor_name', 'target.name as target_name'])
    .where('event.record_kind', '=', 'customer')
    .where('event.record_id', '=', customerId)
    .where('event.action', 'in', ['add', 'import', 'change-owner', 'share', 'unshare', 'archive', 'restore'])
    .orderBy('event.happened_at', 'desc')
    .limit(perSource)
    .execute()

type Row<F extends (...given: never[]) => Promise<unknown[]>> = Awaited<ReturnType<F>>[number]

const happened = (at: string | null, sentence: string, more: { words?: string; href?: string } = {}): Happening[] =>
  at ? [{ at, sentence, words: more.words ?? '', href: more.href ?? '' }] : []

const nameOf = (row: { first_name: string | null; last_name: string | null }): string =>
  [row.first_name, row.last_name].filter(Boolean).join(' ') || 'Somebody there'

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

function fromEvent(row: Row<typeof findEvents>): Happening[] {
  const who = row.actor_name ?? 'Somebody'
  const target = row.target_name ?? 'nobody'
  const sentences: Record<string, string> = {
    add: `Added by ${who}`,
    import: `Imported by ${who}`,
    'change-owner': `Owner is now ${target}, changed by ${who}`,
    share: `Shared with ${target} by ${who}`,
    unshare: `No longer shared with ${target}, by ${who}`,
    archive: `Archived by ${who}`,
    restore: `Restored by ${who}`,
  }
  return happened(row.happened_at, sentences[row.action] ?? '')
}
