import type { Hit } from './evidence.ts'
import type { Cue, Meaning } from './lexicon.ts'
import type { Match } from './patterns.ts'
import type { Token } from './tokens.ts'

/** What stands in one clause or sentence besides its phrases. */
type Part = { [cue in Cue]: boolean } & { numbers: boolean; now: boolean; length: number }

const negationReach = 3
const cueReach = 12
const imaginedReach = 4
/** A negation does not reach over these: "I do not like that it crashes". */
const walls = new Set([
  'that',
  'because',
  'if',
  'when',
  'where',
  'and',
  'since',
  'as',
  'to',
  'then',
  'what',
  'how',
  'why',
])
const nowWords = new Set(['now', 'nowadays', 'today', 'since', 'finally', 'anymore', 'meanwhile', 'currently'])
const comparatives =
  /^(?:cheaper|better|faster|quicker|friendlier|easier|simpler|safer|nicer|slower|worse|more|less|stronger|higher|lower|smarter|kinder|fewer|closer|clearer)$/
const us = new Set(['you', 'your', 'yours'])
const units =
  /^(?:hours?|days?|weeks?|months?|minutes?|years?|times?|percent|%|euros?|dollars?|pounds?|k|seconds?|calls|eur|usd|€|\$|£|people|orders|mails|emails)$/
const effectOpeners = new Set(['so', 'which', 'because', ':', '–', '—', '-'])
const effectSubjects = new Set(['they', 'you', 'it', 'so', 'which', 'that', 'because', 'this'])

/** The surroundings of the phrases of one answer, worked out once. */
export type Frame = ReturnType<typeof frameOf>

export function frameOf(tokens: Token[], matches: Match<Meaning>[]) {
  const clauses: Part[] = []
  const sentences: Part[] = []
  const clauseStart: number[] = []
  for (const [at, token] of tokens.entries()) {
    if (!clauses[token.clause]) clauseStart[token.clause] = at
    const clause = partAt(clauses, token.clause)
    clause.length += 1
    if (nowWords.has(token.text)) clause.now = true
    if (/^\d/.test(token.text) && tokens.slice(at + 1, at + 3).some(({ text }) => units.test(text)))
      clause.numbers = true
  }
  const placesOf = new Map<Cue, Set<number>>()
  const isPretended = new Set<number>()
  for (const { pattern, from, to } of matches) {
    const { meaning } = pattern
    const token = tokens[from]
    if (meaning.kind !== 'cue' || !token) continue
    partAt(clauses, token.clause)[meaning.cue] = true
    partAt(sentences, token.sentence)[meaning.cue] = true
    placesOf.set(meaning.cue, (placesOf.get(meaning.cue) ?? new Set()).add(from))
    if (meaning.cue === 'pretenders') for (let at = from; at < to; at += 1) isPretended.add(at)
  }
  const isCue = (cue: Cue, at: number) => placesOf.get(cue)?.has(at) ?? false
  const nowhere = emptyPart()
  const clauseOf = (at: number): Part => clauses[tokens[at]?.clause ?? -1] ?? nowhere
  const sentenceOf = (at: number): Part => sentences[tokens[at]?.sentence ?? -1] ?? nowhere
  const isSameClause = (a: number, b: number) => tokens[b] !== undefined && tokens[a]?.clause === tokens[b]?.clause
  const standsBefore = (cue: Cue, at: number): boolean => {
    for (let place = at - 1; place >= at - cueReach && isSameClause(at, place); place -= 1)
      if (isCue(cue, place)) return true
    return false
  }

  /** The places of the negations that reach the word at `at`, the nearest first. */
  const negationsOf = (at: number, taken: boolean[]): number[] => {
    const places: number[] = []
    for (let place = at - 1; place >= at - negationReach && isSameClause(at, place); place -= 1) {
      if (walls.has(tokens[place]?.text ?? '')) break
      if (isCue('negators', place) && !isPretended.has(place) && !taken[place]) places.push(place)
    }
    return places
  }
  /** Whether an odd number of negations reaches the word at `at`. */
  const isNegated = (at: number, taken: boolean[]): boolean => negationsOf(at, taken).length % 2 === 1
  const isRemoved = (at: number): boolean => {
    for (let place = at - 1; place >= at - 2 && isSameClause(at, place); place -= 1)
      if (isCue('removers', place)) return true
    return false
  }

  return {
    tokens,
    clauseOf,
    sentenceOf,
    isSameClause,
    isNegated,
    negationsOf,
    isRemoved,
    sentenceNumber: (at: number) => tokens[at]?.sentence ?? 0,
    clauseLength: (at: number) => clauseOf(at).length,
    cuesBefore: (at: number) => ({
      needs: standsBefore('needs', at),
      wishes: standsBefore('wishes', at),
      mains: standsBefore('mains', at),
    }),
    /** "A stop at night would be a disaster": a bad event that is only imagined is one that we keep away. */
    isImagined: (hit: Hit) => {
      for (let at = hit.to; at < hit.to + imaginedReach && isSameClause(hit.from, at); at += 1)
        if (tokens[at]?.text === 'would') return true
      return false
    },
    isComparative: (hit: Hit) => tokens.slice(hit.from, hit.to).some(({ text }) => comparatives.test(text)),
    /** Whether `other` states the effect of the bare attribute `hit`: it follows in the next clauses of that sentence. */
    statesEffectOf: (hit: Hit, other: Hit): boolean => {
      if (other.from < hit.to || tokens[hit.from]?.sentence !== tokens[other.from]?.sentence) return false
      if (isSameClause(hit.from, other.from)) return false
      const opening = tokens[clauseStart[tokens[other.from]?.clause ?? 0] ?? 0]
      return opening !== undefined && (effectOpeners.has(opening.opensWith) || effectSubjects.has(opening.text))
    },
  }
}

/** Whether the words before a phrase turn its direction: a negation, or for something bad a verb that takes it away. */
export function isTurned(frame: Frame, taken: boolean[], hit: Hit): boolean {
  if (hit.direction === '+') return frame.isNegated(hit.from, taken)
  return frame.isNegated(hit.from, taken) || frame.isRemoved(hit.from)
}

/** "The competitor is friendlier", "X is cheaper than you": better there is adverse for us. */
export function isComparedAgainstUs(frame: Frame, hit: Hit): boolean {
  if (!frame.isComparative(hit)) return false
  const { tokens } = frame
  const than = tokens.findIndex(
    ({ text }, at) => at >= hit.from && at <= hit.to + 3 && text === 'than' && frame.isSameClause(hit.from, at),
  )
  if (than >= 0) return us.has(tokens[than + 1]?.text ?? '')
  return frame.clauseOf(hit.from).rivals
}

function partAt(parts: Part[], index: number): Part {
  const part = parts[index] ?? emptyPart()
  parts[index] = part
  return part
}

function emptyPart(): Part {
  return {
    negators: false,
    removers: false,
    pretenders: false,
    wishes: false,
    musts: false,
    mains: false,
    needs: false,
    past: false,
    present: false,
    rivals: false,
    numbers: false,
    now: false,
    length: 0,
  }
}
