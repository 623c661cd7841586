import { type Driver, driverLetters, driverNames, drivers } from '../../drivers.ts'
import { address } from '../../lists.ts'
import type { Section } from '../../sections.ts'
import { printDay, type Reader } from '../../time.ts'
import { plural } from '../../words.ts'
import { type MissingStrip, missingStrip, type QuadrantChart, quadrantChart, shareText } from '../charts.ts'
import { precision } from '../intervals.ts'
import type { Mean } from '../means.ts'
import { groupName, type Linked, type Names } from '../names.ts'
import { type Measured, placesOf, servedLine, type WeightFigures } from './figures.ts'
import { type WeightFilterField, weightFilterFields } from './filters.ts'
import { type PickedPart, pickedPart, type SaidPart, saidPart } from './parts.ts'
import type { WeightFilters } from './weights.ts'
import type { WeightSummary } from './weights-for.ts'
import {
  careOf,
  firstPlaces,
  largestMissing,
  meanText,
  missingSentence,
  noNumber,
  placeWords,
  quadrantTitle,
  weighsMost,
} from './words.ts'

/** A number, what stands behind it in small, and the customers behind it; without a number the words why. */
export type WeightCell = Linked & { name: string; rest: string }
export type WeightRow = { driver: Driver; letter: string; name: string; cells: WeightCell[] }

type MissingPart = {
  sentence: string
  first: string
  chart: MissingStrip
  parts: { driver: Driver; letter: string; name: string; number: string; rest: string; href: string }[]
  all: Linked
}

export type WeightPage = {
  title: string
  part: string
  lead: string
  fields: WeightFilterField[]
  moreFields: WeightFilterField[]
  hasMore: boolean
  anyFilter: boolean
  chosen: string
  basis: string
  table: { heads: string[]; rows: WeightRow[] } | ''
  chart: QuadrantChart | ''
  chartNote: string
  missing: MissingPart | ''
  said: SaidPart | ''
  picked: PickedPart | ''
  leftOut: Linked[]
  methods: { name: string; text: string }[]
  takeAway: string
  sections: Section[]
  closer: Section[]
}

export type WeightFacts = {
  summary: WeightSummary
  filters: WeightFilters
  names: Names
  mayTake: boolean
  sections: Section[]
  closer: Section[]
}

/** The address of the customers behind a number. */
const behindWeight = (filters: WeightFilters, of: string, driver: Driver | '' = ''): string =>
  address('/why/weight/customers', { of, driver, ...filters })

/** "What weighs": importance against performance, what is missing, and what goes without saying. */
export function weightPage(facts: WeightFacts, now: Date, reader: Reader): WeightPage {
  const { summary, filters, names } = facts
  const { figures } = summary
  const active = Object.entries(filters).filter(([, value]) => value !== '')
  const fields = weightFilterFields(summary, filters, names)
  return {
    title: 'What weighs, and how well we do',
    part: 'Why',
    lead: leadOf(summary),
    fields: fields.slice(0, 3),
    moreFields: fields.slice(3),
    hasMore: filters.owner !== '' || filters.channel !== '' || filters.provenance !== '',
    anyFilter: active.length > 0,
    chosen: fields.flatMap(({ name, chosen }) => (chosen ? [groupName(name, chosen, names)] : [])).join(', '),
    basis: weightBasis(summary, now, reader),
    table: hasNumbers(figures) ? weightRows(figures, filters) : '',
    ...chartOf(figures, active.length > 0),
    missing: missingOf(figures, filters),
    said: saidPart(figures, (driver) => behindWeight(filters, 'said', driver)),
    picked: pickedPart(figures, (of, driver) => behindWeight(filters, of, driver)),
    leftOut: leftOutOf(facts),
    methods: weightMethods,
    takeAway: facts.mayTake && hasNumbers(figures) ? address('/why/weight.csv', filters) : '',
    sections: facts.sections,
    closer: facts.closer,
  }
}

/** Whether anything at all may be shown of the view. */
export const hasNumbers = ({ points, served, picked }: WeightFigures): boolean =>
  [points, picked, ...served].some(({ status }) => status === 'shown')

