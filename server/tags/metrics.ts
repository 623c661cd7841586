import { seededRandom } from './logistic.ts'

type Counts = { n: number; right: number; said: number }
export type Quality = Counts & { precision: number; recall: number; f1: number }

/** Precision, recall and F1 of saying yes, over pairs of truth and verdict. 0 where nothing can be said. */
export function qualityOf(pairs: { truth: boolean; said: boolean }[]): Quality {
  const n = pairs.filter((pair) => pair.truth).length
  const said = pairs.filter((pair) => pair.said).length
  const right = pairs.filter((pair) => pair.truth && pair.said).length
  return {
    n,
    said,
    right,
    precision: said === 0 ? 0 : right / said,
    recall: n === 0 ? 0 : right / n,
    f1: n + said === 0 ? 0 : (2 * right) / (n + said),
  }
}

/** The mean squared difference of forecast and outcome (Brier 1950): 0 is best. */
export function brier(pairs: { truth: boolean; probability: number }[]): number {
  return pairs.reduce((sum, { truth, probability }) => sum + (probability - (truth ? 1 : 0)) ** 2, 0) / pairs.length
}

export type ReliabilityRow = { from: number; to: number; n: number; forecast: number; observed: number }

/** How often what was forecast came true, in ten bins of probability; empty bins are left out. */
export function reliability(pairs: { truth: boolean; probability: number }[]): ReliabilityRow[] {
  const bins = Map.groupBy(pairs, ({ probability }) => Math.min(9, Math.floor(probability * 10)))
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(([bin, group]) => ({
      from: bin / 10,
      to: (bin + 1) / 10,
      n: group.length,
      forecast: group.reduce((sum, { probability }) => sum + probability, 0) / group.length,
      observed: group.filter(({ truth }) => truth).length / group.length,
    }))
}

const draws = 1_000

/** The 95 % percentile interval of a figure over rows drawn with replacement, the same for the same seed. */
export function bootstrap<Row>(
  rows: Row[],
  figure: (drawn: Row[]) => number,
  seed = 1,
  rounds = draws,
): [number, number] {
  const random = seededRandom(seed)
  const figures = Array.from({ length: rounds }, () =>
    figure(rows.flatMap(() => rows[Math.floor(random() * rows.length)] ?? [])),
  ).sort((a, b) => a - b)
  return [figures[Math.floor(rounds * 0.025)] ?? 0, figures[Math.ceil(rounds * 0.975) - 1] ?? 0]
}
