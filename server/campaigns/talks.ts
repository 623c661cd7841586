import type { User } from '../access.ts'
import { getCompany } from '../company.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { bell } from '../queue.ts'
import { dayAt, instant } from '../time.ts'
import { chooseAudience, type ExclusionReason } from './audience.ts'
import { getCampaign } from './campaigns.ts'
import { askingOf, invitePeople, mayMail } from './launching.ts'
import { listTalks } from './round-talks.ts'

export type Asked = { ok: true } | { ok: false; reason: ExclusionReason }

/**
 * Nobody found the time for a talk: the person is asked by mail instead, under every rule that holds for mails; the
 * reason is returned if one speaks against it. 409 if the talk is held or begun, or the round is not under way.
 */
export async function askByMail(db: Db, user: User, campaignId: string, contactId: string, now: Date): Promise<Asked> {
  const asked = await transact(db, async (trx): Promise<Asked> => {
    const campaign = await getCampaign(trx, campaignId)
    if (campaign.state !== 'launched') throw conflict('Only a campaign that is under way sends mails.')
    const { timeZone } = await getCompany(trx)
    if (campaign.closesOn < dayAt(now, timeZone))
      throw conflict('The closing day of this campaign has passed. Move it to a later day first.')
    const talk = (await listTalks(trx, campaignId)).find((one) => one.contact_id === contactId)
    if (!talk) throw notFound('That talk')
    if (talk.state !== 'open') throw conflict('This talk has been held, or its guide is open already.')
    await mayMail(trx, campaign)
    const asking = await askingOf(trx, campaign, user.id)
    const audience = { ...asking.audience, isPicked: true, added: [contactId] }
    const { recipients, leftOut } = await chooseAudience(trx, { ...asking, audience }, timeZone, now)
    const [person] = recipients.filter((one) => one.contactId === contactId)
    if (!person) {
      const reason = leftOut.find((one) => one.contactId === contactId)?.reason
      if (!reason) throw conflict('They have an invitation of this campaign already.')
      return { ok: false, reason }
    }
    await trx
      .updateTable('campaign_pick')
      .set({ way: 'mail', way_reason: 'hand', asker_id: null, changed_by: user.id, changed_at: instant(now) })
      .where('campaign_id', '=', campaignId)
      .where('contact_id', '=', contactId)
      .execute()
    await invitePeople(trx, campaignId, [person], now)
    const detail = { contact: contactId }
    await record(trx, { actor: 'user', userId: user.id }, 'campaign.talk-to-mail', 'campaign', campaignId, now, detail)
    return { ok: true }
  })
  if (asked.ok) bell.emit('job')
  return asked
}
