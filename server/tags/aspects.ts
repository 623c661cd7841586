import type { Hit } from './evidence.ts'
import type { Meaning } from './lexicon.ts'
import type { Match } from './patterns.ts'
import type { Frame } from './scope.ts'

/** How far a judgement may stand from the noun that it judges, in words. */
const reachBefore = 3
const reachAfter = 5
const judgedProbability = 0.7
const bareProbability = 0.55
/** A longer answer names things in passing; only a short one is a list of reasons. */
const longestBareClause = 3

/** Nouns with a judgement ("great documentation", "the support is poor"), or bare in a short answer ("Quality"). */
export function aspectHits(frame: Frame, matches: Match<Meaning>[], taken: boolean[]): Hit[] {
  const aspects = matches
    .filter((match) => match.pattern.meaning.kind === 'aspect' && !taken.slice(match.from, match.to).includes(true))
    .sort((a, b) => b.to - b.from - (a.to - a.from))
  const opinions = new Map<number, Match<Meaning>>()
  for (const match of matches) if (match.pattern.meaning.kind === 'opinion') opinions.set(match.from, match)
  const hits: Hit[] = []
  for (const match of aspects) {
    if (taken.slice(match.from, match.to).includes(true)) continue
    const hit = judged(frame, match, opinions, taken) ?? bare(frame, match)
    if (!hit) continue
    taken.fill(true, match.from, match.to)
    hits.push(hit)
  }
  return hits
}

function judged(
  frame: Frame,
  match: Match<Meaning>,
  opinions: Map<number, Match<Meaning>>,
  taken: boolean[],
): Hit | undefined {
  const { meaning } = match.pattern
  if (meaning.kind !== 'aspect') return undefined
  for (const at of places(match)) {
    const opinion = opinions.get(at)
    if (!opinion || taken[at] || !frame.isSameClause(match.from, at)) continue
    const { meaning: judgement, source } = opinion.pattern
    if (judgement.kind !== 'opinion') continue
    const isSwapped = meaning.highIsBad && /high|low|big|slow/.test(source)
    const isNegated = frame.isNegated(opinion.from, taken)
    const isGood = (judgement.direction === '+') !== isSwapped
    return {
      sub: meaning.sub,
      direction: isGood !== isNegated ? '+' : '-',
      from: Math.min(match.from, opinion.from),
      to: Math.max(match.to, opinion.to),
      probability: judgedProbability,
      flags: new Set(['inferred']),
      about: 'us',
      notes: ['a judged attribute'],
    }
  }
  return undefined
}

/** Where a judgement is looked for: just before the noun first, then after it. */
function places({ from, to }: Match<Meaning>): number[] {
  const before = Array.from({ length: reachBefore }, (_, step) => from - 1 - step)
  const after = Array.from({ length: reachAfter }, (_, step) => to + step)
  return [...before, ...after]
}

function bare(frame: Frame, match: Match<Meaning>): Hit | undefined {
  const { meaning } = match.pattern
  if (meaning.kind !== 'aspect' || frame.clauseLength(match.from) > longestBareClause) return undefined
  const isMissed = frame.isNegated(match.from, [])
  return {
    sub: meaning.sub,
    direction: isMissed ? '-' : '+',
    from: match.from,
    to: match.to,
    probability: bareProbability,
    flags: new Set(['inferred']),
    about: 'us',
    notes: ['a bare attribute, taken to its home driver'],
  }
}
