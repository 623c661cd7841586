import { sql } from 'kysely'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'

/** How a sitting came about and how it was read: what figures do not need, and trust in them does. */
export type Sitting = {
  /** Who noted it, '' for what the customer typed; and whether that is who looked after the customer then. */
  author: string
  isOwn: boolean
  /** Milliseconds from the invitation to the answer; -1 where nobody was invited. */
  lag: number
  language: string
  template: string
  /** The codebooks by which its answers are settled, and the sub-codes in those tags that are about us. */
  codebooks: string[]
  themes: string[]
}

const listOf = (ids: string[]) => sql<string>`(select value from json_each(${JSON.stringify(ids)}))`

/** The submitted sittings of these customers by their ids; two statements, however many there are. */
async function sittingsOf(db: Db, customers: string[]): Promise<Map<string, Map<string, Sitting>>> {
  const rows = await db
    .selectFrom('response')
    .leftJoin('invitation', 'invitation.id', 'response.invitation_id')
    .select(['response.id', 'response.customer_id as customer', 'response.author_id as author'])
    .select(['response.owner_id as owner', 'response.language', 'response.template_version_id as template'])
    .select(['response.submitted_at as submittedAt', 'invitation.created_at as invitedAt'])
    .where('response.customer_id', 'in', listOf(customers))
    .where('response.state', '=', 'submitted')
    .execute()
  const found = new Map<string, Map<string, Sitting>>()
  const all = new Map<string, Sitting>()
  for (const { id, customer, author, owner, language, template, submittedAt, invitedAt } of rows) {
    const lag = submittedAt && invitedAt ? Math.max(0, Date.parse(submittedAt) - Date.parse(invitedAt)) : -1
    const isOwn = author !== null && author === owner
    const sitting = { author: author ?? '', isOwn, lag, language, template, codebooks: [], themes: [] }
    const own = found.get(customer) ?? new Map<string, Sitting>()
    found.set(customer, own.set(id, sitting))
    all.set(id, sitting)
  }
  for (const { responseId, codebook, sub } of await settledOf(db, customers)) {
    const sitting = all.get(responseId)
    if (!sitting) continue
    if (!sitting.codebooks.includes(codebook)) sitting.codebooks.push(codebook)
    if (sub && !sitting.themes.includes(sub)) sitting.themes.push(sub)
  }
  for (const sitting of all.values()) {
    sitting.codebooks = once(sitting.codebooks)
    sitting.themes = once(sitting.themes.sort())
  }
  return found
}

const settledOf = (db: Db, customers: string[]) =>
  db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('coding', (join) =>
      join.onRef('coding.revision_id', '=', 'answer_revision.id').on('coding.is_settled', '=', 1),
    )
    .leftJoin('tag', (join) => join.onRef('tag.coding_id', '=', 'coding.id').on('tag.about', '=', 'us'))
    .select(['response.id as responseId', 'coding.codebook_version as codebook', 'tag.sub'])
    .where('response.customer_id', 'in', listOf(customers))
    .where('response.state', '=', 'submitted')
    .where('answer.voice', 'in', ['customer', 'observed'])
    .groupBy(['response.id', 'coding.codebook_version', 'tag.sub'])
    .execute()

/** Many sittings say the same, and one list of it is enough. */
const lists = new Map<string, string[]>()
function once(list: string[]): string[] {
  const key = list.join('\n')
  const known = lists.get(key)
  if (known) return known
  // So many different ones are not worth looking for.
  if (lists.size < 20_000) lists.set(key, list)
  return list
}

export const currentSittings = byCustomer(sittingsOf)
