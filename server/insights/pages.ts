import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { decimalsOf } from '../money.ts'
import { printDay, type Reader } from '../time.ts'
import { listed, plural } from '../words.ts'
import {
  axisTicks,
  type CoverageChart,
  coverageChart,
  type FunnelBar,
  funnelBar,
  intervalText,
  type ShareBar,
  type ShareRow,
  shareBar,
  shareRows,
  shareText,
  type Tick,
} from './charts.ts'
import type { Counted, Figures, Filters, Group, Wanted } from './figures.ts'
import { type FilterBar, filterBar } from './filter-bar.ts'
import { filterParams } from './forms.ts'
import type { AnswerRead, filterNames, funnelOf, ListFacts } from './insights.ts'
import { precision } from './intervals.ts'
import { channelNames, evidence, groupName, provenanceNames } from './names.ts'
import { type Quote, quote } from './quotes.ts'
import { type Part, sentence } from './sentence.ts'

/** A number and the page of answers behind it. */
type Linked = { text: string; href: string }
/** One direction of a driver: "8" as a link, then "helped, 33 % (18–53)". */
type Told = Linked & { rest: string }
type Bar = {
  chart: ShareBar
  driver: Driver
  letter: string
  name: string
  helps: Told
  hurts: Told
  wishes: Told | ''
}
type Stat = { label: string; number: Linked; of: string; note: string; more: Linked | '' }
type GroupTable = {
  id: string
  title: string
  columns: { name: string; n: string }[]
  rows: { driver: Driver; letter: string; name: string; cells: GroupCell[] }[]
  hidden: string[]
}
type GroupCell = { name: string; chart: ShareBar; helps: Told; hurts: Told }

export type WhyPage = FilterBar & {
  title: string
  part: string
  sentence: Part[]
  stats: Stat[]
  figures:
    | {
        heading: string
        bars: Bar[]
        ticks: Tick[]
        hasSuggestions: boolean
        hasIntervals: boolean
        rows: ShareRow[]
        tableHead: string[]
        coverage: { chart: CoverageChart; columns: { k: string; count: Linked }[]; caption: string }
        groups: GroupTable[]
      }
    | ''
  empty: { title: string; text: string; href: string; action: string } | ''
  funnel: { heading: string; steps: { name: string; number: Linked; share: string; chart: FunnelBar }[] } | ''
  voices: { driver: Driver; letter: string; name: string; quotes: Quote[]; all: Linked } | ''
  trust: { name: string; text: string }[]
}

export type WhyFacts = {
  figures: Figures
  filters: Filters
  names: Awaited<ReturnType<typeof filterNames>>
  list: ListFacts
  funnel: Awaited<ReturnType<typeof funnelOf>>
  codebook: string
  voices: { driver: Driver; answers: AnswerRead[]; customers: Map<string, string> } | undefined
  mayOpenCampaigns: boolean
}

/** "Why they buy": everything ready to print. */
export function whyPage(facts: WhyFacts, now: Date, reader: Reader): WhyPage {
  const { figures, filters } = facts
  const isShown = figures.status === 'shown'
  const isAskedKnown = !filters.channel && !filters.provenance && !filters.from && !filters.to
  const asked = isAskedKnown ? facts.list.asked : undefined
  const { revenue, cost, risk, emotion } = figures.drivers
  const counts = (direction: '+' | '-') => ({
    revenue: revenue[direction].all,
    cost: cost[direction].all,
    risk: risk[direction].all,
    emotion: emotion[direction].all,
  })
  return {
    title: 'Why they buy',
    part: 'Why',
    sentence: sentence({
      status: figures.status,
      heard: figures.heard,
      asked,
      n: figures.n,
      hasSuggestions: filters.suggestions,
      helps: counts('+'),
      hurts: counts('-'),
    }),
    ...filterBar(figures, filters, facts.names, now, reader),
    stats: isShown || figures.status === 'unread' ? stats(facts, asked) : [],
    figures: isShown ? shown(facts) : '',
    empty: isShown ? '' : emptyState(facts),
    funnel: funnel(facts),
    voices: isShown ? voices(facts, now, reader) : '',
    trust: isShown ? trust(facts, asked, now, reader) : [],
  }
}

