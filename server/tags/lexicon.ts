import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Direction, directions } from '../drivers.ts'
import { type NoneKind, noneKinds } from '../tables.ts'
import { patternMatcher } from './patterns.ts'
import type { Flag } from './suggestion.ts'

/** What a phrase of the lexicon says where it stands in an answer. */
export type Meaning =
  | { kind: 'value'; sub: string; direction: Direction; probability: number; flags: Flag[]; keeps: boolean }
  | { kind: 'aspect'; sub: string; highIsBad: boolean }
  | { kind: 'opinion'; direction: Direction }
  | { kind: 'cue'; cue: Cue }
  | { kind: 'blocker' }
  | { kind: 'none'; none: NoneKind }

const cues = [
  'negators',
  'removers',
  'pretenders',
  'wishes',
  'musts',
  'mains',
  'needs',
  'past',
  'present',
  'rivals',
] as const
export type Cue = (typeof cues)[number]

const signed = z.strictObject({ '+': z.string(), '-': z.string() })
const lexiconSchema = z.strictObject({
  classes: z.record(z.string(), z.string()),
  cues: z.record(z.enum(cues), z.string()),
  aspects: z.record(z.string().regex(/^[RCKE]\d$/), z.string()),
  opinions: z.strictObject({ '+': z.string(), '-': z.string(), highIsBad: z.string() }),
  phrases: z.record(z.string().regex(/^[RCKE]\d$/), signed),
  blockers: z.string(),
  none: z.record(z.enum(noneKinds), z.string()),
})

const usualProbability = 0.8
const inferredProbability = 0.65

/** Compiles a lexicon from its YAML. Throws with the phrase that cannot be used. */
export function readLexicon(text: string) {
  const lexicon = lexiconSchema.parse(parse(text))
  const classes = new Map(Object.entries(lexicon.classes).map(([name, words]) => [name, words.split(' ')]))
  const matcher = patternMatcher<Meaning>(classes)
  const add = (phrases: string[], meaning: Meaning) => {
    for (const phrase of phrases) matcher.add(phrase, meaning)
  }
  for (const cue of cues) add(cueList(lexicon.cues[cue]), { kind: 'cue', cue })
  const highIsBad = new Set(lexicon.opinions.highIsBad.split(' '))
  for (const [sub, list] of Object.entries(lexicon.aspects))
    for (const phrase of listOf(list))
      add([phrase], { kind: 'aspect', sub, highIsBad: phrase.split('|').some((word) => highIsBad.has(word)) })
  for (const direction of directions) {
    add(lexicon.opinions[direction].split(' '), { kind: 'opinion', direction })
    for (const [sub, phrases] of Object.entries(lexicon.phrases))
      for (const line of linesOf(phrases[direction])) add(line.phrases, { ...markedValue(line.marks), sub, direction })
  }
  for (const line of linesOf(lexicon.blockers)) add(line.phrases, { kind: 'blocker' })
  for (const none of noneKinds)
    for (const line of linesOf(lexicon.none[none] ?? '')) add(line.phrases, { kind: 'none', none })
  return matcher
}

export const lexiconText = readFileSync(join(import.meta.dirname, 'lexicon.yaml'), 'utf8')

/** The lexicon in use, compiled once when the program starts. */
export const lexicon = readLexicon(lexiconText)

function listOf(list: string): string[] {
  return list.trim().split(/\s+\|\s+/)
}

/** A cue is a list of words, or of phrases when a bar stands between them. */
function cueList(list: string): string[] {
  return list.includes(' | ') ? listOf(list) : list.trim().split(/\s+/)
}

function linesOf(block: string): { phrases: string[]; marks: string[] }[] {
  return block
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map((line) => {
      const words = line.split(/\s+/)
      const phrase = words.filter((word) => !word.startsWith('~')).join(' ')
      return {
        phrases: listOf(phrase),
        marks: words.filter((word) => word.startsWith('~')).map((mark) => mark.slice(1)),
      }
    })
}

function markedValue(marks: string[]) {
  const given = marks.map(Number).find((number) => number > 0 && number < 1)
  const isInferred = marks.includes('inferred')
  const flags: Flag[] = [
    ...(isInferred ? ['inferred' as const] : []),
    ...(marks.includes('must') ? ['must' as const] : []),
  ]
  const unknown = marks.find(
    (mark) => !['inferred', 'must', 'keep'].includes(mark) && !(Number(mark) > 0 && Number(mark) < 1),
  )
  if (unknown)
    throw new Error(`"~${unknown}" is not a mark of the lexicon: use ~inferred, ~must, ~keep or a probability.`)
  return {
    kind: 'value' as const,
    flags,
    keeps: marks.includes('keep'),
    probability: given ?? (isInferred ? inferredProbability : usualProbability),
  }
}
