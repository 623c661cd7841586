import { sql } from 'kysely'
import type { Db } from '../db.ts'
import { readAudience } from './audience.ts'

/**
 * What a round is of its list: everybody on it, a random sample, a random sample that hands have changed since, picked as
 * best or by hand, or whom the filters of its audience let through.
 */
export type Nature = 'whole' | 'random' | 'changed' | 'picked' | 'filtered'

type DrawOf = { purpose: 'reasons' | 'figures'; owner_id: string | null; wanted: number; list_size: number }

/** `changes`: how many were added or dropped by hand. Only a single draw from everybody is one random sample. */
export function natureOf(draws: DrawOf[], changes: number): Exclude<Nature, 'filtered'> {
  const [draw] = draws
  if (!draw || draws.length > 1 || draw.purpose !== 'figures' || draw.owner_id !== null) return 'picked'
  if (changes > 0) return 'changed'
  return draw.wanted >= draw.list_size ? 'whole' : 'random'
}

/** How a round was chosen, in numbers: the size of the list drawn from, customers in the round, changes by hand. */
export type HowChosen = {
  id: string
  name: string
  nature: Nature
  listSize: number
  customers: number
  added: number
  dropped: number
}

/** How these rounds were chosen, the newest first. Three statements, however many there are. */
export async function howChosen(db: Db, ids: string[]): Promise<HowChosen[]> {
  const list = sql<string>`(select value from json_each(${JSON.stringify(ids)}))`
  const campaigns = await db
    .selectFrom('campaign')
    .select(['id', 'name', 'audience'])
    .where('id', 'in', list)
    .orderBy('launched_at', 'desc')
    .orderBy('id')
    .execute()
  const draws = await db
    .selectFrom('campaign_draw')
    .select(['campaign_id', 'purpose', 'owner_id', 'wanted', 'list_size'])
    .where('campaign_id', 'in', list)
    .execute()
  const picks = await db
    .selectFrom('campaign_pick')
    .select('campaign_id')
    .select(sql<number>`count(distinct case when dropped_at is null then customer_id end)`.as('customers'))
    .select(sql<number>`coalesce(sum(by_hand = 1 and dropped_at is null), 0)`.as('added'))
    .select(sql<number>`coalesce(sum(by_hand = 0 and dropped_at is not null), 0)`.as('dropped'))
    .where('campaign_id', 'in', list)
    .groupBy('campaign_id')
    .execute()
  return campaigns.map(({ id, name, audience: json }) => {
    const audience = readAudience(json)
    const drawn = draws.filter(({ campaign_id }) => campaign_id === id)
    const picked = picks.find(({ campaign_id }) => campaign_id === id)
    // In the steps after the pick people can be added and taken out as well.
    const added = (picked?.added ?? 0) + audience.added.length
    const dropped = (picked?.dropped ?? 0) + audience.removed.length
    const nature = audience.isPicked ? natureOf(drawn, added + dropped) : ('filtered' as const)
    const listSize = drawn.reduce((sum, { list_size }) => sum + list_size, 0)
    return { id, name, nature, listSize, customers: picked?.customers ?? 0, added, dropped }
  })
}
