import { sql } from 'kysely'
import { isReader, mayReadNamed, type User } from '../access.ts'
import { askForTags } from '../answers/answers.ts'
import { versionFor } from '../answers/asking.ts'
import { findRoundOfTalk } from '../campaigns/campaigns.ts'
import { getCustomer } from '../customers/customers.ts'
import { type Db, transact } from '../db.ts'
import { AppError, conflict, forbidden, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId, newReference } from '../ids.ts'
import { sealForTalk } from '../predictions/predictions.ts'
import { bell } from '../queue.ts'
import type { ConsentLevel } from '../tables.ts'
import { getTemplateVersion, type TemplateVersion } from '../templates/templates.ts'
import { instant } from '../time.ts'
import { type OpeningForm, type TalkChannel, talkChannels } from './forms.ts'
import { findGuides, mayAsk } from './guides.ts'

/** A sitting that staff note: a talk or a visit, with whom it was and how far the notes are. */
export type Talk = {
  id: string
  channel: TalkChannel
  state: 'draft' | 'submitted'
  customer: { id: string; name: string; ownerId: string | null }
  contact: { id: string; name: string; jobTitle: string; buyingRole: string } | undefined
  authorName: string
  isOwn: boolean
  version: TemplateVersion
  language: string
  tookPlaceOn: string
  place: string
  present: string
  consentLevel: ConsentLevel
  submittedAt: string | null
  revisedAt: string | null
  /** The author guessed before opening the guide, and the guess is sealed. */
  hasGuess: boolean
}

/**
 * A talk as far as this person may read it: the author always; others once it is filed, by the consent that was given.
 * 404 otherwise, 410 for the author of notes that were withdrawn.
 */
export async function getTalk(db: Db, user: User, id: string): Promise<Talk> {
  const row = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .leftJoin('user as author', 'author.id', 'response.author_id')
    .select((eb) => [
      'response.channel',
      'response.state',
      'response.template_version_id',
      'response.language',
      'response.took_place_on',
      'response.place',
      'response.present',
      'response.consent_level',
      'response.submitted_at',
      'response.revised_at',
      'response.author_id',
      'customer.id as customer_id',
      'customer.name as customer_name',
      'customer.owner_id',
      'contact.id as contact_id',
      'contact.first_name',
      'contact.last_name',
      'contact.job_title',
      'contact.buying_role',
      'author.name as author_name',
      eb
        .selectFrom('prediction')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('prediction.response_id', '=', 'response.id')
        .as('guesses'),
    ])
    .where('response.id', '=', id)
    .where('response.channel', 'in', talkChannels)
    .where((eb) => eb.or([eb('response.author_id', '=', user.id), eb('response.state', '=', 'submitted')]))
    .where(mayReadNamed(user))
    .executeTakeFirst()
  const channel = talkChannels.find((one) => one === row?.channel)
  if (!row || !channel) throw notFound('That talk')
  if (row.state === 'withdrawn')
    throw new AppError(410, 'You withdrew these notes. Nobody reads them any more, and they count nowhere.')
  return {
    id,
    channel,
    state: row.state,
    customer: { id: row.customer_id, name: row.customer_name, ownerId: row.owner_id },
    contact:
      row.contact_id === null
        ? undefined
        : {
            id: row.contact_id,
            name: `${row.first_name} ${row.last_name}`.trim(),
            jobTitle: row.job_title ?? '',
            buyingRole: row.buying_role ?? '',
          },
    authorName: row.author_name ?? 'Somebody of ours',
    isOwn: row.author_id === user.id,
    version: await versionFor(db, await getTemplateVersion(db, row.template_version_id), {
      channel,
      language: row.language,
      customerId: row.customer_id,
      responseId: id,
      seed: id,
      on: row.took_place_on,
    }),
    language: row.language,
    tookPlaceOn: row.took_place_on,
    place: row.place,
    present: row.present,
    consentLevel: row.consent_level,
    submittedAt: row.submitted_at,
    revisedAt: row.revised_at,
    hasGuess: (row.guesses ?? 0) > 0,
  }
}

/** A talk for its author, to write in. 404 for everybody else; 403 if these questions are not for the customer's own rep. */
export async function getOwnTalk(db: Db, user: User, id: string): Promise<Talk> {
  const talk = await getTalk(db, user, id)
  if (!talk.isOwn) throw notFound('That talk')
  if (!mayAsk(talk.version, user, talk.customer.ownerId))
    throw forbidden(
      `“${talk.version.template.name}” is asked by somebody other than the customer’s own rep, and that is you by now. You can still withdraw these notes.`,
    )
  return talk
}

/** A talk for its author to take back, even one that is no longer theirs to write in. */
export async function getTalkToWithdraw(db: Db, user: User, id: string): Promise<Talk> {
  const talk = await getTalk(db, user, id)
  if (!talk.isOwn) throw notFound('That talk')
  return talk
}

/** Reps and leads talk with customers; an admin keeps the house. */
export const mayTalk = (user: User): boolean => user.role !== 'admin'

/** The people there who can be spoken with; `present` is among them even if archived meanwhile. */
export const findPeople = (db: Db, customerId: string, present = '') =>
  db
    .selectFrom('contact')
    .select(['id', 'first_name', 'last_name', 'job_title', 'language'])
    .where('customer_id', '=', customerId)
    .where((eb) => eb.or([eb('archived_at', 'is', null), eb('id', '=', present)]))
    .orderBy('last_name')
    .orderBy('first_name')
    .execute()

