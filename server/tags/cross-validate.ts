import { fitLogistic, seededRandom, sigmoid } from './logistic.ts'
import { judge, labels, type Model } from './model.ts'
import { type Prepared, trainModel } from './train.ts'

/** Sources with a smaller share of the rows are left out together, since a fold of a handful of rows tells nothing. */
const ownFold = 1 / 50
const loosely = 100

/** Scores of every row by a model that has seen no row of its source, label by label. Throws when there is one source only. */
export function heldOutScores(rows: Prepared[], seeds: Prepared[]): number[][] {
  const sizes = Map.groupBy(rows, (row) => row.source)
  const foldOf = ({ source }: Prepared) => ((sizes.get(source)?.length ?? 0) >= ownFold * rows.length ? source : '')
  if (sizes.size < 2)
    throw new Error('The rows are of one source: training needs several, given as "source" of each row.')
  const scores = new Map<Prepared, number[]>()
  for (const [fold, held] of Map.groupBy(rows, foldOf)) {
    const model = trainModel(
      rows.filter((row) => foldOf(row) !== fold),
      seeds,
      'held out',
    )
    for (const row of held) scores.set(row, judge(row.tokens, row.read, model).scores)
  }
  return rows.map((row) => scores.get(row) ?? labels.map(() => 0))
}

/** Sets the model's calibration (Platt 1999) and the thresholds that give the best F1, from held-out scores. */
export function calibrate(model: Model, rows: Prepared[], scores: number[][]): Model {
  const calibration = labels.map(({ name }, label) => {
    const samples = scores.map((row) => ({ columns: Int32Array.of(0), values: Float64Array.of(row[label] ?? 0) }))
    const [slope = 1, constant = 0] = fitLogistic(
      samples,
      rows.map((row) => row.labels.has(name)),
      rows.map(() => loosely),
      2,
    )
    return { slope, constant }
  })
  const thresholds = labels.map(({ name }, label) => {
    if (model.thresholds[label] === null) return null
    const { slope = 1, constant = 0 } = calibration[label] ?? {}
    const pairs = rows.map((row, index) => ({
      isPositive: row.labels.has(name),
      probability: sigmoid(slope * (scores[index]?.[label] ?? 0) + constant),
    }))
    return steadyThreshold(pairs)
  })
  return { ...model, calibration, thresholds }
}

type Pair = { isPositive: boolean; probability: number }
const draws = 100

/** The mean of the best thresholds of bootstrap draws: the best one of a single sample hangs on a few rows. */
function steadyThreshold(pairs: Pair[]): number {
  const random = seededRandom(1)
  const found = Array.from({ length: draws }, () =>
    bestThreshold(pairs.flatMap(() => pairs[Math.floor(random() * pairs.length)] ?? [])),
  )
  return found.reduce((sum, threshold) => sum + threshold, 0) / draws
}

/** The probability from which on saying yes gives the best F1, halfway to the next lower one. */
export function bestThreshold(pairs: Pair[]): number {
  const order = pairs.toSorted((a, b) => b.probability - a.probability)
  const positives = pairs.filter((pair) => pair.isPositive).length
  let right = 0
  let best = { f1: -1, threshold: 0.5 }
  for (const [rank, { isPositive, probability }] of order.entries()) {
    if (isPositive) right += 1
    const f1 = (2 * right) / (rank + 1 + positives)
    if (f1 > best.f1) best = { f1, threshold: (probability + (order[rank + 1]?.probability ?? 0)) / 2 }
  }
  return best.threshold
}
