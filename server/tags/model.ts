import { type Direction, type Driver, directions, driverLetters, drivers } from '../drivers.ts'
import type { Features, Part, Read } from './features.ts'
import { logit, sigmoid } from './logistic.ts'
import type { Token } from './tokens.ts'
import { dimensions, meanVector } from './vectors.ts'

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

/** The terms of an answer with their columns, scaled. Unknown ones are left out. */
export function scaled(features: Features, model: Pick<Model, 'terms' | 'scales'>): [number, number][] {
  const entries: [number, number][] = []
  for (const [name, value] of features) {
    const column = model.terms.get(name)
    if (column !== undefined) entries.push([column, value * (model.scales[column] ?? 1)])
  }
  return entries
}

/** A mean vector, centred and scaled as its level was trained. */
export const placed = (vector: Float64Array, { center, spread }: Pick<Level, 'center' | 'spread'>): Float64Array =>
  vector.map((value, k) => ((value - (center[k] ?? 0)) / spread) * vectorShare)

/** The mean vector of the tokens in [from, to). */
export const vectorOf = (tokens: Token[], from: number, to: number): Float64Array =>
  meanVector(tokens.slice(from, to).map((token) => token.text))

function scoresOf(tokens: Token[], { from, to, features }: Part, level: Level, model: Model): number[] {
  const entries = scaled(features, model)
  const vector = placed(vectorOf(tokens, from, to), level)
  const width = model.terms.size
  return level.weights.map((weights) => {
    let score = weights[width + dimensions] ?? 0
    for (const [column, value] of entries) score += value * (weights[column] ?? 0)
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
  const whole = scoresOf(tokens, { from: 0, to: tokens.length, features: read.whole }, model.whole, model)
  const bySentence = read.sentences.map((part) => scoresOf(tokens, part, model.sentence, model).map(sigmoid))
  const byClause = read.clauses.map((part) => {
    const chances = scoresOf(tokens, part, model.clause, model).map(sigmoid)
    const isGood = chances[drivers.length] ?? 0.5
    return labels.map(({ driver, direction }) => {
      const chance = chances[drivers.indexOf(driver)] ?? 0
      return chance * (direction === '+' ? isGood : 1 - isGood)
    })
  })
  const scores = whole.map(
    (score, label) => (logit(sigmoid(score)) + anyOf(bySentence, label) + anyOf(byClause, label)) / 3,
  )
  return { scores, bySentence, byClause }
}

/** The log-odds that at least one part carries a label. */
function anyOf(parts: number[][], label: number): number {
  const surest = parts.map((part) => part[label] ?? 0).sort((a, b) => b - a)
  return logit(1 - surest.slice(0, weighedParts).reduce((product, chance) => product * (1 - chance), 1))
}

/** How surely a clause speaks for each sub-code, given that its driver stands there. */
export function subChances(tokens: Token[], part: Part, model: Model): Map<string, number> {
  const scores = scoresOf(tokens, part, model.sub, model)
  return new Map(model.subs.map((sub, index) => [sub, sigmoid(scores[index] ?? 0)]))
}

export const calibrated = (model: Model, label: number, score: number): number => {
  const { slope, constant } = model.calibration[label] ?? { slope: 1, constant: 0 }
  return sigmoid(slope * score + constant)
}
