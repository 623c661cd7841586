import { createHash } from 'node:crypto'
import { decide } from './decide.ts'
import { lexiconText } from './lexicon.ts'
import { labels, type Model } from './model.ts'
import { suggesterOf } from './reading.ts'
import type { Suggester } from './suggestion.ts'

const lexiconVersion = `lexicon-${createHash('sha256').update(lexiconText).digest('hex').slice(0, 8)}`

/** Phrases and a model together; the version changes with either. */
export const modelSuggester = (model: Model): Suggester =>
  suggesterOf(`${lexiconVersion}-model-${model.version}`, (tokens, found) => decide(tokens, found, model))

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
