import { type SqlBool, sql } from 'kysely'
import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { containing } from '../lists.ts'
import { instant } from '../time.ts'
import { type Campaign, getCampaign } from './campaigns.ts'
import { type DrawForm, draw } from './draw.ts'
import { readFacts, readReasons } from './pick-record.ts'
import { newSeed } from './random.ts'

/** Reps pick among the customers that they own; who else is in the round is not theirs to see. */
const scopeOf = (user: User): string | null => (user.role === 'rep' ? user.id : null)

/**
 * Draws a round and keeps it: what was proposed, why, from how many, with which seed. A new draw takes the place of the
 * last one of the same list; who was added or dropped by hand stays so. A lead's draw makes the pick the audience.
 */
export async function drawPick(db: Db, user: User, campaign: Campaign, form: DrawForm, now: Date): Promise<number> {
  const seed = newSeed()
  const before = await findDraw(db, campaign.id, scopeOf(user))
  const drawn = await draw(db, user, campaign, form, { seed, replaces: before?.id ?? '' }, now)
  await transact(db, async (trx) => {
    await draftOnly(trx, campaign.id)
    if (before) {
      await trx
        .deleteFrom('campaign_pick')
        .where('draw_id', '=', before.id)
        .where('by_hand', '=', 0)
        .where('dropped_at', 'is', null)
        .execute()
      await trx.deleteFrom('campaign_draw').where('id', '=', before.id).execute()
    }
    const id = newId()
    await trx
      .insertInto('campaign_draw')
      .values({
        id,
        campaign_id: campaign.id,
        owner_id: scopeOf(user),
        purpose: form.purpose,
        measure: form.measure,
        wanted: drawn.wanted,
        margin: form.purpose === 'figures' ? form.margin : null,
        response_rate: form.purpose === 'figures' ? form.rate : null,
        seed,
        list_size: drawn.listSize,
        facts: JSON.stringify(drawn.facts),
        drawn_by: user.id,
        drawn_at: instant(now),
      })
      .execute()
    const rows = drawn.picks.map(({ contactId, customerId, reasons, choice }, position) => ({
      campaign_id: campaign.id,
      contact_id: contactId,
      customer_id: customerId,
      draw_id: id,
      by_hand: 0,
      position,
      reasons: JSON.stringify(reasons),
      way: choice.way,
      way_reason: choice.reason,
      asker_id: choice.askerId,
      picked_by: user.id,
      picked_at: instant(now),
      changed_by: null,
      changed_at: null,
      dropped_by: null,
      dropped_at: null,
    }))
    for (let start = 0; start < rows.length; start += 500)
      await trx
        .insertInto('campaign_pick')
        .values(rows.slice(start, start + 500))
        .onConflict((again) => again.doNothing())
        .execute()
    if (user.role !== 'rep') await setPicked(trx, campaign.id, true)
    await record(trx, { actor: 'user', userId: user.id }, 'campaign.drawn', 'campaign', campaign.id, now, {
      purpose: form.purpose,
      list: drawn.listSize,
      picked: rows.length,
      seed,
    })
  })
  return drawn.picks.length
}

const findDraw = (db: Db, campaignId: string, ownerId: string | null) =>
  db
    .selectFrom('campaign_draw')
    .select('id')
    .where('campaign_id', '=', campaignId)
    .where('owner_id', ownerId === null ? 'is' : '=', ownerId)
    .executeTakeFirst()

/** Throws 409 once the round is on its way: what was asked stays as it was. */
export async function draftOnly(trx: Db, id: string): Promise<Campaign> {
  const campaign = await getCampaign(trx, id)
  if (campaign.state !== 'draft') throw conflict('This campaign is on its way already, so its draft stays as it was.')
  return campaign
}

/** Whether a round asks those who were picked, or whom the filters of its audience let through. */
async function setPicked(trx: Db, id: string, isPicked: boolean): Promise<void> {
  const { audience } = await getCampaign(trx, id)
  const now = { ...audience, isPicked }
  await trx
    .updateTable('campaign')
    .set({ audience: JSON.stringify(now) })
    .where('id', '=', id)
    .execute()
}

/** Turns the audience to those who were picked, or back to the filters. */
export async function usePick(db: Db, user: User, campaignId: string, isPicked: boolean, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    await draftOnly(trx, campaignId)
    await setPicked(trx, campaignId, isPicked)
    const action = isPicked ? 'campaign.asks-picked' : 'campaign.asks-filtered'
    await record(trx, { actor: 'user', userId: user.id }, action, 'campaign', campaignId, now)
  })
}

