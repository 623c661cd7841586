import { sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { findFirstWords } from '../first-words.ts'
import type { Channel, ConsentLevel, Provenance } from '../tables.ts'
import { days, later } from '../time.ts'

/** What came in within two weeks is new. */
const newDays = 14
const shown = { silent: 6, lately: 5 }

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

export const nameOf = (row: { first_name: string | null; last_name: string | null }): string =>
  [row.first_name, row.last_name].filter(Boolean).join(' ')

/** Who was invited, can still answer and has not; who asked for time, or wants no more mail, is left in peace. */
export async function findSilent(db: Db, user: User, today: string, most = shown.silent) {
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
      sql<number>`count(*) over ()`.as('total'),
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
    .where('customer.archived_at', 'is', null)
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
    .limit(most)
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

/** What customers said lately, the newest first; their words only where this person may read them with the name. */
export async function findArrivals(db: Db, user: User, now: Date): Promise<ArrivalRead[]> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .select((eb) => {
      const isReadable = mayReadNamed(user)(eb)
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
  const words = await findFirstWords(
    db,
    user,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    id: row.id,
    customerId: row.customer_id,
    customer: row.customer_name,
    contact: nameOf(row),
    channel: row.channel,
    submittedAt: row.submitted_at ?? '',
    words: words.get(row.id)?.text ?? '',
    provenance: words.get(row.id)?.provenance ?? null,
    isReadable: row.is_readable === 1,
    hasGuess: Number(row.has_guess) === 1,
    consentLevel: row.consent_level,
  }))
}
