import type { HowChosen } from '../campaigns/campaigns.ts'
import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { address } from '../lists.ts'
import type { Section } from '../sections.ts'
import { printDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { Wanted } from './behind.ts'
import { type FunnelBar, funnelBar } from './charts.ts'
import type { Figures } from './figures.ts'
import { type FileLink, figureFiles, wordFiles } from './files/page.ts'
import { type FilterBar, filterBar } from './filter-bar.ts'
import { filterParams } from './forms.ts'
import type { AnswerRead, funnelOf, ListFacts } from './insights.ts'
import { evidence, type Linked, type Names } from './names.ts'
import { type Quote, quote } from './quotes.ts'
import { type Reasons, reasons } from './reasons.ts'
import { type Part, sentence } from './sentence.ts'
import { type Stat, stats } from './stats.ts'
import { chosenWords } from './trust-basis-page.ts'
import type { Filters } from './view.ts'

export type WhyPage = FilterBar & {
  title: string
  part: string
  sentence: Part[]
  stats: Stat[]
  figures: Reasons | ''
  empty: { title: string; text: string; href: string; action: string } | ''
  funnel: { heading: string; steps: { name: string; number: Linked; share: string; chart: FunnelBar }[] } | ''
  voices: { driver: Driver; letter: string; name: string; quotes: Quote[]; all: Linked } | ''
  trust: { name: string; text: string }[]
  trustHref: string
  sections: Section[]
  closer: Section[]
  takeAway: { files: FileLink[]; all: Linked } | ''
}

export type WhyFacts = {
  figures: Figures
  filters: Filters
  names: Names
  list: ListFacts
  funnel: Awaited<ReturnType<typeof funnelOf>>
  codebook: string
  chosen: HowChosen[]
  voices: { driver: Driver; answers: AnswerRead[]; customers: Map<string, string> } | undefined
  mayOpenCampaigns: boolean
  sections: Section[]
  closer: Section[]
  mayTake: boolean
  mayRead: boolean
}

/** "Why they buy": everything ready to print. */
export function whyPage(facts: WhyFacts, now: Date, reader: Reader): WhyPage {
  const { figures, filters } = facts
  const isShown = figures.status === 'shown'
  const isAskedKnown = !filters.channel && !filters.provenance && !filters.asked && !filters.from && !filters.to
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
    stats: isShown || figures.status === 'unread' ? stats(figures, filters, facts.list, asked) : [],
    figures: isShown ? reasons(figures, filters) : '',
    empty: isShown ? '' : emptyState(facts),
    funnel: funnel(facts),
    voices: isShown ? voices(facts, now, reader) : '',
    trust: isShown ? trust(facts, asked, now, reader) : [],
    trustHref: address('/why/trust', filterParams(filters)),
    sections: facts.sections,
    closer: facts.closer,
    takeAway: facts.mayTake ? takeAway(facts) : '',
  }
}

/** The view as a report and as tables; the words themselves for those who read what was entrusted to the lead. */
const takeAway = ({ figures, filters, mayRead }: WhyFacts): WhyPage['takeAway'] => ({
  files: [...(figures.status === 'shown' ? figureFiles(filters) : []), ...(mayRead ? wordFiles(filters) : [])],
  all: { text: 'All files, and what stands in their columns', href: address('/why/files', filterParams(filters)) },
})

function funnel({ figures, filters, funnel: counts, names, mayOpenCampaigns }: WhyFacts): WhyPage['funnel'] {
  // Of all campaigns together it would say nothing that the strip on top does not say.
  if (counts.invited === 0 || filters.campaign === '') return ''
  const campaign = names.campaigns.find(({ id }) => id === filters.campaign)
  const campaignHref = mayOpenCampaigns && campaign ? `/campaigns/${campaign.id}` : ''
  const only = {
    campaign: filters.campaign,
    segment: '',
    region: '',
    owner: '',
    provenance: '',
    asked: '',
    from: '',
    to: '',
  }
  const heard = evidence({ ...filters, ...only }, { of: 'heard' }, { channel: 'survey' })
  const read = evidence({ ...filters, ...only }, { of: 'read' }, { channel: 'survey' })
  const isWhole = [
    filters.segment,
    filters.region,
    filters.owner,
    filters.channel,
    filters.provenance,
    filters.asked,
    filters.from,
    filters.to,
  ].every((value) => value === '')
  const steps: [string, number, string][] = [
    ['Invited', counts.invited, campaignHref],
    ['Sent', counts.sent, campaignHref],
    ['Began', counts.began, campaignHref],
    ['Answered', counts.answered, heard],
    ['Read in full', figures.surveysRead, read],
  ]
  return {
    heading: `${campaign ? campaign.name : 'Campaign'}, people${isWhole ? '' : '; whatever else is chosen above'}`,
    // What was read is known for the view alone.
    steps: steps.slice(0, isWhole ? 5 : 4).map(([name, count, href]) => ({
      name,
      number: { text: String(count), href },
      share: name === 'Invited' ? '' : `${Math.round((count / counts.invited) * 100)} %`,
      chart: funnelBar(`funnel-${name.toLowerCase().replaceAll(' ', '-')}`, name, count, counts.invited),
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

/** What matters most of it, in five lines at most; the page behind them tells the rest. */
function trust(facts: WhyFacts, asked: number | undefined, now: Date, reader: Reader) {
  const { figures, codebook, chosen, list } = facts
  const pairs = drivers.flatMap((driver) => [figures.drivers[driver]['+'], figures.drivers[driver]['-']])
  const all = pairs.reduce((sum, count) => sum + count.all, 0)
  const inferred = pairs.reduce((sum, count) => sum + count.inferred, 0)
  const silent = asked === undefined ? 0 : asked - figures.heard
  const [first, last] = [figures.firstDay, figures.lastDay].map((day) => printDay(day, now, reader))
  const [only] = chosen
  const isSample = chosen.length > 0 && chosen.every(({ nature }) => nature === 'random' || nature === 'whole')
  return [
    ...(silent > 0
      ? [{ name: 'Silent', text: `${silent} of ${list.asked} asked. What they would say is in no interval here.` }]
      : []),
    {
      name: 'Chosen',
      text:
        only && chosen.length === 1
          ? chosenWords(only)
          : isSample
            ? 'Each round at random, or all of its list.'
            : 'No random sample. Intervals (Wilson, 95\u00a0%) hold the noise of counting only.',
    },
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
    {
      name: 'Heard',
      text: `${first === last ? first : `${first} to ${last}`}${codebook ? `, by codebook ${codebook}` : ''}`,
    },
  ]
}
