import { type Direction, type Driver, directions, driverLetters, drivers } from '../drivers.ts'
import type { Features, Part, Read } from './features.ts'
import { logit, sigmoid } from './logistic.ts'
import type { Token } from './tokens.ts'
import { addWord, dimensions, emptySum, meanOf } from './vectors.ts'

/** The eight labels in the order of all weights: R+ R- C+ C- K+ K- E+ E-. */
export const labels: { driver: Driver; direction: Direction; name: string }[] = drivers.flatMap((driver) =>
  directions.map((direction) => ({ driver, direction, name: `${driverLetters[driver]}${direction}` })),
)
const vectorShare = 0.2
/** In a long answer many small chances would add up to a certainty that no part carries. */
const weighedParts = 6

/** Linear weights of one level, output by output: a weight a term, then a weight a dimension, then the constant. */
export type Level = { center: number[]; spread: number; weights: Float64Array[] }
export type Model = {
  version: string
  terms: Map<string, number>
  /** What a term's value is multiplied by: rare words weigh more. */
  scales: number[]
  whole: Level
  sentence: Level
  /** Outputs: the four drivers whatever the direction, then how surely the clause speaks well rather than badly. */
  clause: Level
  /** Outputs: each sub-code of `subs`, whatever the direction; it chooses among those of a driver that is suggested. */
  sub: Level
  subs: string[]
  /** By label: the probability is sigmoid(slope × score + constant). */
  calibration: { slope: number; constant: number }[]
  /** By label: from which probability on it is suggested; null where the lexicon alone decides. */
  thresholds: (number | null)[]
}
export const levelNames = ['whole', 'sentence', 'clause', 'sub'] as const

export type Scaled = { columns: number[]; values: number[] }

/** The terms of an answer with their columns, scaled. Unknown ones are left out. */
export function scaled(features: Features, model: Pick<Model, 'terms' | 'scales'>): Scaled {
  const entries: Scaled = { columns: [], values: [] }
  for (const [name, value] of features) {
    const column = model.terms.get(name)
    if (column === undefined) continue
    entries.columns.push(column)
    entries.values.push(value * (model.scales[column] ?? 1))
  }
  return entries
}

/** A mean vector, centred and scaled as its level was trained. */
export const placed = (vector: Float64Array, { center, spread }: Pick<Level, 'center' | 'spread'>): Float64Array =>
  vector.map((value, k) => ((value - (center[k] ?? 0)) / spread) * vectorShare)

/** The sum of the vectors of the tokens in [from, to). */
function sumOf(tokens: Token[], from: number, to: number): Float64Array {
  const sum = emptySum()
  for (let at = from; at < to; at += 1) addWord(sum, tokens[at]?.text ?? '')
  return sum
}

/** The mean vector of the tokens in [from, to). */
export const vectorOf = (tokens: Token[], from: number, to: number): Float64Array => meanOf(sumOf(tokens, from, to))

function scoresOf({ columns, values }: Scaled, mean: Float64Array, level: Level, width: number): number[] {
  const vector = placed(mean, level)
  return level.weights.map((weights) => {
    let score = weights[width + dimensions] ?? 0
    for (let k = 0; k < columns.length; k += 1) score += (values[k] ?? 0) * (weights[columns[k] ?? 0] ?? 0)
    for (let k = 0; k < dimensions; k += 1) score += (vector[k] ?? 0) * (weights[width + k] ?? 0)
    return score
  })
}

/** How surely an answer carries each label, and each of its sentences and clauses by itself. */
export type Judgement = { scores: number[]; bySentence: number[][]; byClause: number[][] }

/**
 * Three views are averaged as log-odds: the answer as a whole; its sentences; and its clauses, where driver and direction
 * are told apart. Of sentences and clauses at least one carries the label, as if they were independent.
 */
export function judge(tokens: Token[], read: Read, model: Model): Judgement {
  const width = model.terms.size
  // A sentence of one clause has its features, and so has an answer of one sentence: they are looked up once.
  const known = new Map<Features, Scaled>()
  const entriesOf = (features: Features): Scaled => {
    const entries = known.get(features) ?? scaled(features, model)
    known.set(features, entries)
    return entries
  }
  const total = emptySum()
  const byClause: number[][] = []
  const bySentence: number[][] = []
  let next = 0
  for (const sentence of read.sentences) {
    const sum = emptySum()
    for (let part = read.clauses[next]; part && part.from < sentence.to; part = read.clauses[next]) {
      const own = sumOf(tokens, part.from, part.to)
      add(sum, own)
      byClause.push(labelChances(scoresOf(entriesOf(part.features), meanOf(own), model.clause, width)))
      next += 1
    }
    add(total, sum)
    bySentence.push(scoresOf(entriesOf(sentence.features), meanOf(sum), model.sentence, width).map(sigmoid))
  }
  const whole = scoresOf(entriesOf(read.whole), meanOf(total), model.whole, width)
  const scores = whole.map(
    (score, label) => (logit(sigmoid(score)) + anyOf(bySentence, label) + anyOf(byClause, label)) / 3,
  )
  return { scores, bySentence, byClause }
}

function add(sum: Float64Array, other: Float64Array): void {
  for (let k = 0; k < sum.length; k += 1) sum[k] = (sum[k] ?? 0) + (other[k] ?? 0)
}

/** From what a clause says of the drivers, and of how well or badly it is meant, to the labels. */
function labelChances(scores: number[]): number[] {
  const isGood = sigmoid(scores[drivers.length] ?? 0)
  return labels.map(({ driver, direction }) => {
    const chance = sigmoid(scores[drivers.indexOf(driver)] ?? 0)
    return chance * (direction === '+' ? isGood : 1 - isGood)
  })
}

/** The log-odds that at least one part carries a label. */
function anyOf(parts: number[][], label: number): number {
  const surest = parts.map((part) => part[label] ?? 0).sort((a, b) => b - a)
  return logit(1 - surest.slice(0, weighedParts).reduce((product, chance) => product * (1 - chance), 1))
}

/** How surely a clause speaks for each sub-code, given that its driver stands there. */
export function subChances(tokens: Token[], part: Part, model: Model): Map<string, number> {
  const { from, to, features } = part
  const scores = scoresOf(scaled(features, model), vectorOf(tokens, from, to), model.sub, model.terms.size)
  return new Map(model.subs.map((sub, index) => [sub, sigmoid(scores[index] ?? 0)]))
}

export const calibrated = (model: Model, label: number, score: number): number => {
  const { slope, constant } = model.calibration[label] ?? { slope: 1, constant: 0 }
  return sigmoid(slope * score + constant)
}
