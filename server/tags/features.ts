import { driverLetters } from '../drivers.ts'
import { driverOf } from './codebook.ts'
import type { Found } from './evidence.ts'
import type { Token } from './tokens.ts'

/** What the model sees: names that a person can read, each with a strength. */
export type Features = Map<string, number>

/** The features of an answer and of each of its sentences; `from` and `to` are tokens. */
export type Read = { whole: Features; sentences: { from: number; to: number; features: Features }[] }

const longestWord = 24
/** Counted in the whole answer; of anything else the strongest place stands. */
const isCount = (name: string): boolean => name.startsWith('n:') || name.startsWith('g:opinion')

/**
 * The features: `p:` a driver and direction by phrases and `n:` how often, `s:` a sub-code, `m:` one whose phrase stands
 * there whatever surrounds it, `a:` its nouns, `wish:`, `w:` words, `b:` pairs of words, `g:` cues and judgements.
 */
export function featuresOf(tokens: Token[], { hits, matches, frame }: Found): Read {
  const sentences: Read['sentences'] = []
  const bySentence = new Map<number, Features>()
  for (const [at, token] of tokens.entries()) {
    const last = sentences.at(-1)
    if (last && bySentence.has(token.sentence)) last.to = at + 1
    else {
      const features: Features = new Map()
      bySentence.set(token.sentence, features)
      sentences.push({ from: at, to: at + 1, features })
    }
  }
  const at = (place: number): Features => bySentence.get(tokens[place]?.sentence ?? -1) ?? new Map()

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
    const { meaning } = pattern
    if (meaning.kind === 'value') most(features, `m:${meaning.sub}${meaning.direction}`, 1)
    else if (meaning.kind === 'aspect') most(features, `a:${meaning.sub}`, 1)
    else if (meaning.kind === 'cue') most(features, `g:${meaning.cue}`, 1)
    else if (meaning.kind === 'none') most(features, `g:${meaning.none}`, 1)
    else if (meaning.kind === 'opinion')
      count(features, frame.isNegated(from, []) === (meaning.direction === '-') ? 'g:opinion+' : 'g:opinion-')
  }
  addWords(tokens, frame.isNegated, at)
  return { whole: joined(sentences.map((sentence) => sentence.features)), sentences }
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

/** A light stem: enough to join "crash", "crashes" and "crashed" without a dictionary. */
export function stemOf(word: string): string {
  if (/^\d/.test(word)) return '0'
  if (word.endsWith("n't")) return 'not'
  if (word.length <= 4) return word
  return word
    .replace(/(?:ies|ied)$/, 'y')
    .replace(/(?:ingly|edly|ings|ing|ers|ed|es|ly|er|s)$/, '')
    .replace(/([^aeiou])\1$/, '$1')
    .replace(/e$/, '')
}
