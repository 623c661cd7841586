import type { User } from '../access.ts'
import { bom, writeRows } from '../csv.ts'
import { type SelectField, select } from '../forms.ts'
import { address, type Pager, pager } from '../lists.ts'
import { printMoney, writeAmount } from '../money.ts'
import { type Section, whySections } from '../sections.ts'
import { printInstantDay, readerOf } from '../time.ts'
import type { Steps } from '../unhurried.ts'
import { plural } from '../words.ts'
import { isInDispute, type Listed } from './client-list.ts'
import type { OutputFilter } from './rating-forms.ts'
import { verdicts } from './rating-rule.ts'
import {
  aloneWords,
  apartWords,
  groupNames,
  printMean,
  takeOnNames,
  verdictName,
  verdictNames,
  verdictWords,
} from './rating-words.ts'

const pageSize = 25
/** After so many rows of a file others' requests may go first. */
const restAfter = 200
const groups = ['us', 'them', 'fit'] as const

type Row = {
  name: string
  href: string
  about: string
  verdict: string
  words: string
  means: string
  apart: string[]
  alone: string
  by: string
  rateHref: string
  rate: string
}
export type ClientListPage = {
  sections: Section[]
  title: string
  part: string
  lead: string
  filter: SelectField
  isFiltered: boolean
  rows: Row[]
  pager: Pager
  hasPages: boolean
  csvHref: string
  counts: { name: string; count: string; href: string }[]
}

/** The list narrowed to one output. */
export function narrowed(all: Listed[], output: OutputFilter): Listed[] {
  switch (output) {
    case '':
      return all
    case 'apart':
      return all.filter((one) => one.judgement && isInDispute(one))
    case 'waiting':
      return all.filter(({ waitsFor }) => waitsFor.length > 0)
    case 'unknown':
      return all.filter(({ judgement }) => judgement && !judgement.verdict)
    default:
      return all.filter(({ judgement }) => judgement?.verdict === output)
  }
}

/** The client list as rated: what to do about each, those in dispute first. */
export function clientListPage(
  user: User,
  all: Listed[],
  output: OutputFilter,
  wanted: number,
  now: Date,
): ClientListPage {
  const chosen = narrowed(all, output)
  const page = Math.min(wanted, Math.max(1, Math.ceil(chosen.length / pageSize)))
  const names = [
    ...verdicts.map((one): [OutputFilter, string] => [one, verdictNames[one]]),
    ['unknown', 'Not known yet'] satisfies [OutputFilter, string],
    ['apart', 'Raters differ'] satisfies [OutputFilter, string],
    ['waiting', 'Waits for a rating'] satisfies [OutputFilter, string],
  ]
  return {
    sections: whySections(user, '/value'),
    title: 'Client list',
    part: 'Why',
    lead: leadOf(all),
    filter: select('output', 'Show', [['', 'Everybody'], ...names], { output }, {}),
    isFiltered: output !== '',
    rows: chosen.slice((page - 1) * pageSize, page * pageSize).map((one) => row(user, one, now)),
    pager: pager(chosen.length, page, pageSize, '/value/list', { output }),
    hasPages: chosen.length > pageSize,
    csvHref: address('/value/list.csv', { output }),
    counts: names.map(([value, name]) => ({
      name,
      count: String(narrowed(all, value).length),
      href: address('/value/list', { output: value }),
    })),
  }
}

function leadOf(all: Listed[]): string {
  const rated = all.filter(({ judgement }) => judgement)
  const disputed = rated.filter(isInDispute).length
  if (all.length === 0) return 'There is no active customer yet.'
  if (rated.length === 0)
    return `None of ${plural(all.length, 'active customer')} is rated by both its owner and the lead yet.`
  const dispute = disputed === 0 ? 'The raters agree.' : `On ${disputed} the raters differ: talk about these first.`
  return `${rated.length} of ${plural(all.length, 'active customer')} ${rated.length === 1 ? 'is' : 'are'} rated. ${dispute}`
}

const sideNames = { owner: 'the owner', lead: 'the lead' }

function row(user: User, one: Listed, now: Date): Row {
  const { judgement, apart, takeOn, waitsFor, raters } = one
  const reader = readerOf(user)
  const by = raters.map(({ name, at }) => `${name}, ${printInstantDay(at, now, reader)}`).join('; ')
  return {
    name: one.name,
    href: `/customers/${one.id}`,
    about: [one.revenue && printMoney(one.revenue), one.owner && `${one.owner} takes care of it`]
      .filter(Boolean)
      .join(', '),
    verdict: judgement ? verdictName(judgement) : '',
    words: judgement
      ? verdictWords(judgement)
      : waitsFor.length > 0
        ? `Waits for ${waitsFor.map((side) => sideNames[side]).join(' and ')}.`
        : 'Rated. You see it once you have given yours.',
    means: judgement
      ? groups.map((group) => `${groupNames[group]} ${printMean(judgement.means[group])}`).join(' · ')
      : '',
    apart: [...apartWords(apart), ...(takeOn === 'apart' ? ['Taking them on again: one yes, one no'] : [])],
    alone: aloneWords(one.alone),
    by: by ? `Rated by ${by}` : '',
    rateHref: judgement || user.role === 'lead' ? `/customers/${one.id}/rating` : '',
    rate: judgement ? 'Both ratings' : 'Rate',
  }
}

/** The same as rows of a file. Words of raters stay out of it. */
export function* clientListCsv(all: Listed[]): Steps<string> {
  const head = [
    'Customer',
    'Owner',
    'Revenue',
    'Currency',
    'Output',
    ...groups.map((group) => groupNames[group]),
    'Raters apart on',
    'Take on again',
    'Rated by owner on',
    'Rated by lead on',
    'Waits for',
  ]
  let text = bom + writeRows([head])
  for (const [at, one] of all.entries()) {
    if (at % restAfter === 0) yield
    text += writeRows([cellsOf(one)])
  }
  return text
}

function cellsOf(one: Listed): string[] {
  const { judgement, raters } = one
  const ratedOn = (side: 'owner' | 'lead') => raters.find((rater) => rater.side === side)?.at.slice(0, 10) ?? ''
  return [
    one.name,
    one.owner,
    one.revenue ? writeAmount(one.revenue) : '',
    one.revenue?.currency ?? '',
    judgement ? verdictName(judgement) : '',
    ...groups.map((group) => judgement?.means[group]?.toFixed(2) ?? ''),
    apartWords(one.apart).join('; '),
    judgement ? takeOnNames[one.takeOn] : '',
    ratedOn('owner'),
    ratedOn('lead'),
    one.waitsFor.join(' and '),
  ]
}