/** Every draw of a round with who made it; for a rep the own one. */
export async function findDraws(db: Db, user: User, campaignId: string) {
  const rows = await db
    .selectFrom('campaign_draw')
    .innerJoin('user as drawer', 'drawer.id', 'campaign_draw.drawn_by')
    .selectAll('campaign_draw')
    .select('drawer.name as drawer')
    .where('campaign_id', '=', campaignId)
    .$if(user.role === 'rep', (query) => query.where('campaign_draw.owner_id', '=', user.id))
    .orderBy('drawn_at')
    .execute()
  return rows.map((row) => ({ ...row, facts: readFacts(row.facts) }))
}
export type KeptDraw = Awaited<ReturnType<typeof findDraws>>[number]

/** Everybody in the round and everybody who was dropped from it, as far as this person may see them. */
export async function listPicks(db: Db, user: User, campaignId: string) {
  const rows = await picks(db, campaignId)
    .$if(user.role === 'rep', (query) => query.where('customer.owner_id', '=', user.id))
    .orderBy('campaign_pick.by_hand')
    .orderBy('campaign_pick.position')
    .orderBy('campaign_pick.picked_at')
    .execute()
  return rows.map((row) => ({ ...row, reasons: readReasons(row.reasons) }))
}
export type Pick = Awaited<ReturnType<typeof listPicks>>[number]

const picks = (db: Db, campaignId: string) =>
  db
    .selectFrom('campaign_pick')
    .innerJoin('contact', 'contact.id', 'campaign_pick.contact_id')
    .innerJoin('customer', 'customer.id', 'campaign_pick.customer_id')
    .leftJoin('user as asker', 'asker.id', 'campaign_pick.asker_id')
    .leftJoin('user as picker', 'picker.id', 'campaign_pick.picked_by')
    .leftJoin('user as changer', 'changer.id', 'campaign_pick.changed_by')
    .leftJoin('user as dropper', 'dropper.id', 'campaign_pick.dropped_by')
    .selectAll('campaign_pick')
    .select(['contact.first_name', 'contact.last_name', 'contact.job_title', 'contact.buying_role'])
    .select(['customer.name as company', 'customer.segment', 'customer.region', 'customer.owner_id'])
    .select(['asker.name as asker', 'picker.name as picker', 'changer.name as changer', 'dropper.name as dropper'])
    .where('campaign_pick.campaign_id', '=', campaignId)

/** Up to 20 people whose name or company contains some words and who are not in the round; for a rep at the own customers. */
export async function findToAdd(db: Db, user: User, campaignId: string, words: string) {
  const pattern = containing(words)
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['contact.id', 'contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .where('contact.archived_at', 'is', null)
    .where('customer.archived_at', 'is', null)
    .$if(user.role === 'rep', (query) => query.where('customer.owner_id', '=', user.id))
    .where((eb) =>
      eb.or([
        sql<SqlBool>`contact.first_name || ' ' || contact.last_name like ${pattern} escape '\\'`,
        sql<SqlBool>`customer.name like ${pattern} escape '\\'`,
      ]),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('campaign_pick')
            .select('campaign_pick.contact_id')
            .whereRef('campaign_pick.contact_id', '=', 'contact.id')
            .where('campaign_pick.campaign_id', '=', campaignId)
            .where('campaign_pick.dropped_at', 'is', null),
        ),
      ),
    )
    .orderBy('customer.name')
    .orderBy('contact.last_name')
    .limit(20)
    .execute()
}

/** What share answered in the rounds by mail so far, in per cent, and of how many; undefined below 30 invited. */
export async function findResponseRate(db: Db): Promise<{ rate: number; invited: number } | undefined> {
  const { invited, answered } = await db
    .selectFrom('invitation')
    .leftJoin('response', (join) =>
      join.onRef('response.invitation_id', '=', 'invitation.id').on('response.state', '=', 'submitted'),
    )
    .select((eb) => [eb.fn.countAll<number>().as('invited'), eb.fn.count<number>('response.id').as('answered')])
    .executeTakeFirstOrThrow()
  return invited < 30 ? undefined : { rate: Math.round((100 * answered) / invited), invited }
}