export function leadOf({ figures }: WeightSummary): string {
  const { points, served, picked } = figures
  if (!hasNumbers(figures)) {
    const all = [points, picked, ...served]
    if (all.every(({ status }) => status === 'empty'))
      return 'Nobody has weighed the four reasons in this view. The survey “What weighs most” asks for it, after open questions.'
    return all.some(({ status }) => status === 'near')
      ? 'This choice is hidden: beside the rest it shows fewer than 5 customers.'
      : 'This choice is hidden: it has fewer than 5 customers.'
  }
  const most = weighsMost(figures)
  const missing = missingSentence(figures)
  return [most, missing].filter(Boolean).join(' ') || `It takes 10 customers to say what weighs most.`
}

/** Of how many customers, and from which days. */
export function weightBasis({ figures, firstDay, lastDay }: WeightSummary, now: Date, reader: Reader): string {
  const { points, served } = figures
  if (!hasNumbers(figures)) return ''
  const scored = served.map(({ n }) => n).filter((n) => n > 0)
  const [least, most] = [Math.min(...scored), Math.max(...scored)]
  const parts = [
    points.n > 0 ? `${plural(points.n, 'customer')} shared out 100 points${careOf(points.n)}` : '',
    scored.length > 0 ? `${least === most ? most : `${least} to ${most}`} scored us${careOf(least)}` : '',
  ].filter(Boolean)
  const days =
    firstDay === lastDay
      ? printDay(lastDay, now, reader)
      : `${printDay(firstDay, now, reader)} to ${printDay(lastDay, now, reader)}`
  return `${parts.join(', ')}. ${days}.`
}

/** The numbers of each driver. */
export function weightRows(figures: WeightFigures, filters: WeightFilters): { heads: string[]; rows: WeightRow[] } {
  const { points, served, lost } = figures
  const places = placesOf(points.means, served)
  const hasPlaces = precision(points.n) !== 'hidden' && precision(points.n) !== 'counts'
  return {
    heads: ['Weight, of 100', 'How well, of 10', 'Left undone, of 100', ...(hasPlaces ? ['Beside the others'] : [])],
    rows: drivers.map((driver, at) => ({
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      cells: [
        cellOf('Weight, of 100', points, points.means[at], 0, behindWeight(filters, 'points'), heaviest(figures, at)),
        cellOf('How well, of 10', served[at], served[at]?.means[0], 1, behindWeight(filters, 'served', driver), ''),
        cellOf('Left undone, of 100', lost, lost.means[at], 0, behindWeight(filters, 'lost'), ''),
        ...(hasPlaces
          ? [
              {
                name: 'Beside the others',
                text: '',
                href: '',
                rest: placeWords(places[at] ?? { weight: 0, service: 0 }),
              },
            ]
          : []),
      ],
    })),
  }
}

/** From five to nine customers a count stands in for the mean. */
const heaviest = ({ points }: WeightFigures, at: number): string =>
  precision(points.n) === 'counts' ? `most for ${points.heaviest[at]} of ${points.n}` : ''

function cellOf(
  name: string,
  measured: Measured | undefined,
  mean: Mean | undefined,
  decimals: number,
  href: string,
  count: string,
): WeightCell {
  if (measured?.status !== 'shown' || !mean)
    return { name, text: '', href: '', rest: noNumber(measured?.status ?? 'empty') }
  if (!mean.interval)
    return { name, text: count || `${measured.n} customers`, href, rest: count ? '' : 'too few for a mean' }
  const [number = '', ...ends] = meanText(mean, decimals).split(' ')
  return { name, text: number, href, rest: ends.join(' ') }
}

