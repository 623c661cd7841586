/** One unit's values by its coders; null or undefined where a coder gave none. */
type Unit<Value> = (Value | null | undefined)[]
/** How far two values differ, squared; `counts` is how often each value stands, for distances that need the margins. */
export type Distance<Value> = (a: Value, b: Value, counts: [Value, number][]) => number

/** 0 for the same value, 1 for any other. */
const nominal = <Value>(a: Value, b: Value): number => (a === b ? 0 : 1)
export const interval = (a: number, b: number): number => (a - b) ** 2
export const ratio = (a: number, b: number): number => (a + b === 0 ? 0 : ((a - b) / (a + b)) ** 2)
/** Ranks: how many values lie between, the ends counted half (Krippendorff 2011). */
export function ordinal(a: number, b: number, counts: [number, number][]): number {
  const [low, high] = a < b ? [a, b] : [b, a]
  const between = counts.filter(([value]) => value >= low && value <= high).reduce((sum, [, count]) => sum + count, 0)
  const countOf = (value: number) => counts.find(([counted]) => counted === value)?.[1] ?? 0
  return (between - (countOf(a) + countOf(b)) / 2) ** 2
}

/** Passonneau 2006: 1 − Jaccard × monotonicity of two tag sets. Both empty: 0; one empty: 1. */
export function masi(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 && b.size === 0) return 0
  const shared = [...a].filter((tag) => b.has(tag)).length
  const jaccard = shared / (a.size + b.size - shared)
  if (shared === 0) return 1
  if (a.size === b.size && shared === a.size) return 0
  return 1 - jaccard * (shared === a.size || shared === b.size ? 2 / 3 : 1 / 3)
}

/**
 * Krippendorff's α for any number of coders and missing values (Krippendorff 2004, 2011). Null where it is undefined: nothing
 * to pair, or "no variation" (all coders gave one value throughout).
 */
export function krippendorffAlpha<Value>(units: Unit<Value>[], distance: Distance<Value> = nominal): number | null {
  const pairable = units
    .map((unit) => unit.filter((value) => value !== null && value !== undefined))
    .filter((unit) => unit.length >= 2)
  const counted = new Map<Value, number>()
  for (const value of pairable.flat()) counted.set(value, (counted.get(value) ?? 0) + 1)
  const counts = [...counted]
  const n = counts.reduce((sum, [, count]) => sum + count, 0)
  let observed = 0
  for (const unit of pairable)
    for (const [at, a] of unit.entries())
      for (const b of unit.slice(at + 1)) observed += (2 * distance(a, b, counts)) / (unit.length - 1)
  let expected = 0
  for (const [at, [a, countA]] of counts.entries())
    for (const [b, countB] of counts.slice(at + 1)) expected += 2 * countA * countB * distance(a, b, counts)
  return expected === 0 ? null : 1 - ((n - 1) * observed) / expected
}

/** α of whole tag sets with MASI distance: equal sets count as one value. */
export function masiAlpha(units: Unit<ReadonlySet<string>>[]): number | null {
  const keyed = units.map((unit) =>
    unit.map((set) => (set ? [...set].sort((a, b) => a.localeCompare(b)).join(' ') : null)),
  )
  const setOf = (key: string) => new Set(key.split(' ').filter((tag) => tag !== ''))
  return krippendorffAlpha(keyed, (a, b) => masi(setOf(a), setOf(b)))
}

/** A table of counts: rows are what the first coder gave, columns the second. */
export type Table = number[][]

/** Two coders' verdicts as the 2×2: [[both yes, first only], [second only, both no]]. */
export function tableOf(pairs: [boolean, boolean][]): Table {
  const count = (first: boolean, second: boolean) =>
    pairs.filter((pair) => pair[0] === first && pair[1] === second).length
  return [
    [count(true, true), count(true, false)],
    [count(false, true), count(false, false)],
  ]
}

const totalOf = (table: Table) => table.flat().reduce((sum, count) => sum + count, 0)
const rowShares = (table: Table) => table.map((row) => row.reduce((sum, count) => sum + count, 0) / totalOf(table))
const columnShares = (table: Table) =>
  table.map((_, k) => table.reduce((sum, row) => sum + (row[k] ?? 0), 0) / totalOf(table))

/** The share of units on which both coders agree. */
export const percentAgreement = (table: Table): number =>
  table.reduce((sum, row, k) => sum + (row[k] ?? 0), 0) / totalOf(table)

/** Cohen's κ (1960); null where chance alone would agree throughout. */
export function cohenKappa(table: Table): number | null {
  const columns = columnShares(table)
  const chance = rowShares(table).reduce((sum, share, k) => sum + share * (columns[k] ?? 0), 0)
  return chance === 1 ? null : (percentAgreement(table) - chance) / (1 - chance)
}

/** Gwet's AC1 (2008), which stays high where a code is rare and the coders agree. */
export function gwetAC1(table: Table): number {
  const columns = columnShares(table)
  const shares = rowShares(table).map((share, k) => (share + (columns[k] ?? 0)) / 2)
  const chance = shares.reduce((sum, share) => sum + share * (1 - share), 0) / (shares.length - 1)
  return (percentAgreement(table) - chance) / (1 - chance)
}

/** Fleiss' κ (1971): rows are items, columns how many of the same number of raters chose the category. */
export function fleissKappa(items: number[][]): number | null {
  const raters = items[0]?.reduce((sum, count) => sum + count, 0) ?? 0
  const agreement =
    items.reduce(
      (sum, item) => sum + (item.reduce((s, count) => s + count * count, 0) - raters) / (raters * (raters - 1)),
      0,
    ) / items.length
  const shares = (items[0] ?? []).map(
    (_, k) => items.reduce((sum, item) => sum + (item[k] ?? 0), 0) / (items.length * raters),
  )
  const chance = shares.reduce((sum, share) => sum + share * share, 0)
  return chance === 1 ? null : (agreement - chance) / (1 - chance)
}

/** The words of Krippendorff's bars. */
export function verdictOf(alpha: number | null): 'no variation' | 'rely' | 'tentative' | 'settle and recode' {
  if (alpha === null) return 'no variation'
  if (alpha >= 0.8) return 'rely'
  return alpha >= 0.667 ? 'tentative' : 'settle and recode'
}
