import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { bell, enqueue } from '../queue.ts'
import { instant } from '../time.ts'
import type { HandOverForm } from './forms.ts'
import { getUser } from './users.ts'

/** How many customers are handed over one by one at a time; the next stand there afterwards. */
export const oneByOne = 50
/** How many of a person's open talks are named. */
const shownTalks = 12

/** What somebody holds that others have to go on with. `talks` are notes that were never filed: nobody else may open them. */
export async function getHoldings(db: Db, id: string) {
  const customers = db.selectFrom('customer').where('owner_id', '=', id)
  const [regions, segments, first, archived, followUps, talks, campaigns] = await Promise.all([
    customers
      .select((eb) => ['region as key', eb.fn.countAll<number>().as('count')])
      .groupBy('region')
      .orderBy('region')
      .execute(),
    customers
      .select((eb) => ['segment as key', eb.fn.countAll<number>().as('count')])
      .groupBy('segment')
      .orderBy('segment')
      .execute(),
    customers
      .select(['id as key', 'name', 'region', 'segment', 'archived_at'])
      .orderBy('name')
      .orderBy('id')
      .limit(oneByOne)
      .execute(),
    customers
      .where('archived_at', 'is not', null)
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow(),
    openFollowUps(db, id)
      .innerJoin('customer', 'customer.id', 'follow_up.customer_id')
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.sum<number | null>(eb.case().when('customer.owner_id', '=', id).then(1).else(0).end()).as('own'),
      ])
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('response')
      .innerJoin('customer', 'customer.id', 'response.customer_id')
      .select(['customer.name', 'response.took_place_on'])
      .where('response.author_id', '=', id)
      .where('response.state', '=', 'draft')
      .orderBy('response.took_place_on', 'desc')
      .orderBy('response.id')
      .limit(shownTalks + 1)
      .execute(),
    db
      .selectFrom('campaign')
      .select(['id', 'name', 'state'])
      .where('sender_id', '=', id)
      .where('state', '<>', 'closed')
      .orderBy('name')
      .execute(),
  ])
  const total = regions.reduce((sum, row) => sum + row.count, 0)
  return {
    customers: total,
    archived: archived.count,
    regions,
    segments,
    first,
    followUps: followUps.count,
    // Those at customers of others do not go along with a customer.
    strayFollowUps: followUps.count - Number(followUps.own ?? 0),
    talks: talks.slice(0, shownTalks),
    hasMoreTalks: talks.length > shownTalks,
    campaigns,
  }
}
export type Holdings = Awaited<ReturnType<typeof getHoldings>>

/** Whether somebody else has to take over before nobody is in charge. Notes that were never filed cannot be handed over. */
export const mustHandOver = (holdings: Holdings): boolean =>
  holdings.customers > 0 || holdings.followUps > 0 || holdings.campaigns.length > 0

const openFollowUps = (db: Db, id: string) =>
  db.selectFrom('follow_up').where('follow_up.owner_id', '=', id).where('follow_up.done_at', 'is', null)

/** Who can take over: everybody else who may sign in. */
export const findSuccessors = (db: Db, id: string) =>
  db
    .selectFrom('user')
    .select(['id', 'name', 'role'])
    .where('deactivated_at', 'is', null)
    .where('id', '<>', id)
    .orderBy('name')
    .execute()
export type Successor = Awaited<ReturnType<typeof findSuccessors>>[number]

type Taken = { customers: string[]; followUps: number; campaigns: number }

/**
 * Hands over what the form names, all of it or nothing: customers with the follow-ups there, follow-ups at customers of
 * others, and the campaigns that go out in this person's name. To whom customers are shown stays as it is. Each receiver
 * gets one mail. 'unknown' if one of them cannot take over (any more).
 */
export async function handOver(
  db: Db,
  fromId: string,
  form: HandOverForm,
  admin: User,
  now: Date,
): Promise<Taken | 'unknown'> {
  const outcome = await transact(db, async (trx) => {
    await getUser(trx, fromId)
    const successors = new Map((await findSuccessors(trx, fromId)).map((one) => [one.id, one]))
    const named = [...form.customers.values(), form.campaignsTo, form.followUpsTo].filter(
      (one) => one !== '' && one !== 'owner',
    )
    const reader = successors.get(form.followUpsTo)
    if (named.some((one) => !successors.has(one)) || reader?.role === 'rep') return 'unknown'

    const taken = new Map<string, Taken>()
    const of = (id: string): Taken => {
      const known = taken.get(id) ?? { customers: [], followUps: 0, campaigns: 0 }
      taken.set(id, known)
      return known
    }
    for (const group of form.customers)
      of(group[1]).customers.push(...(await moveCustomers(trx, fromId, form.by, group, admin.id, now)))
    for (const [to, part] of taken) part.followUps += await moveFollowUps(trx, fromId, part.customers, to)
    if (form.followUpsTo) await moveStrayFollowUps(trx, fromId, form.followUpsTo, of)
    if (form.campaignsTo) of(form.campaignsTo).campaigns = await moveCampaigns(trx, fromId, form.campaignsTo)

    const all: Taken = { customers: [], followUps: 0, campaigns: 0 }
    for (const [to, part] of taken) {
      if (part.customers.length + part.followUps + part.campaigns === 0) continue
      await tell(trx, fromId, to, part, admin, now)
      all.customers.push(...part.customers)
      all.followUps += part.followUps
      all.campaigns += part.campaigns
    }
    return all
  })
  bell.emit('job')
  return outcome
}

