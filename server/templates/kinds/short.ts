import { z } from 'zod'
import { coded, fields, items, order, text } from './fields.ts'
import {
  drawn,
  entryOf,
  find,
  type Kind,
  longestLine,
  namedOf,
  partsOf,
  printed,
  tidyLine,
  tooLongAmong,
  writeOrSkip,
} from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('short'),
  ...fields,
  items: items(2, 10).optional(),
  /** A tick in place of words, such as "I do not know". */
  unknown: text.optional(),
  order,
  coded: coded(false),
})
type Short = z.infer<typeof schema>

/** One line of text, or one for each item. */
export const short: Kind<Short> & { schema: typeof schema } = {
  schema,
  named: (question) => (question.items ?? []).map(namedOf),
  hasWords: () => true,
  resolve: (question, { seed }) =>
    question.items ? { ...question, items: drawn(question.items, question, seed) } : question,
  read: (question, typed) =>
    linesOf(question).map(({ item, control }) =>
      entryOf({
        item,
        text: tidyLine(typed[control]),
        value: question.unknown && typed[`${control}-unknown`] ? { unknown: true } : {},
      }),
    ),
  problems: (question, typed) =>
    tooLongAmong(
      linesOf(question).map(({ control }) => [control, tidyLine(typed[control])]),
      longestLine,
    ),
  empty: (question) => ({ [linesOf(question)[0]?.control ?? '']: writeOrSkip }),
  model: (question, entries, errors) => ({
    unknown: question.unknown ?? '',
    lines: linesOf(question).map(({ item, control, label }) => ({
      control,
      label,
      text: find(entries, item)?.text ?? '',
      isUnknown: find(entries, item)?.value.unknown === true,
      error: errors[control] ?? '',
    })),
  }),
  outline: (question) => ({
    parts: partsOf(question.items ?? []),
    notes: ['A line of text.', ...(question.unknown ? [`Or: ${question.unknown}.`] : [])],
  }),
  print: (question, entries) =>
    linesOf(question).flatMap(({ item, short }) => {
      const entry = find(entries, item)
      const choice = entry?.value.unknown === true ? (question.unknown ?? '') : ''
      return entry?.text || choice ? [printed({ item, label: short, choice, text: entry?.text ?? '' })] : []
    }),
}

const linesOf = (question: Short) =>
  question.items?.map(({ id, label, short }) => ({ item: id, control: id, label, short })) ?? [
    { item: '', control: 'text', label: '', short: '' },
  ]
