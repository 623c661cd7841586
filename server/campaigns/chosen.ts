import { sql } from 'kysely'
import { z } from 'zod'
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

const drawsKept = z.array(
  z.object({
    purpose: z.enum(['reasons', 'figures']),
    owner_id: z.string().nullable(),
    wanted: z.number(),
    list_size: z.number(),
  }),
)

/** How these rounds were chosen, the newest first. One statement, however many there are. */
export async function howChosen(db: Db, ids: string[]): Promise<HowChosen[]> {
  const ofPicks = (count: string) =>
    sql<number>`(select ${sql.raw(count)} from campaign_pick where campaign_pick.campaign_id = campaign.id)`
  const rounds = await db
    .selectFrom('campaign')
    .select(['id', 'name', 'audience'])
    .select(
      sql<string>`(select json_group_array(json_object('purpose', purpose, 'owner_id', owner_id, 'wanted', wanted,
        'list_size', list_size)) from campaign_draw where campaign_draw.campaign_id = campaign.id)`.as('draws'),
    )
    .select(ofPicks('count(distinct case when dropped_at is null then customer_id end)').as('customers'))
    .select(ofPicks('coalesce(sum(by_hand = 1 and dropped_at is null), 0)').as('added'))
    .select(ofPicks('coalesce(sum(by_hand = 0 and dropped_at is not null), 0)').as('dropped'))
    .where('id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
    .orderBy('launched_at', 'desc')
    .orderBy('id')
    .execute()
  return rounds.map(({ id, name, audience: json, draws: kept, customers, ...hands }) => {
    const audience = readAudience(json)
    const draws = drawsKept.parse(JSON.parse(kept))
    // In the steps after the pick people can be added and taken out as well.
    const added = hands.added + audience.added.length
    const dropped = hands.dropped + audience.removed.length
    const nature = audience.isPicked ? natureOf(draws, added + dropped) : ('filtered' as const)
    const listSize = draws.reduce((sum, { list_size }) => sum + list_size, 0)
    return { id, name, nature, listSize, customers, added, dropped }
  })
}
