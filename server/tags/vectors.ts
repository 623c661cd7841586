import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Word vectors: GloVe, 100 dimensions, the commonest words (public domain, PDDL 1.0), cut by `cut-vectors.ts`. Layout: a
 * line of JSON with the words from commonest to rarest, a scale for each dimension, then one signed byte a word and dimension.
 */
export const dimensions = 100
const vectorsFile = join(import.meta.dirname, 'vectors.bin')
/** Smooth inverse frequency (Arora, Liang and Ma 2017), with Zipf's law in place of counts. */
const smoothing = 1e-3

type Table = { places: Map<string, number>; scales: number[]; bytes: Int8Array }
const table = readTable(readFileSync(vectorsFile))

/** Adds a word to a sum of weighted vectors as they stand in the table; the last place is the sum of the weights. */
export function addWord(sum: Float64Array, word: string): void {
  const place = table.places.get(word.endsWith("n't") ? 'not' : word)
  if (place === undefined) return
  const weight = smoothing / (smoothing + 0.1 / (place + 10))
  const start = place * dimensions
  const { bytes } = table
  for (let k = 0; k < dimensions; k += 1) sum[k] = (sum[k] ?? 0) + weight * (bytes[start + k] ?? 0)
  sum[dimensions] = (sum[dimensions] ?? 0) + weight
}

export const emptySum = (): Float64Array => new Float64Array(dimensions + 1)

/** The weighted mean of the words in a sum; zeros if none is known. */
export function meanOf(sum: Float64Array): Float64Array {
  const mean = new Float64Array(dimensions)
  const total = sum[dimensions] ?? 0
  if (total > 0) for (let k = 0; k < dimensions; k += 1) mean[k] = ((sum[k] ?? 0) * (table.scales[k] ?? 0)) / total
  return mean
}

function readTable(file: Buffer): Table {
  const end = file.indexOf('\n')
  const head: { words: string; scales: number[] } = JSON.parse(file.toString('utf8', 0, end))
  const bytes = new Int8Array(file.buffer, file.byteOffset + end + 1, file.length - end - 1)
  return { places: new Map(head.words.split(' ').map((word, place) => [word, place])), scales: head.scales, bytes }
}
