import { sql } from 'kysely'
import { byCustomer, keptLast } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { currentList, type OnList } from '../on-list.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { addDays, dayAt } from '../time.ts'
import { type Steps, unhurried } from '../unhurried.ts'
import { type ReadTag, type ReadTags, readTags } from './distinct.ts'
import { notGiven } from './ledger.ts'
import type { Seen } from './outcomes.ts'

/** Settled readings of present words that may be read with the name; a reading without tags is a row without a driver. */
async function tagsOf(db: Db, customers: string[]): Promise<Map<string, ReadTags>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('coding', (join) =>
      join.onRef('coding.revision_id', '=', 'answer_revision.id').on('coding.is_settled', '=', 1),
    )
    .leftJoin('tag', 'tag.coding_id', 'coding.id')
    .select(['response.customer_id as customerId', 'response.template_version_id as versionId', 'answer.question'])
    .select(['answer_revision.after_prompt as afterPrompt', 'coding.none_kind as none'])
    .select(['tag.driver', 'tag.direction', 'tag.sub', 'tag.about', 'tag.is_wish', 'tag.is_inferred', 'tag.is_inertia'])
    .where('response.customer_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .where('response.state', '=', 'submitted')
    .where('response.consent_level', 'in', ['team', 'lead'])
    .where('answer.voice', 'in', ['customer', 'observed'])
    .execute()
  const found = new Map<string, ReadTag[]>()
  for (const row of rows) {
    const tags = found.get(row.customerId) ?? []
    found.set(row.customerId, tags)
    tags.push({
      question: row.question,
      isPrompted: row.afterPrompt === 1 || (await isPrompting(db, row.versionId, row.question)),
      driver: row.driver,
      direction: row.direction,
      sub: row.sub,
      about: row.about,
      isWish: row.is_wish === 1,
      isInferred: row.is_inferred === 1,
      isInertia: row.is_inertia === 1 || row.none === 'INERTIA',
    })
  }
  return new Map([...found].map(([customer, tags]) => [customer, readTags(tags)]))
}

async function isPrompting(db: Db, versionId: string, question: string): Promise<boolean> {
  const { template } = await getTemplateVersion(db, versionId)
  return template.questions.some(({ id, prompted }) => id === question && prompted)
}

/** Those of all customers as of now, as read. */
export const currentTags = byCustomer(tagsOf)

/** What was recorded within the last year; where it says both, the newer holds. */
function recorded(outcomes: OnList['outcomes'], since: string, today: string): Set<string> {
  const opposite: Record<string, string> = { renewed: 'left', left: 'renewed', grew: 'reduced', reduced: 'grew' }
  const kinds = new Set<string>()
  for (const { kind, on } of outcomes) {
    if (on < since || on > today) continue
    kinds.add(kind)
    kinds.delete(opposite[kind] ?? '')
  }
  return kinds
}

/** What a customer told of itself: results and staying 0 to 10, growing and telling by the ids of their choices. */
type Told = {
  results?: { value: number }
  stay?: { value: number }
  grow?: { value: string }
  tell?: { value: string }
}

/**
 * Every customer that buys or has bought, archived ones and prospects left out, with what it gets and what followed. Those
 * who left are among them: a list of those who stayed would make every reason look good. `facts`: what each has told, by its id.
 */
export async function seenCustomers(db: Db, facts: ReadonlyMap<string, Told>, now: Date): Promise<Seen[]> {
  const tags = await currentTags(db)
  const list = await currentList(db)
  const today = dayAt(now)
  return seenLast(db, [list, tags, facts], today, () => unhurried(seenIn(list, tags, facts, today)))
}
const seenLast = keptLast<Seen[]>()

function* seenIn(
  list: ReadonlyMap<string, OnList>,
  known: ReadonlyMap<string, ReadTags>,
  facts: ReadonlyMap<string, Told>,
  today: string,
): Steps<Seen[]> {
  const since = addDays(today, -365)
  const seen: Seen[] = []
  for (const one of list.values()) {
    if (seen.length % 200 === 0) yield
    if (one.isArchived || (one.status !== 'active' && one.status !== 'lost')) continue
    const { id, name, segment, region, ownerId } = one
    const { results, stay, grow, tell } = facts.get(id) ?? {}
    const read = known.get(id)
    const done = recorded(one.outcomes, since, today)
    seen.push({
      id,
      name,
      segment: segment ?? notGiven,
      region: region ?? notGiven,
      owner: ownerId ?? notGiven,
      k: read?.k,
      unprompted: read?.unprompted,
      y: results && results.value * 10,
      stay: stay?.value,
      outcomes: {
        'says-stays': stay && stay.value >= 9,
        'says-grows': grow && ['more', 'much_more'].includes(grow.value),
        'says-tells': tell && ['often', 'once'].includes(tell.value),
        stayed: done.has('renewed') ? true : done.has('left') ? false : undefined,
        grew: done.has('grew') ? true : done.has('reduced') ? false : one.grew,
        // Where nothing at all is recorded nobody can tell whether they recommended us.
        told: done.size > 0 ? done.has('referred') : undefined,
      },
      distinct: read?.distinct,
    })
  }
  return seen
}
