import { scaleLinear } from 'd3-scale'
import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import { type Pager, pager, type SortLink, sortLink } from '../lists.ts'
import { dayAt, printDay, printInstant, printInstantDay, printTime, type Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import type { Campaign } from './campaigns.ts'
import type { RecipientSort } from './forms.ts'
import { stateOf } from './invitation-pages.ts'
import { type Confirm, type LeftOutGroup, leftOutGroups, part } from './pages.ts'
import {
  type listExclusions,
  type listTroubles,
  type Progress,
  type Recipient,
  type RecipientState,
  recipientStates,
} from './progress.ts'
import type { ListedTalk } from './round-talks.ts'
import { type TalksModel, talksModel } from './talk-pages.ts'

export const recipientsAPage = 25

type Bar = { name: string; count: string; note: string; textY: number; y: number; width: string; share: string }
type Funnel = { title: string; desc: string; height: number; bars: Bar[] }

/** Four bars to one scale, labelled directly: x in per cent of the width, y in px. */
function funnel(progress: Progress): Funnel {
  const x = scaleLinear([0, Math.max(progress.invited, 1)], [0, 100])
  const began = Math.max(progress.began, progress.submitted)
  const unfinished = began - progress.submitted
  const notes = [
    progress.queued > 0 ? `${progress.queued} waiting` : '',
    progress.failed > 0 ? `${progress.failed} did not arrive` : '',
    progress.skipped > 0 ? `${progress.skipped} not sent` : '',
  ]
  const bars: [string, number, string][] = [
    ['Invited', progress.invited, ''],
    ['Sent', progress.sent, notes.filter(Boolean).join(', ')],
    ['Began', began, unfinished > 0 ? `${unfinished} unfinished` : ''],
    ['Answered', progress.submitted, ''],
  ]
  return {
    title: `${progress.submitted} of ${progress.invited} have answered`,
    desc: `${progress.invited} invited, ${progress.sent} sent, ${began} began, ${progress.submitted} answered.`,
    height: bars.length * 44,
    bars: bars.map(([name, count, note], index) => ({
      name,
      count: String(count),
      note: note && `, ${note}`,
      textY: index * 44 + 14,
      y: index * 44 + 28,
      width: `${Number(x(count).toFixed(1))}%`,
      share: `${Math.round(x(count))} %`,
    })),
  }
}

type Trouble = { name: string; about: string; words: string; reply: string; retry: string; href: string }
type Row = {
  name: string
  href: string
  about: string
  state: string
  detail: string
  lastMail: string
  owner: string
}
type ProgressPage = {
  title: string
  part: string
  name: string
  summary: string
  isOpen: boolean
  asOf: string
  funnel: Funnel
  caption: string
  troubles: Trouble[]
  troublesCount: string
  retryAll: string
  retryAllLabel: string
  total: string
  q: string
  path: string
  states: { value: string; label: string; selected: boolean }[]
  sorts: { value: string; label: string; selected: boolean }[]
  headers: (SortLink & { label: string })[]
  isFiltered: boolean
  rows: Row[]
  pager: Pager
  leftOut: LeftOutGroup[]
  leftOutCount: string
  joinersWords: string
  joinersHref: string
  previewHref: string
  questionsHref: string
  audienceHref: string
  closingHref: string
  closingDayHref: string
  talks: TalksModel
  chosen: string
}

type Facts = {
  talks: ListedTalk[]
  chosen: string
  progress: Progress
  list: { total: number; rows: Recipient[] }
  troubles: Awaited<ReturnType<typeof listTroubles>>
  exclusions: Awaited<ReturnType<typeof listExclusions>>
  joiners: number
}

const stateNames: Record<RecipientState, string> = {
  waiting: 'Waiting to be sent',
  sent: 'No answer',
  failed: 'Did not arrive',
  skipped: 'Not sent',
  began: 'Began, not sent',
  submitted: 'Answered',
  call: 'Asked for a call',
  declined: 'Want no more of it',
  withdrawn: 'Withdrawn',
}
const sortNames = { state: 'State', name: 'Name', company: 'Company', sent: 'Last mail' } as const

/** How a campaign that was launched is doing. */
export function progressPage(
  campaign: Campaign,
  facts: Facts,
  query: { q: string; state: RecipientState | ''; sort: RecipientSort },
  page: number,
  userId: string,
  now: Date,
  reader: Reader,
): ProgressPage {
  const { progress, list, troubles, joiners } = facts
  const path = `/campaigns/${campaign.id}`
  const kept = { q: query.q, state: query.state, sort: query.sort === 'state' ? '' : query.sort }
  const isOpen = campaign.state === 'launched'
  const isOver = !isOpen || campaign.closesOn < dayAt(now, reader.timeZone)
  const { template, number } = campaign.version
  const launched = campaign.launchedAt ? `Launched ${printInstantDay(campaign.launchedAt, now, reader)}` : ''
  const closes = printDay(campaign.closesOn, now, reader)
  const header = (column: keyof typeof sortNames, label: string) => ({
    ...sortLink(column, query.sort, path, kept),
    label,
  })
  return {
    title: campaign.name,
    part,
    name: campaign.name,
    summary: `${template.name}, version ${number}. ${launched}, ${isOver ? 'closed' : 'closes'} ${closes}.`,
    isOpen,
    asOf: `to ${printInstant(now.toISOString(), now, reader)}`,
    funnel: funnel(progress),
    caption: caption(progress),
    troubles: troubles.map((one) => trouble(one, path, now, reader)),
    troublesCount: String(troubles.length),
    retryAll: progress.stuck > 1 && isOpen ? `${path}/retries` : '',
    retryAllLabel: `Try all ${progress.stuck} again`,
    total: String(progress.invited),
    q: query.q,
    path,
    states: [
      { value: '', label: 'All', selected: query.state === '' },
      ...recipientStates.map((value) => ({ value, label: stateNames[value], selected: query.state === value })),
    ],
    sorts: Object.entries(sortNames).map(([value, label]) => ({ value, label, selected: query.sort === value })),
    headers: [header('name', 'Person'), header('state', 'State'), header('sent', 'Last mail')],
    isFiltered: query.q !== '' || query.state !== '',
    rows: list.rows.map((row) => recipientRow(row, path, now, reader)),
    pager: pager(list.total, page, recipientsAPage, path, kept),
    leftOut: leftOutGroups(facts.exclusions, ''),
    leftOutCount: `${facts.exclusions.length} of ${facts.exclusions.length + progress.invited} chosen`,
    joinersWords: joiners > 0 ? `${plural(joiners, 'person', 'people')} joined the audience since the launch.` : '',
    joinersHref: `${path}/joiners`,
    previewHref: list.rows[0] ? `${path}/preview?contact=${list.rows[0].contact_id}` : '',
    questionsHref: `/templates/${campaign.version.key}?version=${number}`,
    audienceHref: `${path}/audience`,
    closingHref: `${path}/closing`,
    closingDayHref: `${path}/closing-day`,
    talks: talksModel(facts.talks, userId, campaign),
    chosen: facts.chosen,
  }
}

function caption(progress: Progress): string {
  const parts = [
    progress.calls > 0 ? `${progress.calls} asked for a call` : '',
    progress.declined > 0 ? `${progress.declined} asked not to be asked again` : '',
    progress.reminded > 0 ? `${progress.reminded} were reminded` : '',
    progress.remindedTwice > 0 ? `${progress.remindedTwice} a last time` : '',
    progress.remindersWaiting > 0
      ? `${plural(progress.remindersWaiting, 'reminder waits', 'reminders wait')} for the day`
      : '',
  ].filter(Boolean)
  return [parts.length > 0 ? `${listed(parts)}.` : '', 'Opening a mail is not counted.'].filter(Boolean).join(' ')
}

function trouble(one: Facts['troubles'][number], path: string, now: Date, reader: Reader): Trouble {
  const isLater = one.state === 'deferred'
  const day = one.run_at ? dayAt(new Date(one.run_at), reader.timeZone) : ''
  const when = one.run_at
    ? day === dayAt(now, reader.timeZone)
      ? printTime(one.run_at, reader)
      : printInstant(one.run_at, now, reader)
    : ''
  return {
    name: `${one.first_name} ${one.last_name}`.trim(),
    about: [one.company, one.email, one.kind === 'invite' ? '' : 'a reminder'].filter(Boolean).join(', '),
    words: isLater
      ? `Their server said “later”.${when ? ` Next try ${when}.` : ''}`
      : one.state === 'bounced'
        ? 'Their server refused it. We do not try again by ourselves.'
        : 'Given up after six tries.',
    reply: one.last_reply ?? '',
    retry: isLater ? '' : `${path}/messages/${one.id}/retry`,
    href: `${path}/invitations/${one.invitation_id}`,
  }
}

function recipientRow(row: Recipient, path: string, now: Date, reader: Reader): Row {
  const { state, detail } = stateOf(row, now, reader)
  return {
    name: `${row.first_name} ${row.last_name}`.trim(),
    href: `${path}/invitations/${row.invitation_id}`,
    about: [row.company, row.job_title].filter(Boolean).join(', '),
    state,
    detail,
    lastMail: row.sent_at ? printInstantDay(row.sent_at, now, reader) : '',
    owner: row.owner ?? '',
  }
}

export function closingPage(campaign: Campaign, progress: Progress): Confirm {
  const open = progress.invited - progress.submitted
  const waiting =
    progress.queued > 0 ? ` ${plural(progress.queued, 'mail that waits is', 'mails that wait are')} not sent.` : ''
  return {
    title: `Close ${campaign.name} now`,
    part,
    sentence: `${plural(open, 'person who has', 'people who have')} not answered can no longer do so.${waiting} What was answered stays.`,
    action: `/campaigns/${campaign.id}/closing`,
    label: 'Close the campaign',
    cancel: `/campaigns/${campaign.id}`,
  }
}

type ClosingDayPage = Problems & {
  title: string
  part: string
  campaign: string
  path: string
  open: string
  closesOn: Field
}

/** Moving the last day of a campaign that is under way. */
export function closingDayPage(
  campaign: Campaign,
  progress: Progress,
  typed: Typed = { closesOn: campaign.closesOn },
  errors: Record<string, string> = {},
): ClosingDayPage {
  const open = progress.invited - progress.submitted
  return {
    title: 'Move the closing day',
    part,
    campaign: campaign.name,
    path: `/campaigns/${campaign.id}`,
    open: `${plural(open, 'person has', 'people have')} not answered yet. Mails that were sent name the earlier day; their links work until the new one.`,
    closesOn: field('closesOn', 'Closes on', typed, errors, {
      type: 'date',
      hint: 'Answers can be written and changed until the end of this day.',
    }),
    ...problemsOf(errors),
  }
}
