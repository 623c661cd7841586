import { z } from 'zod'
import { coded, fields, items, order, text } from './fields.ts'
import {
  drawn,
  type Entry,
  entryOf,
  find,
  type Kind,
  namedOf,
  notOffered,
  partsOf,
  printed,
  type Sentences,
} from './kind.ts'

const schema = z
  .strictObject({
    kind: z.literal('best_worst'),
    ...fields,
    items: items(3, 13),
    /** Which items stand beside each other; all of them in one set if left out. */
    sets: z.array(z.array(z.string())).min(1, 'Write at least one set, or leave the sets out.').max(13).optional(),
    /** What stands over the two choices, such as "Matters most" and "Matters least". */
    best: text,
    worst: text,
    order,
    coded: coded(false),
  })
  .check(({ value, issues }) => {
    const fail = (message: string, path: PropertyKey[]) =>
      issues.push({ code: 'custom', message, input: value.sets, path: ['sets', ...path] })
    const ids = value.items.map(({ id }) => id)
    for (const [index, set] of (value.sets ?? []).entries()) {
      const unknown = set.filter((id) => !ids.includes(id))
      if (unknown.length > 0)
        fail(
          `Set ${index + 1} names "${unknown.join('", "')}", which is not the id of an item. The items are ${ids.join(', ')}.`,
          [index],
        )
      if (new Set(set).size < set.length) fail(`Set ${index + 1} names an item twice. Name each once.`, [index])
      if (set.length < 3)
        fail(`Set ${index + 1} needs at least 3 items, else the best is the other one of the worst.`, [index])
    }
    const never = value.sets ? ids.filter((id) => !value.sets?.some((set) => set.includes(id))) : []
    if (never.length > 0) fail(`No set shows ${never.join(', ')}. Put it into a set, or leave the item out.`, [])
  })
type BestWorst = z.infer<typeof schema>

/** The best and the worst of a set, set by set. Kept by item, with the number of the set as its row. */
export const best_worst: Kind<BestWorst> & { schema: typeof schema } = {
  schema,
  named: (question) => question.items.map(namedOf),
  hasWords: () => false,
  isChosenOnce: true,
  resolve: (question, { seed }) => ({ ...question, items: drawn(question.items, question, seed) }),
  read: (question, typed) =>
    setsOf(question).flatMap((set, row) =>
      set.map(({ id }) => {
        const pick = typed[`best-${row}`] === id ? 'best' : typed[`worst-${row}`] === id ? 'worst' : ''
        return entryOf({ item: id, row, value: pick ? { pick } : {} })
      }),
    ),
  problems: (question, typed) =>
    Object.assign({}, ...setsOf(question).map((set, row) => setProblems(question, set, row, typed))),
  empty: (question) => ({
    'best-0': `Choose “${question.best}” and “${question.worst}”, or “Skip this question”.`,
  }),
  model: (question, entries, errors, typed) => {
    const sets = setsOf(question)
    return {
      best: question.best,
      worst: question.worst,
      sets: sets.map((set, row) => {
        const has = errors[`worst-${row}`] === sameTwice(question)
        return {
          row: String(row),
          label: sets.length > 1 ? `Set ${row + 1} of ${sets.length}` : '',
          bestError: errors[`best-${row}`] ?? '',
          worstError: errors[`worst-${row}`] ?? '',
          lines: set.map(({ id, label }, index) => {
            const pick = find(entries, id, row)?.value.pick
            return {
              id,
              label,
              bestId: index === 0 ? `best-${row}` : `best-${row}-${id}`,
              worstId: index === 0 ? `worst-${row}` : `worst-${row}-${id}`,
              isBest: pick === 'best',
              // The same twice is shown as it was sent, with the sentence beside it.
              isWorst: has ? typed[`worst-${row}`] === id : pick === 'worst',
            }
          }),
        }
      }),
    }
  },
  outline: (question) => ({
    parts: partsOf(question.items),
    notes: [
      `One each: ${question.best}, ${question.worst}.`,
      ...(question.sets ? [`In ${question.sets.length} sets.`] : []),
    ],
  }),
  print: (question, entries) => {
    const sets = setsOf(question)
    return sets.flatMap((set, row) => {
      const [best, worst] = picksOf(set, entries, row)
      const choice = [best && `${question.best}: ${best}`, worst && `${question.worst}: ${worst}`].filter(Boolean)
      if (choice.length === 0) return []
      return [printed({ row, label: sets.length > 1 ? `Set ${row + 1}` : '', choice: choice.join('. ') })]
    })
  },
}

type Line = BestWorst['items'][number]

/** The items of each set, in the order drawn. */
const setsOf = (question: BestWorst): Line[][] =>
  question.sets?.map((set) => question.items.filter(({ id }) => set.includes(id))) ?? [question.items]

/** The short names of the best and the worst of a set, as far as they are chosen. */
const picksOf = (set: Line[], entries: Entry[], row: number): (string | undefined)[] =>
  ['best', 'worst'].map((pick) => set.find(({ id }) => find(entries, id, row)?.value.pick === pick)?.short)

const sameTwice = (question: BestWorst): string =>
  `The same line cannot be both “${question.best}” and “${question.worst}”. Choose another one here.`

function setProblems(question: BestWorst, set: Line[], row: number, typed: Record<string, string>): Sentences {
  const [best, worst] = [typed[`best-${row}`], typed[`worst-${row}`]]
  const isStrange = (id: string | undefined) => Boolean(id) && !set.some((line) => line.id === id)
  return {
    ...(isStrange(best) ? { [`best-${row}`]: notOffered } : {}),
    ...(isStrange(worst) ? { [`worst-${row}`]: notOffered } : {}),
    ...(best && best === worst && !isStrange(best) ? { [`worst-${row}`]: sameTwice(question) } : {}),
  }
}
