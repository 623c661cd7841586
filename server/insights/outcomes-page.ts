import { address } from '../lists.ts'
import type { Section } from '../sections.ts'
import { plural } from '../words.ts'
import { precision, wilson } from './intervals.ts'
import { groupName, type Names } from './names.ts'
import {
  associationOf,
  meanCoverage,
  type OutcomeCell,
  type OutcomeKind,
  outcomeKinds,
  outcomesBy,
  type Seen,
  thirdsOf,
} from './outcomes.ts'
import { type Chosen, type OutcomesQuery, outcomeFilters } from './outcomes-choice.ts'
import { associationSentences, seedOf, shareOf } from './outcomes-words.ts'

type Cell = { name: string; text: string; rest: string; href: string }
type OutcomeTable = { title: string; heads: string[]; rows: { name: string; cells: Cell[] }[] }
type FilterField = {
  name: string
  label: string
  options: { value: string; label: string; selected: boolean; disabled: boolean }[]
}
export type OutcomesPage = {
  title: string
  part: string
  lead: string
  filters: FilterField[]
  hasFilters: boolean
  from: FilterField
  anyFilter: boolean
  chosen: string
  isEmpty: boolean
  coverage: string
  tests: string[]
  byCount: OutcomeTable[]
  valueTests: string[]
  byThird: OutcomeTable[]
  thirdsAbout: string
  distinct: { text: string; distinct: Cell; parity: Cell } | ''
  distinctAbout: string
  takeAway: string
  sections: Section[]
  closer: Section[]
}
export type OutcomesFacts = Chosen & {
  query: OutcomesQuery
  names: Names
  reads: boolean
  mayTake: boolean
  sections: Section[]
  closer: Section[]
}

const part = 'Why'
const title = 'What follows'
const labels = { segment: 'Segment', region: 'Region', owner: 'Looked after by' }
const everything = { segment: 'All segments', region: 'All regions', owner: 'Everyone' }
export const heads: Record<OutcomeKind, string> = {
  'says-stays': 'Stays',
  'says-grows': 'Buys more',
  'says-tells': 'Tells others',
  stayed: 'Renewed',
  grew: 'Bought more',
  told: 'Recommended us',
}

/** "What follows": whether customers whom we help with more of the four stay, buy more and tell others. */
export function outcomesPage(facts: OutcomesFacts): OutcomesPage {
  const { query, names, isHidden, reads } = facts
  const customers = isHidden ? [] : facts.customers
  const chosen = outcomeFilters.filter((name) => query[name] !== '')
  const ks = customers.flatMap(({ k }) => (k === undefined ? [] : [k]))
  const isEmpty = ks.length < 5 && customers.filter(({ y }) => y !== undefined).length < 5
  const linked = reads ? query : undefined
  const thirds = thirdsOf(customers)
  const count = (one: Seen) => one.k
  const staying = (one: Seen) => one.stay
  const value = (one: Seen) => one.y
  const tests = associationSentences([
    [associationOf(customers, count, staying), 'customers with more reasons put staying'],
    [associationOf(customers, count, value), 'customers with more reasons put what they get'],
    [associationOf(customers, value, staying), 'customers who get more put staying'],
  ])
  return {
    title,
    part,
    lead: leadOf(facts, isEmpty),
    filters: filtersOf(facts),
    hasFilters: reads,
    from: {
      name: 'from',
      label: 'Reasons',
      options: [
        { value: '', label: 'All', selected: query.from === '', disabled: false },
        { value: 'unprompted', label: 'Unprompted only', selected: query.from !== '', disabled: false },
      ],
    },
    anyFilter: chosen.length > 0 || query.from !== '',
    chosen: [
      ...chosen.map((name) => groupName(name, query[name], names)),
      ...(query.from === 'unprompted' ? ['Unprompted only'] : []),
    ].join(', '),
    isEmpty,
    coverage: isEmpty ? '' : coverageSentence(facts, ks),
    tests: isEmpty ? [] : tests.slice(0, 2),
    byCount: isEmpty ? [] : tablesOf(outcomesBy(customers, count, 5), countNames, 'k', linked),
    valueTests: isEmpty ? [] : tests.slice(2),
    byThird:
      thirds.size === 0
        ? []
        : tablesOf(
            outcomesBy(customers, ({ id }) => thirds.get(id), 3),
            thirdNames,
            'third',
            linked,
          ),
    thirdsAbout:
      thirds.size > 0
        ? `${plural(thirds.size, 'customer')} by thirds of the value that they get (REL-1: results, clarity, progress); equal values stand in one third.`
        : `Thirds from 30 customers: ${customers.filter(({ y }) => y !== undefined).length} have said what they get.`,
    ...distinctOf(customers, linked),
    takeAway:
      isEmpty || !facts.mayTake
        ? ''
        : address('/why/outcomes.csv', {
            segment: query.segment,
            region: query.region,
            owner: query.owner,
            from: query.from,
          }),
    sections: facts.sections,
    closer: facts.closer,
  }
}

export const countNames = ['None', 'One', 'Two', 'Three', 'All four']
export const thirdNames = ['Get least', 'In the middle', 'Get most']

