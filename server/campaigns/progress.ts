import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { notFound } from '../errors.ts'
import { containing } from '../lists.ts'
import type { MessageState } from '../tables.ts'

/** How far a campaign is, in people. Opening a mail is not counted: it cannot be told from a scanner's look. */
export type Progress = {
  invited: number
  queued: number
  sent: number
  failed: number
  skipped: number
  began: number
  submitted: number
  calls: number
  declined: number
  /** First and last reminders that went out, and those that wait for their day. */
  reminded: number
  remindedTwice: number
  remindersWaiting: number
  /** Mails of any kind that asks and did not arrive. */
  stuck: number
}

export async function findProgress(db: Db, campaignId: string): Promise<Progress> {
  const sum = (condition: string) => sql<number>`coalesce(sum(case when ${sql.raw(condition)} then 1 else 0 end), 0)`
  const row = await people(db, campaignId)
    .select((eb) => eb.fn.countAll<number>().as('invited'))
    .select([
      sum("message.state in ('queued', 'sending', 'deferred')").as('queued'),
      sum("message.state = 'sent'").as('sent'),
      sum("message.state in ('failed', 'bounced')").as('failed'),
      sum("message.state in ('skipped', 'cancelled')").as('skipped'),
      sum('invitation.began_at is not null').as('began'),
      sum("response.state = 'submitted'").as('submitted'),
      sum('invitation.call_asked_at is not null').as('calls'),
      sum('invitation.declined_at is not null').as('declined'),
    ])
    .executeTakeFirstOrThrow()
  const reminders = await db
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .where('invitation.campaign_id', '=', campaignId)
    .where('message.kind', 'in', ['invite', 'reminder-1', 'reminder-2'])
    .select([
      sum("message.kind = 'reminder-1' and message.state = 'sent'").as('reminded'),
      sum("message.kind = 'reminder-2' and message.state = 'sent'").as('remindedTwice'),
      sum("message.kind <> 'invite' and message.state in ('queued', 'sending', 'deferred')").as('remindersWaiting'),
      sum("message.state in ('failed', 'bounced')").as('stuck'),
    ])
    .executeTakeFirstOrThrow()
  return { ...row, ...reminders }
}

const people = (db: Db, campaignId: string) =>
  db
    .selectFrom('invitation')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .leftJoin('user as owner', 'owner.id', 'customer.owner_id')
    .leftJoin('message', (join) =>
      join.onRef('message.invitation_id', '=', 'invitation.id').on('message.kind', '=', 'invite'),
    )
    .leftJoin('response', 'response.invitation_id', 'invitation.id')
    .where('invitation.campaign_id', '=', campaignId)

/** What the table of recipients may show: everybody, or those in one state. */
export const recipientStates = [
  'waiting',
  'sent',
  'failed',
  'skipped',
  'began',
  'submitted',
  'call',
  'declined',
  'withdrawn',
] as const
export type RecipientState = (typeof recipientStates)[number]

const conditions: Record<RecipientState, string> = {
  waiting: "message.state in ('queued', 'sending', 'deferred')",
  sent: "message.state = 'sent' and response.id is null",
  failed: "message.state in ('failed', 'bounced')",
  skipped: "message.state in ('skipped', 'cancelled')",
  began: "response.state = 'draft'",
  submitted: "response.state = 'submitted'",
  call: 'invitation.call_asked_at is not null',
  declined: 'invitation.declined_at is not null',
  withdrawn: 'invitation.withdrawn_at is not null',
}

const orders = {
  name: sql`contact.last_name collate nocase`,
  company: sql`customer.name collate nocase`,
  sent: sql`coalesce(message.sent_at, '')`,
  state: sql`case when response.state = 'submitted' then 3 when response.state = 'draft' then 2 when message.state in ('failed', 'bounced') then 0 else 1 end`,
}
export type RecipientOrder = keyof typeof orders
export const recipientOrders = ['name', 'company', 'sent', 'state'] as const satisfies RecipientOrder[]
export const isRecipientOrder = (name: string): name is RecipientOrder => name in orders

export type RecipientQuery = {
  words: string
  state: RecipientState | ''
  order: RecipientOrder
  isDescending: boolean
  page: number
  size: number
  /** Only this one. */
  invitationId?: string
}

export type Recipient = {
  invitation_id: string
  link_version: number
  began_at: string | null
  call_asked_at: string | null
  ask_after_on: string | null
  declined_at: string | null
  withdrawn_at: string | null
  first_name: string
  last_name: string
  job_title: string
  company: string
  customer_id: string
  contact_id: string
  owner: string | null
  message_id: string | null
  message_state: MessageState | null
  last_reply: string | null
  sent_at: string | null
  response_state: 'draft' | 'submitted' | 'withdrawn' | null
  submitted_at: string | null
}

