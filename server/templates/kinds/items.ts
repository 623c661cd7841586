import { z } from 'zod'
import { coded, fields, items as itemsOf, order } from './fields.ts'
import { drawn, entryOf, find, type Kind, namedOf, partsOf, printed, tidy, tooLongAmong, writeOrSkip } from './kind.ts'

const schema = z.strictObject({ kind: z.literal('items'), ...fields, items: itemsOf(2, 8), order, coded: coded(true) })

/** Several small texts, each with "not at all" and "you make it worse" as easy as praise. */
export const items: Kind<z.infer<typeof schema>> & { schema: typeof schema } = {
  schema,
  named: (question) => question.items.map(namedOf),
  hasWords: () => true,
  isOpen: true,
  isNotedByItem: true,
  resolve: (question, { seed }) => ({ ...question, items: drawn(question.items, question, seed) }),
  read: (question, typed) =>
    question.items.map(({ id }) =>
      entryOf({
        item: id,
        text: tidy(typed[id]),
        value: {
          ...(typed[`${id}-not_at_all`] ? { not_at_all: true } : {}),
          ...(typed[`${id}-worse`] ? { worse: true } : {}),
        },
      }),
    ),
  problems: (question, typed) => tooLongAmong(question.items.map(({ id }) => [id, tidy(typed[id])])),
  empty: (question) => ({ [question.items[0]?.id ?? '']: writeOrSkip }),
  model: (question, entries, errors) => ({
    items: question.items.map(({ id, label }) => {
      const entry = find(entries, id)
      return {
        id,
        label,
        text: entry?.text ?? '',
        saysNotAtAll: entry?.value.not_at_all === true,
        saysWorse: entry?.value.worse === true,
        error: errors[id] ?? '',
      }
    }),
  }),
  outline: (question) => ({
    parts: partsOf(question.items),
    notes: ['Each with a line to write, “Not at all” and “You make it worse”.'],
  }),
  print: (question, entries) =>
    question.items.flatMap(({ id, short }) => {
      const entry = find(entries, id)
      const note = [entry?.value.not_at_all === true && 'not at all', entry?.value.worse === true && 'we make it worse']
        .filter(Boolean)
        .join(', ')
      return entry?.text || note ? [printed({ item: id, label: short, text: entry?.text ?? '', note })] : []
    }),
}
