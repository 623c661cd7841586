import type { User } from '../access.ts'
import { driverNames } from '../drivers.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { mayTalk } from '../interviews/interviews.ts'
import { type Pager, pager } from '../lists.ts'
import { printMoney } from '../money.ts'
import { type Section, whySections } from '../sections.ts'
import { printDay, type Reader, readerOf } from '../time.ts'
import { listed, plural } from '../words.ts'
import { pointKeys, pointNames } from './forms.ts'
import { type LossPart, lossPart } from './loss-part.ts'
import type { Watched } from './losses.ts'
import { weakDriver } from './signs.ts'
import type { Scored } from './value.ts'
import type { Band, Points, Signs, Vulnerability } from './vulnerability.ts'

const pageSize = 25
const part = 'Why'

type Row = {
  name: string
  href: string
  about: string
  score: string
  most: string
  bands: string
  chart: { label: string; known: string; most: string }
  factors: { sentence: string; points: string; when: string; href: string }[]
  unknown: string
  next: string
  talkHref: string
}
export type VulnerablePage = {
  sections: Section[]
  title: string
  part: string
  lead: string
  filters: SelectField[]
  anyFilter: boolean
  rows: Row[]
  pager: Pager
  hasPages: boolean
  blind: { name: string; href: string; about: string }[]
  blindTitle: string
  pointsHref: string
  pointsAbout: string
  known: string
  losses: LossPart
}

export type VulnerableFacts = {
  all: Scored[]
  watched: Watched[]
  filters: { band: '' | Band; owner: string; segment: string }
  page: number
  version: number
  mayChangePoints: boolean
}

/** Vulnerable customers, each point with its evidence, and the top ones whose reason we do not have in their own words. */
export function vulnerablePage(user: User, facts: VulnerableFacts, now: Date): VulnerablePage {
  const reader = readerOf(user)
  const { filters } = facts
  const chosen = facts.all.filter(
    ({ ownerId, segment, score }) =>
      (filters.owner === '' || ownerId === filters.owner) &&
      (filters.segment === '' || segment === filters.segment) &&
      (filters.band === '' || score.bands[0] === filters.band),
  )
  const page = Math.min(facts.page, Math.max(1, Math.ceil(chosen.length / pageSize)))
  const rows = chosen.slice((page - 1) * pageSize, page * pageSize)
  const typed = { band: filters.band, owner: filters.owner, segment: filters.segment }
  const high = facts.all.filter(({ score }) => score.low >= 25).length
  const matter = thoseThatMatter(facts.all)
  const blind = blindSpots(matter)
  return {
    sections: whySections(user, '/vulnerable'),
    title: 'Vulnerable customers',
    part,
    lead:
      facts.all.length === 0
        ? 'There is no active customer yet.'
        : `${high} of ${plural(facts.all.length, 'active customer')} have 25 points or more. An order to work in, not a chance of leaving.`,
    filters: [
      select(
        'band',
        'Band',
        [
          ['', 'All'],
          ['act', 'Act: 50 or more'],
          ['watch', 'Watch: 25 to 49'],
          ['low', 'Low: below 25'],
        ],
        typed,
        {},
      ),
      select('segment', 'Segment', [['', 'All'], ...segmentsOf(facts.all)], typed, {}),
      select('owner', 'Taken care of by', [['', 'Anybody'], ...ownersOf(facts.all)], typed, {}),
    ],
    anyFilter: Object.values(typed).some(Boolean),
    rows: rows.map((one) => row(user, one, now, reader)),
    pager: pager(chosen.length, page, pageSize, '/vulnerable', typed),
    hasPages: chosen.length > pageSize,
    blind: blind.slice(0, 10).map((one) => ({
      name: one.name,
      href: `/customers/${one.id}`,
      about: [
        money(one),
        one.facts.why ? `last said on ${printDay(one.facts.why.on, now, reader)}` : 'never heard in their own words',
      ]
        .filter(Boolean)
        .join(', '),
    })),
    blindTitle: blind.length > 10 ? `the 10 largest of ${blind.length}` : '',
    known: knownAbout(matter.length, blind.length),
    losses: lossPart(facts.watched),
    pointsHref: facts.mayChangePoints ? '/vulnerable/points' : '',
    pointsAbout: facts.version === 0 ? 'The usual points.' : `Points of version ${facts.version}.`,
  }
}

const segmentsOf = (all: Scored[]): [string, string][] =>
  [...new Set(all.map(({ segment }) => segment).filter(Boolean))].sort().map((name) => [name, name])
const ownersOf = (all: Scored[]): [string, string][] => {
  const owners = new Map(all.flatMap(({ ownerId, owner }) => (ownerId ? [[ownerId, owner] as const] : [])))
  return [...owners].sort(([, a], [, b]) => (a < b ? -1 : 1))
}

const money = ({ revenue }: Scored): string => (revenue ? printMoney(revenue) : '')

