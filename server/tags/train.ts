import { evidenceIn } from './evidence.ts'
import { type Features, featuresOf, type Read } from './features.ts'
import { fitLogistic, type SparseRow } from './logistic.ts'
import { type Level, labels, type Model, placed, scaled, vectorOf } from './model.ts'
import { properNames } from './names.ts'
import type { LabelledRow } from './rows.ts'
import { codePointOffsets, type Token, tokensOf } from './tokens.ts'
import { dimensions } from './vectors.ts'

/** A labelled row, read once. `sentenceLabels` stand beside the sentences of `read`; undefined where nobody said which. */
export type Prepared = {
  source: string
  tokens: Token[]
  read: Read
  tags: string[]
  labels: Set<string>
  sentenceLabels: (Set<string> | undefined)[]
}

/** Fewer sources than this make a term one source's own word, perhaps somebody's name. */
const fewestSources = 3
const closeness = 0.3
/** Large sources would drown the others; the root of the root of their size evens that out a little. */
const sourceEvening = -0.25
/** A seed counts as much as this many statements of an average source. */
const seedWeight = 1
/** A label with at least `enoughRows` rows in fewer than `fewestSources` sources cannot be learned, only its source can. */
const enoughRows = 5

export function prepare(row: LabelledRow): Prepared {
  const tokens = tokensOf(row.text)
  const read = featuresOf(tokens, evidenceIn(tokens))
  const points = codePointOffsets(
    row.text,
    tokens.flatMap(({ start, end }) => [start, end]),
  )
  const sentenceLabels = read.sentences.map(({ from, to }) => {
    const start = points.get(tokens[from]?.start ?? 0) ?? 0
    const end = points.get(tokens[to - 1]?.end ?? 0) ?? 0
    if (row.spans === undefined && row.tags.length > 0 && read.sentences.length > 1) return undefined
    const here = row.tags.filter((_, index) => {
      const span = row.spans?.[index]
      return span === undefined || (span[0] < end && span[1] > start)
    })
    return new Set(here.map(labelOf))
  })
  return { source: row.source, tokens, read, tags: row.tags, labels: new Set(row.tags.map(labelOf)), sentenceLabels }
}

/** A row as a plain model of words sees it, for comparison: no phrases, no sentences, no vectors. */
export function withWordsOnly(row: Prepared): Prepared {
  const features = new Map([...row.read.whole].filter(([name]) => /^[wb]:(?!not_)/.test(name)))
  return {
    ...row,
    tokens: [],
    read: { whole: features, sentences: [{ from: 0, to: 0, features }] },
    sentenceLabels: [row.labels],
  }
}

/** "C3+" is of the label "C+". */
export const labelOf = (tag: string): string => tag.slice(0, 1) + tag.slice(2)

/**
 * Trains on prepared rows and on seeds: statements of our own that explain the labels, so that the model knows words which
 * no source happens to use. The thresholds and the calibration are the caller's, from rows that this has not seen.
 */
export function trainModel(rows: Prepared[], seeds: Prepared[], version: string): Model {
  const all = [...rows, ...seeds]
  const { terms, scales } = vocabularyOf(all)
  const costs = [...costsOf(rows), ...seeds.map(() => seedWeight * closeness)]
  const wholes = all.map((row, index) => ({
    features: row.read.whole,
    labels: row.labels,
    cost: costs[index] ?? closeness,
    vector: vectorOf(row.tokens, 0, row.tokens.length),
  }))
  const sentences = all.flatMap((row, index) =>
    row.read.sentences.flatMap(({ from, to, features }, at) => {
      const labels = row.sentenceLabels[at]
      return labels
        ? [{ features, labels, cost: costs[index] ?? closeness, vector: vectorOf(row.tokens, from, to) }]
        : []
    }),
  )
  return {
    version,
    terms,
    scales,
    whole: levelOf(wholes, { terms, scales }),
    sentence: levelOf(sentences, { terms, scales }),
    calibration: labels.map(() => ({ slope: 1, constant: 0 })),
    thresholds: labels.map(({ name }) => (canBeLearned(rows, name) ? 0.5 : null)),
    usualSubs: labels.map(({ name }) => usualSub(rows, name)),
  }
}

