import type { Token } from './tokens.ts'

/**
 * The small language of the lexicon. A phrase is words with one blank between: `word`, `stem*`, `one|other*`, `[optional]`,
 * `_` (up to two words of any kind), `@class` (a named list of words). Matching is bounded by the length of the phrase, so
 * reading an answer takes time in proportion to its length.
 */
export type Pattern<Meaning> = { meaning: Meaning; source: string; steps: Step[] }
type Step = { element: number; isOptional: boolean; isGap: boolean }
export type Match<Meaning> = { pattern: Pattern<Meaning>; from: number; to: number }

const widestGap = 2
/** Words are remembered with what they match; a flood of different words must not grow this without end. */
const rememberedWords = 30_000

/** Compiles phrases and finds them in tokens. `classes` are the lists behind `@class`. */
export function patternMatcher<Meaning>(classes: Map<string, string[]>) {
  const elements = new Map<string, number>()
  const byWord = new Map<string, number[]>()
  const byStem = new Map<string, number[]>()
  const startingWith = new Map<number, Pattern<Meaning>[]>()
  let known = new Map<string, { elements: Set<number>; patterns: Pattern<Meaning>[] }>()

  const add = (source: string, meaning: Meaning): void => {
    for (const steps of withoutHyphens(source.split(/\s+/))) addSteps(source, steps.map(stepOf), meaning)
  }

  const addSteps = (source: string, steps: Step[], meaning: Meaning): void => {
    const pattern = { meaning, source, steps }
    for (const [index, step] of steps.entries()) {
      if (step.isGap) throw new Error(`"${source}": a phrase begins with a word, not with a gap.`)
      const group = startingWith.get(step.element)
      if (group) group.push(pattern)
      else startingWith.set(step.element, [pattern])
      if (!step.isOptional) break
      if (index === steps.length - 1) throw new Error(`"${source}": at least one word must not be optional.`)
    }
  }

  const stepOf = (step: string): Step => {
    if (step === '_') return { element: -1, isOptional: true, isGap: true }
    const isOptional = step.startsWith('[') && step.endsWith(']')
    return { element: elementOf(isOptional ? step.slice(1, -1) : step), isOptional, isGap: false }
  }

  const elementOf = (source: string): number => {
    const before = elements.get(source)
    if (before !== undefined) return before
    const id = elements.size
    elements.set(source, id)
    for (const choice of source.split('|').flatMap((part) => wordsOf(part, classes))) {
      const [index, key] = choice.endsWith('*') ? [byStem, choice.slice(0, -1)] : [byWord, choice]
      const ids = index.get(key)
      if (ids) ids.push(id)
      else index.set(key, [id])
    }
    return id
  }

  const recall = (word: string) => {
    const before = known.get(word)
    if (before) return before
    const matched = new Set(byWord.get(word))
    // "not" in a phrase stands for "don't", "isn't" and the like, too.
    if (word.endsWith("n't")) for (const id of byWord.get('not') ?? []) matched.add(id)
    for (let length = 2; length <= Math.min(word.length, 24); length += 1)
      for (const id of byStem.get(word.slice(0, length)) ?? []) matched.add(id)
    const entry = { elements: matched, patterns: [...matched].flatMap((id) => startingWith.get(id) ?? []) }
    if (known.size >= rememberedWords) known = new Map()
    known.set(word, entry)
    return entry
  }

  /** Every match, the longest for each phrase and starting place. A match never crosses a clause. */
  const find = (tokens: Token[]): Match<Meaning>[] => {
    const matches: Match<Meaning>[] = []
    const words = tokens.map((token) => recall(token.text))
    const endOf = (steps: Step[], step: number, at: number, clause: number): number => {
      const next = steps[step]
      if (!next) return at
      if (next.isGap) {
        for (let skipped = 0; skipped <= widestGap; skipped += 1) {
          if (skipped > 0 && tokens[at + skipped - 1]?.clause !== clause) return -1
          const end = endOf(steps, step + 1, at + skipped, clause)
          if (end >= 0) return end
        }
        return -1
      }
      if (tokens[at]?.clause === clause && words[at]?.elements.has(next.element)) {
        const end = endOf(steps, step + 1, at + 1, clause)
        if (end >= 0) return end
      }
      return next.isOptional ? endOf(steps, step + 1, at, clause) : -1
    }
    for (const [from, token] of tokens.entries())
      for (const pattern of words[from]?.patterns ?? []) {
        const to = endOf(pattern.steps, 0, from, token.clause)
        if (to > from) matches.push({ pattern, from, to })
      }
    return matches
  }

  return { add, find }
}

/** Texts are read with hyphens as blanks, so a choice "user-friendly" makes a phrase of its own with two words there. */
function withoutHyphens(steps: string[]): string[][] {
  const index = steps.findIndex((step) => /[^\s|[]-[^\s|\]]/.test(step))
  const step = steps[index]
  if (step === undefined) return [steps]
  const [before, after] = [steps.slice(0, index), steps.slice(index + 1)]
  const choices = step.replace(/^\[|\]$/g, '').split('|')
  const isOptional = step.startsWith('[')
  const plain = choices.filter((choice) => !choice.includes('-')).join('|')
  const hyphened = choices
    .filter((choice) => choice.includes('-'))
    .map((choice) => [...before, ...choice.split('-'), ...after])
  const rest =
    plain === ''
      ? isOptional
        ? [[...before, ...after]]
        : []
      : [[...before, isOptional ? `[${plain}]` : plain, ...after]]
  return [...hyphened, ...rest].flatMap(withoutHyphens)
}

/** The words behind one choice: a class gives its list, anything else itself. */
function wordsOf(choice: string, classes: Map<string, string[]>): string[] {
  if (!choice.startsWith('@')) return [choice]
  const words = classes.get(choice.slice(1))
  if (!words) throw new Error(`"${choice}" is not a class of the lexicon.`)
  return words
}