/** The third that brings most. */
function thoseThatMatter(all: Scored[]): Scored[] {
  const known = all
    .filter(({ revenue }) => revenue !== undefined)
    .sort((a, b) => (b.revenue?.minor ?? 0) - (a.revenue?.minor ?? 0))
  return known.slice(0, Math.ceil(known.length / 3))
}

/** Among them: no reason in their own words, or none of the last twelve months. */
const blindSpots = (matter: Scored[]): Scored[] => matter.filter(({ signs }) => signs.why !== 'fresh')

/** How many of those that matter we know: accounts known of accounts that matter. */
const knownAbout = (n: number, blind: number): string =>
  n === 0 ? '' : `${n - blind} of ${n} have told us why within a year.`

const bandNames: Record<Band, string> = { low: 'low', watch: 'watch', act: 'act' }

function row(user: User, one: Scored, now: Date, reader: Reader): Row {
  const { score, evidence } = one
  const factors = score.factors
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ sign, points }) => {
      const found = evidence[sign]
      return {
        sentence: found?.sentence ?? '',
        points: String(points),
        when: found?.on ? printDay(found.on, now, reader) : '',
        href: found?.responseId ? `/customers/${one.id}` : sign === 'open' ? `/customers/${one.id}` : '',
      }
    })
  const unknown = score.factors.filter((factor) => factor.unknown > 0).map(({ sign }) => unknownNames[sign])
  return {
    name: one.name,
    href: `/customers/${one.id}`,
    about: [money(one), one.owner && `${one.owner} takes care of it`].filter(Boolean).join(', '),
    score: String(score.low),
    most: score.high > score.low ? `at most ${score.high}` : '',
    bands: listed(score.bands.map((band) => bandNames[band])).replace(' and ', ' or '),
    chart: {
      label: `${one.name}: ${score.low}${score.high > score.low ? `, at most ${score.high}` : ''} of 100`,
      known: `${score.low}%`,
      most: `${score.high}%`,
    },
    factors,
    unknown: unknown.length > 0 ? `Not known: ${unknown.join(', ')}.` : '',
    next: nextStep(one),
    talkHref: mayTalk(user) ? `/customers/${one.id}/interviews/new` : '',
  }
}

const unknownNames: Record<keyof Signs, string> = {
  competitor: 'other suppliers',
  leaving: 'whether they go on',
  why: 'from when their reason is',
  worstScore: 'how well we do on what weighs most',
  open: 'what we owe',
  help: 'what we help with',
  isInertia: 'habit',
  isOfferingWasted: 'what they make of each offering',
  isHurt: 'how people there feel',
}

/** The cheapest next step: what the heaviest known sign asks for; where nothing is known, asking. */
function nextStep(one: Scored): string {
  const heaviest = [...one.score.factors].sort((a, b) => b.points - a.points)[0]
  const who = one.owner || 'Somebody'
  if (!heaviest || heaviest.points === 0)
    return isMostlyUnknown(one.score) ? 'Ask: little is known.' : 'Nothing now. Keep asking once a year.'
  switch (heaviest.sign) {
    case 'competitor':
      return `${who} calls this week, listens, and does not sell.`
    case 'leaving':
      return `${who} asks what it depends on, and answers within two days.`
    case 'why':
      return 'Ask the three questions in a talk.'
    case 'worstScore': {
      const weak = weakDriver(one.facts)
      return `Ask what would move ${weak ? driverNames[weak.driver].toLowerCase() : 'it'} by one point.`
    }
    case 'open':
      return 'Close what is open, the oldest first, and tell them.'
    case 'help':
      return 'Ask what it would cost them if we went.'
    case 'isInertia':
      return 'Give them a reason before somebody else does: ask what they work for this year.'
    case 'isOfferingWasted':
      return 'Explain it once, or stop offering it to them.'
    case 'isHurt':
      return `${who} answers for it in person.`
  }
}

const isMostlyUnknown = (score: Vulnerability): boolean => score.high - score.low >= 50

export type PointsPage = Problems & {
  title: string
  part: string
  about: string
  version: number
  fields: Field[]
  note: Field
}

export function pointsPage(
  current: { points: Points; version: number; note: string },
  typed: Typed,
  errors: Record<string, string>,
): PointsPage {
  const filled = {
    ...Object.fromEntries(Object.entries(current.points).map(([name, value]) => [name, String(value)])),
    ...typed,
  }
  return {
    title: 'Points of vulnerability',
    part,
    about:
      current.version === 0
        ? 'These are the usual points. Each change is kept as a version.'
        : `Version ${current.version}: ${current.note}`,
    version: current.version,
    fields: pointKeys.map((key) => field(key, pointNames[key], filled, errors)),
    note: field('note', 'Why they change', typed, errors, { type: 'textarea' }),
    ...problemsOf(errors),
  }
}