function leadOf({ isHidden, reads, query }: OutcomesFacts, isEmpty: boolean): string {
  if (isHidden) return 'This choice is hidden: alone, or beside the rest, it shows fewer than 5 customers.'
  if (isEmpty)
    return 'Too little is known to tell what follows: it takes 5 customers whose answers were read, and 20 to test anything.'
  const which =
    query.from === 'unprompted' ? 'reasons named before anything was suggested' : 'reasons that a person has confirmed'
  return `Do customers whom we help with more of the four stay, buy more and tell others? Tested, not assumed, with ${which}${reads ? '' : ', for the whole list'}.`
}

function coverageSentence({ mayCount, query }: OutcomesFacts, ks: number[]): string {
  if (!mayCount)
    return 'How many reasons they name on average is not printed: beside “At a glance” it would tell of fewer than 5 customers.'
  const { n, counts, share, interval } = meanCoverage(ks, seedOf(query))
  if (n < 5) return 'Fewer than 5 customers have been read.'
  const several = n - (counts[0] ?? 0) - (counts[1] ?? 0)
  const two = `${several} of ${n}${shareOf(several, n)} get two or more.`
  if (share === undefined) return `${two} An average takes 10 customers.`
  const of = (value: number) => (value * 4).toFixed(1)
  const ends = interval ? `${of(interval.low)} to ${of(interval.high)}` : `all ${n} alike, so no interval can be told`
  return `On average we help with ${of(share)} of the four (${ends}), ${Math.round(share * 100)} % of what we could. ${two}`
}

function tablesOf(
  cells: OutcomeCell[][],
  names: string[],
  key: 'k' | 'third',
  query: OutcomesQuery | undefined,
): OutcomeTable[] {
  const halves = [
    { title: 'What they say they will do', kinds: outcomeKinds.slice(0, 3), from: 0 },
    { title: 'What they did within a year', kinds: outcomeKinds.slice(3), from: 3 },
  ]
  return halves.map(({ title: heading, kinds, from }) => ({
    title: heading,
    heads: kinds.map((kind) => heads[kind]),
    rows: cells.map((row, at) => ({
      name: names[at] ?? '',
      cells: kinds.map((kind, place) =>
        cellOf(heads[kind], row[from + place] ?? { x: 0, n: 0, status: 'empty' }, query, {
          [key]: String(at),
          outcome: kind,
        }),
      ),
    })),
  }))
}

function cellOf(
  name: string,
  { x, n, status }: OutcomeCell,
  query: OutcomesQuery | undefined,
  more: Record<string, string>,
): Cell {
  if (status === 'empty') return { name, text: '', rest: 'not known', href: '' }
  if (status !== 'shown') return { name, text: '', rest: 'hidden', href: '' }
  return {
    name,
    text: String(x),
    rest: `of ${n}${shareOf(x, n)}`,
    href: behindHref(query, { ...more, is: x > 0 ? 'yes' : '' }),
  }
}

const behindHref = (query: OutcomesQuery | undefined, more: Record<string, string>): string => {
  if (!query) return ''
  const { segment, region, owner, from } = query
  return address('/why/outcomes/customers', { segment, region, owner, from, ...more })
}

function distinctOf(
  customers: Seen[],
  query: OutcomesQuery | undefined,
): Pick<OutcomesPage, 'distinct' | 'distinctAbout'> {
  const known = customers.filter(({ distinct }) => distinct !== undefined)
  const n = known.length
  if (precision(n) === 'hidden')
    return { distinct: '', distinctAbout: 'It takes 5 customers whose first answer was read.' }
  const x = known.filter(({ distinct }) => distinct).length
  const cell = (name: string, count: number, value: string): Cell => ({
    name,
    text: String(count),
    rest: `of ${n}${shareOf(count, n)}`,
    href: count > 0 ? behindHref(query, { distinct: value }) : '',
  })
  const half = precision(n) === 'full' ? wilson(x, n) : { low: 0, high: 1 }
  return {
    distinct: {
      text:
        half.low > 0.5
          ? 'Most buy for an effect on them that no competitor is said to match.'
          : half.high < 0.5
            ? 'Most first reasons are at parity: a feature, a price, a habit, or something that a competitor is said to do too.'
            : 'Cannot tell whether most first reasons are our own or at parity.',
      distinct: cell('Only from us', x, 'yes'),
      parity: cell('At parity', n - x, 'no'),
    },
    distinctAbout:
      'Only from us: the first answer (CORE-1) names an effect on them, not a bare feature, a price or a habit, in one of the four where this customer praises no competitor. A competitor who is never mentioned may match it all the same.',
  }
}

function filtersOf({ options, query, names }: OutcomesFacts): FilterField[] {
  return outcomeFilters.map((name) => ({
    name,
    label: labels[name],
    options: [
      { value: '', label: everything[name], selected: query[name] === '', disabled: false },
      ...options[name]
        .map(({ value, n, status }) => {
          const words = {
            shown: `, ${n}`,
            small: ', hidden: fewer than 5',
            near: ', hidden: beside the rest',
            empty: ', none here',
          }
          const selected = query[name] === value
          return {
            value,
            label: groupName(name, value, names) + words[status],
            selected,
            disabled: !selected && status !== 'shown',
          }
        })
        .sort((a, b) => (a.label < b.label ? -1 : 1)),
    ],
  }))
}
