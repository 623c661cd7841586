import type { User } from '../access.ts'
import type { TalkToHold } from '../campaigns/campaigns.ts'
import { ageOf, type Clock, clockOf } from '../due.ts'
import { address } from '../lists.ts'
import { dayAt, daysBetween, printDay, printInstantDay, readerOf } from '../time.ts'
import { plural, sentenceNumber } from '../words.ts'
import type { Arrival } from './arrivals.ts'
import { duty } from './pages.ts'
import type { OpenTalk, Today } from './today.ts'
import type { UnknownCustomer } from './unknown.ts'

/** Something due: a promise that can be marked as done, or notes that wait. */
type Due = {
  on: string
  clock: Clock
  title: string
  href: string
  customer: string
  customerHref: string
  about: string
  doneAction: string
  step: string
  stepHref: string
  phone: string
  dial: string
}
type UnknownRow = {
  href: string
  name: string
  reason: string
  lastSpoke: string
  why: string
  step: string
  stepHref: string
}
type SilentRow = {
  name: string
  about: string
  customer: string
  customerHref: string
  talkHref: string
  clock: string
}
type Came = {
  customer: string
  customerHref: string
  about: string
  words: string
  isVoice: boolean
  confidence: string
  guessHref: string
}
export type TodayPage = {
  title: string
  part: string
  lead: string
  due: Due[]
  dueCount: string
  moreDue: string
  unknown: UnknownRow[]
  unknownCount: string
  unknownMore: string
  silent: SilentRow[]
  silentCount: string
  silentMore: string
  lately: Came[]
  waiting: string
  rounds: { name: string; href: string }[]
  isNew: boolean
}

/** A rep's day. Opens with what it comes to, in words. */
export function todayPage(user: User, found: Today, now: Date): TodayPage {
  const reader = readerOf(user)
  const today = dayAt(now, user.timeZone)
  const due = dueOf(user, found, now)
  const more = (total: number, shown: number, one: string, many: string) =>
    total > shown ? `Show ${plural(total - shown, one, many)}` : ''
  return {
    title: `${weekday(now, user.timeZone)}, ${printDay(today, now, reader)}`,
    part: 'Today',
    lead: leadOf(found, due.filter(({ on }) => on <= today).length, due.length),
    due,
    dueCount: String(found.dutyCount + found.talks.length + (found.toHold[0]?.total ?? 0)),
    moreDue: more(
      found.dutyCount + (found.toHold[0]?.total ?? 0),
      found.duties.length + found.toHold.length,
      'more thing',
      'more things',
    ),
    unknown: found.unknown.map((one) => unknownRow(one, today)),
    unknownCount: `${found.unknownCount} of your ${plural(found.customerCount, 'customer')}`,
    unknownMore: more(found.unknownCount, found.unknown.length, 'more', 'more'),
    silent: found.silent.map((one) => ({
      name: one.name,
      about: [one.jobTitle, one.hasBegun ? 'began to answer' : ''].filter(Boolean).join(', '),
      customer: one.customer,
      customerHref: `/customers/${one.customerId}`,
      talkHref: `/customers/${one.customerId}/interviews/new?contact=${one.id}`,
      clock: `${daysBetween(dayAt(new Date(one.sentAt), user.timeZone), today)} days`.replace(/^1 days$/, '1 day'),
    })),
    silentCount: plural(found.silentCount, 'contact'),
    silentMore: more(found.silentCount, found.silent.length, 'more', 'more'),
    lately: found.lately.map((one) => cameOf(one, printInstantDay(one.submittedAt, now, reader))),
    waiting: waitingWords(found.waitingCount),
    rounds: (found.customerCount > 0 ? found.rounds : []).map(({ id, name }) => ({
      name,
      href: `/campaigns/${id}/pick`,
    })),
    isNew: found.customerCount === 0,
  }

  function dueOf(user: User, found: Today, now: Date): Due[] {
    const duties = found.duties.map((row): Due => {
      const shown = duty(row, user, now)
      return {
        on: row.due_on,
        clock: shown.clock,
        title: row.text,
        href: shown.href,
        customer: shown.customer,
        customerHref: shown.customerHref,
        about: [shown.how, shown.owner].filter(Boolean).join(' '),
        doneAction: shown.doneAction,
        step: '',
        stepHref: '',
        phone: shown.phone,
        dial: shown.dial,
      }
    })
    const talks = [...found.talks.map((talk) => talkDue(talk)), ...found.toHold.map((talk) => roundDue(talk))]
    return [...duties, ...talks].sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0))
  }

  /** A talk that a round proposes; a guess made after it would be worth nothing, so that comes first. */
  function roundDue(talk: TalkToHold): Due {
    const hasGuess = Number(talk.has_guess) === 1
    const name = `${talk.first_name} ${talk.last_name}`.trim()
    const guide = address(`/customers/${talk.customer_id}/interviews/new`, {
      contact: talk.contact_id,
      round: talk.campaign_id,
    })
    return {
      on: talk.closes_on,
      clock: clockOf(talk.closes_on, today),
      title: `Talk with ${name} for the round “${talk.campaign}”`,
      href: guide,
      customer: talk.company,
      customerHref: `/customers/${talk.customer_id}`,
      about: talk.job_title ? `${talk.job_title}.` : '',
      doneAction: '',
      step: hasGuess ? 'Open the guide' : 'Guess first',
      stepHref: hasGuess ? guide : `/customers/${talk.customer_id}/prediction`,
      phone: '',
      dial: '',
    }
  }

  function talkDue(talk: OpenTalk): Due {
    const isAhead = talk.on >= today
    const what = talk.channel === 'observation' ? 'Visit' : 'Talk'
    return {
      on: talk.on,
      clock: isAhead ? clockOf(talk.on, today) : { words: `${ageOf(talk.on, today)} ago`, kind: 'late' },
      title: isAhead && talk.noted === 0 ? `${what} with ${talk.customer}` : `File your notes on ${talk.customer}`,
      href: `/interviews/${talk.id}`,
      customer: '',
      customerHref: '',
      about: [
        [talk.contact, talk.place].filter(Boolean).join(', '),
        isAhead ? '' : `${what} on ${printDay(talk.on, now, reader)}`,
      ]
        .filter(Boolean)
        .map((sentence) => `${sentence}.`)
        .join(' '),
      doneAction: '',
      step: talk.noted === 0 ? 'Open the talk guide' : 'Go on noting',
      stepHref: `/interviews/${talk.id}`,
      phone: '',
      dial: '',
    }
  }
}

