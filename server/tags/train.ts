import { driverLetters, drivers } from '../drivers.ts'
import { codebook } from './codebook.ts'
import { evidenceIn } from './evidence.ts'
import { type Features, featuresOf, type Part, type Read, wordsOnly } from './features.ts'
import { fitLogistic, type SparseRow } from './logistic.ts'
import { type Level, labels, type Model, placed, scaled, vectorOf } from './model.ts'
import { properNames } from './names.ts'
import type { LabelledRow } from './rows.ts'
import { codePointOffsets, type Token, tokensOf } from './tokens.ts'
import { dimensions } from './vectors.ts'

/** A labelled row, read once. `sentenceLabels` and `clauseTags` stand beside the parts of `read`; undefined where nobody said which. */
export type Prepared = {
  source: string
  tokens: Token[]
  read: Read
  tags: string[]
  labels: Set<string>
  sentenceLabels: (Set<string> | undefined)[]
  /** Likewise the tags of each clause. */
  clauseTags: (string[] | undefined)[]
}

const subCodes = codebook.subs.map(({ code }) => code)

/** Fewer sources than this make a term one source's own word, perhaps somebody's name. */
const fewestSources = 3
const closeness = 0.3
const clauseCloseness = 0.7
const directionCloseness = 1.05
/** So many words in common make a clause part of a span. */
const enoughShared = 3
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
  const startOf = (at: number) => points.get(tokens[at]?.start ?? 0) ?? 0
  const endOf = (at: number) => points.get(tokens[at - 1]?.end ?? 0) ?? 0
  const spans = row.spans?.map(([start, end]) => ({
    from: tokens.findIndex((_, at) => endOf(at + 1) > start),
    to: tokens.findLastIndex((_, at) => startOf(at) < end) + 1,
  }))
  const tagsIn = (parts: Part[], isInside: (shared: number, part: number, span: number) => boolean) =>
    parts.map(({ from, to }) => {
      if (!spans) return row.tags.length === 0 || parts.length === 1 ? row.tags : undefined
      return row.tags.filter((_, index) => {
        const span = spans[index] ?? { from: 0, to: 0 }
        const shared = Math.min(to, span.to) - Math.max(from, span.from)
        return shared > 0 && isInside(shared, to - from, span.to - span.from)
      })
    })
  return {
    source: row.source,
    tokens,
    read,
    tags: row.tags,
    labels: new Set(row.tags.map(labelOf)),
    sentenceLabels: tagsIn(read.sentences, () => true).map((tags) => tags && new Set(tags.map(labelOf))),
    // A clause that shares only a word or two of a longer span does not speak for it.
    clauseTags: tagsIn(read.clauses, (shared, part, span) => shared >= Math.min(enoughShared, part / 2, span / 2)),
  }
}

/** A row as a plain model of words sees it, for comparison: no phrases, no sentences, no vectors. */
export const withWordsOnly = (row: Prepared): Prepared => ({
  ...row,
  tokens: [],
  read: wordsOnly(row.read),
  sentenceLabels: [],
  clauseTags: [],
})

/** "C3+" is of the label "C+". */
export const labelOf = (tag: string): string => tag.slice(0, 1) + tag.slice(2)

/**
 * Trains on prepared rows and on seeds: statements of our own that explain the labels, so that the model knows words which
 * no source happens to use. The thresholds and the calibration are the caller's, from rows that this has not seen.
 */
