import { z } from 'zod'
import { type Driver, drivers } from '../../drivers.ts'
import { type Entry, type Kind, longest, tidy, tooLong } from './kind.ts'

/** One item: its label as it is asked, its short name, and the driver that it asks about (never shown to customers). */
const item = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9]*$/, 'An item id is a lower-case word, such as "earn".'),
  label: z.string().min(1),
  short: z.string().min(1),
  home: z.enum(drivers).optional(),
})

type Items = {
  id: string
  short: string
  items: { id: string; label: string; short: string; home?: Driver | undefined }[]
}

/** Several small texts, each with "not at all" and "you make it worse" as easy as praise. */
export const items = {
  shape: { items: z.array(item).min(2).max(8) },
  read: (question, typed): Entry[] =>
    question.items.map(({ id }) => ({
      item: id,
      text: tidy(typed[id]),
      value: {
        ...(typed[`${id}-not_at_all`] ? { not_at_all: true } : {}),
        ...(typed[`${id}-worse`] ? { worse: true } : {}),
      },
    })),
  problems: (question, typed) => {
    const texts = question.items.map(({ id }): [string, string] => [id, tidy(typed[id])])
    return Object.fromEntries(
      texts.filter(([, text]) => text.length > longest).map(([id, text]) => [id, tooLong(text)]),
    )
  },
  model: (question, entries, errors) => ({
    items: question.items.map(({ id, label }) => {
      const entry = entries.find((candidate) => candidate.item === id)
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
  print: (question, entries, withEmpty) =>
    question.items.flatMap(({ id, short }) => {
      const entry = entries.find((candidate) => candidate.item === id)
      const notes = [
        entry?.value.not_at_all === true && 'not at all',
        entry?.value.worse === true && 'we make it worse',
      ]
      const note = notes.filter(Boolean).join(', ')
      return entry?.text || note || withEmpty ? [{ item: id, label: short, text: entry?.text ?? '', note }] : []
    }),
} satisfies Kind<Items>
