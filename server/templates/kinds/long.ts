import { z } from 'zod'
import { coded, fields } from './fields.ts'
import { entryOf, type Kind, printed, tidy, tooLongAmong, writeOrSkip } from './kind.ts'

const schema = z.strictObject({ kind: z.literal('long'), ...fields, coded: coded(true) })

/** An open question: one text, as long as they like. */
export const long: Kind<z.infer<typeof schema>> & { schema: typeof schema } = {
  schema,
  hasWords: () => true,
  isOpen: true,
  read: (_question, typed) => [entryOf({ text: tidy(typed.text) })],
  problems: (_question, typed) => tooLongAmong([['text', tidy(typed.text)]]),
  empty: () => ({ text: writeOrSkip }),
  model: (_question, entries, errors) => ({ text: entries[0]?.text ?? '', error: errors.text ?? '' }),
  outline: () => ({ parts: [], notes: [] }),
  print: (_question, entries) => entries.filter(({ text }) => text !== '').map(({ text }) => printed({ text })),
}
