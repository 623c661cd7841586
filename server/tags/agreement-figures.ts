import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import {
  cohenKappa,
  gwetAC1,
  krippendorffAlpha,
  masi,
  masiAlpha,
  percentAgreement,
  tableOf,
  verdictOf,
} from './agreement.ts'
import { seededRandom } from './logistic.ts'

/** What one person read in an answer: `tags` such as "K3+" ("K+" without a sub-code), about us, wishes among them. */
export type BlindReading = { coder: string; tags: { driver: Driver; direction: Direction; sub: string }[] }
/** One answer that at least two people read without seeing each other. */
export type ReadTwice = { answerId: string; readings: BlindReading[] }

/** Fewer answers, or fewer that anybody gave the tag, say too little. */
export const enoughAnswers = 50
export const enoughPositives = 10
const draws = 1_000
const bar = 0.667

/** How sure a figure is: the 95 % interval of the draws, and how often they fall below 0.667. Null where too few could be computed. */
export type Doubt = { low: number; high: number; below: number } | null

/** Agreement on one driver and direction. Shares lie between 0 and 1; null is a figure that is not defined here. */
export type LabelAgreement = {
  driver: Driver
  direction: Direction
  /** Answers read by two or more, and those of them that at least one gave this tag. */
  n: number
  positives: number
  agreement: number
  /** The share of all readings that gave the tag. */
  prevalence: number
  kappa: number | null
  alpha: number | null
  ac1: number | null
  doubt: Doubt
  verdict: ReturnType<typeof verdictOf>
  isFew: boolean
}

export type Agreement = {
  n: number
  /** Answers whose readings are the same tags, sub-codes and all. */
  alike: number
  labels: LabelAgreement[]
  /** α of whole tag sets with MASI distance. */
  sets: { alpha: number | null; doubt: Doubt; verdict: ReturnType<typeof verdictOf> }
}

/**
 * How far people agree who read the same answers blind, per driver and direction and over whole tag sets. κ, AC1 and the
 * percentage take readings in pairs (the coders of each pair in a fixed order); α takes them all. Intervals: 1,000 draws of
 * answers with replacement (percentiles), the same for the same `seed`; none without one.
 */
export function agreementOf(units: ReadTwice[], seed?: number): Agreement {
  const samples = seed === undefined ? [] : drawsOf(units.length, seed)
  const labels = drivers.flatMap((driver) =>
    directions.map((direction) => labelAgreement(units, driver, direction, samples)),
  )
  const sets = units.map(({ readings }) => readings.map(setOf))
  const alpha = masiAlpha(sets)
  return {
    n: units.length,
    alike: sets.filter(([first, ...others]) => others.every((set) => first && masi(first, set) === 0)).length,
    labels,
    sets: { alpha, doubt: alpha === null ? null : doubtOf(setAlphas(sets, samples)), verdict: verdictOf(alpha) },
  }
}

/** "K3+", or "K+" without a sub-code: what is compared when whole tag sets are. */
export const setOf = ({ tags }: BlindReading): Set<string> =>
  new Set(tags.map(({ driver, direction, sub }) => `${sub || driver}${direction}`))

function labelAgreement(
  units: ReadTwice[],
  driver: Driver,
  direction: Direction,
  samples: Int32Array[],
): LabelAgreement {
  const values = units.map(({ readings }) =>
    [...readings]
      .sort((a, b) => (a.coder < b.coder ? -1 : 1))
      .map(({ tags }) => tags.some((tag) => tag.driver === driver && tag.direction === direction)),
  )
  const pairs = values.flatMap((unit) =>
    unit.flatMap((a, at) => unit.slice(at + 1).map((b): [boolean, boolean] => [a, b])),
  )
  const table = tableOf(pairs)
  const all = values.flat()
  const said = all.filter(Boolean).length
  const positives = values.filter((unit) => unit.some(Boolean)).length
  const alpha = krippendorffAlpha(values)
  return {
    driver,
    direction,
    n: units.length,
    positives,
    agreement: pairs.length === 0 ? 0 : percentAgreement(table),
    prevalence: all.length === 0 ? 0 : said / all.length,
    kappa: pairs.length === 0 ? null : cohenKappa(table),
    alpha,
    ac1: pairs.length === 0 ? null : gwetAC1(table),
    doubt: alpha === null ? null : doubtOf(binaryAlphas(values, samples)),
    verdict: verdictOf(alpha),
    isFew: units.length < enoughAnswers || positives < enoughPositives,
  }
}

