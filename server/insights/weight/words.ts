import { driverNames, drivers } from '../../drivers.ts'
import { listed } from '../../words.ts'
import { precision } from '../intervals.ts'
import { type Mean, mayBeFirst } from '../means.ts'
import { type Measured, type Place, placesOf, type WeightFigures } from './figures.ts'

/** "Cost", and in the middle of a sentence "cost". */
const nameOf = (at: number): string => driverNames[drivers[at] ?? 'revenue']
const lower = (at: number): string => nameOf(at).toLowerCase()
const either = (places: number[]): string => listed(places.map(lower))

const digits = (value: number, decimals: number): string =>
  value
    .toFixed(decimals)
    .replace(/^-(?=0*\.?0*$)/, '')
    .replace('-', '−')

/** "43 (41 to 45)"; without an interval the number alone. */
export function meanText({ mean, interval }: Mean, decimals = 0): string {
  const ends = interval ? ` (${digits(interval.low, decimals)} to ${digits(interval.high, decimals)})` : ''
  return `${digits(mean, decimals)}${ends}`
}

/** What weighs most and what is served worst, in one or two sentences; nothing is ranked where intervals overlap. */
export function weighsMost({ points, served }: WeightFigures): string {
  const top = mayBeFirst(points.means)
  const worst = worstServed(served)
  const [first = -1] = top
  const weight = points.means[first]
  const score = served[first]?.means[0]
  if (top.length === 1 && worst.length === 1 && first === worst[0] && weight && score)
    return `${nameOf(first)} weighs most and is done worst: ${meanText(weight)} of 100 points, and a score of ${meanText(score, 1)} of 10.`
  return [mostSentence(top, points), worstSentence(worst, served)].filter(Boolean).join(' ')
}

function mostSentence(top: number[], { means }: Measured): string {
  const [first] = top
  const mean = first === undefined ? undefined : means[first]
  if (first === undefined || !mean) return ''
  if (top.length === 1) return `${nameOf(first)} weighs most: ${meanText(mean)} of 100 points.`
  if (top.length === 4) return 'Cannot tell which of the four weighs most.'
  return `One of ${either(top)} weighs most; cannot tell them apart.`
}

function worstSentence(worst: number[], served: Measured[]): string {
  const [first] = worst
  const mean = first === undefined ? undefined : served[first]?.means[0]
  if (first === undefined || !mean) return ''
  if (worst.length === 1) return `We do worst on ${lower(first)}: ${meanText(mean, 1)} of 10.`
  if (worst.length === 4) return 'Cannot tell which of the four we do worst on.'
  return `We do worst on one of ${either(worst)}; cannot tell them apart.`
}

/** Which drivers may be served worst; none unless all four may be compared. */
function worstServed(served: Measured[]): number[] {
  const means = served.flatMap(({ means: [mean] }) => (mean?.interval ? [mean] : []))
  return means.length === 4 ? mayBeFirst(means, -1) : []
}

/** "Of 100 points that matter to a customer we leave 31 (29 to 33) undone."; '' below ten customers. */
export const missingSentence = ({ lost: { all } }: WeightFigures): string =>
  all?.interval ? `Of 100 points that matter to a customer we leave ${meanText(all)} undone.` : ''

/** In which driver most of it lies. */
export function largestMissing({ lost: { means } }: WeightFigures): string {
  const top = mayBeFirst(means)
  const [first] = top
  const mean = first === undefined ? undefined : means[first]
  if (first === undefined || !mean) return ''
  if (top.length === 1) return `Most is missing in ${lower(first)}: ${meanText(mean)} points.`
  if (top.length === 4) return 'Cannot tell in which of the four most is missing.'
  return `Most is missing in one of ${either(top)}; cannot tell them apart.`
}

