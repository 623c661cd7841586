import type { Steps } from '../../unhurried.ts'
import { type Interval, wilson } from '../intervals.ts'
import type { Ledger } from '../ledger.ts'
import { type Mean, meansOf, sideOf } from '../means.ts'
import { named, nibble } from '../view.ts'
import type { Measure } from './weighed.ts'
import { type Four, places } from './weighing.ts'
import type { Given, Sample, SampleStatus, WeightView } from './weights.ts'

/** Numbers of one measure: '' words for what may not be shown stand elsewhere, here `means` is then empty. */
export type Measured = { status: SampleStatus; isPartial: boolean; n: number; means: Mean[] }

/** How many of `n` customers. */
export type CountOf = { x: number; n: number }

export type WeightFigures = {
  /** Points of 100 by driver; `heaviest`: how many gave it most, ties in each. */
  points: Measured & { heaviest: number[] }
  /** How well we do, 0 to 10, each driver among those to whom it applies. */
  served: Measured[]
  /** Points of 100 left undone, by driver and in all. */
  lost: Measured & { all: Mean | undefined }
  /** (best − worst) / shown, −1 to 1, and how many named it best and worst. */
  picked: Measured & { best: number[]; worst: number[] }
  /** Of those who gave points and said something unprompted, how many named each driver. */
  said: { status: SampleStatus; n: number; named: number[] }
  declined: CountOf
  notApplying: CountOf[]
}

const noMeans: Mean[] = []

/** All numbers of a view. `seed` names the view, so that the same view shows the same intervals. */
export function* weightFigures(view: WeightView, seed: string): Steps<WeightFigures> {
  const { samples } = view
  const shown = (measure: Measure): Sample['customers'] =>
    samples[measure].status === 'shown' ? samples[measure].customers : []
  const measured = (measure: Measure, means: Mean[]): Measured => {
    const { status, isPartial, customers } = samples[measure]
    return {
      status,
      isPartial,
      n: status === 'shown' ? customers.length : 0,
      means: status === 'shown' ? means : noMeans,
    }
  }
  const points = given(shown('points'), ({ points: one }) => one)
  const lost = given(shown('lost'), ({ lost: one }) => one)
  const picked = given(shown('picked'), ({ picked: one }) => one)
  const hundred = { low: 0, high: 100 }
  const four = [0, 1, 2, 3]
  function* means(rows: number[][], columns: number[], name: string, bounds: Interval): Steps<Mean[]> {
    yield
    return meansOf(rows, columns, `${seed} ${name}`, bounds)
  }
  const served: Measured[] = []
  for (const [at, measure] of drivenMeasures.entries()) {
    const rows = given(shown(measure), ({ scores }) => scores)
    served.push(measured(measure, yield* means(rows, [at], `served ${at}`, { low: 0, high: 10 })))
  }
  const [all] = yield* means(lost, [4], 'whole', hundred)
  const scores = picked.map(({ score }) => score)
  return {
    points: { ...measured('points', yield* means(points, four, 'points', hundred)), heaviest: heaviestIn(points) },
    served,
    lost: {
      ...measured('lost', yield* means(lost, four, 'lost', hundred)),
      all: samples.lost.status === 'shown' ? all : undefined,
    },
    picked: {
      ...measured('picked', yield* means(scores, four, 'picked', { low: -1, high: 1 })),
      best: countsOf(picked.map(({ best }) => best)),
      worst: countsOf(picked.map(({ worst }) => worst)),
    },
    said: saidIn(samples.said),
    declined: { x: view.declined.length, n: view.declined.length + samples.points.customers.length },
    notApplying: drivenMeasures.map((measure, at) => {
      const x = view.notApplying[at]?.length ?? 0
      return { x, n: x + samples[measure].customers.length }
    }),
  }
}

