import { z } from 'zod'
import type { Typed } from '../../forms.ts'
import { best_worst } from './best_worst.ts'
import { grid, thingsOf } from './grid.ts'
import { items } from './items.ts'
import type { Entry, Kind, Named, Outline, Person, Printed, Sentences } from './kind.ts'
import { long } from './long.ts'
import { many } from './many.ts'
import { one } from './one.ts'
import { rows } from './rows.ts'
import { scale } from './scale.ts'
import { short } from './short.ts'
import { sum100 } from './sum100.ts'

/** Every kind of question by its name in template files: the one place that knows them all. */
const kinds = { long, items, short, one, many, scale, sum100, best_worst, rows, grid }

/** A question as it stands in a template file, told apart by its kind. */
export const questionSchema = z.discriminatedUnion(
  'kind',
  [
    long.schema,
    items.schema,
    short.schema,
    one.schema,
    many.schema,
    scale.schema,
    sum100.schema,
    best_worst.schema,
    rows.schema,
    grid.schema,
  ],
  { error: `There is no such kind of question. The kinds are ${Object.keys(kinds).join(', ')}.` },
)
export type Question = z.infer<typeof questionSchema>

type Of<K extends Question['kind']> = { [P in K]: Extract<Question, { kind: P }> }[K]
const registry: { [P in Question['kind']]: Kind<Of<P>> } = kinds
const kindOf = <K extends Question['kind']>(question: Of<K>): Kind<Of<K>> => registry[question.kind]

/** The question for one person: in the order drawn for them, about the things that concern them. */
export const resolve = (question: Question, person: Person): Question =>
  kindOf(question).resolve?.(question, person) ?? question
/** Whether a question can only be asked once we know what the customer has of our offerings. */
export const needsOfferings = (question: Question): boolean => question.kind === 'grid' && question.of === 'offerings'
/** False for a question that has nothing to ask about; it is left out for this person. */
export const isAskable = (question: Question): boolean => question.kind !== 'grid' || thingsOf(question).length > 0

export const readEntries = (question: Question, typed: Typed): Entry[] => kindOf(question).read(question, typed)
export const entryProblems = (question: Question, typed: Typed): Sentences => kindOf(question).problems(question, typed)
/** What is kept as a draft but cannot be sent as an answer, such as 90 points of 100. */
export const unfinished = (question: Question, entries: Entry[]): Sentences =>
  kindOf(question).unfinished?.(question, entries) ?? {}
export const emptyProblem = (question: Question): Sentences => kindOf(question).empty(question)

/** The model of views/partials/question.hbs. `typed` is what was sent last, or what the address asks for. */
export const questionModel = (
  question: Question,
  entries: Entry[],
  errors: Sentences,
  typed: Typed = {},
): Record<string, unknown> => ({
  view: `questions/${question.kind}`,
  ...kindOf(question).model(question, entries, errors, typed),
})
export const printEntries = (question: Question, entries: Entry[]): Printed[] =>
  kindOf(question).print(question, entries)

/** The items under which answers to a question are stored, with their names; none if it is its own only item. */
export const namedItems = (question: Question): Named[] => kindOf(question).named?.(question) ?? []
/** Where a rep's own boxes stand: once an item, or once (item '') for the whole question. */
export const notedItems = (question: Question): Named[] =>
  kindOf(question).isNotedByItem ? namedItems(question) : [{ item: '', label: '', short: '' }]
/** Whether something was chosen that can only be taken back by a button of its own. */
export const mayTakeBack = (question: Question): boolean => kindOf(question).isChosenOnce === true
/** True where who asks is quiet for a while after asking. */
export const isOpen = (question: Question): boolean => kindOf(question).isOpen === true
export const outlineOf = (question: Question): Outline => kindOf(question).outline(question)
export const hasWords = (question: Question): boolean => kindOf(question).hasWords(question)

/** The names of all kinds; each has its view in views/partials/questions. */
export const kindNames: string[] = Object.keys(kinds)
