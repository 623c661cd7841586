import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { Driver } from '../../drivers.ts'
import type { Typed } from '../../forms.ts'
import type { Item, Thing } from './fields.ts'

/**
 * What one item of a question brought: words, and what was ticked or chosen beside them. `row` counts from 0 where an
 * item may be answered several times (rows, sets); else it is 0.
 */
export type Entry = { item: string; row: number; text: string; value: Value }
export type Value = Record<string, boolean | number | string>

/** An entry that says nothing is not stored, not coded, not counted. */
export const isEmpty = (entry: Entry): boolean =>
  entry.text === '' && Object.values(entry.value).every((value) => value === false || value === '')

export const entryOf = (part: Partial<Entry>): Entry => ({ item: '', row: 0, text: '', value: {}, ...part })
export const find = (entries: Entry[], item: string, row = 0): Entry | undefined =>
  entries.find((entry) => entry.item === item && entry.row === row)

/** What is left when choices are taken back: the words. */
export const withoutChoices = (entries: Entry[]): Entry[] => entries.map((entry) => ({ ...entry, value: {} }))

/**
 * One answer as it is printed: on the check page, in a copy, in a talk. `choice` is what was chosen, in our words;
 * `text` is said in the customer's own; `note` stands in brackets. `label` is '' where the question has one answer.
 */
export type Printed = { item: string; row: number; label: string; choice: string; text: string; note: string }
export const printed = (part: Partial<Printed>): Printed => ({
  item: '',
  row: 0,
  label: '',
  choice: '',
  text: '',
  note: '',
  ...part,
})

/** An item as it is stored, with what it is called: as it was asked, and in short; and the driver that it asks about. */
export type Named = { item: string; label: string; short: string; home?: Driver | undefined }
export const namedOf = ({ id, label, short, home }: Item): Named => ({ item: id, label, short, home })

/** What a question asks about and how it may be answered, in plain words: for reading a template through. */
export type Outline = { parts: { label: string; home: string }[]; notes: string[] }
export const partsOf = (parts: { label: string; home?: Driver | undefined }[]): Outline['parts'] =>
  parts.map(({ label, home }) => ({ label, home: home ?? '' }))

/** For whom a question is meant: the seed of what is drawn once a person, and what a grid may ask about. */
export type Person = { seed: string; offerings: Thing[] }

/** Sentences by the id of the control that they stand beside. */
export type Sentences = Record<string, string>

/**
 * One kind of question: how it stands in a template file, how a form brings it, how it is shown and printed. The view is
 * views/partials/questions/<kind>.hbs. All functions are pure and take a question that was resolved for its person.
 */
export type Kind<Question> = {
  /** How it stands in a template file, with a sentence for each mistake. */
  schema: z.ZodType<Question>
  /** The items under which answers are stored, where there is more than the question itself. */
  named?: (question: Question) => Named[]
  /** Whether anybody writes words here; then a rep says how they were noted. */
  hasWords: (question: Question) => boolean
  /** True where somebody thinks before they speak; then who asks is quiet for a while. */
  isOpen?: true
  /** True where each item has the rep's own boxes beside it; else the question has them once. */
  isNotedByItem?: true
  /** True where a choice cannot be taken back by choosing again; then the page offers to take it back. */
  isChosenOnce?: true
  /** The question for one person: in the order drawn, about the things that concern them. */
  resolve?: (question: Question, person: Person) => Question
  /**
   * What a posted form says; never throws and keeps nothing that the question does not offer. Every item is among the
   * entries, the empty ones too, so that what was emptied is known to be.
   */
  read: (question: Question, typed: Typed) => Entry[]
  /** What cannot be kept as it was sent, by control. */
  problems: (question: Question, typed: Typed) => Sentences
  /** What is kept but does not yet hold as an answer, by control. */
  unfinished?: (question: Question, entries: Entry[]) => Sentences
  /** What to do where nothing was answered, beside the first control. */
  empty: (question: Question) => Sentences
  /** The model of the view: what was said so far, what was typed last (or asked for by the address), and the errors. */
  model: (question: Question, entries: Entry[], errors: Sentences, typed: Typed) => Record<string, unknown>
  outline: (question: Question) => Outline
  /** What was said, one line each; what says nothing is left out. */
  print: (question: Question, entries: Entry[]) => Printed[]
}

/** Longer than any answer we have seen, short enough to stay a page. A line is one line. */
const longest = 20_000
export const longestLine = 500

export const tooLong = (text: string, most = longest): string =>
  `This is ${(text.length - most).toLocaleString('en')} characters longer than we can keep. Shorten it; nothing of it is lost until you do.`

/** Line ends as \n, no spaces around. A form's text arrives with \r\n. */
export const tidy = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim()

/** The same for a field of one line. */
export const tidyLine = (text: string | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ').trim()

/** Sentences for those of these texts that are too long; pairs of control and text. */
export const tooLongAmong = (texts: [control: string, text: string][], most = longest): Sentences =>
  Object.fromEntries(
    texts.filter(([, text]) => text.length > most).map(([control, text]) => [control, tooLong(text, most)]),
  )

/** "It …" and "… helps" make "It helps"; "How much?" and "3" make "How much? 3". */
export function sentenceOf(label: string, words: string): string {
  if (label.endsWith('…')) return `${label.slice(0, -1).trim()} ${spoken(words)}`
  return /[?:]$/.test(label) ? `${label} ${words}` : `${label}: ${words}`
}

/** A choice as it is printed by itself: what goes on with the question ("… less") loses its dots. */
export const spoken = (label: string): string => label.replace(/^…\s*/, '')

export const writeOrSkip = 'Write a few words, or choose “Skip this question”.'
export const chooseOrSkip = 'Choose an answer, or “Skip this question”.'
export const notOffered = 'That is not one of the answers here. Choose one of those below.'

/** A list in the order that is drawn for one person: by chance, always the same, whatever else is added or left out. */
export function drawn<T extends { id: string }>(
  list: T[],
  question: { id: string; order?: 'random' | undefined },
  seed: string,
): T[] {
  if (question.order !== 'random') return list
  const lot = ({ id }: T) => createHash('sha256').update(`${seed} ${question.id} ${id}`).digest('hex')
  return list
    .map((one): [string, T] => [lot(one), one])
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one)
}