/** What the customers gave of one kind, who gave none left out. */
function given<One>(customers: Given[], take: (of: Given['of']) => One | undefined): One[] {
  const all: One[] = []
  for (const { of } of customers) {
    const one = take(of)
    if (one !== undefined) all.push(one)
  }
  return all
}

/** The measures that are the scores of the four drivers. */
const drivenMeasures = ['revenue', 'cost', 'risk', 'emotion'] as const

function heaviestIn(points: Four[]): number[] {
  const counts = [0, 0, 0, 0]
  for (const four of points) {
    const most = Math.max(...four)
    for (const at of places) if (four[at] === most) counts[at] = (counts[at] ?? 0) + 1
  }
  return counts
}

const countsOf = (bits: number[]): number[] =>
  places.map((at) => bits.reduce((count, one) => count + ((one >> at) & 1), 0))

/** What each customer has named unprompted, in either direction, as bits by driver; nobody of whom nothing of it is read. */
export function saidUnprompted(ledger: Ledger): Map<string, number> {
  const unprompted = ledger.numbers.get('unprompted')
  const all = new Map<string, number>()
  for (const [customer, rows] of ledger.customers) {
    let bits = 0
    let settled = 0
    for (const row of rows) {
      if (row.asked !== unprompted) continue
      bits |= row.bits
      settled += row.settled
    }
    if (settled === 0) continue
    let said = 0
    for (const at of places) if ((nibble(bits, at, 0) | nibble(bits, at, 1)) & named(false)) said |= 1 << at
    all.set(ledger.names[customer] ?? '', said)
  }
  return all
}

function saidIn({ status, customers }: Sample): WeightFigures['said'] {
  if (status !== 'shown') return { status, n: 0, named: [] }
  return { status, n: customers.length, named: countsOf(customers.map(({ of }) => of.said ?? 0)) }
}

/** Where a driver stands beside the others: 1 more or better, −1 less or worse, 0 cannot be told. */
export type Place = { weight: 1 | 0 | -1; service: 1 | 0 | -1 }

/**
 * The quarter of importance and performance in which each driver lies, told only where an interval keeps clear of the line.
 *
 * Formula: the lines are the means of the four: 25 points, and the mean of the four scores.
 * Source: Martilla & James 1977; methods 4.3. Units: points of 100, scores of 10. Minimum n: 10.
 * How it misleads: the lines are arbitrary, and one of four must always lie below them; scores have a ceiling.
 */
export function placesOf(points: Mean[], served: Measured[]): Place[] {
  const line = servedLine(served)
  return places.map((at) => ({
    weight: sideOf(points[at]?.interval, 25),
    service: line === undefined ? 0 : sideOf(served[at]?.means[0]?.interval, line),
  }))
}

/** The mean of the four scores; undefined where one of them is not to be shown. */
export function servedLine(served: Measured[]): number | undefined {
  const means = served.flatMap((one) => (one.means[0]?.interval ? [one.means[0].mean] : []))
  return means.length === 4 ? means.reduce((sum, mean) => sum + mean, 0) / 4 : undefined
}

/**
 * Said unprompted and weighed when asked, for each driver: 1 more than the mean of the four, −1 less, 0 cannot be told.
 *
 * Formula: the share of customers who name it against the mean of the four shares (Wilson), points against 25.
 * Source: Schuman & Presser 1981; Weller et al. 2018; methods 4.4. Minimum n: 10 on either side.
 * How it misleads: the scales differ, so no number is taken from the other; what goes without saying is not said.
 */
export function saidPlaces(
  points: Mean[],
  { n, named: counts }: WeightFigures['said'],
): { said: 1 | 0 | -1; weight: 1 | 0 | -1 }[] {
  const isFew = n < 10
  const line = counts.reduce((sum, count) => sum + count, 0) / (4 * n)
  return places.map((at) => ({
    said: isFew ? 0 : sideOf(wilson(counts[at] ?? 0, n), line),
    weight: sideOf(points[at]?.interval, 25),
  }))
}
