import { evidenceIn } from './evidence.ts'
import { type Features, featuresOf } from './features.ts'
import { fitLogistic, logit, type SparseRow, sigmoid } from './logistic.ts'
import { calibrated, judge, labels, type Model } from './model.ts'
import { properNames } from './names.ts'
import { isSmallWord } from './small-words.ts'
import { tokensOf } from './tokens.ts'

/**
 * What one installation's decisions add to the shipped model: for each label log-odds by term, nothing where nobody decided
 * otherwise.
 */
export type Adjustment = { terms: Map<string, number>; scales: number[]; weights: Float64Array[] }

/** One person's decision on one answer, as far as the model learns from it. `weight` 1 is a decision made with open eyes. */
export type Decision = {
  responseId: string
  customerId: string
  text: string
  labels: Set<string>
  weight: number
  /** Whether its own words may become terms: not if the customer allows them in totals only. */
  mayTeachWords: boolean
}

/** How far one decision may pull away from the shipped weights, which are where learning begins. */
const closeness = 0.6
/** A term that fewer customers than this used is theirs, not the installation's. */
const fewestCustomers = 3
const ownScale = 0.6

/** Learns from decisions, with the shipped model as the prior: weights are pulled to no change at all (ridge). Deterministic. */
export function learn(decisions: Decision[], model: Model): Adjustment {
  const read = decisions.map((decision) => {
    const tokens = tokensOf(decision.text)
    const parts = featuresOf(tokens, evidenceIn(tokens))
    const { scores } = judge(tokens, parts, model)
    return {
      decision,
      tokens,
      features: parts.whole,
      offsets: scores.map((score, k) => logit(calibrated(model, k, score))),
    }
  })
  const names = properNames(read.map(({ tokens }) => tokens))
  const users = new Map<string, Set<string>>()
  for (const { decision, features } of read)
    for (const name of features.keys()) {
      if (!isTerm(name, names) || !(decision.mayTeachWords || model.terms.has(name))) continue
      const known = users.get(name)
      if (known) known.add(decision.customerId)
      else users.set(name, new Set([decision.customerId]))
    }
  const kept = [...users].filter(([, customers]) => customers.size >= fewestCustomers).map(([name]) => name)
  const terms = new Map(kept.toSorted((a, b) => (a < b ? -1 : 1)).map((name, column) => [name, column]))
  const scales = [...terms.keys()].map((name) => model.scales[model.terms.get(name) ?? -1] ?? ownScale)
  const rows = read.map(({ features }): SparseRow => rowOf(features, { terms, scales }))
  const costs = decisions.map(({ weight }) => weight * closeness)
  const weights = labels.map(({ name }, label) =>
    fitLogistic(
      rows,
      decisions.map((decision) => decision.labels.has(name)),
      costs,
      terms.size + 1,
      read.map(({ offsets }) => offsets[label] ?? 0),
    ),
  )
  return { terms, scales, weights }
}

/** Phrases, and words that mean something by themselves: what stands in every answer must not move every answer. */
function isTerm(name: string, names: Set<string>): boolean {
  if (!/^[wb]:/.test(name)) return /^[xsm]:/.test(name)
  const words = name.slice(2).replace(/^not_/, '').split('_')
  return !words.some((word) => names.has(word)) && !words.every(isSmallWord)
}

function rowOf(features: Features, { terms, scales }: Pick<Adjustment, 'terms' | 'scales'>): SparseRow {
  const entries = [...features].flatMap(([name, value]): [number, number][] => {
    const column = terms.get(name)
    return column === undefined ? [] : [[column, value * (scales[column] ?? 1)]]
  })
  return {
    columns: Int32Array.from(entries, ([column]) => column),
    values: Float64Array.from(entries, ([, value]) => value),
  }
}

/** How far the decisions here move each label of an answer, in log-odds. */
export function shiftsOf(features: Features, adjustment: Adjustment): number[] {
  const { columns, values } = rowOf(features, adjustment)
  return adjustment.weights.map((weights) =>
    columns.reduce((sum, column, k) => sum + (weights[column] ?? 0) * (values[k] ?? 0), weights.at(-1) ?? 0),
  )
}

export const shifted = (probability: number, shift: number): number =>
  shift === 0 ? probability : sigmoid(logit(probability) + shift)

const unit = 1_000

/** An adjustment as text; terms that say nothing are left out. */
export function writeAdjustment({ terms, scales, weights }: Adjustment): string {
  const rounded = weights.map((list) => Array.from(list, (weight) => Math.round(weight * unit)))
  const kept = [...terms].filter(([, column]) => rounded.some((list) => list[column] !== 0))
  return JSON.stringify({
    terms: kept.map(([name]) => name),
    scales: kept.map(([, column]) => Number((scales[column] ?? 1).toFixed(3))),
    weights: rounded.map((list) => [...kept.map(([, column]) => list[column] ?? 0), list.at(-1) ?? 0]),
  })
}

/** Reads what `writeAdjustment` wrote. */
export function readAdjustment(body: string): Adjustment {
  const stored: { terms: string[]; scales: number[]; weights: number[][] } = JSON.parse(body)
  return {
    terms: new Map(stored.terms.map((term, column) => [term, column])),
    scales: stored.scales,
    weights: stored.weights.map((list) => Float64Array.from(list, (weight) => weight / unit)),
  }
}
