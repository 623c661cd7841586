import { sql } from 'kysely'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { addDays, dayAt } from '../time.ts'
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

const currentTags = byCustomer(tagsOf)

/** What was recorded within the last year; where it says both, the newer holds. */
async function recorded(db: Db, now: Date): Promise<Map<string, Set<string>>> {
  const rows = await db
    .selectFrom('outcome')
    .select(['customer_id', 'kind'])
    .where('basis', '=', 'actual')
    .where('happened_on', '>=', addDays(dayAt(now), -365))
    .where('happened_on', '<=', dayAt(now))
    .orderBy('happened_on')
    .orderBy('recorded_at')
    .execute()
  const found = new Map<string, Set<string>>()
  const opposite: Record<string, string> = { renewed: 'left', left: 'renewed', grew: 'reduced', reduced: 'grew' }
  for (const { customer_id, kind } of rows) {
    const kinds = found.get(customer_id) ?? new Set()
    found.set(customer_id, kinds.add(kind))
    kinds.delete(opposite[kind] ?? '')
  }
  return found
}

/** Whether the revenue of the newest known year is more than 5 % above the year before; only where both are known, in one currency. */
async function grownBy(db: Db): Promise<Map<string, boolean>> {
  const rows = await db
    .selectFrom('customer as c')
    .innerJoin('customer_year as earlier', (join) =>
      join
        .onRef('earlier.customer_id', '=', 'c.id')
        .on('earlier.year', '=', sql<number>`c.latest_year - 1`)
        .onRef('earlier.currency', '=', 'c.latest_currency'),
    )
    .select(['c.id', sql<number>`c.latest_revenue_minor > 1.05 * earlier.revenue_minor`.as('grew')])
    .where('c.archived_at', 'is', null)
    .where('c.latest_revenue_minor', 'is not', null)
    .where('earlier.revenue_minor', 'is not', null)
    .execute()
  return new Map(rows.map(({ id, grew }) => [id, grew === 1]))
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
  const [did, grown] = [await recorded(db, now), await grownBy(db)]
  const rows = await db
    .selectFrom('customer')
    .select(['id', 'name', 'segment', 'region', 'owner_id'])
    .where('status', 'in', ['active', 'lost'])
    .where('archived_at', 'is', null)
    .execute()
  return rows.map(({ id, name, segment, region, owner_id }) => {
    const { results, stay, grow, tell } = facts.get(id) ?? {}
    const read = tags.get(id)
    const done = did.get(id)
    return {
      id,
      name,
      segment: segment ?? notGiven,
      region: region ?? notGiven,
      owner: owner_id ?? notGiven,
      k: read?.k,
      unprompted: read?.unprompted,
      y: results && results.value * 10,
      stay: stay?.value,
      outcomes: {
        'says-stays': stay && stay.value >= 9,
        'says-grows': grow && ['more', 'much_more'].includes(grow.value),
        'says-tells': tell && ['often', 'once'].includes(tell.value),
        stayed: done?.has('renewed') ? true : done?.has('left') ? false : undefined,
        grew: done?.has('grew') ? true : done?.has('reduced') ? false : grown.get(id),
        // Where nothing at all is recorded nobody can tell whether they recommended us.
        told: done && done.size > 0 ? done.has('referred') : undefined,
      },
      distinct: read?.distinct,
    }
  })
}
