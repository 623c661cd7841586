import type { Db } from '../db.ts'

/** What stands for each letter of a name: one character for one, so that every offset stays right. */
const cover = '•'

/** Words that stand in many companies' names and in many answers: on their own they give nobody away. */
const common = new Set(
  `and the for of und der die das group holding holdings company companies co corp corporation inc ltd limited llc llp plc gmbh ag kg se sa bv nv oy ab as spa srl
  services service solutions systems system international global europe european national north south east west northern southern eastern western central
  food foods dairy mills mill tools tool works work bakery bakeries brewery brewing paper water energy power chemical chemicals pharma metal metals steel
  machinery engineering industries industry industrial products product packaging logistics transport building construction tiles tile
  farm farms hotel hotels hospital school university city council department trading partners partner brothers sons first new old big best good`
    .split(/\s+/)
    .filter(Boolean),
)

/**
 * Covers names in a text, letter by letter, at the same length: a whole name wherever it stands, its single words where they
 * are written with a capital, and every e-mail address. `whole` are names of companies and full names of people, `persons`
 * first and last names: on their own they are covered only with a capital, since "will" and "price" are words too.
 */
export function maskNames(text: string, whole: string[], persons: string[]): string {
  const single = [
    ...whole.flatMap((name) => wordsOf(name)).filter((word) => word.length >= 3 && !common.has(word.toLowerCase())),
    ...persons.flatMap((name) => wordsOf(name)).filter((word) => word.length >= 2),
  ]
  let masked = text.replaceAll(/[^\s<>()"',;]+@[^\s<>()"',;]+\.\p{L}{2,}/gu, covered)
  for (const name of whole.filter((one) => one.trim() !== '').toSorted((a, b) => b.length - a.length))
    masked = masked.replaceAll(new RegExp(bounded(name.trim()), 'giu'), covered)
  for (const word of new Set(single))
    masked = masked.replaceAll(new RegExp(bounded(word), 'giu'), (found) =>
      /^\p{Ll}/u.test(found) ? found : covered(found),
    )
  return masked
}

const wordsOf = (name: string): string[] => name.match(/[\p{L}\p{N}]+(?:[-’'][\p{L}\p{N}]+)*/gu) ?? []

const bounded = (name: string): string =>
  `(?<![\\p{L}\\p{N}])${name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replaceAll(/\s+/g, '\\s+')}(?![\\p{L}\\p{N}])`

/** Blanks stay, so that words remain words. */
const covered = (found: string): string =>
  Array.from(found)
    .map((point) => (/\s/u.test(point) ? point : cover))
    .join('')

/** The names that would give a customer away: its own, and those of everybody who works there. */
export async function namesBehind(
  db: Db,
  responseIds: string[],
): Promise<Map<string, { whole: string[]; persons: string[] }>> {
  if (responseIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.customer_id', 'customer.id')
    .select(['response.id', 'customer.name', 'contact.first_name', 'contact.last_name'])
    .where('response.id', 'in', responseIds)
    .execute()
  const names = new Map<string, { whole: string[]; persons: string[] }>()
  for (const row of rows) {
    const known = names.get(row.id) ?? { whole: [row.name], persons: [] }
    names.set(row.id, known)
    const parts = [row.first_name ?? '', row.last_name ?? ''].filter(Boolean)
    known.persons.push(...parts)
    if (parts.length > 1) known.whole.push(parts.join(' '))
  }
  return names
}
