import type { Db } from '../db.ts'
import type { MessageState } from '../tables.ts'
import { getTemplateVersion, isAskedByOwnRep, rulesOf } from '../templates/templates.ts'
import { addDays, instant } from '../time.ts'

/** How a message stands: why it need not be sent any more ('' if it must), and the day before which it must not. */
export type Standing = { state: MessageState; reason: string; tries: number; notBefore: string }

/** Looks at everything that can have happened since a message was queued. `undefined` if there is none. */
export async function standingOf(db: Db, messageId: string, now: Date): Promise<Standing | undefined> {
  const row = await db
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .leftJoin('response', (join) =>
      join.onRef('response.invitation_id', '=', 'invitation.id').on('response.state', '=', 'submitted'),
    )
    .select([
      'message.state',
      'message.kind',
      'message.tries',
      'invitation.withdrawn_at',
      'invitation.declined_at',
      'invitation.call_asked_at',
      'invitation.ask_after_on',
      'campaign.state as campaign_state',
    ])
    .select((eb) =>
      // Whoever has been heard since, in a talk or by mail, is not reminded.
      eb
        .exists(
          eb
            .selectFrom('response as heard')
            .select('heard.id')
            .whereRef('heard.contact_id', '=', 'contact.id')
            .where('heard.state', '=', 'submitted')
            .whereRef('heard.submitted_at', '>=', 'invitation.created_at'),
        )
        .as('is_heard'),
    )
    .select([
      'contact.email',
      'contact.mail_basis',
      'contact.archived_at',
      'customer.archived_at as customer_archived_at',
    ])
    .select(['suppression.reason', 'response.id as response_id', 'campaign.closes_on'])
    .select(['customer.owner_id', 'campaign.sender_id', 'campaign.created_by', 'campaign.launched_by'])
    .select('campaign.template_version_id')
    .where('message.id', '=', messageId)
    .executeTakeFirst()
  if (!row) return undefined
  const version = await getTemplateVersion(db, row.template_version_id)
  const rules = await rulesOf(db, version)
  // The customer may have got another owner since the launch.
  const asking = [row.sender_id ?? row.owner_id, row.launched_by ?? row.created_by]
  const isReminder = row.kind === 'reminder-1' || row.kind === 'reminder-2'
  const isAsking = row.kind === 'invite' || isReminder
  const reasons: [boolean, string][] = [
    [!row.email, 'There is no address any more.'],
    [row.archived_at !== null, 'The contact was archived.'],
    [row.customer_archived_at !== null, 'The customer was archived.'],
    [row.withdrawn_at !== null, 'The invitation was withdrawn.'],
    [isAsking && row.reason !== null, 'This address gets no mails of this kind any more.'],
    [isAsking && row.declined_at !== null, 'They asked for no more mails of this round.'],
    [isAsking && row.mail_basis === 'none', 'There is no basis any more for writing to them.'],
    [isAsking && row.campaign_state !== 'launched', 'The campaign was closed.'],
    [isAsking && !rules.channels.includes('survey'), 'These questions are no longer asked by mail.'],
    [
      isAsking && isAskedByOwnRep(rules.by, row.owner_id, asking),
      'Whoever signs it is the customer’s own rep by now, and these questions are for somebody else to ask.',
    ],
    // A day is over everywhere twelve hours after it is over in UTC.
    [isAsking && instant(now) > `${addDays(row.closes_on, 1)}T12:00:00.000Z`, 'The closing day has passed.'],
    [isAsking && row.response_id !== null, 'They have answered already.'],
    [isReminder && Number(row.is_heard) === 1, 'They have spoken with us since.'],
    [isReminder && row.call_asked_at !== null, 'They asked for a call instead.'],
  ]
  return {
    state: row.state,
    reason: reasons.find(([holds]) => holds)?.[1] ?? '',
    tries: row.tries,
    notBefore: isAsking ? (row.ask_after_on ?? '') : '',
  }
}
