import type { User } from '../access.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { type Pager, pager } from '../lists.ts'
import type { Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import type { Campaign } from './campaigns.ts'
import { type Mix, mixesOf, shortWords, talkWords } from './mix-pages.ts'
import { type Frame, frame } from './pages.ts'
import type { findToAdd, KeptDraw, Pick } from './pick.ts'
import { measures, type Purpose, sizeFor } from './pick-rules.ts'
import { chosenStory, leftOutWords, measureWords, reasonsInWords, wayReasonWords } from './pick-words.ts'
import type { TheyGet } from './they-get.ts'

export const picksAPage = 50

type Choice = { id: string; value: Purpose; label: string; hint: string; checked: boolean }
type Act = { act: string; label: string }
type Row = {
  contact: string
  company: string
  href: string
  person: string
  reason: string
  theyGet: string
  way: string
  wayReason: string
  acts: Act[]
}

export type PickPage = Frame &
  Problems & {
    isRep: boolean
    lead: string
    story: string
    isDrawn: boolean
    action: string
    peopleAction: string
    useAction: string
    forReasons: Choice
    forFigures: Choice
    theyGet: string
    purposeError: string
    count: Field
    margin: SelectField
    rate: Field
    measure: SelectField
    rows: Row[]
    pager: Pager
    total: string
    dropped: { contact: string; name: string; about: string }[]
    droppedCount: string
    find: string
    isSearched: boolean
    found: { contact: string; name: string; about: string }[]
    mixes: Mix[]
    short: string[]
    talks: string[]
    leftOut: string
    isUsed: boolean
    onward: string
  }

type Facts = {
  draws: KeptDraw[]
  picks: Pick[]
  theyGet: Map<string, TheyGet>
  found: Awaited<ReturnType<typeof findToAdd>>
  find: string
  page: number
  past: { rate: number; invited: number } | undefined
}

/** Whom a round asks and why: the proposal, the mix that it comes to, and what was changed by hand. */
export function pickPage(
  campaign: Campaign,
  user: User,
  facts: Facts,
  sent: Typed | undefined,
  errors: Record<string, string>,
  now: Date,
  reader: Reader,
): PickPage {
  const isRep = user.role === 'rep'
  const path = `/campaigns/${campaign.id}/pick`
  const inRound = facts.picks.filter(({ dropped_at }) => !dropped_at)
  const dropped = facts.picks.filter(({ dropped_at }) => dropped_at)
  const own = facts.draws.find(({ owner_id }) => owner_id === (isRep ? user.id : null))
  const shown = inRound.slice((facts.page - 1) * picksAPage, facts.page * picksAPage)
  return {
    ...frame(campaign, 'audience', 'Pick a round'),
    ...(isRep ? { steps: [] } : {}),
    ...problemsOf(errors),
    ...formFields(own, isRep, facts.past, sent, errors),
    isRep,
    lead: leadOf(inRound, own),
    story:
      inRound.length > 0 || facts.draws.length > 0
        ? chosenStory(facts.draws, facts.picks, campaign.audience, now, reader)
        : '',
    isDrawn: own !== undefined,
    action: path,
    peopleAction: `${path}/people`,
    useAction: `${path}/use`,
    rows: shown.map((pick) => rowOf(pick, campaign, facts.theyGet, now, reader)),
    theyGet:
      shown.length > 0 && facts.theyGet.size === 0 ? 'What they get from us is not known to you of any of them.' : '',
    pager: pager(inRound.length, facts.page, picksAPage, path, {}),
    total: String(inRound.length),
    dropped: dropped.map((pick) => ({
      contact: pick.contact_id,
      name: pick.company,
      about: `${nameOf(pick)}. Dropped by ${pick.dropper ?? 'somebody'}`,
    })),
    droppedCount: String(dropped.length),
    find: facts.find,
    isSearched: facts.find !== '',
    found: facts.found.map((one) => ({
      contact: one.id,
      name: nameOf(one),
      about: [one.job_title, one.company].filter(Boolean).join(', '),
    })),
    mixes: inRound.length > 0 ? mixesOf(inRound, own) : [],
    short: own ? shortWords(own, inRound) : [],
    talks: talkWords(inRound),
    leftOut: own ? leftOutWords(own.facts.leftOut) : '',
    isUsed: campaign.audience.isPicked,
    onward: isRep
      ? ''
      : `/campaigns/${campaign.id}/${campaign.version.template.channels.includes('survey') ? 'text' : 'recipients'}`,
  }
}

const nameOf = (one: { first_name: string; last_name: string }) => `${one.first_name} ${one.last_name}`.trim()

function leadOf(inRound: Pick[], own: KeptDraw | undefined): string {
  const customers = new Set(inRound.map(({ customer_id }) => customer_id)).size
  if (customers === 0)
    return own
      ? 'Nobody on the list can be asked now.'
      : 'Asking only those who shout misleads. The proposal names whom to ask and why; you have the last word.'
  const talks = inRound.filter(({ way }) => way === 'talk').length
  const mails = inRound.length - talks
  const parts = [talks > 0 ? plural(talks, 'talk') : '', mails > 0 ? plural(mails, 'mail') : ''].filter(Boolean)
  const isMany = own?.purpose === 'reasons' && customers > sizeFor(false).most
  const note = isMany ? ' After 15 most reasons have been heard.' : ''
  return `${plural(customers, 'customer')}: ${listed(parts)}.${note}`
}

function formFields(
  own: KeptDraw | undefined,
  isRep: boolean,
  past: Facts['past'],
  sent: Typed | undefined,
  errors: Record<string, string>,
) {
  const { least, usual, most } = sizeFor(isRep)
  const typed: Typed = sent ?? {
    purpose: own?.purpose ?? 'reasons',
    measure: own?.measure ?? 'revenue',
    count: String(own?.purpose === 'reasons' ? Math.max(own.wanted, least) : usual),
    margin: String(own?.margin ?? 10),
    rate: String(own?.response_rate ?? past?.rate ?? 30),
  }
  return {
    forReasons: {
      id: 'purpose',
      value: 'reasons' as const,
      label: 'To hear reasons',
      hint: 'Some of the best customers, mixed. Most reasons are heard in so few talks.',
      checked: typed.purpose !== 'figures',
    },
    forFigures: {
      id: 'purpose-figures',
      value: 'figures' as const,
      label: 'For figures about the whole list',
      hint: 'As many as the figures need, drawn at random. A list of 30 or fewer is asked whole.',
      checked: typed.purpose === 'figures',
    },
    purposeError: errors.purpose ?? '',
    count: field('count', 'How many customers', typed, errors, {
      hint: isRep ? 'Of your own. The whole round holds 8 to 15.' : `From ${least} to ${most}.`,
    }),
    margin: select(
      'margin',
      'How exact',
      [
        ['15', '±15 points'],
        ['10', '±10 points'],
        ['5', '±5 points'],
      ],
      typed,
      errors,
      { hint: 'With this the share of the whole list is met 95 times in 100.' },
    ),
    rate: field('rate', 'How many of 100 will answer', typed, errors, {
      hint: past
        ? `In your rounds so far ${past.rate} of 100 answered (${past.invited} invited).`
        : 'A guess: 30 is usual.',
    }),
    measure: select(
      'measure',
      'Best by',
      measures.map((one): [string, string] => [
        one,
        `${measureWords[one].charAt(0).toUpperCase()}${measureWords[one].slice(1)}`,
      ]),
      typed,
      errors,
      { hint: 'And by what they say to get from us, where somebody has said so.' },
    ),
  }
}

function rowOf(pick: Pick, campaign: Campaign, theyGet: Map<string, TheyGet>, now: Date, reader: Reader): Row {
  const said = theyGet.get(pick.customer_id)
  const note = wayNote(pick)
  const { channels } = campaign.version.template
  return {
    contact: pick.contact_id,
    company: pick.company,
    href: `/customers/${pick.customer_id}`,
    person: [nameOf(pick), pick.job_title].filter(Boolean).join(', '),
    reason: reasonsInWords(pick.reasons, now, reader),
    theyGet:
      theyGet.size === 0
        ? ''
        : said
          ? `What they get: ${Number(said.score.toFixed(1))} of 10.`
          : 'What they get is not known.',
    way: pick.way === 'talk' ? `Talk, by ${pick.asker ?? 'nobody yet'}` : 'Mail',
    wayReason: note,
    acts: [
      ...(pick.way === 'talk' && channels.includes('survey') ? [{ act: 'mail', label: 'Ask by mail' }] : []),
      ...(pick.way === 'mail' && channels.includes('interview') ? [{ act: 'talk', label: 'Talk instead' }] : []),
      { act: 'drop', label: 'Drop' },
    ],
  }
}

function wayNote(pick: Pick): string {
  const reason = Object.entries(wayReasonWords).find(([code]) => code === pick.way_reason)?.[1] ?? ''
  const isOthers = pick.way === 'talk' && pick.asker_id !== pick.owner_id && pick.way_reason !== 'other_asker'
  return [reason, isOthers && pick.owner_id ? 'not by their own rep' : ''].filter(Boolean).join('; ')
}
