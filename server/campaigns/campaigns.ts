import { sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { hashOf, newId } from '../ids.ts'
import { bell, enqueue } from '../queue.ts'
import { asAsked, languageOf, languagesOf } from '../templates/template.ts'
import {
  barredFromMail,
  getTemplateVersion,
  type Rules,
  rulesOf,
  type TemplateVersion,
  versionAsAsked,
} from '../templates/templates.ts'
import { instant } from '../time.ts'
import { type Audience, readAudience } from './audience.ts'
import { defaultTexts } from './default-texts.ts'
import { type Text, type TextKind, type Texts, textKinds } from './texts.ts'

export { type HowChosen, howChosen } from './chosen.ts'
export { queueMessage } from './messages.ts'
export { askAgainOn } from './reminders.ts'
export { findRoundOfTalk, findRoundsBeingDrawn, findTalksToHold, type TalkToHold } from './round-talks.ts'

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
  /** What its mails say, in each language in which it asks: the invitation, two reminders, and the one that comes when somebody asked for later. */
  texts: { en: Texts } & Record<string, Texts>
  hasReminders: boolean
}

export type CampaignForm = {
  name: string
  series: string
  templateVersionId: string
  closesOn: string
  senderId: string | null
  /** A round of talks: nobody is mailed unless the questions allow it and the lead says so. */
  isTalks?: boolean
}

/**
 * Makes a draft with the usual text of its template and returns its id. Its round is the next one of its series.
 * 409 if these questions are not asked by mail, or, for a round of talks, not in talks.
 */
export async function createCampaign(db: Db, form: CampaignForm, userId: string, now: Date): Promise<string> {
  const version = await getTemplateVersion(db, form.templateVersionId)
  const barred = barredFrom(form.isTalks === true, version, await rulesOf(db, version))
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
        // Whom a round of talks asks is picked, one by one.
        audience: form.isTalks ? JSON.stringify({ isPicked: true }) : '{}',
      })
      .execute()
    for (const language of languagesOf(version.template)) {
      const texts = defaultTexts(asAsked(version.template, 'survey'), language)
      for (const kind of textKinds) await putText(trx, id, kind, language, texts[kind])
    }
    await record(trx, { actor: 'user', userId }, 'campaign.created', 'campaign', id, now)
  })
  return id
}

/** Why these questions are no round of this kind, as a sentence; '' if they are. */
export function barredFrom(isTalks: boolean, version: TemplateVersion, rules: Rules): string {
  if (!isTalks) return barredFromMail(version, rules)
  return rules.channels.includes('interview') ? '' : `“${version.template.name}” is not made for talks.`
}

const putText = (trx: Db, campaignId: string, kind: TextKind, language: string, text: Text) =>
  trx
    .insertInto('campaign_text')
    .values({ campaign_id: campaignId, kind, language, ...text })
    .onConflict((on) => on.columns(['campaign_id', 'kind', 'language']).doUpdateSet(text))
    .execute()

/** The campaign with this id. Throws 404. */
export async function getCampaign(db: Db, id: string): Promise<Campaign> {
  const row = await db.selectFrom('campaign').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('That campaign')
  // A campaign asks by mail: what is for talks alone is no part of it.
  const version = versionAsAsked(await getTemplateVersion(db, row.template_version_id), 'survey')
  const written = await db
    .selectFrom('campaign_text')
    .select(['kind', 'language', 'subject', 'body'])
    .where('campaign_id', '=', id)
    .execute()
  const textsIn = (language: string): Texts => {
    const texts = defaultTexts(version.template, language)
    for (const { kind, ...own } of written.filter((one) => one.language === language)) {
      const known = textKinds.find((one) => one === kind)
      if (known) texts[known] = { subject: own.subject, body: own.body }
    }
    return texts
  }
  // What was launched before mails spoke other languages was read in English alone, and goes on so.
  const spoken = languagesOf(version.template).filter(
    (language) => row.state === 'draft' || written.some((one) => one.language === language),
  )
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
    texts: { ...Object.fromEntries(spoken.map((language) => [language, textsIn(language)])), en: textsIn('en') },
    hasReminders: row.has_reminders === 1,
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
  change: {
    name?: string
    closesOn?: string
    senderId?: string | null
    audience?: Audience
    text?: Text & { kind: TextKind; language: string }
  },
  userId: string,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    // Read anew inside the transaction: it may have been launched or closed while this page was open.
    const { state, closesOn } = await getCampaign(trx, campaign.id)
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
    if (change.text) {
      const { kind, language, subject, body } = change.text
      await putText(trx, campaign.id, kind, language, { subject, body })
    }
    if (state !== 'draft' && change.closesOn !== undefined && change.closesOn !== closesOn)
      await record(trx, { actor: 'user', userId }, 'campaign.closing-day-moved', 'campaign', campaign.id, now, {
        from: closesOn,
        to: change.closesOn,
      })
  })
}

/** The names of all series, by name: rounds are compared only if their series is written the same. */
export async function findSeries(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('campaign').select('series').distinct().orderBy('series').execute()
  return rows.map(({ series }) => series)
}

/** Who may sign: everybody who works here now, by name. */
export const findSigners = (db: Db) =>
  db.selectFrom('user').select(['id', 'name']).where('deactivated_at', 'is', null).orderBy('name').execute()

/** The language in which this campaign writes to somebody: theirs if it has its mails in it, else English. */
export function mailLanguage({ texts, version }: Pick<Campaign, 'texts' | 'version'>, language: string): string {
  const code = languageOf(version.template, language)
  return texts[code] ? code : 'en'
}

/** What a test mail in a language showed: it lapses when the text or who signs it changes. */
export const wordingOf = ({ texts, senderId }: Campaign, language: string): string =>
  hashOf(JSON.stringify([(texts[language] ?? texts.en).invite, senderId]))

/** When the last test of the mail as it stands now went out, by the languages in which one did. */
export async function findTests(db: Db, campaign: Campaign): Promise<Map<string, string>> {
  const detailOf = (language: string) => JSON.stringify({ wording: wordingOf(campaign, language) })
  const languages = Object.keys(campaign.texts)
  const rows = await db
    .selectFrom('event')
    .select(['detail', sql<string>`max(happened_at)`.as('at')])
    .where('record_kind', '=', 'campaign')
    .where('record_id', '=', campaign.id)
    .where('action', '=', 'campaign.test-sent')
    .where('detail', 'in', languages.map(detailOf))
    .groupBy('detail')
    .execute()
  const tested = new Map(rows.map(({ detail, at }) => [detail, at]))
  return new Map(
    languages.flatMap((language): [string, string][] => {
      const at = tested.get(detailOf(language))
      return at ? [[language, at]] : []
    }),
  )
}

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
