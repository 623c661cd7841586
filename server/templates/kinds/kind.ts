import type { z } from 'zod'
import type { Typed } from '../../forms.ts'

/** What one item of a question brought: words, and what was ticked or chosen beside them. */
export type Entry = { item: string; text: string; value: Record<string, boolean | number | string> }

/** An entry that says nothing is not stored, not coded, not counted. */
export const isEmpty = (entry: Entry): boolean =>
  entry.text === '' && Object.values(entry.value).every((value) => value === false || value === '')

/** One item of a question as it is printed: on the check page, in a copy, in a talk, beside its tags. */
export type Printed = { item: string; label: string; text: string; note: string }

/**
 * One kind of question: how it stands in a template file, how a form brings it, how it is shown and printed.
 * The view is views/partials/questions/<name>.hbs. Adding a kind: one module here, one view, one line in kinds/kinds.ts.
 */
export type Kind<Question> = {
  /** The part of the question's schema that only this kind has. */
  shape: z.ZodRawShape
  /** What a posted form says; never throws. Item '' stands for the question as a whole. */
  read: (question: Question, typed: Typed) => Entry[]
  /** A sentence for each field that is wrong. */
  problems: (question: Question, typed: Typed) => Record<string, string>
  /** The model of the view, filled with what was said so far and with the errors. */
  model: (question: Question, entries: Entry[], errors: Record<string, string>) => Record<string, unknown>
  /** What was said, item by item; empty items are left out unless `withEmpty`. */
  print: (question: Question, entries: Entry[], withEmpty: boolean) => Printed[]
}

/** Longer than any answer we have seen, short enough to stay a page. */
export const longest = 20_000

export const tooLong = (text: string): string =>
  `This is ${(text.length - longest).toLocaleString('en')} characters longer than we can keep. Shorten it; nothing of it is lost until you do.`

/** Line ends as \n, no spaces around. A form's text arrives with \r\n. */
export const tidy = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim()
