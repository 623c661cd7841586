import { readModel } from './model-file.ts'
import { modelSuggester } from './suggesters.ts'
import type { Suggester } from './suggestion.ts'

/** The suggester in use. */
export const suggester: Suggester = modelSuggester(readModel())
