import { noneKinds } from '../tables.ts'
import type { Codebook } from './codebook.ts'
import { flags } from './suggestion.ts'

/**
 * The lists of the codebook as people write them, one entry a line:
 * "Saves my team a day a week → C3+ quant (a number is given)". An arrow may be typed as -> or =>, a minus as -.
 */
export type Lines<T> = { ok: true; entries: T[] } | { ok: false; sentence: string }

type Instead = Codebook['drivers'][number]['exclude'][number]
type Example = Codebook['drivers'][number]['positive'][number]
type HardCase = Codebook['hardCases'][number]

const printed = (tags: string): string => tags.replaceAll('-', '−')
const withNote = (line: string, note: string | undefined): string => (note ? `${line} (${note})` : line)

export const printInstead = ({ text, instead, note }: Instead): string => withNote(`${text} → ${instead}`, note)
export const printExample = ({ text, tags, note }: Example): string => withNote(`${text} → ${printed(tags)}`, note)
export const printHardCase = ({ text, tags, none, flags: marks = [], note }: HardCase): string =>
  withNote([`${text} →`, printed(tags ?? ''), none ?? '', ...marks].filter(Boolean).join(' '), note)

const linesOf = (typed: string): { number: number; line: string }[] =>
  typed
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line, index) => ({ number: index + 1, line: line.trim() }))
    .filter(({ line }) => line !== '')

/** Plain sentences, one a line. */
export const readPlain = (typed: string): string[] => linesOf(typed).map(({ line }) => line)

export const readInstead = (typed: string, codes: Set<string>): Lines<Instead> =>
  readEach(typed, ({ text, words, note }) => {
    const [instead = '', ...more] = words
    const isKnown = codes.has(instead) || noneKinds.some((kind) => kind === instead)
    if (more.length > 0 || !isKnown)
      return `after the arrow stands one sub-code, such as C2, or one of ${noneKinds.join(', ')}.`
    return { text, instead, ...note }
  })

export const readExamples = (typed: string, codes: Set<string>): Lines<Example> =>
  readEach(typed, ({ text, words, note }) => {
    const wrong = words.find((word) => !isTag(word, codes))
    if (wrong !== undefined || words.length === 0) return tagSentence(wrong)
    return { text, tags: words.join(' '), ...note }
  })

export const readHardCases = (typed: string, codes: Set<string>): Lines<HardCase> =>
  readEach(typed, ({ text, words, note }) => {
    const marks = flags.filter((flag) => words.includes(flag))
    const rest = words.filter((word) => !marks.some((flag) => flag === word))
    const marked = marks.length > 0 ? { flags: marks } : {}
    const none = noneKinds.find((kind) => rest.length === 1 && rest[0] === kind)
    if (none) return { text, none, ...marked, ...note }
    const wrong = rest.find((word) => !isTag(word, codes))
    if (wrong !== undefined || rest.length === 0) return tagSentence(wrong)
    return { text, tags: rest.join(' '), ...marked, ...note }
  })

const isTag = (word: string, codes: Set<string>): boolean => /[+-]$/.test(word) && codes.has(word.slice(0, -1))
const tagSentence = (wrong: string | undefined): string =>
  `after the arrow stand tags, such as “C3+ K1−”${wrong ? `; “${wrong}” is none of this codebook` : ''}.`

type Cut = { text: string; words: string[]; note: { note?: string } }

function readEach<T>(typed: string, read: (cut: Cut) => T | string): Lines<T> {
  const entries: T[] = []
  for (const { number, line } of linesOf(typed)) {
    const cut = cutLine(line)
    const entry = cut ? read(cut) : 'write what is said, an arrow (→ or ->), then what it comes to.'
    if (typeof entry === 'string') return { ok: false, sentence: `Line ${number}, “${short(line)}”: ${entry}` }
    entries.push(entry)
  }
  return { ok: true, entries }
}

/** The last arrow parts what is said from its outcome; what stands in brackets at the end is a note. */
function cutLine(line: string): Cut | undefined {
  const found = /^(?<text>.+)\s*(?:→|->|=>)\s*(?<outcome>[^()]*)(?:\((?<note>.*)\))?$/u.exec(line)
  const { text = '', outcome = '', note = '' } = found?.groups ?? {}
  if (text.trim() === '' || outcome.trim() === '') return undefined
  const words = outcome
    .replaceAll(/[−–]/g, '-')
    .split(/[\s,]+/)
    .filter((word) => word !== '' && word !== 'and')
  return { text: text.trim(), words, note: note.trim() ? { note: note.trim() } : {} }
}

const short = (line: string): string => (line.length > 40 ? `${line.slice(0, 38).trimEnd()} …` : line)
