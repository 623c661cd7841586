import { sql } from 'kysely'
import { getCompany, missingToWrite } from '../company.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { sealForCampaign } from '../predictions/predictions.ts'
import { bell, enqueue } from '../queue.ts'
import { barredFromMail, getTemplateVersion, rulesOf, type TemplateVersion } from '../templates/templates.ts'
import { dayAt, instant } from '../time.ts'
import { listed } from '../words.ts'
import { type Audience, type Chosen, chooseAudience, readAudience } from './audience.ts'
import { queueMessages, skipWaiting } from './messages.ts'
import { defaultText, type Text } from './texts.ts'

export { queueMessage } from './messages.ts'

/** One round of asking, as its pages need it. */
export type Campaign = {
  id: string
  name: string
  series: string
  round: number
  state: 'draft' | 'launched' | 'closed'
  audience: Audience
  /** Who signs every mail; null: the owner of each customer. */
  senderId: string | null
  /** Who launched it, or made the draft: signs where a customer has no owner who still works here. */
  madeBy: string
  closesOn: string
  launchedAt: string | null
  version: TemplateVersion
  text: Text
}

export type CampaignForm = {
  name: string
  series: string
  templateVersionId: string
  closesOn: string
  senderId: string | null
}

/**
 * Makes a draft with the usual text of its template and returns its id. Its round is the next one of its series.
 * 409 if these questions are not asked by mail.
 */
export async function createCampaign(db: Db, form: CampaignForm, userId: string, now: Date): Promise<string> {
  const version = await getTemplateVersion(db, form.templateVersionId)
  const barred = barredFromMail(version, await rulesOf(db, version))
  if (barred) throw conflict(barred)
  const id = newId()
  await transact(db, async (trx) => {
    const { last } = await trx
      .selectFrom('campaign')
      .where('series', '=', form.series)
      .select((eb) => eb.fn.coalesce(eb.fn.max('round'), sql<number>`0`).as('last'))
      .executeTakeFirstOrThrow()
    await trx
      .insertInto('campaign')
      .values({
        id,
        name: form.name,
        series: form.series,
        round: Number(last) + 1,
        template_version_id: version.id,
        state: 'draft',
        sender_id: form.senderId,
        closes_on: form.closesOn,
        created_by: userId,
        created_at: instant(now),
        launched_by: null,
        launched_at: null,
      })
      .execute()
    await putText(trx, id, defaultText(version.template))
    await record(trx, { actor: 'user', userId }, 'campaign.created', 'campaign', id, now)
  })
  return id
}

const putText = (trx: Db, campaignId: string, text: Text) =>
  trx
    .insertInto('campaign_text')
    .values({ campaign_id: campaignId, kind: 'invite', language: 'en', ...text })
    .onConflict((on) => on.columns(['campaign_id', 'kind', 'language']).doUpdateSet(text))
    .execute()

/** The campaign with this id. Throws 404. */
export async function getCampaign(db: Db, id: string): Promise<Campaign> {
  const row = await db
    .selectFrom('campaign')
    .leftJoin('campaign_text', (join) =>
      join.onRef('campaign_text.campaign_id', '=', 'campaign.id').on('kind', '=', 'invite').on('language', '=', 'en'),
    )
    .selectAll('campaign')
    .select(['subject', 'body'])
    .where('campaign.id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('That campaign')
  const version = await getTemplateVersion(db, row.template_version_id)
  return {
    id: row.id,
    name: row.name,
    series: row.series,
    round: row.round,
    state: row.state,
    audience: readAudience(row.audience),
    senderId: row.sender_id,
    madeBy: row.launched_by ?? row.created_by,
    closesOn: row.closes_on,
    launchedAt: row.launched_at,
    version,
    text: { subject: row.subject ?? '', body: row.body ?? '' },
  }
}

/** All campaigns, newest first, with how many were invited and how many have answered. */
export async function listCampaigns(db: Db) {
  return db
    .selectFrom('campaign')
    .select(['id', 'name', 'series', 'round', 'state', 'closes_on', 'launched_at'])
    .select((eb) => [
      eb
        .selectFrom('invitation')
        .whereRef('invitation.campaign_id', '=', 'campaign.id')
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .as('invited'),
      eb
        .selectFrom('response')
        .whereRef('response.campaign_id', '=', 'campaign.id')
        .where('response.state', '=', 'submitted')
        .where('response.invitation_id', 'is not', null)
        .select((inner) => inner.fn.countAll<number>().as('n'))
        .as('answered'),
    ])
    .orderBy('created_at', 'desc')
    .execute()
}

/** Changes what a draft says about itself; after launch only the closing day may move, and the audience may grow (409). */
export async function changeCampaign(
  db: Db,
  campaign: Campaign,
  change: { name?: string; closesOn?: string; senderId?: string | null; audience?: Audience; text?: Text },
): Promise<void> {
  await transact(db, async (trx) => {
    // Read anew inside the transaction: it may have been launched or closed while this page was open.
    const { state } = await getCampaign(trx, campaign.id)
    if (state === 'closed') throw conflict('This campaign is closed and stays as it was.')
    if (state !== 'draft' && (change.text || change.senderId !== undefined))
      throw conflict('The mails of this campaign are on their way, so their text and sender stay as they are.')
    const columns = {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(change.closesOn === undefined ? {} : { closes_on: change.closesOn }),
      ...(change.senderId === undefined ? {} : { sender_id: change.senderId }),
      ...(change.audience === undefined ? {} : { audience: JSON.stringify(change.audience) }),
    }
    if (Object.keys(columns).length > 0)
      await trx.updateTable('campaign').set(columns).where('id', '=', campaign.id).execute()
    if (change.text) await putText(trx, campaign.id, change.text)
  })
}

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
  const { id, audience, senderId, madeBy } = campaign
  const rules = await rulesOf(db, campaign.version)
  return chooseAudience(db, { id, audience, senderId, askedBy: [madeBy, launcherId], rules }, timeZone, now)
}