/** One page of the people invited, and how many match. Two queries. */
export async function listRecipients(
  db: Db,
  campaignId: string,
  query: RecipientQuery,
): Promise<{ total: number; rows: Recipient[] }> {
  const pattern = containing(query.words)
  const matching = people(db, campaignId)
    .$if(query.words !== '', (builder) =>
      builder.where((eb) =>
        eb.or([
          sql<boolean>`contact.first_name || ' ' || contact.last_name like ${pattern} escape '\\'`,
          sql<boolean>`customer.name like ${pattern} escape '\\'`,
          sql<boolean>`contact.email like ${pattern} escape '\\'`,
        ]),
      ),
    )
    .$if(query.invitationId !== undefined, (builder) => builder.where('invitation.id', '=', query.invitationId ?? ''))
    .$if(query.state !== '', (builder) => builder.where(sql<boolean>`${sql.raw(conditions[query.state || 'sent'])}`))
  const { total } = await matching.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await matching
    .select([
      'invitation.id as invitation_id',
      'link_version',
      'began_at',
      'call_asked_at',
      'ask_after_on',
      'declined_at',
      'withdrawn_at',
    ])
    .select([
      'first_name',
      'last_name',
      'job_title',
      'customer.name as company',
      'customer.id as customer_id',
      'contact.id as contact_id',
      'owner.name as owner',
    ])
    .select(['message.id as message_id', 'message.state as message_state', 'last_reply'])
    .select((eb) =>
      eb
        .selectFrom('message as mail')
        .whereRef('mail.invitation_id', '=', 'invitation.id')
        .select((inner) => inner.fn.max('mail.sent_at').as('at'))
        .as('sent_at'),
    )
    .select(['response.state as response_state', 'response.submitted_at'])
    .orderBy(orders[query.order], query.isDescending ? 'desc' : 'asc')
    .orderBy(orders.company)
    .orderBy(orders.name)
    .orderBy('invitation.id')
    .limit(query.size)
    .offset((query.page - 1) * query.size)
    .execute()
  return { total, rows }
}

/** Who was left out at the launch and why, in the order of the reasons' frequency. */
export async function listExclusions(db: Db, campaignId: string) {
  return db
    .selectFrom('campaign_exclusion')
    .innerJoin('contact', 'contact.id', 'campaign_exclusion.contact_id')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['reason', 'first_name', 'last_name', 'customer.name as company'])
    .where('campaign_id', '=', campaignId)
    .orderBy('reason')
    .orderBy('customer.name')
    .execute()
}

/** Mails that did not arrive, or not yet, with the server's words and when they are tried next; at most 50. */
export async function listTroubles(db: Db, campaignId: string) {
  return db
    .selectFrom('invitation')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .innerJoin('message', 'message.invitation_id', 'invitation.id')
    .leftJoin('job', (join) => join.on('job.dedupe_key', '=', sql<string>`'send-message ' || message.id`))
    .where('invitation.campaign_id', '=', campaignId)
    .where('message.kind', 'in', ['invite', 'reminder-1', 'reminder-2'])
    .select(['message.id', 'message.kind', 'message.state', 'message.last_reply', 'job.run_at'])
    .select('invitation.id as invitation_id')
    .select([
      'contact.first_name',
      'contact.last_name',
      'contact.email',
      'customer.name as company',
      'customer.id as customer_id',
    ])
    .where('message.state', 'in', ['failed', 'bounced', 'deferred'])
    .orderBy(sql`case message.state when 'deferred' then 1 else 0 end`)
    .orderBy('customer.name')
    .limit(50)
    .execute()
}

/** One invitation with its mails and what servers said about each. Throws 404. */
export async function getInvitation(db: Db, campaignId: string, invitationId: string) {
  const { rows } = await listRecipients(db, campaignId, {
    words: '',
    state: '',
    order: 'name',
    isDescending: false,
    page: 1,
    size: 1,
    invitationId,
  })
  const [person] = rows
  if (!person) throw notFound('That invitation')
  const events = await db
    .selectFrom('message')
    .leftJoin('message_event', 'message_event.message_id', 'message.id')
    .select(['message.kind', 'message.created_at', 'message_event.kind as event', 'code', 'reply', 'happened_at'])
    .where('message.invitation_id', '=', invitationId)
    .orderBy('message.created_at')
    .orderBy('happened_at')
    .execute()
  return { person, events }
}
