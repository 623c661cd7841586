import type { Direction } from '../drivers.ts'
import { aspectHits } from './aspects.ts'
import { lexicon, type Meaning } from './lexicon.ts'
import type { Match } from './patterns.ts'
import { type Frame, frameOf, isComparedAgainstUs, isTurned } from './scope.ts'
import type { About, Flag } from './suggestion.ts'
import type { Token } from './tokens.ts'

/** One place in an answer that speaks for a sub-code. `from` and `to` are tokens. */
export type Hit = {
  sub: string
  direction: Direction
  from: number
  to: number
  probability: number
  flags: Set<Flag>
  about: About
  /** What a person reads as the reason, after the words themselves. */
  notes: string[]
}

/** How many phrases after one are looked at for what they make of it; keeps long answers linear. */
const neighbours = 8

export type Found = { hits: Hit[]; frame: Frame; matches: Match<Meaning>[] }

/** Reads the phrases of an answer and what their surroundings make of them. Pure; linear in the length of the answer. */
export function evidenceIn(tokens: Token[]): Found {
  const matches = lexicon.find(tokens)
  const frame = frameOf(tokens, matches)
  const taken = new Array<boolean>(tokens.length).fill(false)
  const hits = longestFirst(matches).flatMap(({ pattern, from, to }) => {
    const { meaning } = pattern
    if (!isSpeaking(meaning) || isTaken(taken, from, to)) return []
    taken.fill(true, from, to)
    if (meaning.kind !== 'value') return []
    const hit: Hit = {
      sub: meaning.sub,
      direction: meaning.direction,
      from,
      to,
      probability: meaning.probability,
      flags: new Set(meaning.flags),
      about: 'us',
      notes: [],
    }
    if (!meaning.keeps && isTurned(frame, taken, hit)) {
      turn(hit, 'turned by the words before it')
      // The words that turn it belong to its span; nobody would believe "broken" alone to be praise.
      hit.from = Math.min(hit.from, ...frame.negationsOf(from, taken))
    }
    return [hit]
  })
  hits.push(...aspectHits(frame, matches, taken))
  hits.sort((a, b) => a.from - b.from)
  for (const hit of hits) readSurroundings(frame, hit)
  return { hits: withoutSuperseded(frame, withoutPast(frame, hits)), frame, matches }
}

const isTaken = (taken: boolean[], from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) if (taken[at]) return true
  return false
}

function turn(hit: Hit, note: string): void {
  hit.direction = hit.direction === '+' ? '-' : '+'
  hit.notes.push(note)
}

/** Blockers and phrases of inertia (rule 8) take their words, so that no other phrase reads a value into them. */
const isSpeaking = (meaning: Meaning): boolean =>
  meaning.kind === 'value' || meaning.kind === 'blocker' || (meaning.kind === 'none' && meaning.none === 'INERTIA')

/** The longest phrase speaks; of equals, the surer one. */
function longestFirst(matches: Match<Meaning>[]): Match<Meaning>[] {
  const sure = ({ pattern: { meaning } }: Match<Meaning>) => (meaning.kind === 'value' ? meaning.probability : 1)
  return [...matches].sort((a, b) => b.to - b.from - (a.to - a.from) || sure(b) - sure(a) || a.from - b.from)
}

/** Comparisons, wishes, needs from before, what must stay, what is named first, numbers (codebook, section 1). */
function readSurroundings(frame: Frame, hit: Hit): void {
  const clause = frame.clauseOf(hit.from)
  const before = frame.cuesBefore(hit.from)
  if (isComparedAgainstUs(frame, hit)) turn(hit, 'compared with us')
  else if (clause.rivals && hit.direction === '+' && !frame.isComparative(hit)) {
    hit.about = 'competitor'
    hit.notes.push('said of a competitor')
  }
  if (before.needs && hit.direction === '+') {
    hit.about = 'own'
    hit.notes.push('a need from before')
  }
  if (before.wishes && hit.about === 'us') {
    hit.direction = '-'
    hit.flags.add('wish')
    hit.notes.push('a wish')
  }
  if (hit.sub.startsWith('K') && hit.direction === '-' && !before.wishes && frame.isImagined(hit)) {
    turn(hit, 'a bad event that is only imagined')
    hit.flags.add('must')
  }
  const sentence = frame.sentenceOf(hit.from)
  if (sentence.musts) hit.flags.add('must')
  if (before.mains) hit.flags.add('main')
  if (clause.numbers) hit.flags.add('quant')
}

/** "Was slow, now quick": what a clause of the past says is dropped when a later clause of that sentence says "now". */
function withoutPast(frame: Frame, hits: Hit[]): Hit[] {
  return hits.filter((hit, index) => {
    const clause = frame.clauseOf(hit.from)
    if (!clause.past || clause.present) return true
    return !hits
      .slice(index + 1, index + 1 + neighbours)
      .some(
        (other) =>
          other.from > hit.to &&
          frame.sentenceNumber(other.from) - frame.sentenceNumber(hit.from) <= 1 &&
          frame.clauseOf(other.from) !== clause &&
          frame.clauseOf(other.from).now &&
          other.direction !== hit.direction,
      )
  })
}

/** A bare attribute says nothing of its own when the answer goes on to state its effect: "Quality: less scrap" (rule 5). */
function withoutSuperseded(frame: Frame, hits: Hit[]): Hit[] {
  return hits.filter(
    (hit, index) =>
      !hit.flags.has('inferred') ||
      !hits
        .slice(index + 1, index + 1 + neighbours)
        .some(
          (other) =>
            other.sub !== hit.sub &&
            other.direction === hit.direction &&
            !other.flags.has('inferred') &&
            frame.statesEffectOf(hit, other),
        ),
  )
}
