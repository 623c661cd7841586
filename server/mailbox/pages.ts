import { address, type Pager, pager } from '../lists.ts'
import type { MessageKind, MessageState } from '../tables.ts'
import { printInstant, type Reader } from '../time.ts'
import type { FailedJob, MailRow, OpenMail } from './mailbox.ts'
import { pageSize } from './mailbox.ts'

const kindWords: Record<MessageKind, string> = {
  invite: 'Invitation',
  'reminder-1': 'Reminder',
  'reminder-2': 'Second reminder',
  receipt: 'Receipt',
  'read-back': 'Our notes, to be confirmed',
  result: 'What we did about it',
}

/** In the order in which a mail goes through them; only what is not zero is shown. */
const stateWords: [state: MessageState, words: string, hint: string][] = [
  ['queued', 'Waiting to go out', ''],
  ['sending', 'Going out now', ''],
  ['deferred', 'Tried, will be tried again', 'Their server said “later”, or ours could not be reached.'],
  ['sent', 'Sent', ''],
  ['bounced', 'Refused for good', 'The campaign shows what the server said.'],
  ['failed', 'Given up', 'The campaign has “Try again”.'],
  ['skipped', 'Left out', 'The person asked for no more mail, or answered before it went.'],
  ['cancelled', 'Stopped', ''],
]

const jobWords: Record<string, string> = {
  'sign-in-mail': 'Mail with a link to sign in',
  'staff-invitation': 'Invitation of a colleague',
  'staff-notice': 'News to a colleague about their account',
  'address-confirmation': 'Mail with a link that confirms a new address',
  'hand-over-mail': 'Mail to a colleague who takes over',
  'suggest-tags': 'Suggesting tags for an answer',
}

type Addressee = Pick<MailRow, 'recipient' | 'first_name' | 'last_name' | 'customer_name' | 'user_name' | 'kind'>

const nameOf = (mail: Addressee) =>
  mail.kind
    ? `${mail.first_name ?? ''} ${mail.last_name ?? ''}`.trim() || mail.recipient
    : (mail.user_name ?? mail.recipient)
const whatOf = (mail: Addressee) => (mail.kind ? kindWords[mail.kind] : 'To a colleague')

export type MailboxPage = {
  title: string
  part: string
  isPractice: boolean
  summary: string
  search: string
  mails: { href: string; name: string; customer: string; subject: string; kind: string; at: string }[]
  isEmpty: boolean
  pager: Pager
  states: { words: string; hint: string; count: number }[]
  failed: { id: string; words: string; at: string; error: string }[]
}

export function mailboxPage(
  list: { total: number; rows: MailRow[] },
  query: { search: string; page: number },
  counts: Partial<Record<MessageState, number>>,
  failed: FailedJob[],
  isPractice: boolean,
  now: Date,
  reader: Reader,
): MailboxPage {
  return {
    title: 'Mail',
    part: 'Mail',
    isPractice,
    summary: isPractice
      ? 'Each mail as the customer would see it. The links in it work.'
      : 'Mails leave by your own mail server (SMTP). Here is what is on its way.',
    search: query.search,
    mails: list.rows.map((mail) => ({
      href: address(`/mailbox/${mail.id}`, {}),
      name: nameOf(mail),
      customer: mail.customer_name ?? '',
      subject: mail.subject,
      kind: whatOf(mail),
      at: printInstant(mail.kept_at, now, reader),
    })),
    isEmpty: list.total === 0,
    pager: pager(list.total, query.page, pageSize, '/mailbox', { q: query.search }),
    states: stateWords
      .map(([state, words, hint]) => ({ words, hint, count: counts[state] ?? 0 }))
      .filter(({ count }) => count > 0),
    failed: failed.map((job) => ({
      id: job.id,
      words: jobWords[job.kind] ?? `Job “${job.kind}”`,
      at: printInstant(job.failed_at ?? '', now, reader),
      error: job.last_error,
    })),
  }
}

export const mailParts = ['html', 'text', 'headers'] as const
export type MailPart = (typeof mailParts)[number]
const partWords: Record<MailPart, string> = { html: 'As they see it', text: 'Plain text', headers: 'Headers' }

export type MailPage = {
  title: string
  part: string
  name: string
  customer: string
  customerHref: string
  recipient: string
  sender: string
  subject: string
  what: string
  at: string
  isWithheld: boolean
  tabs: { href: string; words: string; isCurrent: boolean }[]
  frame: string
  text: string
  headers: { name: string; value: string }[]
  newer: string
  older: string
}

export function mailPage(
  mail: OpenMail,
  shown: MailPart,
  neighbours: { newer: string | undefined; older: string | undefined },
  now: Date,
  reader: Reader,
): MailPage {
  const path = `/mailbox/${mail.id}`
  const at = (id: string | undefined) => (id ? address(`/mailbox/${id}`, { part: shown === 'html' ? '' : shown }) : '')
  const headers: Record<string, unknown> = JSON.parse(mail.headers)
  return {
    title: mail.subject,
    part: 'Mail',
    name: nameOf(mail),
    customer: mail.customer_name ?? '',
    customerHref: `/customers/${mail.customer_id ?? ''}`,
    recipient: mail.recipient,
    sender: mail.sender,
    subject: mail.subject,
    what: mail.kind ? `${kindWords[mail.kind]}, ` : '',
    at: printInstant(mail.kept_at, now, reader),
    isWithheld: mail.isWithheld,
    tabs: mailParts.map((part) => ({
      href: part === 'html' ? path : address(path, { part }),
      words: partWords[part],
      isCurrent: part === shown,
    })),
    frame: shown === 'html' ? `${path}/html` : '',
    text: shown === 'text' ? mail.text_body : '',
    headers:
      shown === 'headers'
        ? [
            { name: 'From', value: mail.sender },
            { name: 'To', value: mail.recipient },
            { name: 'Subject', value: mail.subject },
            ...Object.entries(headers).map(([name, value]) => ({ name, value: String(value) })),
          ]
        : [],
    newer: at(neighbours.newer),
    older: at(neighbours.older),
  }
}