// ---- The numbers on top

function stats({ figures, filters, list }: WhyFacts, asked: number | undefined): Stat[] {
  const answers = { text: String(figures.read), href: evidence(filters, { of: 'read' }) }
  const waiting = {
    text: `${figures.waiting} ${figures.waiting === 1 ? 'waits' : 'wait'} to be read`,
    href: evidence(filters, { of: 'waiting' }),
  }
  return [
    {
      label: 'Customers heard',
      number: { text: String(figures.heard), href: evidence(filters, { of: 'heard' }) },
      of: asked === undefined ? '' : `of ${asked} asked`,
      note: asked ? `${Math.round((figures.heard / asked) * 100)} %` : '',
      more: '',
    },
    {
      label: 'Answers read',
      number: answers,
      of: `of ${figures.answers}`,
      note: figures.waiting === 0 ? 'none waits to be read' : '',
      more: figures.waiting === 0 ? '' : waiting,
    },
    ...channelStats(figures, filters),
    ...revenueStats(list, filters, asked !== undefined),
  ]
}

function channelStats(figures: Figures, filters: Filters): Stat[] {
  const parts = [...figures.heardBy].sort(([, a], [, b]) => b - a)
  const isAllShown = parts.every(([value]) => figures.options.channel.get(value)?.status === 'shown')
  if (!isAllShown) return []
  const [first, second] = parts
  if (!first) return []
  const link = ([channel, count]: [string, number]): Linked => ({
    text: String(count),
    href: evidence(filters, { of: 'heard' }, { channel }),
  })
  const inWords: Record<string, string> = {
    survey: 'by survey',
    interview: 'in a talk',
    observation: 'seen',
    mail: 'by mail',
  }
  return [
    {
      label: 'How they spoke',
      number: link(first),
      of: inWords[first[0]] ?? first[0],
      note: second ? `${inWords[second[0]] ?? second[0]}: ` : '',
      more: second ? link(second) : '',
    },
  ]
}

/** Never summed across currencies; a currency that fewer than five heard customers pay in is left out. */
function revenueStats({ revenue }: ListFacts, filters: Filters, isAskedKnown: boolean): Stat[] {
  const known = revenue.filter((one) => one.customers >= 5 && one.heardMinor > 0)
  const [first, ...rest] = known
  if (!first) return []
  const share = (one: { heardMinor: number; askedMinor: number }) =>
    `${Math.round((one.heardMinor / one.askedMinor) * 100)} %`
  const href = evidence(filters, { of: 'heard' })
  return [
    {
      label: 'Revenue behind them',
      number: { text: roundMoney(first.heardMinor, first.currency), href },
      of: isAskedKnown ? `${share(first)} of what is known` : 'a year',
      note:
        rest.length > 0
          ? `and ${listed(rest.map((one) => roundMoney(one.heardMinor, one.currency)))}`
          : 'newest year known',
      more: '',
    },
  ]
}

/** "€12.4m": rounded, since here it says how much stands behind a figure, not what anybody paid. */
function roundMoney(minor: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    maximumSignificantDigits: 3,
  })
  return format.format(minor / 10 ** decimalsOf(currency))
}

// ---- The four reasons

function shown({ figures, filters }: WhyFacts) {
  const { n } = figures
  const kind = { hidden: '', counts: '; too few for shares', indicative: '; indicative', full: '' }[precision(n)]
  return {
    heading: `${plural(n, 'customer')}, each may name several${kind}`,
    bars: drivers.map((driver) => bar(driver, figures, filters)),
    ticks: axisTicks(n),
    hasSuggestions: filters.suggestions,
    hasIntervals: precision(n) !== 'counts',
    rows: shareRows(figures),
    tableHead: ['Helped', 'Inferred', 'Not confirmed', 'Hurt', 'Inferred', 'Not confirmed', 'Wished'],
    coverage: coverage(figures, filters),
    groups: [
      groupTable('channel', 'By survey or in a talk', figures.groups.channel, filters),
      groupTable('provenance', 'How we know', figures.groups.provenance, filters),
    ].filter((table) => table.columns.length + table.hidden.length > 1),
  }
}