/** "First place for cost in 83 % of 1,000 redraws of the customers."; '' where nothing was redrawn. */
export function firstPlaces({ lost: { means } }: WeightFigures): string {
  const told = means
    .flatMap(({ first }, at) => (first !== undefined && first >= 0.005 ? [{ first, at }] : []))
    .sort((a, b) => b.first - a.first)
    .map(({ first, at }) => `${lower(at)} in ${Math.round(100 * first)} %`)
  return told.length > 0 ? `Largest part, in 1,000 redraws of the customers: ${listed(told)}.` : ''
}

const weightWords = { '1': 'matters more', '0': 'cannot tell how much it matters', '-1': 'matters less' } as const
const serviceWords = { '1': 'done better', '0': 'cannot tell how well', '-1': 'done worse' } as const

/** "matters more, done worse", as far as it can be told. */
export const placeWords = ({ weight, service }: Place): string =>
  weight === 0 && service === 0 ? 'cannot tell' : `${weightWords[`${weight}`]}, ${serviceWords[`${service}`]}`

/** What a driver is by how much it is said and how much it weighs. */
export function saidName(said: 1 | 0 | -1, weight: 1 | 0 | -1): string {
  if (said === 0 && weight === 0) return 'cannot tell'
  if (said === 0) return `${weight === 1 ? 'weighs more' : 'weighs less'}, cannot tell how much it is said`
  if (weight === 0) return `${said === 1 ? 'said' : 'seldom said'}, cannot tell how much it weighs`
  if (weight === 1) return said === 1 ? 'core: said, and weighs more' : 'taken for granted: weighs more, seldom said'
  return said === 1 ? 'loud: said, weighs less' : 'neither'
}

/** What can be told of the four, a sentence each: "Taken for granted, since it weighs more and is seldom said: cost." */
export function saidVerdicts(found: { said: 1 | 0 | -1; weight: 1 | 0 | -1 }[]): string[] {
  const those = (said: 1 | -1, weight: 1 | -1) =>
    found.flatMap((one, at) => (one.said === said && one.weight === weight ? [at] : []))
  const told: [words: string, places: number[]][] = [
    ['The core, said and weighing more', those(1, 1)],
    ['Taken for granted, weighing more and seldom said', those(-1, 1)],
    ['Loud, said and weighing less', those(1, -1)],
    ['Neither said nor weighing more', those(-1, -1)],
  ]
  const rest = found.flatMap(({ said, weight }, at) => (said === 0 || weight === 0 ? [at] : []))
  return [
    ...told.flatMap(([words, places]) => (places.length > 0 ? [`${words}: ${either(places)}.`] : [])),
    ...(rest.length > 0 ? [`Cannot tell for ${either(rest)}.`] : []),
  ]
}

/** The drivers that matter more and are done worse, for a figure's title. */
export function quadrantTitle(figures: WeightFigures): string {
  const found = placesOf(figures.points.means, figures.served).flatMap(({ weight, service }, at) =>
    weight === 1 && service === -1 ? [at] : [],
  )
  return found.length > 0
    ? `${listed(found.map((at, index) => (index === 0 ? nameOf(at) : lower(at))))} ${found.length === 1 ? 'matters more and is' : 'matter more and are'} done worse than the others`
    : 'How much each of the four matters, and how well we do'
}

/** "; indicative" below thirty customers, "; too few for means" below ten. */
export const careOf = (n: number): string =>
  ({ hidden: '', counts: '; too few for means', indicative: '; indicative', full: '' })[precision(n)]

/** Why a measure has no number. */
export function noNumber(status: Measured['status']): string {
  return status === 'empty'
    ? 'nobody'
    : status === 'small'
      ? 'hidden: fewer than 5'
      : 'hidden: beside the rest it shows fewer than 5'
}

/** What matters most by choice: claimed where its interval keeps clear of the others. */
export function pickedSentence({ means }: Measured): string {
  const top = mayBeFirst(means)
  const [first] = top
  if (first === undefined) return ''
  if (top.length === 1) return `${nameOf(first)} matters most.`
  return top.length === 4
    ? 'Cannot tell which of the four matters most.'
    : `One of ${either(top)} matters most; cannot tell them apart.`
}
