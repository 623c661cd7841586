import { getCompany, missingToWrite } from '../company.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { sealForCampaign } from '../predictions/predictions.ts'
import { bell } from '../queue.ts'
import { barredFromMail, openVersions, rulesOf } from '../templates/templates.ts'
import { dayAt, instant } from '../time.ts'
import { listed } from '../words.ts'
import { type Asking, type Chosen, chooseAudience, countAudience, type Person } from './audience.ts'
import { type Campaign, getCampaign } from './campaigns.ts'
import { queueMessages, skipWaiting } from './messages.ts'

/**
 * Who would be asked if `launcherId` launched it now, and who is left out and why. After launch: who has joined since.
 * Who launches counts, since some questions are not for a customer's own rep to ask.
 */
export async function choose(
  db: Db,
  campaign: Campaign,
  launcherId: string,
  timeZone: string,
  now: Date,
): Promise<Chosen> {
  return chooseAudience(db, await askingOf(db, campaign, launcherId), timeZone, now)
}

/** How many that would be, without reading who. */
export const countChosen = async (
  db: Db,
  campaign: Campaign,
  launcherId: string,
  timeZone: string,
  now: Date,
): Promise<{ recipients: number; leftOut: number }> =>
  countAudience(db, await askingOf(db, campaign, launcherId), timeZone, now)

export async function askingOf(db: Db, campaign: Campaign, launcherId: string): Promise<Asking> {
  const { id, audience, senderId, madeBy } = campaign
  const [rules, open] = await Promise.all([rulesOf(db, campaign.version), openVersions(db)])
  const languages = Object.keys(campaign.texts)
  return { id, audience, senderId, askedBy: [madeBy, launcherId], rules, languages, openVersions: open }
}

export type Launch = { ok: boolean; count: number; talks: number }
export type Launching = {
  /** The state that the launcher saw: a second press on the same page launches nothing twice. */
  from: 'draft' | 'launched'
  /** How many people the launcher typed; if that is no longer right nothing happens, and `count` says what is. */
  expected: number
  /** Whether whoever stays silent is reminded, twice at most. What was chosen at the launch holds for who joins later. */
  reminds: boolean
}

/**
 * Sends the campaign on its way, or, once launched, invites those who joined its audience since: each invitation, its
 * message and its job, who was left out, and the seals of the guesses, in one transaction. A round
 * that was picked may hold talks alone: then nobody gets a mail, and the reps see their talks.
 */
export async function launch(
  db: Db,
  id: string,
  { from, expected, reminds }: Launching,
  userId: string,
  now: Date,
): Promise<Launch> {
  const result = await transact(db, async (trx): Promise<Launch> => {
    const campaign = await getCampaign(trx, id)
    if (campaign.state === 'closed') throw conflict('This campaign is closed. Make a new one to ask again.')
    if (campaign.state !== from) return { ok: false, count: 0, talks: 0 }
    const company = await getCompany(trx)
    if (campaign.closesOn < dayAt(now, company.timeZone))
      throw conflict('The closing day of this campaign has passed. Move it to a later day first.')
    const { recipients, leftOut } = await choose(trx, campaign, userId, company.timeZone, now)
    const talks = from === 'draft' && campaign.audience.isPicked ? await countTalks(trx, id) : 0
    const count = recipients.length
    if (talks === 0) await mayMail(trx, campaign)
    if (count !== expected || count + talks === 0) return { ok: false, count, talks }
    if (count > 0) await mayMail(trx, campaign)

    await invitePeople(trx, id, recipients, now)
    await trx.deleteFrom('campaign_exclusion').where('campaign_id', '=', id).execute()
    const exclusions = leftOut.map(({ contactId, reason }) => ({ campaign_id: id, contact_id: contactId, reason }))
    for (const some of inPieces(exclusions)) await trx.insertInto('campaign_exclusion').values(some).execute()
    await trx
      .updateTable('campaign')
      .set({
        state: 'launched',
        launched_by: userId,
        launched_at: instant(now),
        has_reminders: reminds ? 1 : 0,
      })
      .where('id', '=', id)
      .where('state', '=', 'draft')
      .execute()
    await record(trx, { actor: 'user', userId }, 'campaign.launched', 'campaign', id, now, {
      recipients: count,
      talks,
    })
    return { ok: true, count, talks }
  })
  if (result.ok) bell.emit('job')
  return result
}

