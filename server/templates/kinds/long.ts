import { type Entry, type Kind, longest, tidy, tooLong } from './kind.ts'

type Long = { id: string; short: string }

/** An open question: one text, as long as they like. */
export const long = {
  shape: {},
  read: (_question, typed): Entry[] => [{ item: '', text: tidy(typed.text), value: {} }],
  problems: (_question, typed) => {
    const text = tidy(typed.text)
    return text.length > longest ? { text: tooLong(text) } : {}
  },
  model: (_question, entries, errors) => ({ text: entries[0]?.text ?? '', error: errors.text ?? '' }),
  print: (question, entries, withEmpty) => {
    const text = entries[0]?.text ?? ''
    return text || withEmpty ? [{ item: '', label: question.short, text, note: '' }] : []
  },
} satisfies Kind<Long>
