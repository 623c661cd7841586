import { createHash } from 'node:crypto'
import type { Adjustment } from './adjust.ts'
import { decide } from './decide.ts'
import { lexiconText } from './lexicon.ts'
import { labels, type Model } from './model.ts'
import { suggesterOf } from './reading.ts'
import type { Suggester } from './suggestion.ts'

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
  labels.map(({ name, direction }) => ({
    sub: `${name[0]}1`,
    direction,
    from: 0,
    to: tokens.length,
    probability: 0.5,
    flags: new Set(),
    about: 'us',
    notes: [],
  })),
)