/** Throws 409 with the sentence that says why no mail of this campaign may go out. */
export async function mayMail(trx: Db, campaign: Campaign): Promise<void> {
  const barred = barredFromMail(campaign.version, await rulesOf(trx, campaign.version))
  if (barred) throw conflict(barred)
  const missing = missingToWrite(await getCompany(trx)).map(({ words }) => words)
  if (missing.length > 0)
    throw conflict(`No mail goes out without ${listed(missing)}. An admin adds it in the settings.`)
}

/** Writes each person's invitation with its mail, and seals the guesses about them, inside the caller's transaction. */
export async function invitePeople(trx: Db, campaignId: string, people: Person[], now: Date): Promise<void> {
  const invitations = people.map((person) => ({
    id: newId(),
    campaign_id: campaignId,
    contact_id: person.contactId,
    customer_id: person.customerId,
    created_at: instant(now),
    began_at: null,
    call_asked_at: null,
    ask_after_on: null,
    declined_at: null,
    withdrawn_at: null,
  }))
  for (const some of inPieces(invitations)) await trx.insertInto('invitation').values(some).execute()
  const ids = invitations.map((invitation) => invitation.id)
  await queueMessages(trx, ids, 'invite', now)
  await sealForCampaign(trx, [...new Set(people.map((person) => person.customerId))], campaignId, now)
}

/** How many talks the pick of a round holds. */
export async function countTalks(trx: Db, campaignId: string): Promise<number> {
  const { n } = await trx
    .selectFrom('campaign_pick')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('campaign_id', '=', campaignId)
    .where('way', '=', 'talk')
    .where('dropped_at', 'is', null)
    .executeTakeFirstOrThrow()
  return n
}

function* inPieces<T>(rows: T[], size = 500): Generator<T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}

/** Ends the round now: nothing more is sent, and nothing more can be written behind its links. */
export async function closeCampaign(db: Db, id: string, userId: string, now: Date): Promise<void> {
  const today = dayAt(now, (await getCompany(db)).timeZone)
  await transact(db, async (trx) => {
    const closed = await trx
      .updateTable('campaign')
      // The day on which it ended: what is printed as "until" must be true.
      .set((eb) => ({
        state: 'closed' as const,
        closes_on: eb.case().when('closes_on', '>', today).then(today).else(eb.ref('closes_on')).end(),
      }))
      .where('id', '=', id)
      .where('state', '=', 'launched')
      .executeTakeFirst()
    if (closed.numUpdatedRows === 0n) throw conflict('Only a campaign that was launched can be closed.')
    await skipWaiting(trx, { campaignId: id }, 'The campaign was closed.', now)
    await record(trx, { actor: 'user', userId }, 'campaign.closed', 'campaign', id, now)
  })
}

/** Takes one invitation back: its link ends kindly, and what waits is not sent. What was answered stays. */
export async function withdrawInvitation(
  db: Db,
  campaignId: string,
  invitationId: string,
  userId: string,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const withdrawn = await trx
      .updateTable('invitation')
      .set({ withdrawn_at: instant(now) })
      .where('id', '=', invitationId)
      .where('campaign_id', '=', campaignId)
      .where('withdrawn_at', 'is', null)
      .executeTakeFirst()
    if (withdrawn.numUpdatedRows === 0n) throw notFound('That invitation')
    await skipWaiting(trx, { invitationId }, 'The invitation was withdrawn.', now)
    await record(trx, { actor: 'user', userId }, 'invitation.withdrawn', 'invitation', invitationId, now)
  })
}