/** Drawn from ten customers, and from thirty where only some are chosen. */
function chartOf(figures: WeightFigures, isPart: boolean): Pick<WeightPage, 'chart' | 'chartNote'> {
  const { points, served } = figures
  const spread = ({ mean, interval }: Mean) => (interval ? [{ mean, ...interval }] : [])
  const weights = points.means.flatMap(spread)
  const scores = served.flatMap(({ means }) => means.flatMap(spread))
  const line = servedLine(served)
  const least = Math.min(points.n, ...served.map(({ n }) => n))
  if (weights.length < 4 || scores.length < 4 || line === undefined) return { chart: '', chartNote: '' }
  if (isPart && least < 30)
    return { chart: '', chartNote: `Drawn from 30 customers where only some are chosen; here are ${least}.` }
  return {
    chart: quadrantChart(weights, scores, line, quadrantTitle(figures)),
    chartNote: `Lines at the means: 25 points each, and ${line.toFixed(1)} of 10. Where they lie is a convention; crosses are 95 % intervals.`,
  }
}

function missingOf(figures: WeightFigures, filters: WeightFilters): WeightPage['missing'] {
  const { lost } = figures
  if (!lost.all?.interval) return ''
  return {
    sentence: largestMissing(figures),
    first: firstPlaces(figures),
    chart: missingStrip(
      lost.means.map(({ mean }) => mean),
      `${Math.round(lost.all.mean)} of 100 points that matter are left undone`,
    ),
    parts: drivers.map((driver, at) => {
      const mean = lost.means[at]
      const [number = '', ...ends] = mean ? meanText(mean).split(' ') : []
      const href = behindWeight(filters, 'lost')
      return { driver, letter: driverLetters[driver], name: driverNames[driver], number, rest: ends.join(' '), href }
    }),
    all: { text: `${plural(lost.n, 'customer')}`, href: behindWeight(filters, 'lost') },
  }
}

/** What is not in the numbers, each with the customers where there are any. */
function leftOutOf({ summary: { figures, isPartial }, filters }: WeightFacts): Linked[] {
  if (!hasNumbers(figures)) return []
  const { declined, notApplying, points } = figures
  const of = ({ x, n }: { x: number; n: number }) => `${x} of ${n}${n < 10 ? '' : `, ${shareText(x, n)}`}`
  return [
    points.status === 'shown' && declined.x > 0
      ? { text: `Would rather not share out points: ${of(declined)}.`, href: behindWeight(filters, 'declined') }
      : { text: '', href: '' },
    ...drivers.map((driver, at) => {
      const count = notApplying[at]
      return count && count.x > 0 && figures.served[at]?.status === 'shown'
        ? { text: `${driverNames[driver]} does not apply: ${of(count)}.`, href: behindWeight(filters, 'out', driver) }
        : { text: '', href: '' }
    }),
    isPartial
      ? {
          text: 'What fewer than 5 customers gave in confidence is left out of some numbers: it could be worked out from the others.',
          href: '',
        }
      : { text: '', href: '' },
  ].filter(({ text }) => text !== '')
}

/** How each number is made, with its source; on the page and in the report. */
export const weightMethods = [
  {
    name: 'Weight',
    text: 'The mean of 100 points that a customer shares out between the four (DRIV-1). Several people of a customer count once, by the mean of what each gave last. Points are forced to add up, so a rise in one is a fall in others (Aitchison 1986).',
  },
  {
    name: 'How well',
    text: 'The mean of scores from 0 to 10 (DRIV-2), of customers to whom it applies. Scores have a ceiling, and who answers is who cares.',
  },
  {
    name: 'Left undone',
    text: 'For each customer points/100 times (10 less the score)/10, added over the four; then the mean of customers, never the product of means (after Martilla and James 1977; Ulwick 2002). What does not apply is dropped and the other points stand for 100.',
  },
  {
    name: 'Intervals',
    text: 'The middle 95 % of 1,000 resamples of customers, from ten of them; from 500 the mean ± 1.96 standard errors. Nothing is put first where intervals overlap. Below ten customers counts, below five nothing.',
  },
  {
    name: 'Said',
    text: 'The share of customers who name a driver before anything was suggested, for or against us, with Wilson’s interval. More or less is told where an interval keeps clear of the mean of the four (Schuman and Presser 1981).',
  },
  {
    name: 'In confidence',
    text: 'What was given for totals only is counted and never named. A mean gives away more than a count, so where fewer than five gave it in confidence it is left out.',
  },
]