/** Customers of a group (or one) get another owner, each with an entry in its timeline. Returns their ids. */
async function moveCustomers(
  trx: Db,
  fromId: string,
  by: HandOverForm['by'],
  [key, to]: [key: string, to: string],
  adminId: string,
  now: Date,
): Promise<string[]> {
  const group = key === '' ? null : key
  const moved = await trx
    .updateTable('customer')
    .set({ owner_id: to, updated_at: instant(now) })
    .where('owner_id', '=', fromId)
    .$if(by === 'region', (query) => query.where('region', 'is', group))
    .$if(by === 'segment', (query) => query.where('segment', 'is', group))
    .$if(by === 'one', (query) => query.where('id', '=', key))
    .returning('id')
    .execute()
  const events = moved.map(({ id }) => ({
    id: newId(),
    happened_at: instant(now),
    actor: 'user' as const,
    user_id: adminId,
    action: 'change-owner',
    record_kind: 'customer',
    record_id: id,
    detail: JSON.stringify({ from: fromId, to }),
  }))
  for (let start = 0; start < events.length; start += 500)
    await trx
      .insertInto('event')
      .values(events.slice(start, start + 500))
      .execute()
  return moved.map(({ id }) => id)
}

/** What was promised at customers goes with them to their new owner. */
async function moveFollowUps(trx: Db, fromId: string, customers: string[], to: string): Promise<number> {
  let moved = 0
  for (let start = 0; start < customers.length; start += 500) {
    const some = await trx
      .updateTable('follow_up')
      .set({ owner_id: to })
      .where('owner_id', '=', fromId)
      .where('done_at', 'is', null)
      .where('customer_id', 'in', customers.slice(start, start + 500))
      .executeTakeFirst()
    moved += Number(some.numUpdatedRows)
  }
  return moved
}

/** What was promised at customers of others goes to their owners, or to one lead or admin, who may open them all. */
async function moveStrayFollowUps(trx: Db, fromId: string, choice: string, of: (id: string) => Taken): Promise<void> {
  const strays = await openFollowUps(trx, fromId)
    .innerJoin('customer', 'customer.id', 'follow_up.customer_id')
    .leftJoin('user as owner', (join) =>
      join.onRef('owner.id', '=', 'customer.owner_id').on('owner.deactivated_at', 'is', null),
    )
    .select(['follow_up.id', 'owner.id as owner_id'])
    .where((eb) => eb.or([eb('customer.owner_id', 'is', null), eb('customer.owner_id', '<>', fromId)]))
    .execute()
  for (const stray of strays) {
    const to = choice === 'owner' ? stray.owner_id : choice
    if (to === null) continue
    await trx.updateTable('follow_up').set({ owner_id: to }).where('id', '=', stray.id).execute()
    of(to).followUps += 1
  }
}

async function moveCampaigns(trx: Db, fromId: string, to: string): Promise<number> {
  const moved = await trx
    .updateTable('campaign')
    .set({ sender_id: to })
    .where('sender_id', '=', fromId)
    .where('state', '<>', 'closed')
    .executeTakeFirst()
  return Number(moved.numUpdatedRows)
}

async function tell(trx: Db, fromId: string, to: string, part: Taken, admin: User, now: Date): Promise<void> {
  const numbers = { customers: part.customers.length, followUps: part.followUps, campaigns: part.campaigns }
  await record(trx, { actor: 'user', userId: admin.id }, 'handed-over', 'user', fromId, now, { to, ...numbers })
  await enqueue(
    trx,
    'hand-over-mail',
    {
      userId: to,
      fromId,
      byId: admin.id,
      ...Object.fromEntries(Object.entries(numbers).map(([name, n]) => [name, String(n)])),
      first: part.customers.slice(0, 12).join(' '),
    },
    now,
    { isUrgent: true },
  )
}
