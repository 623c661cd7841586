import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Level, levelNames, Model } from './model.ts'

/** Weights are kept as whole thousandths, two bytes each, in base64: as numbers in JSON they would take ten times as long to read. */
const unit = 1_000
const modelFile = join(import.meta.dirname, 'model.weights')
/** Only for comparison: the product does not read it. */
const baselineFile = join(import.meta.dirname, 'baseline.weights')

type StoredLevel = { center: number[]; spread: number; weights: string[] }
type LevelName = (typeof levelNames)[number]
type Stored = Omit<Model, 'terms' | LevelName> & { terms: string[] } & Record<LevelName, StoredLevel>

/** Writes a model where `readModel` finds it, a line each for the lists so that a change can be read. */
export function writeModel(model: Model, file = modelFile): void {
  const stored: Stored = {
    ...model,
    terms: [...model.terms.keys()],
    scales: model.scales.map((scale) => Number(scale.toFixed(3))),
    whole: storedLevel(model.whole),
    sentence: storedLevel(model.sentence),
    clause: storedLevel(model.clause),
    sub: storedLevel(model.sub),
  }
  const lines = Object.entries(stored).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`)
}

/** Reads the model that was trained last. Throws if there is none. */
export function readModel(file = modelFile): Model {
  if (!existsSync(file)) throw new Error(`There is no model at ${file}. Make one with "npm run tags:train -- FILE".`)
  const stored: Stored = JSON.parse(readFileSync(file, 'utf8'))
  return {
    ...stored,
    terms: new Map(stored.terms.map((term, column) => [term, column])),
    whole: readLevel(stored.whole),
    sentence: readLevel(stored.sentence),
    clause: readLevel(stored.clause),
    sub: readLevel(stored.sub),
  }
}

const nothing: Level = { center: [], spread: 1, weights: [] }

/** The plain model of words is kept beside ours, without the parts that it has not. */
export const writeBaseline = (model: Model): void =>
  writeModel({ ...model, sentence: nothing, clause: nothing, sub: nothing, subs: [] }, baselineFile)

export const readBaseline = (): Model => readModel(baselineFile)

const storedLevel = ({ center, spread, weights }: Level): StoredLevel => ({
  center: center.map((value) => Number(value.toFixed(5))),
  spread: Number(spread.toFixed(5)),
  weights: weights.map((list) => {
    const bytes = Buffer.alloc(2 * list.length)
    for (const [k, weight] of list.entries()) bytes.writeInt16LE(clamped(Math.round(weight * unit)), 2 * k)
    return bytes.toString('base64')
  }),
})
const clamped = (value: number): number => Math.max(-32_768, Math.min(32_767, value))

const readLevel = ({ center, spread, weights }: StoredLevel): Level => ({
  center,
  spread,
  weights: weights.map((text) => {
    const bytes = Buffer.from(text, 'base64')
    return Float64Array.from({ length: bytes.length / 2 }, (_, k) => bytes.readInt16LE(2 * k) / unit)
  }),
})
