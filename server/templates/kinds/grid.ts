import { z } from 'zod'
import { choices, coded, fields, items, order, type Thing, things } from './fields.ts'
import { chooseOrSkip, drawn, entryOf, find, type Kind, notOffered, partsOf, printed, sentenceOf } from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('grid'),
  ...fields,
  /** What is asked of each thing. */
  items: items(1, 5),
  choices,
  /** What it is asked about: what the customer has of our offerings (all of them if we do not know), or a list. */
  of: z.union([z.literal('offerings'), things], {
    error: 'Write "offerings", or a list of things with id and label.',
  }),
  order,
  coded: coded(false),
})
type Grid = z.infer<typeof schema>

/** The same choice for each of several things. Kept as "item.thing", so that a thing keeps its answers wherever it stands. */
export const grid: Kind<Grid> & { schema: typeof schema } = {
  schema,
  named: (question) =>
    cellsOf(question).map(({ item, asked, thing }) => ({
      item,
      label: `${thing.label}: ${asked.label}`,
      short: `${thing.label}, ${asked.short}`,
    })),
  hasWords: () => false,
  isChosenOnce: true,
  resolve: (question, { seed, offerings }) => ({
    ...question,
    of: drawn(question.of === 'offerings' ? offerings : question.of, question, seed),
  }),
  read: (question, typed) =>
    cellsOf(question).map(({ item, control }) => {
      const choice = question.choices.find(({ id }) => id === typed[control])
      return entryOf({ item, value: choice ? { choice: choice.id } : {} })
    }),
  problems: (question, typed) =>
    Object.fromEntries(
      cellsOf(question)
        .filter(({ control }) => typed[control] && !question.choices.some(({ id }) => id === typed[control]))
        .map(({ control }) => [control, notOffered]),
    ),
  empty: (question) => ({ [cellsOf(question)[0]?.control ?? '']: chooseOrSkip }),
  model: (question, entries, errors) => ({
    things: thingsOf(question).map((thing) => ({
      label: thing.label,
      cells: cellsOf(question, [thing]).map(({ item, control, asked }) => ({
        control,
        label: asked.label,
        thing: thing.label,
        error: errors[control] ?? '',
        choices: question.choices.map(({ id, label }, index) => ({
          control: index === 0 ? control : `${control}-${id}`,
          id,
          label,
          isChosen: find(entries, item)?.value.choice === id,
        })),
      })),
    })),
  }),
  outline: (question) => ({
    parts: partsOf(question.items),
    notes: [
      `Each of: ${question.of === 'offerings' ? 'what they have of what we offer' : question.of.map(({ label }) => label).join(', ')}.`,
      `One of: ${question.choices.map(({ label }) => label).join(', ')}.`,
    ],
  }),
  /** A line for each thing. */
  print: (question, entries) =>
    thingsOf(question).flatMap((thing) => {
      const said = cellsOf(question, [thing]).flatMap(({ item, asked }) => {
        const chosen = question.choices.find(({ id }) => id === find(entries, item)?.value.choice)
        return chosen ? [sentenceOf(asked.short, chosen.label)] : []
      })
      return said.length > 0 ? [printed({ label: thing.label, choice: said.join('. ') })] : []
    }),
}

/** What it is asked about; nothing before it is resolved for a customer. */
export const thingsOf = (question: Grid): Thing[] => (question.of === 'offerings' ? [] : question.of)

const cellsOf = (question: Grid, of = thingsOf(question)) =>
  of.flatMap((thing) =>
    question.items.map((asked) => ({
      item: `${asked.id}.${thing.id}`,
      control: `${asked.id}-${thing.id}`,
      thing,
      asked,
    })),
  )
