import type { Suggester } from './suggestion.ts'

export type { About, AnswerToRead, Flag, Reading, Suggester, Suggestion } from './suggestion.ts'

/** The suggester in use. */
export const suggester: Suggester = {
  version: 'none-0',
  suggest: () => ({ suggestions: [], none: null }),
}
