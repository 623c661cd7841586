import { printDay, printInstant, printInstantDay, type Reader } from '../time.ts'
import type { Campaign } from './campaigns.ts'
import { type Confirm, part } from './pages.ts'
import type { getInvitation, Recipient } from './progress.ts'

/** Where somebody stands, in words: what they did outweighs what became of the mail. */
export function stateOf(row: Recipient, now: Date, reader: Reader): { state: string; detail: string } {
  const on = (at: string) => printInstantDay(at, now, reader)
  if (row.response_state === 'submitted')
    return { state: 'Answered', detail: row.submitted_at ? on(row.submitted_at) : '' }
  if (row.withdrawn_at) return { state: 'Withdrawn', detail: on(row.withdrawn_at) }
  if (row.call_asked_at) return { state: 'Asked for a call', detail: on(row.call_asked_at) }
  if (row.declined_at) return { state: 'Wants no more of it', detail: on(row.declined_at) }
  if (row.ask_after_on)
    return { state: 'Asked to be asked later', detail: `after ${printDay(row.ask_after_on, now, reader)}` }
  if (row.began_at) return { state: 'Began, not sent', detail: on(row.began_at) }
  switch (row.message_state) {
    case 'sent':
      return { state: 'No answer', detail: '' }
    case 'bounced':
    case 'failed':
      return { state: 'Did not arrive', detail: row.last_reply ?? '' }
    case 'skipped':
    case 'cancelled':
      return { state: 'Not sent', detail: row.last_reply ?? '' }
    case 'deferred':
      return { state: 'Their server said “later”', detail: row.last_reply ?? '' }
    default:
      return { state: 'Waiting to be sent', detail: '' }
  }
}

type InvitationPage = {
  title: string
  part: string
  name: string
  about: string
  customerHref: string
  campaignName: string
  campaignHref: string
  state: string
  detail: string
  events: { at: string; what: string; reply: string }[]
  previewHref: string
  withdrawalHref: string
}

const kindWords = {
  invite: 'Invitation',
  'reminder-1': 'First reminder',
  'reminder-2': 'Last reminder',
  receipt: 'Receipt',
  'read-back': 'Notes to confirm',
  result: 'What we heard',
} as const
const eventWords: Record<string, string> = {
  sent: 'sent',
  deferred: 'put off by their server',
  bounced: 'refused by their server',
  failed: 'given up',
  skipped: 'not sent',
}

/** One person's invitation: where it stands and what servers said about each of its mails. */
export function invitationPage(
  campaign: Campaign,
  { person, events }: Awaited<ReturnType<typeof getInvitation>>,
  now: Date,
  reader: Reader,
): InvitationPage {
  const name = `${person.first_name} ${person.last_name}`.trim()
  const path = `/campaigns/${campaign.id}`
  const mayWithdraw = campaign.state === 'launched' && !person.withdrawn_at && person.response_state !== 'submitted'
  return {
    title: `${name} · ${campaign.name}`,
    part,
    name,
    about: [person.job_title, person.company].filter(Boolean).join(', '),
    customerHref: `/customers/${person.customer_id}`,
    campaignName: campaign.name,
    campaignHref: path,
    ...stateOf(person, now, reader),
    events: events.map((event) => ({
      at: printInstant(event.happened_at ?? event.created_at, now, reader),
      what: `${kindWords[event.kind]} ${event.event ? (eventWords[event.event] ?? event.event) : 'waits to be sent'}`,
      reply: event.reply ?? '',
    })),
    previewHref: `${path}/preview?contact=${person.contact_id}`,
    withdrawalHref: mayWithdraw ? `${path}/invitations/${person.invitation_id}/withdrawal` : '',
  }
}

export const withdrawalPage = (campaign: Campaign, person: Recipient): Confirm => ({
  title: `Withdraw the invitation of ${person.first_name} ${person.last_name}`,
  part,
  sentence: 'The link in the mail ends and says so kindly. Nothing more is sent in this campaign.',
  action: `/campaigns/${campaign.id}/invitations/${person.invitation_id}/withdrawal`,
  label: 'Withdraw it',
  cancel: `/campaigns/${campaign.id}/invitations/${person.invitation_id}`,
})