export function trainModel(rows: Prepared[], seeds: Prepared[], version: string): Model {
  const all = [...rows, ...seeds]
  const vocabulary = vocabularyOf(all)
  const costs = [...costsOf(rows), ...seeds.map(() => seedWeight * closeness)]
  const samplesOf = (parts: (row: Prepared) => Part[]): (Sample & { row: Prepared; at: number })[] =>
    all.flatMap((row, index) =>
      parts(row).map(({ from, to, features }, at) => ({
        row,
        at,
        features,
        vector: vectorOf(row.tokens, from, to),
        cost: costs[index] ?? closeness,
      })),
    )
  const wholes = samplesOf(({ read, tokens }) => [{ from: 0, to: tokens.length, features: read.whole }])
  const sentences = samplesOf(({ read }) => read.sentences).filter(({ row, at }) => row.sentenceLabels[at])
  const clauses = samplesOf(({ read }) => read.clauses).filter(({ row, at }) => row.clauseTags[at])
  const tagsOf = ({ row, at }: { row: Prepared; at: number }) => row.clauseTags[at] ?? []
  const isWell = (tags: string[]) => tags.some((tag) => tag.endsWith('+'))
  const isBadly = (tags: string[]) => tags.some((tag) => tag.endsWith('-'))
  return {
    version,
    ...vocabulary,
    whole: levelOf(
      wholes,
      labels.map(({ name }) => ({ isPositive: ({ row }) => row.labels.has(name) })),
      vocabulary,
    ),
    sentence: levelOf(
      sentences,
      labels.map(({ name }) => ({ isPositive: ({ row, at }) => row.sentenceLabels[at]?.has(name) === true })),
      vocabulary,
    ),
    clause: levelOf(
      clauses,
      [
        ...drivers.map((driver) => ({
          isPositive: (clause: { row: Prepared; at: number }) =>
            tagsOf(clause).some((tag) => tag.startsWith(driverLetters[driver])),
          closeness: clauseCloseness,
        })),
        {
          isPositive: (clause) => isWell(tagsOf(clause)),
          isUsed: (clause) => isWell(tagsOf(clause)) !== isBadly(tagsOf(clause)),
          closeness: directionCloseness,
        },
      ],
      vocabulary,
    ),
    sub: levelOf(
      clauses,
      subCodes.map((sub) => ({
        isPositive: (clause) => tagsOf(clause).some((tag) => tag.startsWith(sub)),
        isUsed: (clause) => tagsOf(clause).some((tag) => tag[0] === sub[0]),
      })),
      vocabulary,
    ),
    subs: subCodes,
    calibration: labels.map(() => ({ slope: 1, constant: 0 })),
    thresholds: labels.map(({ name }) => (canBeLearned(rows, name) ? 0.5 : null)),
  }
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
    for (const name of new Set(
      [read.whole, ...read.clauses.map((clause) => clause.features)].flatMap((part) => [...part.keys()]),
    )) {
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

type Sample = { features: Features; vector: Float64Array; cost: number }
/** One yes or no that a level learns, from the samples that tell, and how closely. */
type Output<S> = { isPositive: (sample: S) => boolean; isUsed?: (sample: S) => boolean; closeness?: number }

function levelOf<S extends Sample>(
  samples: S[],
  outputs: Output<S>[],
  vocabulary: Pick<Model, 'terms' | 'scales'>,
): Level {
  const center = Array.from(
    { length: dimensions },
    (_, k) => samples.reduce((sum, { vector }) => sum + (vector[k] ?? 0), 0) / samples.length,
  )
  const variances = center.map(
    (mean, k) => samples.reduce((sum, { vector }) => sum + ((vector[k] ?? 0) - mean) ** 2, 0) / samples.length,
  )
  const spread = variances.reduce((sum, variance) => sum + Math.sqrt(variance), 0) / dimensions || 1
  const width = vocabulary.terms.size + dimensions + 1
  const rows = samples.map((sample) => ({ sample, row: rowOf(sample, { center, spread }, vocabulary) }))
  const weights = outputs.map(({ isPositive, isUsed = () => true, closeness = 1 }) => {
    const used = rows.filter(({ sample }) => isUsed(sample))
    return fitLogistic(
      used.map(({ row }) => row),
      used.map(({ sample }) => isPositive(sample)),
      used.map(({ sample }) => sample.cost * closeness),
      width,
    )
  })
  return { center, spread, weights }
}

function rowOf(
  { features, vector }: Sample,
  level: Pick<Level, 'center' | 'spread'>,
  vocabulary: Pick<Model, 'terms' | 'scales'>,
): SparseRow {
  const entries = scaled(features, vocabulary)
  const place = placed(vector, level)
  return {
    columns: Int32Array.from([...entries.columns, ...Array.from(place, (_, k) => vocabulary.terms.size + k)]),
    values: Float64Array.from([...entries.values, ...place]),
  }
}
