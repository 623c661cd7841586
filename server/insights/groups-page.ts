import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { type SelectField, select } from '../forms.ts'
import { address, type Pager, pager } from '../lists.ts'
import type { Section } from '../sections.ts'
import type { Reader } from '../time.ts'
import { plural } from '../words.ts'
import { type ShareBar, shareBar } from './charts.ts'
import type { Figures, Group } from './figures.ts'
import { type FilterBar, filterBar } from './filter-bar.ts'
import { filterParams } from './forms.ts'
import { type Claim, type Comparison, compareGroups } from './groups.ts'
import { precision } from './intervals.ts'
import { type Dimension, dimensions } from './ledger.ts'
import { evidence, groupName, groupOrder, type Linked, type Names } from './names.ts'
import { type Told, told } from './reasons.ts'
import { sentence } from './sentence.ts'
import type { Filters } from './view.ts'

/** What groups are made by, as one reads it in the choice and in a heading. */
export const byNames: Record<Dimension, string> = {
  segment: 'Segment',
  region: 'Region',
  owner: 'Looked after by',
  channel: 'Channel',
  provenance: 'How we know',
  asked: 'Asked how',
  campaign: 'Campaign',
}

const firstShown = 12
const pageSize = 50

export type GroupRow = {
  name: string
  n: Linked
  cells: {
    driver: Driver
    letter: string
    name: string
    chart: ShareBar
    helps: Told
    hurts: Told
    differs: string[]
  }[]
}
export type GroupsTable = {
  heads: { driver: Driver; letter: string; name: string }[]
  rows: GroupRow[]
  hidden: string[]
}

export type GroupsPage = FilterBar & {
  title: string
  part: string
  lead: string
  by: SelectField
  byName: string
  /** What stands in a row, and whether a customer may stand in several. */
  about: string
  groups: GroupsTable | ''
  hasSuggestions: boolean
  /** Whether a small bar draws its interval: from ten customers on. */
  hasIntervals: boolean
  method: string
  all: Linked | ''
  pages: Pager
  takeAway: Linked[]
  reset: string
  back: Linked
  sections: Section[]
  closer: Section[]
}

export type GroupsFacts = {
  figures: Figures
  filters: Filters
  names: Names
  isAll: boolean
  page: number
  mayTake: boolean
  sections: Section[]
  closer: Section[]
}

/** "Side by side": the four drivers of each group beside the others. */
export function groupsPage(facts: GroupsFacts, now: Date, reader: Reader): GroupsPage {
  const { figures, filters, names, isAll, page } = facts
  const { by } = figures
  const isShown = figures.status === 'shown'
  const found = compareGroups(figures)
  const groups = isShown ? shownGroups(figures) : []
  const params = { by, ...filterParams(filters) }
  const window: [number, number] = isAll ? [(page - 1) * pageSize, page * pageSize] : [0, firstShown]
  return {
    title: 'Side by side',
    part: 'Why',
    lead: isShown ? leadOf(figures, found, names) : hiddenLead(figures, filters),
    by: select(
      'by',
      'Groups by',
      dimensions.map((one): [string, string] => [one, byNames[one]]),
      { by },
      {},
    ),
    byName: byNames[by],
    about: ofWords.has(by)
      ? 'customers who say that we help or hurt; whoever spoke in several ways stands in each, with what was said there'
      : 'customers who say that we help or hurt; each stands in one group',
    ...filterBar(figures, filters, names, now, reader),
    groups:
      groups.length > 0 || (isShown && figures.groups.length > 0) ? tableOf(facts, found, groups.slice(...window)) : '',
    hasSuggestions: filters.suggestions,
    hasIntervals: groups.some(({ n }) => precision(n) !== 'counts'),
    method: isShown ? methodOf(found, by) : '',
    all:
      !isAll && groups.length > firstShown
        ? { text: `Show all ${groups.length}`, href: address('/why/groups', { ...params, all: '1' }) }
        : '',
    pages: isAll
      ? pager(groups.length, page, pageSize, '/why/groups', { ...params, all: '1' })
      : { range: '', previous: '', next: '' },
    takeAway:
      facts.mayTake && isShown
        ? [
            { text: 'Report to print', href: address('/why/report', params) },
            { text: 'Figures for Excel', href: address('/why.xlsx', params) },
            { text: 'Figures as CSV', href: address('/why.csv', params) },
            { text: 'All files', href: address('/why/files', filterParams(filters)) },
          ]
        : [],
    reset: address('/why/groups', { by }),
    back: { text: 'All customers of this view together', href: address('/why', filterParams(filters)) },
    sections: facts.sections,
    closer: facts.closer,
  }
}

/** The table of a report: all groups that may be shown, the largest first. */
export function groupsTable(figures: Figures, filters: Filters, names: Names): GroupsTable {
  return tableOf({ figures, filters, names }, compareGroups(figures), shownGroups(figures))
}

