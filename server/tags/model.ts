import { type Direction, type Driver, directions, driverLetters, drivers } from '../drivers.ts'
import type { Features, Read } from './features.ts'
import { logit, sigmoid } from './logistic.ts'
import type { Token } from './tokens.ts'
import { dimensions, meanVector } from './vectors.ts'

/** The eight labels in the order of all weights: R+ R- C+ C- K+ K- E+ E-. */
export const labels: { driver: Driver; direction: Direction; name: string }[] = drivers.flatMap((driver) =>
  directions.map((direction) => ({ driver, direction, name: `${driverLetters[driver]}${direction}` })),
)
const vectorShare = 0.2
/** In a long answer many small chances would add up to a certainty that no sentence carries. */
const weighedSentences = 6

/** Linear weights of one level, label by label: a weight a term, then a weight a dimension, then the constant. */
export type Level = { center: number[]; spread: number; weights: Float64Array[] }
export type Model = {
  version: string
  terms: Map<string, number>
  /** What a term's value is multiplied by: rare words weigh more. */
  scales: number[]
  whole: Level
  sentence: Level
  /** By label: the probability is sigmoid(slope × score + constant). */
  calibration: { slope: number; constant: number }[]
  /** By label: from which probability on it is suggested; null where the lexicon alone decides. */
  thresholds: (number | null)[]
  /** By label: its commonest sub-code. */
  usualSubs: string[]
}

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

function scoresOf(features: Features, vector: Float64Array, level: Level, model: Model): number[] {
  const entries = scaled(features, model)
  const width = model.terms.size
  return level.weights.map((weights) => {
    let score = weights[width + dimensions] ?? 0
    for (const [column, value] of entries) score += value * (weights[column] ?? 0)
    for (let k = 0; k < dimensions; k += 1) score += (vector[k] ?? 0) * (weights[width + k] ?? 0)
    return score
  })
}

/**
 * For each label how surely the answer carries it, and by which sentence. Two views are averaged as log-odds: the answer as
 * a whole, and its sentences (at least one of them carries it, as if they were independent).
 */
export function judge(tokens: Token[], read: Read, model: Model): { scores: number[]; bySentence: number[][] } {
  const whole = scoresOf(read.whole, placed(vectorOf(tokens, 0, tokens.length), model.whole), model.whole, model)
  const bySentence = read.sentences.map(({ from, to, features }) =>
    scoresOf(features, placed(vectorOf(tokens, from, to), model.sentence), model.sentence, model).map(sigmoid),
  )
  const scores = whole.map((score, index) => {
    const surest = bySentence.map((sentence) => sentence[index] ?? 0).sort((a, b) => b - a)
    const none = surest.slice(0, weighedSentences).reduce((product, chance) => product * (1 - chance), 1)
    return (logit(sigmoid(score)) + logit(1 - none)) / 2
  })
  return { scores, bySentence }
}

export const calibrated = (model: Model, label: number, score: number): number => {
  const { slope, constant } = model.calibration[label] ?? { slope: 1, constant: 0 }
  return sigmoid(slope * score + constant)
}
