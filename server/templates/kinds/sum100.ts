import { z } from 'zod'
import { coded, fields, items, order } from './fields.ts'
import { drawn, type Entry, entryOf, find, type Kind, namedOf, partsOf, printed, type Sentences } from './kind.ts'

const schema = z
  .strictObject({
    kind: z.literal('sum100'),
    ...fields,
    items: items(2, 10),
    /** How many points one item may have at most. */
    most: z.int().min(1).max(100).default(100),
    order,
    coded: coded(false),
  })
  .check(({ value, issues }) => {
    const reach = value.items.length * value.most
    if (reach < 100)
      issues.push({
        code: 'custom',
        message: `${value.items.length} items of at most ${value.most} points come to ${reach}, so nobody can reach 100. Raise "most" to at least ${Math.ceil(100 / value.items.length)}.`,
        input: value.most,
        path: ['most'],
      })
  })
type Sum = z.infer<typeof schema>

/** 100 points shared between items. It holds as an answer once they come to 100, or who was asked would rather not say. */
export const sum100: Kind<Sum> & { schema: typeof schema } = {
  schema,
  named: (question) => question.items.map(namedOf),
  hasWords: () => false,
  resolve: (question, { seed }) => ({ ...question, items: drawn(question.items, question, seed) }),
  read: (question, typed) => {
    const isDeclined = Boolean(typed.declined)
    const points = question.items.map(({ id }) => (isDeclined ? undefined : pointsIn(typed[id], question.most)))
    // What is left empty got nothing once the others have it all.
    const isFull = totalOf(points) === 100
    return [
      entryOf({ value: isDeclined ? { declined: true } : {} }),
      ...question.items.map(({ id }, index) => {
        const given = points[index] ?? (isFull ? 0 : undefined)
        return entryOf({ item: id, value: given === undefined ? {} : { points: given } })
      }),
    ]
  },
  problems: (question, typed) =>
    typed.declined
      ? {}
      : Object.fromEntries(
          question.items
            .filter(({ id }) => typed[id]?.trim() && pointsIn(typed[id], question.most) === undefined)
            .map(({ id }) => [id, `Write whole points from 0 to ${question.most}, such as 25.`]),
        ),
  unfinished: (question, entries) => {
    const points = pointsOf(question, entries)
    const total = totalOf(points)
    if (points.every((given) => given === undefined) || total === 100) return {}
    return { total: `That is ${total} of 100. ${wayTo100(total)}, or choose “Prefer not to say”.` }
  },
  empty: (question): Sentences => ({
    [question.items[0]?.id ?? '']: 'Share out 100 points, or choose “Prefer not to say” or “Skip this question”.',
  }),
  model: (question, entries, errors, typed) => {
    const total = totalOf(pointsOf(question, entries))
    return {
      items: question.items.map(({ id, label }) => {
        const given = find(entries, id)?.value.points
        return {
          id,
          label,
          points: errors[id] ? (typed[id] ?? '') : typeof given === 'number' ? String(given) : '',
          error: errors[id] ?? '',
        }
      }),
      total: `${total} of 100`,
      isDeclined: find(entries, '')?.value.declined === true,
      error: errors.total ?? '',
    }
  },
  outline: (question) => ({
    parts: partsOf(question.items),
    notes: ['100 points to share, or “Prefer not to say”.'],
  }),
  print: (question, entries) => {
    if (find(entries, '')?.value.declined === true) return [printed({ choice: 'Prefer not to say' })]
    return question.items.flatMap(({ id, short }) => {
      const given = find(entries, id)?.value.points
      return typeof given === 'number' ? [printed({ item: id, label: short, choice: `${given} of 100` })] : []
    })
  },
}

/** Whole points in any script's full-width digits too; undefined for nothing and for anything else. */
function pointsIn(typed: string | undefined, most: number): number | undefined {
  const text = (typed ?? '').normalize('NFKC').trim()
  return /^\d{1,3}$/.test(text) && Number(text) <= most ? Number(text) : undefined
}

const pointsOf = (question: Sum, entries: Entry[]): (number | undefined)[] =>
  question.items.map(({ id }) => {
    const given = find(entries, id)?.value.points
    return typeof given === 'number' ? given : undefined
  })
const totalOf = (points: (number | undefined)[]): number => points.reduce<number>((sum, given) => sum + (given ?? 0), 0)

const wayTo100 = (total: number): string => (total < 100 ? `Share out ${100 - total} more` : `Take ${total - 100} away`)
