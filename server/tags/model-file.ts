import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Level, levelNames, Model } from './model.ts'

/** Weights are kept as whole thousandths. */
const unit = 1_000
const modelFile = join(import.meta.dirname, 'model.weights')

type StoredLevel = { center: number[]; spread: number; weights: number[][] }
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

const storedLevel = ({ center, spread, weights }: Level): StoredLevel => ({
  center: center.map((value) => Number(value.toFixed(5))),
  spread: Number(spread.toFixed(5)),
  weights: weights.map((list) => Array.from(list, (weight) => Math.round(weight * unit))),
})
const readLevel = ({ center, spread, weights }: StoredLevel): Level => ({
  center,
  spread,
  weights: weights.map((list) => Float64Array.from(list, (weight) => weight / unit)),
})
