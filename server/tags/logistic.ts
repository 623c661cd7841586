/** A row of a sparse matrix: which columns and their values. */
export type SparseRow = { columns: Int32Array; values: Float64Array }

const widestGap = 1e-2
const mostRounds = 60
const innerSteps = 50
const edge = 1e-12

/**
 * Fits an L2-regularised logistic model by dual coordinate descent (Yu, Huang and Lin 2011, as in LIBLINEAR). `costs` weighs
 * each row (larger fits it closer). The last of the `width` weights is the constant, regularised like the others; rows do
 * not carry it. `offsets` are log-odds that each row has already: what is fitted is what has to be added to them, and for
 * that there is no constant, since it would move rows that have nothing in common with these. The same rows in the same
 * order give the same weights.
 */
export function fitLogistic(
  rows: SparseRow[],
  isPositive: boolean[],
  costs: number[],
  width: number,
  offsets?: number[],
): Float64Array {
  const weights = new Float64Array(width)
  const constant = width - 1
  const signs = isPositive.map((positive) => (positive ? 1 : -1))
  const constantShare = offsets ? 0 : 1
  const squares = rows.map(({ values }) => values.reduce((sum, value) => sum + value * value, constantShare))
  const alpha = costs.map((cost) => Math.min(0.001 * cost, 1e-8))
  const beta = costs.map((cost, index) => cost - (alpha[index] ?? 0))
  const order = rows.map((_, index) => index)
  const move = (row: SparseRow, step: number) => {
    for (let k = 0; k < row.columns.length; k += 1) {
      const column = row.columns[k] ?? 0
      weights[column] = (weights[column] ?? 0) + step * (row.values[k] ?? 0)
    }
    weights[constant] = (weights[constant] ?? 0) + step * constantShare
  }
  for (const [index, row] of rows.entries()) move(row, (signs[index] ?? 1) * (alpha[index] ?? 0))

  const random = seededRandom(1)
  let gap = Number.POSITIVE_INFINITY
  for (let round = 0; round < mostRounds && gap > widestGap; round += 1) {
    shuffle(order, random)
    gap = 0
    for (const index of order) {
      const row = rows[index]
      const cost = costs[index] ?? 1
      if (!row) continue
      const sign = signs[index] ?? 1
      const a = squares[index] ?? 1
      const b = sign * (dot(row, weights) + (offsets?.[index] ?? 0))
      const isAlpha = 0.5 * a * ((beta[index] ?? 0) - (alpha[index] ?? 0)) + b >= 0
      const [own, side] = isAlpha ? [alpha, 1] : [beta, -1]
      const old = own[index] ?? 0
      const { value, slope } = minimise(old, cost, a, side * b)
      gap = Math.max(gap, slope)
      own[index] = value
      const other = isAlpha ? beta : alpha
      other[index] = cost - value
      move(row, side * (value - old) * sign)
    }
  }
  return weights
}

/** The one-variable problem of a row, by Newton steps that stay inside (0, cost). `slope` is the gradient at the start. */
function minimise(old: number, cost: number, a: number, b: number): { value: number; slope: number } {
  // Never quite at an end of (0, cost), where the logarithm has no value.
  const inside = (value: number) => Math.min(Math.max(value, cost * edge), cost * (1 - edge))
  let z = inside(cost - old < 0.5 * cost ? 0.1 * old : old)
  let gradient = a * (z - old) + b + Math.log(z / (cost - z))
  const slope = Math.abs(gradient)
  for (let step = 0; step < innerSteps && Math.abs(gradient) > 1e-4; step += 1) {
    const next = z - gradient / (a + cost / (cost - z) / z)
    z = inside(next <= 0 ? z * 0.1 : next)
    gradient = a * (z - old) + b + Math.log(z / (cost - z))
  }
  return { value: z, slope }
}

/** The score of a row: its log-odds under the weights. */
function dot({ columns, values }: SparseRow, weights: Float64Array): number {
  let sum = weights.at(-1) ?? 0
  for (let k = 0; k < columns.length; k += 1) sum += (values[k] ?? 0) * (weights[columns[k] ?? 0] ?? 0)
  return sum
}

export const sigmoid = (score: number): number => 1 / (1 + Math.exp(-score))
export const logit = (probability: number): number => {
  const kept = Math.min(1 - 1e-4, Math.max(1e-4, probability))
  return Math.log(kept / (1 - kept))
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

function shuffle(order: number[], random: () => number): void {
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1))
    const held = order[index] ?? 0
    order[index] = order[other] ?? 0
    order[other] = held
  }
}
