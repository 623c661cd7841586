import { z } from 'zod'
import { coded, fields, items, order, text } from './fields.ts'
import {
  chooseOrSkip,
  drawn,
  type Entry,
  entryOf,
  find,
  type Kind,
  namedOf,
  notOffered,
  partsOf,
  printed,
  type Value,
} from './kind.ts'

const schema = z.strictObject({
  kind: z.literal('scale'),
  ...fields,
  items: items(2, 10).optional(),
  /** What 0 and 10 stand for. */
  low: text,
  high: text,
  /** Stands beside the numbers, such as "Does not apply". */
  opt_out: text.optional(),
  order,
  coded: coded(false),
})
type Scale = z.infer<typeof schema>

/** A number from 0 to 10, or one for each item. */
export const scale: Kind<Scale> & { schema: typeof schema } = {
  schema,
  named: (question) => (question.items ?? []).map(namedOf),
  hasWords: () => false,
  isChosenOnce: true,
  resolve: (question, { seed }) =>
    question.items ? { ...question, items: drawn(question.items, question, seed) } : question,
  read: (question, typed) =>
    scalesOf(question).map(({ item, control }) =>
      entryOf({ item, value: scoreIn(typed[control], question.opt_out !== undefined) ?? {} }),
    ),
  problems: (question, typed) =>
    Object.fromEntries(
      scalesOf(question)
        .filter(({ control }) => typed[control] && !scoreIn(typed[control], question.opt_out !== undefined))
        .map(({ control }) => [control, notOffered]),
    ),
  empty: (question) => ({ [scalesOf(question)[0]?.control ?? '']: chooseOrSkip }),
  model: (question, entries, errors) => ({
    low: question.low,
    high: question.high,
    optOut: question.opt_out ?? '',
    scales: scalesOf(question).map(({ item, control, label }) => ({
      control,
      label,
      ...scoreModel(control, find(entries, item)),
      error: errors[control] ?? '',
    })),
  }),
  outline: (question) => ({
    parts: partsOf(question.items ?? []),
    notes: [
      `From 0, ${question.low}, to 10, ${question.high}.`,
      ...(question.opt_out ? [`Or: ${question.opt_out}.`] : []),
    ],
  }),
  print: (question, entries) =>
    scalesOf(question).flatMap(({ item, short }) => {
      const choice = printScore(find(entries, item), question.opt_out)
      return choice ? [printed({ item, label: short, choice })] : []
    }),
}

const scalesOf = (question: Scale) =>
  question.items?.map(({ id, label, short }) => ({ item: id, control: id, label, short })) ?? [
    { item: '', control: 'score', label: '', short: '' },
  ]

/** What a group of radios from 0 to 10 sent: a score, the way out of it, or undefined for what it does not offer. */
export function scoreIn(typed: string | undefined, mayOptOut: boolean): Value | undefined {
  if (mayOptOut && typed === 'out') return { opted_out: true }
  return /^(?:\d|10)$/.test(typed ?? '') ? { score: Number(typed) } : undefined
}

/** The radios from 0 to 10; the first has the name of the group as its id, so that a sentence can lead to it. */
export const scoreModel = (control: string, entry: Entry | undefined) => ({
  numbers: Array.from({ length: 11 }, (_, score) => ({
    id: score === 0 ? control : `${control}-${score}`,
    number: String(score),
    isChosen: entry?.value.score === score,
  })),
  isOut: entry?.value.opted_out === true,
})

/** "8 of 10", the words of the way out, or ''. */
export function printScore(entry: Entry | undefined, optOut: string | undefined): string {
  if (entry?.value.opted_out === true) return optOut ?? 'Does not apply'
  return typeof entry?.value.score === 'number' ? `${entry.value.score} of 10` : ''
}