/** What may be said on top: the differences that stand, or that there is none. */
export function leadOf(figures: Figures, found: Comparison, names: Names): string {
  switch (found.kind) {
    case 'same':
      return 'Most customers were asked both ways, so these are not two groups to compare. What they say unprompted comes first; what they say when asked for it is weaker.'
    case 'one':
      return figures.groups.length > 1
        ? 'Only one group may be shown, so there is none to compare.'
        : 'There is one group here, so there is none to compare.'
    case 'few':
      return 'Too few customers to compare: it takes 10 in a group and 10 in the rest.'
    case 'compared': {
      const { claims, isIndicative } = found
      if (claims.length === 0) return 'No group can be told from the rest.'
      const said = claims
        .slice(0, mostClaims)
        .map((claim) => claimText(claim, groupName(figures.by, claim.value, names), ofWords.has(figures.by)))
      const more =
        claims.length > mostClaims ? ` ${claims.length - mostClaims} more differ; the table tells which.` : ''
      return `${said.join(' ')}${more}${isIndicative ? ' Indicative: fewer than 30 customers on a side.' : ''}`
    }
  }
}

const mostClaims = 3

/** Groups of words rather than of customers: a customer who spoke in several ways stands in each. */
const ofWords: ReadonlySet<Dimension> = new Set<Dimension>(['campaign', 'channel', 'provenance', 'asked'])

function claimText(
  { driver, direction, difference, share, rest, interval }: Claim,
  name: string,
  isWords: boolean,
): string {
  const often = difference > 0 ? 'more often' : 'less often'
  const driverName = driverNames[driver].toLowerCase()
  const figures = `${percent(share)} against ${percent(rest)} %, ${points(interval)} points.`
  if (isWords)
    return `${name}: ${direction === '+' ? driverName : `harm with ${driverName}`} is named ${often} than by the rest, ${figures}`
  const what =
    direction === '+'
      ? `names ${driverName} ${often} than the rest`
      : `says ${often} than the rest that we hurt with ${driverName}`
  return `${name} ${what}: ${figures}`
}

const percent = (share: number): string => String(Math.round(share * 100))
const signed = (share: number): string => {
  const whole = Math.round(share * 100)
  return whole < 0 ? `−${-whole}` : `+${whole}`
}
const points = ({ low, high }: Claim['interval']): string => `${signed(low)} to ${signed(high)}`

function methodOf(found: Comparison, by: Dimension): string {
  if (found.kind !== 'compared') return ''
  return `Each group against the customers who are not in it (Newcombe 1998b, 95 %; Holm for ${found.tests} comparisons). Groups differ in more than their name: who asked, in what words, how long they answered.${ofWords.has(by) ? ' The rest are the customers with no such words.' : ''}`
}

const hiddenLead = (figures: Figures, filters: Filters): string => {
  const none = { revenue: 0, cost: 0, risk: 0, emotion: 0 }
  const { status, heard, n } = figures
  const parts = sentence({
    status,
    heard,
    asked: undefined,
    n,
    hasSuggestions: filters.suggestions,
    helps: none,
    hurts: none,
  })
  return parts.map(({ text }) => text).join('')
}

/** The groups that may be shown: in the order that they have of their own, or else the largest first. */
function shownGroups({ groups, by }: Figures): Group[] {
  const order = groupOrder(by)
  return groups
    .filter(({ status, n }) => status === 'shown' && n > 0)
    .sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value) || b.n - a.n || (a.value < b.value ? -1 : 1))
}

function tableOf(
  { figures, filters, names }: Pick<GroupsFacts, 'figures' | 'filters' | 'names'>,
  found: Comparison,
  groups: Group[],
): GroupsTable {
  const { by } = figures
  const claims = found.kind === 'compared' ? found.claims : []
  const hidden = (status: string) =>
    figures.groups
      .filter((group) => group.n > 0 && group.status === status)
      .map((group) => groupName(by, group.value, names))
      .sort((a, b) => a.localeCompare(b, 'en'))
  return {
    heads: drivers.map((driver) => ({ driver, letter: driverLetters[driver], name: driverNames[driver] })),
    rows: groups.map((group, index) => {
      const narrowed = { ...filters, [by]: group.value }
      return {
        name: groupName(by, group.value, names),
        n: {
          text: plural(group.n, 'customer'),
          href: evidence(narrowed, { of: filters.suggestions ? 'heard' : 'read' }),
        },
        cells: drivers.map((driver) => ({
          driver,
          letter: driverLetters[driver],
          name: driverNames[driver],
          chart: shareBar(`group-${index}`, driver, group),
          helps: told(driver, '+', group, narrowed),
          hurts: told(driver, '-', group, narrowed),
          differs: claims
            .filter((claim) => claim.value === group.value && claim.driver === driver)
            .map(
              (claim) =>
                `${claim.direction === '+' ? 'helped' : 'hurt'} ${claim.difference > 0 ? 'more' : 'less'} often than the rest, ${points(claim.interval)} points`,
            ),
        })),
      }
    }),
    hidden: [
      ...hiddenText(hidden('small'), 'fewer than 5 customers'),
      ...hiddenText(hidden('near'), 'beside the rest they would single out fewer than 5'),
    ],
  }
}

function hiddenText(names: string[], why: string): string[] {
  if (names.length === 0) return []
  const told = names.slice(0, firstShown)
  const more = names.length > told.length ? ` and ${names.length - told.length} more` : ''
  return [`Hidden, ${why}: ${told.join(', ')}${more}.`]
}
