import { driverLetters } from '../drivers.ts'
import { driverOf } from './codebook.ts'
import type { Found } from './evidence.ts'
import type { Token } from './tokens.ts'

/** What the model sees: names that a person can read, each with a strength. */
export type Features = Map<string, number>

/** A stretch of tokens with what stands in it; `to` is excluded. */
export type Part = { from: number; to: number; features: Features }
/** The features of an answer, of each of its sentences and of each of its clauses. */
export type Read = { whole: Features; sentences: Part[]; clauses: Part[] }

const longestWord = 24
const phraseStrength = 0.7
/** Counted in the whole answer; of anything else the strongest place stands. */
const isCount = (name: string): boolean => name.startsWith('n:') || name.startsWith('g:opinion')

/**
 * The features: `p:` a driver and direction by phrases and `n:` how often, `s:` a sub-code, `m:` one whose phrase stands
 * there whatever surrounds it, `x:` that phrase itself, `a:` its nouns, `wish:`, `w:` words, `b:` pairs of words, `g:` cues
 * and judgements. A clause knows by `ctx:` what else its sentence says.
 */
export function featuresOf(tokens: Token[], { hits, matches, frame }: Found): Read {
  const clauses = partsOf(tokens, (token) => token.clause)
  const byClause = new Map(clauses.map((part) => [tokens[part.from]?.clause, part.features]))
  const at = (place: number): Features => byClause.get(tokens[place]?.clause) ?? new Map()

  for (const hit of hits) {
    const features = at(hit.from)
    const letter = driverLetters[driverOf(hit.sub)]
    const about = hit.about === 'us' ? '' : 'other'
    most(features, `p:${letter}${hit.direction}${about}`, hit.probability)
    count(features, `n:${letter}${hit.direction}${about}`)
    most(features, `s:${hit.sub}${hit.direction}${about}`, 1)
    if (hit.flags.has('wish')) most(features, `wish:${letter}`, 1)
  }
  for (const { pattern, from } of matches) {
    const features = at(from)
    const { meaning, source } = pattern
    if (meaning.kind === 'value') most(features, `m:${meaning.sub}${meaning.direction}`, 1)
    else if (meaning.kind === 'aspect') most(features, `a:${meaning.sub}`, 1)
    else if (meaning.kind === 'cue') most(features, `g:${meaning.cue}`, 1)
    else if (meaning.kind === 'none') most(features, `g:${meaning.none}`, 1)
    else if (meaning.kind === 'opinion')
      count(features, frame.isNegated(from, []) === (meaning.direction === '-') ? 'g:opinion+' : 'g:opinion-')
    if (meaning.kind !== 'cue' && meaning.kind !== 'opinion')
      most(features, `x:${source}${frame.isNegated(from, []) ? ' NOT' : ''}`, phraseStrength)
  }
  addWords(tokens, frame.isNegated, at)

  const sentences: Part[] = []
  let next = 0
  for (const { from, to } of partsOf(tokens, (token) => token.sentence)) {
    const first = next
    while ((clauses[next]?.from ?? to) < to) next += 1
    const inside = clauses.slice(first, next)
    sentences.push({ from, to, features: joined(inside.map(({ features }) => features)) })
    addContext(inside)
  }
  return { whole: joined(sentences.map(({ features }) => features)), sentences, clauses }
}

/** What the other clauses of a sentence say by phrases. The sentence itself has been joined before. */
function addContext(clauses: Part[]): void {
  if (clauses.length < 2) return
  const said = clauses.map(({ features }) => [...features.keys()].filter((name) => name.startsWith('p:')))
  const counts = new Map<string, number>()
  for (const name of said.flat()) counts.set(name, (counts.get(name) ?? 0) + 1)
  for (const [index, { features }] of clauses.entries())
    for (const [name, times] of counts)
      if (times > (said[index]?.includes(name) ? 1 : 0)) features.set(`ctx:${name.slice(2)}`, 1)
}

/** An answer as a plain model of words and pairs of words sees it: no phrases, no parts. */
export const wordsOnly = ({ whole }: Read): Read => ({
  whole: new Map([...whole].filter(([name]) => /^[wb]:(?!not_)/.test(name))),
  sentences: [],
  clauses: [],
})

function partsOf(tokens: Token[], numberOf: (token: Token) => number): Part[] {
  const parts: Part[] = []
  let last: Part | undefined
  let number = -1
  for (const [at, token] of tokens.entries())
    if (last && numberOf(token) === number) last.to = at + 1
    else {
      number = numberOf(token)
      last = { from: at, to: at + 1, features: new Map() }
      parts.push(last)
    }
  return parts
}

function addWords(
  tokens: Token[],
  isNegated: (at: number, taken: boolean[]) => boolean,
  at: (place: number) => Features,
) {
  let before = ''
  for (const [place, token] of tokens.entries()) {
    const features = at(place)
    const word = stemOf(token.text)
    if (word.length <= longestWord) {
      most(features, `w:${word}`, 1)
      if (isNegated(place, [])) most(features, `w:not_${word}`, 1)
      if (before !== '' && token.opensWith === '') most(features, `b:${before}_${word}`, 1)
      before = word
    }
  }
}

const count = (features: Features, name: string): void => {
  features.set(name, (features.get(name) ?? 0) + 1)
}
const most = (features: Features, name: string, value: number): void => {
  if ((features.get(name) ?? 0) < value) features.set(name, value)
}

function joined(parts: Features[]): Features {
  const [first] = parts
  if (first && parts.length === 1) return first
  const whole: Features = new Map()
  for (const part of parts)
    for (const [name, value] of part)
      if (isCount(name)) whole.set(name, (whole.get(name) ?? 0) + value)
      else most(whole, name, value)
  return whole
}

const mostStems = 30_000
let stems = new Map<string, string>()

/** `lightStem`, remembered: the same words come again and again. */
export function stemOf(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const stem = lightStem(word)
  if (stems.size >= mostStems) stems = new Map()
  stems.set(word, stem)
  return stem
}

/** A light stem: enough to join "crash", "crashes" and "crashed" without a dictionary. */
function lightStem(word: string): string {
  if (/^\d/.test(word)) return '0'
  if (word.endsWith("n't")) return 'not'
  if (word.length <= 4) return word
  return word
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?:ingly|edly|ings|ing|ers|ed|es|ly|er|s)$/, '')
    .replace(/([^aeiou])\1$/, '$1')
    .replace(/e$/, '')
}
