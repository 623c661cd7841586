import type { NoneKind } from '../tables.ts'
import type { Meaning } from './lexicon.ts'
import type { Match } from './patterns.ts'
import type { Frame } from './scope.ts'

const names: Record<NoneKind, string> = {
  GEN: 'general praise or complaint',
  NONE: 'no answer',
  OFF: 'another topic',
  INERTIA: 'habit, contract or the effort of moving',
  OTHER: 'about a competitor or their own business',
}
/** Phrases of habit speak anywhere in an answer; "none", "fine" and the like only where they are most of it. */
const longestPlain = 6

/** Whether the whole of a short answer is such a phrase, so that no word of it speaks for a driver: "no idea", "ask my boss". */
export function isPlainNone({ tokens }: Frame, matches: Match<Meaning>[]): boolean {
  if (tokens.length > longestPlain) return false
  return matches.some(
    ({ pattern, from, to }) =>
      pattern.meaning.kind === 'none' &&
      pattern.meaning.none !== 'OTHER' &&
      (to - from === tokens.length || (to - from >= 2 && from === 0 && tokens.length - to <= 2)),
  )
}

/** Which "none" outcome an answer without tags has, if its words tell. */
export function noneOf(frame: Frame, matches: Match<Meaning>[]): { none: NoneKind; noneReason: string } | undefined {
  const { tokens } = frame
  const found = (['INERTIA', 'OFF', 'NONE', 'GEN', 'OTHER'] as const).flatMap((none) => {
    const match = matches.find(({ pattern }) => pattern.meaning.kind === 'none' && pattern.meaning.none === none)
    const isLong = tokens.length > longestPlain && (none === 'NONE' || none === 'GEN')
    return match && !isLong
      ? [
          {
            none,
            words: tokens
              .slice(match.from, match.to)
              .map(({ text }) => text)
              .join(' '),
          },
        ]
      : []
  })
  const [first] = found
  return first && { none: first.none, noneReason: `“${first.words}”: ${names[first.none]}` }
}
