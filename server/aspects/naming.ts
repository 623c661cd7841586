import { sql } from 'kysely'
import { mayCode, mayReadNamed, type User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict, notFound } from '../errors.ts'
import { record } from '../events.ts'
import { newId } from '../ids.ts'
import { instant } from '../time.ts'
import { isUnnamed, mustWords } from './aspects.ts'

/** Answers whose aspects are to be named, the oldest first; words only, no names: whoever reads need not know whose. */
export const listUnnamed = (db: Db, user: User, limit: number, offset: number) =>
  mustWords(db)
    .select(['answer.id', 'answer_revision.text', 'answer_revision.language'])
    .select(sql<number>`exists (select 1 from aspect_mention where aspect_mention.answer_id = answer.id)`.as('changed'))
    .where(isUnnamed)
    .where(mayCode(user))
    .orderBy('answer.id')
    .limit(limit)
    .offset(offset)
    .execute()

/** One answer about what must stay, with the aspects named for it so far. Throws 404 where this person may not read it. */
export async function getMustWords(db: Db, user: User, answerId: string) {
  const answer = await mustWords(db)
    .select(['answer.id', 'answer_revision.id as revisionId', 'answer_revision.text', 'answer_revision.language'])
    .where('answer.id', '=', answerId)
    .where(mayCode(user))
    .executeTakeFirst()
  if (!answer) throw notFound('That answer')
  const named = await db
    .selectFrom('aspect_mention')
    .innerJoin('aspect', 'aspect.id', 'aspect_mention.aspect_id')
    .select(['aspect.name', 'aspect_mention.revision_id as revisionId'])
    .where('answer_id', '=', answerId)
    .orderBy('place')
    .execute()
  return {
    ...answer,
    names: named.map(({ name }) => name),
    isChanged: named.some(({ revisionId }) => revisionId !== answer.revisionId),
  }
}

export const aspectNames = async (db: Db): Promise<string[]> =>
  (await db.selectFrom('aspect').select('name').orderBy('name').execute()).map(({ name }) => name)

/**
 * Names what an answer says must stay, most important first; names not known yet become aspects. None at all is an answer
 * too: then it waits on. `revisionId` is what the person read: 409 where the customer changed it meanwhile.
 */
export async function nameAspects(
  db: Db,
  user: User,
  answerId: string,
  revisionId: string,
  names: string[],
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const answer = await getMustWords(trx, user, answerId)
    if (answer.revisionId !== revisionId)
      throw conflict('The customer changed this answer meanwhile. Open it again and read the new words.')
    await trx.deleteFrom('aspect_mention').where('answer_id', '=', answerId).execute()
    for (const [index, name] of names.entries()) {
      const aspectId = await aspectNamed(trx, user, name, now)
      await trx
        .insertInto('aspect_mention')
        .values({
          aspect_id: aspectId,
          answer_id: answerId,
          revision_id: revisionId,
          place: index + 1,
          named_by: user.id,
          named_at: instant(now),
        })
        .onConflict((onConflict) => onConflict.doNothing())
        .execute()
    }
    await record(trx, { actor: 'user', userId: user.id }, 'name-aspects', 'answer', answerId, now)
  })
}

async function aspectNamed(trx: Db, user: User, name: string, now: Date): Promise<string> {
  const known = await trx.selectFrom('aspect').select('id').where('name', '=', name).executeTakeFirst()
  if (known) return known.id
  const id = newId()
  await trx
    .insertInto('aspect')
    .values({ id, name, offering_id: null, created_by: user.id, created_at: instant(now) })
    .execute()
  return id
}

/** One aspect and the words that name it, as far as this person may read them with the name. Throws 404 if there is none. */
export async function getAspect(db: Db, user: User, id: string) {
  const aspect = await db.selectFrom('aspect').selectAll().where('id', '=', id).executeTakeFirst()
  if (!aspect) throw notFound('That')
  const words = await mustWords(db)
    .innerJoin('aspect_mention', 'aspect_mention.revision_id', 'answer_revision.id')
    .leftJoin('contact', 'contact.id', 'response.contact_id')
    .select(['answer.id', 'answer_revision.text', 'answer_revision.provenance', 'aspect_mention.place'])
    .select(['customer.id as customerId', 'customer.name as customer', 'response.took_place_on as tookPlaceOn'])
    .select(['response.id as responseId', 'response.consent_level as consentLevel'])
    .select(sql<string>`coalesce(contact.first_name || ' ' || contact.last_name, '')`.as('contact'))
    .where('aspect_mention.aspect_id', '=', id)
    .where(mayReadNamed(user))
    .orderBy('aspect_mention.place')
    .orderBy('customer.latest_revenue_minor', 'desc')
    .orderBy('answer.id')
    .limit(200)
    .execute()
  return { aspect, words }
}
export type AspectWords = Awaited<ReturnType<typeof getAspect>>['words'][number]

/** The offerings that an aspect may belong to. */
export const offeringsToChoose = (db: Db) =>
  db.selectFrom('offering').select(['id', 'name']).where('archived_at', 'is', null).orderBy('name').execute()

/**
 * Renames an aspect and says which offering it belongs to. A name that another aspect has joins the two: its mentions go
 * over, and the id of the one that stays is returned.
 */
export async function changeAspect(
  db: Db,
  user: User,
  id: string,
  name: string,
  offeringId: string | null,
  now: Date,
): Promise<string> {
  return transact(db, async (trx) => {
    const { aspect } = await getAspect(trx, user, id)
    const other = await trx
      .selectFrom('aspect')
      .select('id')
      .where('name', '=', name)
      .where('id', '<>', aspect.id)
      .executeTakeFirst()
    const stays = other?.id ?? aspect.id
    if (other) {
      // Who named both named one thing: the mention in the first place is the one that stays.
      await sql`delete from aspect_mention where aspect_id = ${aspect.id} and exists (select 1 from aspect_mention as twin
        where twin.answer_id = aspect_mention.answer_id and twin.aspect_id = ${other.id}
          and twin.place < aspect_mention.place)`.execute(trx)
      await sql`delete from aspect_mention where aspect_id = ${other.id} and exists (select 1 from aspect_mention as twin
        where twin.answer_id = aspect_mention.answer_id and twin.aspect_id = ${aspect.id})`.execute(trx)
      await trx.updateTable('aspect_mention').set({ aspect_id: other.id }).where('aspect_id', '=', aspect.id).execute()
      await trx.deleteFrom('aspect').where('id', '=', aspect.id).execute()
    }
    await trx.updateTable('aspect').set({ name, offering_id: offeringId }).where('id', '=', stays).execute()
    const detail = other ? { joined: aspect.id } : {}
    await record(trx, { actor: 'user', userId: user.id }, 'change', 'aspect', stays, now, detail)
    return stays
  })
}
