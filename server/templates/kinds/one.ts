import { z } from 'zod'
import { choices, coded, fields, order, text } from './fields.ts'
import {
  chooseOrSkip,
  drawn,
  entryOf,
  type Kind,
  notOffered,
  partsOf,
  printed,
  spoken,
  tidy,
  tooLongAmong,
} from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('one'),
  ...fields,
  choices,
  /** What a text beside the choice asks, such as "What does it depend on?". */
  why: text.optional(),
  order,
  coded: coded(false),
})

/** One choice of several, and a text beside it where the question asks why. */
export const one: Kind<z.infer<typeof schema>> & { schema: typeof schema } = {
  schema,
  hasWords: (question) => question.why !== undefined,
  isChosenOnce: true,
  resolve: (question, { seed }) => ({ ...question, choices: drawn(question.choices, question, seed) }),
  read: (question, typed) => {
    const chosen = question.choices.find(({ id }) => id === typed.choice)
    return [entryOf({ text: question.why ? tidy(typed.why) : '', value: chosen ? { choice: chosen.id } : {} })]
  },
  problems: (question, typed) => ({
    ...(typed.choice && !question.choices.some(({ id }) => id === typed.choice) ? { choice: notOffered } : {}),
    ...(question.why ? tooLongAmong([['why', tidy(typed.why)]]) : {}),
  }),
  empty: () => ({ choice: chooseOrSkip }),
  model: (question, [entry], errors) => ({
    choices: question.choices.map(({ id, label }, index) => ({
      control: index === 0 ? 'choice' : `choice-${id}`,
      id,
      label,
      isChosen: entry?.value.choice === id,
    })),
    error: errors.choice ?? '',
    why: question.why ?? '',
    text: entry?.text ?? '',
    whyError: errors.why ?? '',
  }),
  outline: (question) => ({
    parts: partsOf(question.choices),
    notes: ['One of these.', ...(question.why ? [`Beside it a text: ${question.why}`] : [])],
  }),
  print: (question, [entry]) => {
    const choice = spoken(question.choices.find(({ id }) => id === entry?.value.choice)?.label ?? '')
    return choice || entry?.text ? [printed({ choice, text: entry?.text ?? '' })] : []
  },
}