/** Whether this person has a guess about the customer that opening a talk would seal. */
export async function hasOpenGuess(db: Db, user: User, customerId: string): Promise<boolean> {
  const row = await db
    .selectFrom('prediction')
    .select('id')
    .where('customer_id', '=', customerId)
    .where('user_id', '=', user.id)
    .where('seal', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Opens the guide: the sitting begins, and the author's guess is sealed. Sending the same form twice opens it once
 * (`form.key` is made with the page). Returns the id of the talk. 403, 404 or 409 if it may not be opened.
 */
export async function openTalk(db: Db, user: User, customerId: string, form: OpeningForm, now: Date): Promise<string> {
  if (!mayTalk(user)) throw forbidden('Reps and leads talk with customers; an admin does not.')
  return transact(db, async (trx) => {
    const customer = await getCustomer(trx, user, customerId)
    if (customer.archived_at) throw conflict('This customer is archived. Restore it, then open the guide.')
    const { guides } = await findGuides(trx, user, customer)
    const version = guides.find(({ id, template }) => id === form.version && template.channels.includes(form.channel))
    if (!version) throw conflict('These questions cannot be asked here any more. Go back and choose again.')
    const known = await trx
      .selectFrom('response')
      .select('id')
      .where('id', '=', form.key)
      .where('author_id', '=', user.id)
      .executeTakeFirst()
    if (known) return known.id

    const contact = await contactOf(trx, customerId, form.contact)
    // A talk belongs to the round that proposed it, if it asks what the round asks.
    const round = form.round ? await findRoundOfTalk(trx, form.round, customerId) : undefined
    await trx
      .insertInto('response')
      .values({
        id: form.key,
        reference: newReference(),
        customer_id: customerId,
        contact_id: contact?.id ?? null,
        invitation_id: null,
        campaign_id: round?.key === version.key ? round.id : null,
        template_version_id: version.id,
        channel: form.channel,
        author_id: user.id,
        language: form.language || (contact?.language ?? customer.language ?? 'en'),
        state: 'draft',
        took_place_on: form.tookPlaceOn,
        place: form.place,
        present: form.present,
        segment: customer.segment,
        region: customer.region,
        owner_id: customer.owner_id,
        created_at: instant(now),
        submitted_at: null,
        revised_at: null,
      })
      .execute()
    await sealForTalk(trx, customerId, user.id, form.key, now)
    await record(trx, { actor: 'user', userId: user.id }, 'open', 'response', form.key, now)
    return form.key
  })
}

/** The id under which a talk will be kept; a page makes it, so that a form that is sent twice opens one talk. */
export const newTalkKey = (): string => newId()

async function contactOf(trx: Db, customerId: string, contactId: string, present = '') {
  if (contactId === '') return undefined
  const contact = (await findPeople(trx, customerId, present)).find(({ id }) => id === contactId)
  if (!contact) throw conflict('This person is no longer on the customer’s list. Go back and choose again.')
  return contact
}

type Setting = Pick<OpeningForm, 'contact' | 'tookPlaceOn' | 'place' | 'present'>

/** Corrects with whom, when and where it was. Figures by date follow for notes that are filed. */
export async function changeSetting(db: Db, user: User, id: string, setting: Setting, now: Date): Promise<void> {
  await transact(db, async (trx) => {
    const talk = await getOwnTalk(trx, user, id)
    const contact = await contactOf(trx, talk.customer.id, setting.contact, talk.contact?.id)
    await trx
      .updateTable('response')
      .set({
        contact_id: contact?.id ?? null,
        took_place_on: setting.tookPlaceOn,
        place: setting.place,
        present: setting.present,
      })
      .where('id', '=', id)
      .execute()
    if (talk.state === 'submitted') await askForTags(trx, id, now)
    await record(trx, { actor: 'user', userId: user.id }, 'edit', 'response', id, now)
  })
  bell.emit('job')
}

/** The own drafts first, then what is filed, newest first; a rep's own, for readers all that they may see. Two statements. */
export async function listTalks(db: Db, user: User, page: number, size: number) {
  const found = db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .where('response.channel', 'in', talkChannels)
    .where((eb) =>
      eb.or([
        eb.and([eb('response.author_id', '=', user.id), eb('response.state', '<>', 'withdrawn')]),
        ...(isReader(user) ? [eb.and([eb('response.state', '=', 'submitted'), mayReadNamed(user)(eb)])] : []),
      ]),
    )
  const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  const rows = await found
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .leftJoin('user as author', 'author.id', 'response.author_id')
    .select((eb) => [
      'response.id',
      'response.channel',
      'response.state',
      'response.template_version_id',
      'response.took_place_on',
      'response.place',
      'response.author_id',
      'customer.name as customer_name',
      'contact.first_name',
      'contact.last_name',
      'author.name as author_name',
      eb
        .selectFrom('draft')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('draft.response_id', '=', 'response.id')
        .as('drafts'),
      eb
        .selectFrom('draft')
        .select((newest) => newest.fn.max('saved_at').as('at'))
        .whereRef('draft.response_id', '=', 'response.id')
        .as('saved_at'),
    ])
    .orderBy(sql`case response.state when 'draft' then 0 else 1 end`)
    .orderBy('response.took_place_on', 'desc')
    .orderBy('response.id', 'desc')
    .limit(size)
    .offset((page - 1) * size)
    .execute()
  return { rows, total }
}
export type ListedTalk = Awaited<ReturnType<typeof listTalks>>['rows'][number]