/** The names of all series, by name: rounds are compared only if their series is written the same. */
export async function findSeries(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('campaign').select('series').distinct().orderBy('series').execute()
  return rows.map(({ series }) => series)
}

/** Who may sign: everybody who works here now, by name. */
export const findSigners = (db: Db) =>
  db.selectFrom('user').select(['id', 'name']).where('deactivated_at', 'is', null).orderBy('name').execute()

/** When the last test mail of a campaign went out, or undefined. */
export const findLastTest = (db: Db, id: string) =>
  db
    .selectFrom('event')
    .select('happened_at')
    .where('record_id', '=', id)
    .where('action', '=', 'campaign.test-sent')
    .orderBy('happened_at', 'desc')
    .limit(1)
    .executeTakeFirst()

/** For which customers somebody has guessed and not yet sealed it: their ids. */
export async function findGuessed(db: Db): Promise<Set<string>> {
  const rows = await db.selectFrom('prediction').select('customer_id').where('seal', 'is', null).distinct().execute()
  return new Set(rows.map((row) => row.customer_id))
}

/** Asks for a test mail: the mail of one contact, sent to a member of staff. */
export async function queueTest(db: Db, id: string, contactId: string, userId: string, now: Date): Promise<void> {
  await transact(db, (trx) => enqueue(trx, 'send-test', { campaignId: id, contactId, userId }, now))
  bell.emit('job')
}

/** Throws a draft away (409 once it was launched). */
export async function removeDraft(db: Db, id: string, userId: string, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const removed = await trx
      .deleteFrom('campaign')
      .where('id', '=', id)
      .where('state', '=', 'draft')
      .executeTakeFirst()
    if (removed.numDeletedRows === 0n) throw conflict('Only a draft can be thrown away.')
    await record(trx, { actor: 'user', userId }, 'campaign.removed', 'campaign', id, now)
  })
}

/** Adds somebody to the audience by hand, takes somebody out, or undoes either. */
export function handPick(audience: Audience, contactId: string, act: 'add' | 'remove' | 'undo'): Audience {
  const without = (ids: string[]) => ids.filter((id) => id !== contactId)
  return {
    ...audience,
    added: [...without(audience.added), ...(act === 'add' ? [contactId] : [])],
    removed: [...without(audience.removed), ...(act === 'remove' ? [contactId] : [])],
  }
}

export type Launch = { ok: true; count: number } | { ok: false; count: number }

/**
 * Sends the campaign on its way, or, once launched, invites those who joined its audience since: each invitation, its
 * message and its job, who was left out, and the seals of the guesses, in one transaction. `expected` is the number of
 * people that the launcher typed; if it is no longer right nothing happens, and `count` says what is. `from` is the state
 * that the launcher saw: a second press on the same page launches nothing twice.
 */
export async function launch(
  db: Db,
  id: string,
  from: 'draft' | 'launched',
  expected: number,
  userId: string,
  now: Date,
): Promise<Launch> {
  const result = await transact(db, async (trx): Promise<Launch> => {
    const campaign = await getCampaign(trx, id)
    if (campaign.state === 'closed') throw conflict('This campaign is closed. Make a new one to ask again.')
    if (campaign.state !== from) return { ok: false, count: 0 }
    const company = await getCompany(trx)
    const missing = missingToWrite(company).map(({ words }) => words)
    if (missing.length > 0)
      throw conflict(`No mail goes out without ${listed(missing)}. An admin adds it in the settings.`)
    if (campaign.closesOn < dayAt(now, company.timeZone))
      throw conflict('The closing day of this campaign has passed. Move it to a later day first.')
    const barred = barredFromMail(campaign.version, await rulesOf(trx, campaign.version))
    if (barred) throw conflict(barred)
    const { recipients, leftOut } = await choose(trx, campaign, userId, company.timeZone, now)
    if (recipients.length !== expected || recipients.length === 0) return { ok: false, count: recipients.length }

    const invitations = recipients.map((person) => ({
      id: newId(),
      campaign_id: id,
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
    await queueMessages(
      trx,
      invitations.map((invitation) => invitation.id),
      'invite',
      now,
    )
    await trx.deleteFrom('campaign_exclusion').where('campaign_id', '=', id).execute()
    const exclusions = leftOut.map(({ contactId, reason }) => ({ campaign_id: id, contact_id: contactId, reason }))
    for (const some of inPieces(exclusions)) await trx.insertInto('campaign_exclusion').values(some).execute()
    await sealForCampaign(trx, [...new Set(recipients.map((person) => person.customerId))], id, now)
    await trx
      .updateTable('campaign')
      .set({ state: 'launched', launched_by: userId, launched_at: instant(now) })
      .where('id', '=', id)
      .where('state', '=', 'draft')
      .execute()
    await record(trx, { actor: 'user', userId }, 'campaign.launched', 'campaign', id, now, {
      recipients: recipients.length,
    })
    return { ok: true, count: recipients.length }
  })
  if (result.ok) bell.emit('job')
  return result
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
