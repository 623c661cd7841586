import { z } from 'zod'
import { choices, coded, fields, order, text } from './fields.ts'
import { drawn, entryOf, type Kind, notOffered, partsOf, printed, spoken, tidy, tooLongAmong } from './kind.ts'

const schema = z
  .strictObject({
    kind: z.literal('many'),
    ...fields,
    choices,
    /** What a text beside the choices asks, such as "In your own words". */
    note: text.optional(),
    order,
    coded: coded(false),
  })
  .check(({ value, issues }) => {
    // An answer keeps its ticks by their ids, and these two mean the ticks beside an item.
    for (const [index, { id }] of value.choices.entries())
      if (id === 'not_at_all' || id === 'worse')
        issues.push({
          code: 'custom',
          message: `"${id}" is kept for the ticks of items. Take another id for this choice.`,
          input: id,
          path: ['choices', index, 'id'],
        })
  })

/** As many of several choices as are true, and a text beside them where the question asks for one. */
export const many: Kind<z.infer<typeof schema>> & { schema: typeof schema } = {
  schema,
  hasWords: (question) => question.note !== undefined,
  resolve: (question, { seed }) => ({ ...question, choices: drawn(question.choices, question, seed) }),
  read: (question, typed) => {
    const ticked = tickedIn(typed.choice)
    // By id, so that the order in which somebody saw them makes no difference to what is kept.
    const ids = question.choices
      .map(({ id }) => id)
      .filter((id) => ticked.includes(id))
      .sort()
    return [
      entryOf({
        text: question.note ? tidy(typed.note) : '',
        value: Object.fromEntries(ids.map((id) => [id, true])),
      }),
    ]
  },
  problems: (question, typed) => ({
    ...(tickedIn(typed.choice).every((ticked) => question.choices.some(({ id }) => id === ticked))
      ? {}
      : { choice: notOffered }),
    ...(question.note ? tooLongAmong([['note', tidy(typed.note)]]) : {}),
  }),
  empty: () => ({ choice: 'Tick what is true, or choose “Skip this question”.' }),
  model: (question, [entry], errors) => ({
    choices: question.choices.map(({ id, label }, index) => ({
      control: index === 0 ? 'choice' : `choice-${id}`,
      id,
      label,
      isChosen: entry?.value[id] === true,
    })),
    error: errors.choice ?? '',
    note: question.note ?? '',
    text: entry?.text ?? '',
    noteError: errors.note ?? '',
  }),
  outline: (question) => ({
    parts: partsOf(question.choices),
    notes: ['As many of these as are true.', ...(question.note ? [`Beside them a text: ${question.note}`] : [])],
  }),
  print: (question, [entry]) => {
    const chosen = question.choices.filter(({ id }) => entry?.value[id] === true).map(({ label }) => spoken(label))
    const choice = chosen.join('; ')
    return choice || entry?.text ? [printed({ choice, text: entry?.text ?? '' })] : []
  },
}

// Several ticks of one name come joined by commas (see asTyped); ids hold none.
const tickedIn = (typed: string | undefined): string[] => (typed ?? '').split(',').filter((id) => id !== '')