const waitingWords = (n: number): string =>
  n === 0 ? '' : n === 1 ? 'One answer waits to be read.' : `${sentenceNumber(n)} answers wait to be read.`

const weekday = (now: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { weekday: 'long', timeZone }).format(now)

/** "Three things are due. After that, five customers whose reasons we do not know." */
function leadOf(found: Today, dueNow: number, listed: number): string {
  if (found.customerCount === 0) return 'You have no customers yet.'
  const first =
    dueNow > 0
      ? `${sentenceNumber(dueNow)} ${dueNow === 1 ? 'thing is' : 'things are'} due.`
      : listed > 0
        ? 'Nothing is due today.'
        : 'Nothing is due.'
  const { unknownCount: unknown } = found
  if (unknown === 0) return `${first} Each of your customers has told us within a year why they buy.`
  const many = sentenceNumber(unknown).toLowerCase()
  return `${first} ${dueNow > 0 ? 'After that, there' : 'There'} ${unknown === 1 ? 'is one customer' : `are ${many} customers`} whose reasons we do not know.`
}

function unknownRow(one: UnknownCustomer, today: string): UnknownRow {
  const old = one.lastWhyOn ? ageOf(one.lastWhyOn, today) : ''
  const reason = one.lastWhyOn
    ? 'Older than a year.'
    : one.isAsked
      ? 'Invited; nobody has answered in words yet.'
      : one.lastSpokeOn
        ? 'We spoke, but have no words of theirs.'
        : 'Nobody has asked them yet.'
  return {
    href: `/customers/${one.id}`,
    name: one.name,
    reason: one.isLargest ? `${reason} Your largest without a fresh why.` : reason,
    lastSpoke: one.lastSpokeOn ? ageOf(one.lastSpokeOn, today) : 'never',
    why: old || 'not known',
    step: one.hasGuess ? 'Talk' : 'Guess first',
    stepHref: one.hasGuess ? `/customers/${one.id}/interviews/new` : `/customers/${one.id}/prediction`,
  }
}

const ownWords = new Set<string | null>(['typed', 'confirmed', 'verbatim'])
const longestQuote = 220

function cameOf(one: Arrival, day: string): Came {
  const by = {
    survey: 'answered by survey',
    mail: 'answered by mail',
    interview: 'spoke with a colleague',
    observation: 'was visited by a colleague',
  }
  const cut = [...one.words]
  return {
    customer: one.customer,
    customerHref: `/customers/${one.customerId}`,
    about: `${one.contact || 'Somebody there'} ${by[one.channel]}, ${day}.`,
    words: cut.length > longestQuote ? `${cut.slice(0, longestQuote).join('').trimEnd()} …` : one.words,
    isVoice: ownWords.has(one.provenance),
    confidence: one.isReadable ? '' : 'Given in confidence: it counts, and you are not shown the words.',
    guessHref: one.hasGuess ? `/customers/${one.customerId}/prediction` : '',
  }
}
