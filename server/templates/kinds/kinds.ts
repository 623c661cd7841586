import { z } from 'zod'
import type { Typed } from '../../forms.ts'
import { items } from './items.ts'
import type { Entry, Kind, Printed } from './kind.ts'
import { long } from './long.ts'

const text = z.string().min(1)

/** What every question has, whatever its kind. */
const common = {
  id: z
    .string()
    .regex(/^[A-Z]+-[0-9]+$/, 'A question id is the template\'s key in capitals and a number, such as "CORE-1".'),
  short: text,
  text,
  hint: z.string().default(''),
  nudges: z.array(text).default([]),
  probes: z.array(text).default([]),
  /** False for a question that must be answered before anything is suggested; true once drivers or scales are named. */
  prompted: z.boolean(),
  /** Which flags the answers to this question may carry: `must` and `main` make the do-not-cut register. */
  sets: z.array(z.enum(['must', 'main'])).default([]),
}

/** A question as it stands in a template file, told apart by its kind. */
export const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('long'), ...common, ...long.shape }),
  z.strictObject({ kind: z.literal('items'), ...common, ...items.shape }),
])
export type Question = z.infer<typeof questionSchema>

// The one place where a question meets the module of its kind.
function withKind<T>(question: Question, use: <Q>(kind: Kind<Q>, question: Q) => T): T {
  switch (question.kind) {
    case 'long':
      return use(long, question)
    case 'items':
      return use(items, question)
  }
}

export const readEntries = (question: Question, typed: Typed): Entry[] =>
  withKind(question, (kind, q) => kind.read(q, typed))
export const entryProblems = (question: Question, typed: Typed): Record<string, string> =>
  withKind(question, (kind, q) => kind.problems(q, typed))
export const questionModel = (
  question: Question,
  entries: Entry[],
  errors: Record<string, string>,
): Record<string, unknown> => withKind(question, (kind, q) => kind.model(q, entries, errors))
export const printEntries = (question: Question, entries: Entry[], withEmpty = false): Printed[] =>
  withKind(question, (kind, q) => kind.print(q, entries, withEmpty))

/** The ids of a question's items; [''] for a question that is its own only item. */
export const itemsOf = (question: Question): string[] =>
  question.kind === 'items' ? question.items.map(({ id }) => id) : ['']
