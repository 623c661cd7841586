import { readModel } from './model-file.ts'
import { modelSuggester } from './suggesters.ts'
import type { Suggester } from './suggestion.ts'

/** The suggester that comes with the product; what an installation learns stands on it (see learned.ts). */
export const shippedModel = readModel()
export const suggester: Suggester = modelSuggester(shippedModel)