function bar(driver: Driver, figures: Figures, filters: Filters): Bar {
  const { wishes } = figures.drivers[driver]
  return {
    chart: shareBar('share', driver, figures),
    driver,
    letter: driverLetters[driver],
    name: driverNames[driver],
    helps: told(driver, '+', figures, filters),
    hurts: told(driver, '-', figures, filters),
    wishes:
      wishes === 0
        ? ''
        : {
            text: String(wishes),
            rest: wishes === 1 ? 'wishes for more' : 'wish for more',
            href: evidence(filters, { of: 'wishes', driver }),
          },
  }
}

function told(driver: Driver, direction: '+' | '-', counted: Counted, filters: Filters): Told {
  const { all } = counted.drivers[driver][direction]
  const share = shareText(all, counted.n)
  return {
    text: String(all),
    rest: `${direction === '+' ? 'helped' : 'hurt'}${share ? `, ${share}` : ''}`,
    href: evidence(filters, { of: 'driver', driver, direction }),
  }
}

function coverage({ coverage: counts, n }: Figures, filters: Filters) {
  const several = n - (counts[0] ?? 0) - (counts[1] ?? 0)
  const share = precision(n) === 'counts' ? '' : ` (${intervalText(several, n)} %)`
  return {
    chart: coverageChart(counts),
    columns: counts.map((count, k) => ({
      k: String(k),
      count: { text: String(count), href: evidence(filters, { of: 'coverage', count: k }) },
    })),
    caption: `How many of the four each customer says we help with. ${several} of ${n}${share} get two or more.`,
  }
}

function groupTable(id: 'channel' | 'provenance', title: string, groups: Group[], filters: Filters): GroupTable {
  const order: string[] = id === 'channel' ? Object.keys(channelNames) : Object.keys(provenanceNames)
  const sorted = groups.filter((group) => group.n > 0).sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value))
  const seen = sorted.filter((group) => group.status === 'shown')
  return {
    id,
    title,
    columns: seen.map((group) => ({ name: groupName(id, group.value), n: plural(group.n, 'customer') })),
    rows: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      cells: seen.map((group) => groupCell(id, driver, group, filters)),
    })),
    hidden: sorted
      .filter((group) => group.status !== 'shown')
      .map((group) => `${groupName(id, group.value)}: ${why(group)}.`),
  }
}

const why = ({ status }: Group): string =>
  status === 'small' ? 'hidden, fewer than 5' : 'hidden, since beside the rest it would single out fewer than 5'

function groupCell(id: 'channel' | 'provenance', driver: Driver, group: Group, filters: Filters): GroupCell {
  const narrowed = { ...filters, [id]: group.value }
  return {
    name: groupName(id, group.value),
    chart: shareBar(`${id}-${group.value}`, driver, group),
    helps: told(driver, '+', group, narrowed),
    hurts: told(driver, '-', group, narrowed),
  }
}

// ---- Asking, voices, trust

function funnel({ figures, filters, funnel: counts, names, mayOpenCampaigns }: WhyFacts): WhyPage['funnel'] {
  if (counts.invited === 0) return ''
  const campaign = names.campaigns.find(({ id }) => id === filters.campaign)
  const campaignHref = !mayOpenCampaigns ? '' : campaign ? `/campaigns/${campaign.id}` : '/campaigns'
  const only = { campaign: filters.campaign, segment: '', region: '', owner: '', provenance: '', from: '', to: '' }
  const heard = evidence({ ...filters, ...only }, { of: 'heard' }, { channel: 'survey' })
  const read = evidence({ ...filters, ...only }, { of: 'read' }, { channel: 'survey' })
  const isWhole = [
    filters.segment,
    filters.region,
    filters.owner,
    filters.channel,
    filters.provenance,
    filters.from,
    filters.to,
  ].every((value) => value === '')
  const steps: [string, number, string][] = [
    ['Invited', counts.invited, campaignHref],
    ['Sent', counts.sent, campaignHref],
    ['Began', counts.began, campaignHref],
    ['Answered', counts.answered, heard],
    ['Read', figures.surveysRead, read],
  ]
  return {
    heading: `${campaign ? campaign.name : 'All campaigns'}, people${isWhole ? '' : '; whatever else is chosen above'}`,
    // What was read is known for the view alone.
    steps: steps.slice(0, isWhole ? 5 : 4).map(([name, count, href]) => ({
      name,
      number: { text: String(count), href },
      share: name === 'Invited' ? '' : `${Math.round((count / counts.invited) * 100)} %`,
      chart: funnelBar(`funnel-${name.toLowerCase()}`, name, count, counts.invited),
    })),
  }
}