/** Which answers stand in each draw; the same ones for all figures. */
function drawsOf(n: number, seed: number): Int32Array[] {
  const random = seededRandom(seed)
  return Array.from({ length: n === 0 ? 0 : draws }, () =>
    Int32Array.from({ length: n }, () => Math.floor(random() * n)),
  )
}

/** α of yes and no from what each answer adds to observed and expected disagreement: the same α as the general one, quickly. */
function binaryAlphas(values: boolean[][], samples: Int32Array[]): number[] {
  const size = values.map((unit) => unit.length)
  const yes = values.map((unit) => unit.filter(Boolean).length)
  const apart = values.map((unit, at) => (2 * (yes[at] ?? 0) * (unit.length - (yes[at] ?? 0))) / (unit.length - 1))
  return samples.flatMap((sample) => {
    let n = 0
    let ones = 0
    let observed = 0
    for (const at of sample) {
      n += size[at] ?? 0
      ones += yes[at] ?? 0
      observed += apart[at] ?? 0
    }
    const expected = 2 * ones * (n - ones)
    return expected === 0 ? [] : [1 - ((n - 1) * observed) / expected]
  })
}

/** The same for tag sets: distances between the sets that occur are worked out once. */
function setAlphas(units: Set<string>[][], samples: Int32Array[]): number[] {
  const kinds: Set<string>[] = []
  const numbers = new Map<string, number>()
  const numbered = units.map((unit) =>
    unit.map((set) => {
      const key = [...set].sort((a, b) => a.localeCompare(b)).join(' ')
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, kinds.length)
      return kinds.push(set) - 1
    }),
  )
  const width = kinds.length
  const distances = Float64Array.from({ length: width * width }, (_, at) => {
    const [a, b] = [kinds[Math.floor(at / width)], kinds[at % width]]
    return a && b ? masi(a, b) : 0
  })
  const between = (a: number, b: number) => distances[a * width + b] ?? 0
  const apart = numbered.map((unit) => {
    let sum = 0
    for (const [at, a] of unit.entries())
      for (const b of unit.slice(at + 1)) sum += (2 * between(a, b)) / (unit.length - 1)
    return sum
  })
  return samples.flatMap((sample) => {
    const counts = new Float64Array(width)
    let n = 0
    let observed = 0
    for (const at of sample) {
      observed += apart[at] ?? 0
      for (const kind of numbered[at] ?? []) {
        counts[kind] = (counts[kind] ?? 0) + 1
        n += 1
      }
    }
    let expected = 0
    for (let a = 0; a < width; a += 1) {
      if (counts[a] === 0) continue
      for (let b = a + 1; b < width; b += 1) expected += 2 * (counts[a] ?? 0) * (counts[b] ?? 0) * between(a, b)
    }
    return expected === 0 ? [] : [1 - ((n - 1) * observed) / expected]
  })
}

/** Draws in which all gave one value have no α; if they are more than half, the others say nothing. */
function doubtOf(alphas: number[]): Doubt {
  if (alphas.length < draws / 2) return null
  const sorted = [...alphas].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    low: at(0.025),
    high: sorted[Math.ceil(sorted.length * 0.975) - 1] ?? 0,
    below: alphas.filter((alpha) => alpha < bar).length / alphas.length,
  }
}
