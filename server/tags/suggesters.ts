import { createHash } from 'node:crypto'
import type { Adjustment } from './adjust.ts'
import { decide } from './decide.ts'
import type { Hit } from './evidence.ts'
import { featuresOf, wordsOnly } from './features.ts'
import { lexiconText } from './lexicon.ts'
import { calibrated, judge, labels, type Model } from './model.ts'
import { suggesterOf } from './reading.ts'
import type { Suggester } from './suggestion.ts'
import type { Token } from './tokens.ts'

const lexiconVersion = `lexicon-${createHash('sha256').update(lexiconText).digest('hex').slice(0, 8)}`

/** What one installation has learned on top of the shipped model, by number. */
export type Learned = { number: number; adjustment: Adjustment }

/** The shipped phrases and model that an installation's learning stands on. */
export const baseVersion = (model: Model): string => `${lexiconVersion}-model-${model.version}`

/** Phrases and a model together, and what was learned here; the version changes with any of them. */
export const modelSuggester = (model: Model, learned?: Learned): Suggester =>
  suggesterOf(`${baseVersion(model)}${learned ? `-learned-${learned.number}` : ''}`, (tokens, found) =>
    decide(tokens, found, model, learned?.adjustment),
  )

/** The phrases alone, for comparison. */
export const lexiconSuggester: Suggester = suggesterOf(lexiconVersion, (_tokens, found) => found.hits)

/** Every label for every answer, for comparison. */
export const alwaysSuggester: Suggester = suggesterOf('always', (tokens) =>
  labels.map((_, label) => bareHit(tokens, label, 0.5)),
)

/** A plain TF-IDF logistic model of words and pairs of words, as `npm run tags:train` makes it beside ours, for comparison. */
export const wordsSuggester = (model: Model): Suggester =>
  suggesterOf('words', (tokens, found) => {
    const read = wordsOnly(featuresOf(tokens, found))
    const { scores } = judge([], read, model)
    return labels.flatMap((_, label) => {
      const probability = calibrated(model, label, scores[label] ?? 0)
      return probability >= (model.thresholds[label] ?? 1) ? [bareHit(tokens, label, probability)] : []
    })
  })

const bareHit = (tokens: Token[], label: number, probability: number): Hit => ({
  sub: `${labels[label]?.name[0]}1`,
  direction: labels[label]?.direction ?? '+',
  from: 0,
  to: tokens.length,
  probability,
  flags: new Set(),
  about: 'us',
  notes: [],
})