function emptyState({ figures, mayOpenCampaigns, filters }: WhyFacts): WhyPage['empty'] {
  const isFiltered = Object.values(filterParams(filters)).some(Boolean)
  const all = { href: '/why', action: 'Show everything' }
  switch (figures.status) {
    case 'unread':
      return {
        title: 'Their words wait to be read',
        text: 'Figures count only what a person has read and tagged. Add the suggestions above to look ahead.',
        href: '/review',
        action: 'Read answers',
      }
    case 'small':
    case 'near': {
      const text =
        'A figure needs at least 5 customers, and so does whatever could be worked out beside it. The words that their writers share can still be read.'
      const words = { href: evidence(filters, { of: 'heard' }), action: 'Read the words' }
      return { title: 'No figures here', text, ...words }
    }
    default:
      if (isFiltered) return { title: 'Nobody here yet', text: 'No answers fit this choice.', ...all }
      return {
        title: 'No answers yet',
        text: 'When 5 customers have answered and a person has read their words, this page says why they buy.',
        ...(mayOpenCampaigns
          ? { href: '/campaigns', action: 'Open campaigns' }
          : { href: '/customers', action: 'Open customers' }),
      }
  }
}

function voices({ voices: found, filters }: WhyFacts, now: Date, reader: Reader): WhyPage['voices'] {
  if (!found || found.answers.length === 0) return ''
  const { driver } = found
  const wanted: Wanted = { of: 'driver', driver, direction: '+' }
  return {
    driver,
    letter: driverLetters[driver],
    name: driverNames[driver],
    quotes: found.answers.map((answer) => ({
      ...quote(answer, wanted, now, reader),
      who: [found.customers.get(answer.customerId) ?? '', quote(answer, wanted, now, reader).who]
        .filter(Boolean)
        .join(', '),
    })),
    all: { text: `All words on ${driverNames[driver].toLowerCase()}`, href: evidence(filters, wanted) },
  }
}

function trust({ figures, codebook, list }: WhyFacts, asked: number | undefined, now: Date, reader: Reader) {
  const pairs = drivers.flatMap((driver) => [figures.drivers[driver]['+'], figures.drivers[driver]['-']])
  const all = pairs.reduce((sum, count) => sum + count.all, 0)
  const inferred = pairs.reduce((sum, count) => sum + count.inferred, 0)
  const silent = asked === undefined ? 0 : asked - figures.heard
  const days =
    figures.firstDay === figures.lastDay
      ? printDay(figures.lastDay, now, reader)
      : `${printDay(figures.firstDay, now, reader)} to ${printDay(figures.lastDay, now, reader)}`
  return [
    { name: 'Heard', text: days },
    ...(asked !== undefined && silent > 0
      ? [{ name: 'Silent', text: `${silent} of ${list.asked} asked. What they would say is not in any interval here.` }]
      : []),
    ...(figures.waiting > 0
      ? [
          {
            name: 'Not read',
            text: `${plural(figures.waiting, 'answer')} of ${plural(figures.waitingCustomers, 'customer')}`,
          },
        ]
      : []),
    {
      name: 'Inferred',
      text: all === 0 ? 'none' : `${inferred} of ${all} namings rest on a bare word such as “quality”`,
    },
    { name: 'Interval', text: 'Wilson, 95 %. It covers the noise of counting, not how customers were chosen.' },
    ...(codebook ? [{ name: 'Codebook', text: codebook }] : []),
  ]
}
