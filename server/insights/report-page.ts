import { printDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { Figures } from './figures.ts'
import { filterBar } from './filter-bar.ts'
import { compareGroups } from './groups.ts'
import { byNames, type GroupsTable, groupsTable, leadOf } from './groups-page.ts'
import type { ListFacts } from './insights.ts'
import type { Names } from './names.ts'
import { type Reasons, reasons } from './reasons.ts'
import { type Part, sentence } from './sentence.ts'
import { smallest } from './small-groups.ts'
import { leadOf as trustLead, trustMethods } from './trust-page.ts'
import type { Check } from './trust-parts.ts'
import type { Filters } from './view.ts'
import {
  hasNumbers,
  type WeightRow,
  weightBasis,
  leadOf as weightLead,
  weightMethods,
  weightRows,
} from './weight/page.ts'
import type { WeightFilters } from './weight/weights.ts'
import type { WeightSummary } from './weight/weights-for.ts'
import { largestMissing } from './weight/words.ts'

export type ReportFacts = {
  figures: Figures
  filters: Filters
  names: Names
  list: ListFacts
  codebook: string
  company: string
  checks: Check[]
  today: string
  now: Date
  reader: Reader
  weights?: { summary: WeightSummary; filters: WeightFilters }
}

export type ReportPage = {
  title: string
  part: string
  company: string
  day: string
  chosen: string
  sentence: Part[]
  figures: Reasons | ''
  groups: { heading: string; lead: string; table: GroupsTable } | ''
  weights: { lead: string; basis: string; heads: string[]; rows: WeightRow[]; missing: string; note: string } | ''
  about: { name: string; text: string }[]
  trust: { lead: string; checks: Check[] }
  methods: { name: string; text: string }[]
}

/** "Why they buy" to print and to pass on: the finding, the figures, what they rest on, and how they were made. */
export function reportPage(facts: ReportFacts): ReportPage {
  const { figures, filters, now, reader } = facts
  const { revenue, cost, risk, emotion } = figures.drivers
  const counts = (direction: '+' | '-') => ({
    revenue: revenue[direction].all,
    cost: cost[direction].all,
    risk: risk[direction].all,
    emotion: emotion[direction].all,
  })
  return {
    title: 'Why they buy: report',
    part: 'Why',
    company: facts.company,
    day: printDay(facts.today, now, reader),
    chosen: filterBar(figures, filters, facts.names, now, reader).chosen || 'All customers heard',
    sentence: sentence({
      status: figures.status,
      heard: figures.heard,
      asked: askedOf(facts),
      n: figures.n,
      hasSuggestions: filters.suggestions,
      helps: counts('+'),
      hurts: counts('-'),
    }),
    figures: figures.status === 'shown' ? reasons(figures, filters) : '',
    groups: groups(facts),
    weights: weightsOf(facts),
    about: aboutView(facts).map(([name, text]) => ({ name, text })),
    trust: { lead: trustLead(figures, facts.checks), checks: facts.checks.map(unfolded) },
    methods: [...methods, ...(hasWeights(facts) ? weightMethods : []), ...trustMethods],
  }
}

/** On paper nothing can be opened. */
const unfolded = (check: Check): Check => ({
  ...check,
  tables: check.tables.map((table) => ({ ...table, isOpen: true })),
})

function groups({ figures, filters, names }: ReportFacts): ReportPage['groups'] {
  if (figures.status !== 'shown' || figures.groups.length === 0) return ''
  return {
    heading: byNames[figures.by].toLowerCase(),
    lead: leadOf(figures, compareGroups(figures), names),
    table: groupsTable(figures, filters, names),
  }
}

const hasWeights = ({ weights }: ReportFacts): boolean => weights !== undefined && hasNumbers(weights.summary.figures)

/** What weighs, where anybody was asked to weigh it; days and ways of asking choose nothing there. */
function weightsOf({ weights, filters, now, reader }: ReportFacts): ReportPage['weights'] {
  if (!weights || !hasNumbers(weights.summary.figures)) return ''
  const isMore = [filters.asked, filters.from, filters.to].some(Boolean) || filters.suggestions
  return {
    lead: weightLead(weights.summary),
    basis: weightBasis(weights.summary, now, reader),
    ...weightRows(weights.summary.figures, weights.filters),
    missing: largestMissing(weights.summary.figures),
    note: isMore ? 'Whatever days, ways of asking and suggestions are chosen above: these choose nothing here.' : '',
  }
}

/** How many were asked is known as long as nothing is chosen that only answers have. */
const askedOf = ({ filters, list }: ReportFacts): number | undefined =>
  filters.channel || filters.provenance || filters.asked || filters.from || filters.to ? undefined : list.asked

/** What a view rests on, in pairs of name and words; the same on paper and in a file. */
export function aboutView(facts: ReportFacts): [name: string, text: string][] {
  const { figures, filters, list, codebook, company, now, reader } = facts
  const asked = askedOf(facts)
  const days =
    figures.firstDay === ''
      ? 'none'
      : `${printDay(figures.firstDay, now, reader)} to ${printDay(figures.lastDay, now, reader)}`
  const revenue = list.revenue
    .filter(({ customers }) => customers >= smallest)
    .map(({ currency, heardMinor, askedMinor }) => `${Math.round((100 * heardMinor) / askedMinor)} % of ${currency}`)
  return [
    ['Company', company],
    ['Made on', printDay(facts.today, now, reader)],
    ['Chosen', filterBar(figures, filters, facts.names, now, reader).chosen || 'All customers heard'],
    ['Customers heard', asked === undefined ? String(figures.heard) : `${figures.heard} of ${asked} asked`],
    ['Customers in the figures', String(figures.n)],
    ['Answers read', `${figures.read} of ${figures.answers}`],
    ['Said', days],
    ...(revenue.length > 0 ? [['Revenue heard', revenue.join(', ')] satisfies [string, string]] : []),
    ['Left out', leftOut(figures)],
    ['Codebook', codebook || 'none'],
  ]
}

const leftOut = ({ waiting, waitingCustomers }: Figures): string =>
  waiting === 0
    ? 'Nothing: every answer is read.'
    : `${plural(waiting, 'answer')} of ${plural(waitingCustomers, 'customer')} that nobody has read yet.`

const methods = [
  {
    name: 'Unit',
    text: 'A customer counts once, however many of its people answered and however often they say a thing. A driver is named where a person’s reading of an answer says so; what software suggests does not count unless it was added on purpose.',
  },
  {
    name: 'Shares',
    text: 'Wilson’s 95 % interval (Wilson 1927; Newcombe 1998). It covers the noise of counting and nothing else: customers who were picked by hand, or who chose to answer, are no random sample.',
  },
  {
    name: 'How much is said',
    text: 'Below 5 customers nothing, 5 to 9 counts, 10 to 29 shares that are called indicative, from 30 shares. Where shares cannot be told apart, no order is claimed.',
  },
  {
    name: 'Small groups',
    text: 'A group is hidden below five customers, where the rest would be fewer than five, and where subtraction from another view would leave fewer than five.',
  },
  {
    name: 'Consent',
    text: 'Each customer chose who may read the answers with the name. Words are shown to nobody else; figures hold them in groups of five and more.',
  },
  {
    name: 'Inferred',
    text: 'A bare attribute such as “quality” is filed under the driver that it most often serves, and counted apart.',
  },
  {
    name: 'What follows',
    text: 'Whether customers whom we help with more of the four stay, buy more and tell others is tested, not assumed: Spearman’s rank correlation with its 95 % interval (Fieller, Hartley and Pearson 1957) from 20 customers. What they say and what they did are never merged, and rising together is not cause.',
  },
  {
    name: 'What misleads',
    text: 'Long answers and patient interviewers raise every share. How often a thing is named is a poor measure of how much it matters. Several shares do not add up to one.',
  },
]