function usualSub(rows: Prepared[], label: string): string {
  const tags = rows.flatMap((row) => row.tags.filter((tag) => labelOf(tag) === label).map((tag) => tag.slice(0, 2)))
  const bySub = [...Map.groupBy(tags, (sub) => sub)].sort((a, b) => b[1].length - a[1].length)
  return bySub[0]?.[0] ?? `${label[0]}1`
}

function canBeLearned(rows: Prepared[], label: string): boolean {
  const bySource = Map.groupBy(
    rows.filter((row) => row.labels.has(label)),
    (row) => row.source,
  )
  return [...bySource.values()].filter((group) => group.length >= enoughRows).length >= fewestSources
}

function vocabularyOf(rows: Prepared[]): Pick<Model, 'terms' | 'scales'> {
  const seen = new Map<string, { rows: number; sources: Set<string> }>()
  for (const { source, read } of rows)
    for (const name of read.whole.keys()) {
      const entry = seen.get(name) ?? { rows: 0, sources: new Set() }
      entry.rows += 1
      entry.sources.add(source)
      seen.set(name, entry)
    }
  const names = properNames(rows.map((row) => row.tokens))
  const isKept = (name: string) =>
    !/^[wb]:/.test(name) ||
    !name
      .slice(2)
      .replace(/^not_/, '')
      .split('_')
      .some((word) => names.has(word))
  const kept = [...seen]
    .filter(([name, { sources }]) => sources.size >= fewestSources && isKept(name))
    .map(([name]) => name)
    .sort((a, b) => (a < b ? -1 : 1))
  const rarest = 6
  return {
    terms: new Map(kept.map((name, column) => [name, column])),
    scales: kept.map((name) =>
      /^[wb]:/.test(name) ? Math.log(rows.length / (seen.get(name)?.rows ?? 1)) / rarest : 1,
    ),
  }
}

function costsOf(rows: Prepared[]): number[] {
  const sizes = Map.groupBy(rows, (row) => row.source)
  const raw = rows.map((row) => (sizes.get(row.source)?.length ?? 1) ** sourceEvening)
  const mean = raw.reduce((sum, cost) => sum + cost, 0) / raw.length
  return raw.map((cost) => (closeness * cost) / mean)
}

type Sample = { features: Features; labels: Set<string>; cost: number; vector: Float64Array }

function levelOf(samples: Sample[], vocabulary: Pick<Model, 'terms' | 'scales'>): Level {
  const center = Array.from(
    { length: dimensions },
    (_, k) => samples.reduce((sum, { vector }) => sum + (vector[k] ?? 0), 0) / samples.length,
  )
  const variances = center.map(
    (mean, k) => samples.reduce((sum, { vector }) => sum + ((vector[k] ?? 0) - mean) ** 2, 0) / samples.length,
  )
  const spread = variances.reduce((sum, variance) => sum + Math.sqrt(variance), 0) / dimensions || 1
  const width = vocabulary.terms.size + dimensions + 1
  const rows = samples.map(({ features, vector }): SparseRow => {
    const entries = scaled(features, vocabulary)
    const place = placed(vector, { center, spread })
    return {
      columns: Int32Array.from([
        ...entries.map(([column]) => column),
        ...center.map((_, k) => vocabulary.terms.size + k),
      ]),
      values: Float64Array.from([...entries.map(([, value]) => value), ...place]),
    }
  })
  const costs = samples.map((sample) => sample.cost)
  const weights = labels.map(({ name }) =>
    fitLogistic(
      rows,
      samples.map((sample) => sample.labels.has(name)),
      costs,
      width,
    ),
  )
  return { center, spread, weights }
}
