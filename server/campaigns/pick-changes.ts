import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { rulesOf } from '../templates/templates.ts'
import { instant } from '../time.ts'
import type { Campaign } from './campaigns.ts'
import { findColleagues, reachableOf } from './draw.ts'
import { draftOnly, listPicks, type Pick } from './pick.ts'
import { findSomebody } from './pick-list.ts'
import type { Reason } from './pick-record.ts'
import { type Asking, askerFor, barsMail, type Way, type WayReason, wayFor } from './pick-rules.ts'

export type PickAct = 'drop' | 'restore' | 'talk' | 'mail'

/** Drops somebody, takes that back, or changes the way. 404 for a rep at customers of others, 409 if it cannot be. */
export async function changePick(
  db: Db,
  user: User,
  campaignId: string,
  contactId: string,
  act: PickAct,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const campaign = await draftOnly(trx, campaignId)
    const pick = (await listPicks(trx, user, campaignId)).find((one) => one.contact_id === contactId)
    if (!pick) throw notFound('That person')
    const change =
      act === 'drop'
        ? { dropped_by: user.id, dropped_at: instant(now) }
        : act === 'restore'
          ? { dropped_by: null, dropped_at: null }
          : await otherWay(trx, user, campaign, pick, act, now)
    await trx
      .updateTable('campaign_pick')
      .set({ ...change, changed_by: user.id, changed_at: instant(now) })
      .where('campaign_id', '=', campaignId)
      .where('contact_id', '=', contactId)
      .execute()
    const detail = { contact: contactId }
    await record(trx, { actor: 'user', userId: user.id }, `campaign.pick-${act}`, 'campaign', campaignId, now, detail)
  })
}

type ByHand = { way: Way; way_reason: WayReason; asker_id: string | null }

async function otherWay(trx: Db, user: User, campaign: Campaign, pick: Pick, way: Way, now: Date): Promise<ByHand> {
  const asking = await askingFor(trx, user, campaign)
  const [person] = await findSomebody(trx, campaign.id, { contact: pick.contact_id }, now)
  if (!person) throw conflict('This person was asked lately, asked for more time, or is archived. Drop them.')
  if (way === 'talk') {
    const askerId = askerFor(reachableOf(person, campaign, false), asking)
    if (!askerId) throw conflict('Nobody can speak with them: these questions need a rep or a lead who may ask them.')
    return { way, way_reason: 'hand', asker_id: askerId }
  }
  const bar = barsMail(reachableOf(person, campaign, false), asking)
  if (bar) throw conflict(`They cannot be asked by mail. ${mailBars[bar] ?? ''}`.trim())
  return { way, way_reason: 'hand', asker_id: null }
}

/** Why a mail is not possible, as a sentence. */
const mailBars: Partial<Record<WayReason, string>> = {
  not_mailed: 'These questions are made for talks.',
  no_address: 'There is no address: add it on the page of the customer.',
  no_basis: 'They are no customer of ours and gave no consent.',
  no_mails: 'They want no mails, or their address fails.',
  language: 'The mail is written in another language; the audience can include them, in English.',
  too_early: 'They have not answered open questions yet, and these only follow those.',
  other_asker: 'Their own rep would sign, and these questions are for somebody else to ask.',
}

async function askingFor(trx: Db, user: User, campaign: Campaign): Promise<Asking> {
  return {
    rules: await rulesOf(trx, campaign.version),
    purpose: 'reasons',
    senderId: campaign.senderId,
    drawerId: user.id,
    colleagues: await findColleagues(trx),
  }
}

/** Adds somebody by hand. 404 for a rep at customers of others, 409 with the reason if they cannot be asked now. */
export async function addPick(db: Db, user: User, campaignId: string, contactId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const campaign = await draftOnly(trx, campaignId)
    const contact = await trx
      .selectFrom('contact')
      .innerJoin('customer', 'customer.id', 'contact.customer_id')
      .select(['contact.id', 'customer.id as customer_id', 'customer.owner_id'])
      .where('contact.id', '=', contactId)
      .where('contact.archived_at', 'is', null)
      .where('customer.archived_at', 'is', null)
      .$if(user.role === 'rep', (query) => query.where('customer.owner_id', '=', user.id))
      .executeTakeFirst()
    if (!contact) throw notFound('That person')
    const [person] = await findSomebody(trx, campaignId, { contact: contactId }, now)
    if (!person)
      throw conflict('This person was asked by another round lately, or asked for more time. Choose another.')
    const choice = wayFor(reachableOf(person, campaign, false), await askingFor(trx, user, campaign))
    if (!choice) throw conflict('There is no way to ask them: no mail may go to them, and nobody can speak with them.')
    const reasons: Reason[] = [{ code: 'hand' }, ...(person.role ? [{ code: 'role' as const, role: person.role }] : [])]
    const { n } = await trx
      .selectFrom('campaign_pick')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('campaign_id', '=', campaignId)
      .executeTakeFirstOrThrow()
    await trx
      .insertInto('campaign_pick')
      .values({
        campaign_id: campaignId,
        contact_id: contactId,
        customer_id: contact.customer_id,
        draw_id: null,
        by_hand: 1,
        position: n,
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
      })
      // Dropped before: they are in again.
      .onConflict((again) =>
        again.columns(['campaign_id', 'contact_id']).doUpdateSet({ dropped_by: null, dropped_at: null }),
      )
      .execute()
    const detail = { contact: contactId }
    await record(trx, { actor: 'user', userId: user.id }, 'campaign.pick-added', 'campaign', campaignId, now, detail)
  })
}
