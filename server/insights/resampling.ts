import { createHash } from 'node:crypto'
import type { Interval } from './intervals.ts'

/**
 * Numbers from 0 to below 1 that follow from a text alone: the same filter and the same data show the same interval at
 * each reload.
 *
 * Formula: xoshiro128**, its state the SHA-256 of the text. Source: Blackman & Vigna 2021.
 * How it misleads: it is for resampling, not for secrets or draws that somebody could game.
 */
export function seeded(text: string): () => number {
  const hash = createHash('sha256').update(text).digest()
  let [a, b, c, d] = [hash.readUInt32LE(0), hash.readUInt32LE(4), hash.readUInt32LE(8), hash.readUInt32LE(12)]
  return () => {
    const product = Math.imul(b, 5)
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0
    const shifted = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= shifted
    d = (d << 11) | (d >>> 21)
    return result / 2 ** 32
  }
}

/**
 * The percentile interval of a statistic of customers, by drawing as many of them as there are, with replacement.
 *
 * Formula: the 2.5th and 97.5th percentile of the statistic over `draws` resamples; draws in which it is undefined are
 * left out. Undefined below two customers or where fewer than half of the draws give a value.
 * Source: Efron 1979; Efron & Tibshirani 1993, percentile method.
 * Units: those of the statistic. Minimum n: 10 customers; below, the interval is too narrow.
 * How it misleads: it repeats what was seen: a group that nobody was heard of does not turn up, and hand-picked customers
 * stay hand-picked.
 */
export function bootstrap<Unit>(
  units: Unit[],
  statistic: (sample: Unit[]) => number | undefined,
  seed: string,
  draws = 1000,
): Interval | undefined {
  const values = resamples(units, statistic, seed, draws)
  if (units.length < 2 || values.length < draws / 2) return undefined
  values.sort((x, y) => x - y)
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0
  return { low: at(0.025), high: at(0.975) }
}

/** How often a statement holds among the resamples, 0 to 1: "first in 83 % of resamples". */
export function shareOfResamples<Unit>(
  units: Unit[],
  holds: (sample: Unit[]) => boolean,
  seed: string,
  draws = 1000,
): number {
  const values = resamples(units, (sample) => Number(holds(sample)), seed, draws)
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function resamples<Unit>(
  units: Unit[],
  statistic: (sample: Unit[]) => number | undefined,
  seed: string,
  draws: number,
): number[] {
  const random = seeded(seed)
  const values: number[] = []
  for (let draw = 0; draw < draws && units.length > 0; draw += 1) {
    const sample = units.flatMap(() => units[Math.floor(random() * units.length)] ?? [])
    const value = statistic(sample)
    if (value !== undefined && Number.isFinite(value)) values.push(value)
  }
  return values
}
