import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import { findContact, getContact } from './contacts.ts'
import { type ContactField, contactFields, type Side, takenFrom } from './merge-plan.ts'
import {
  getMerge,
  keepMerge,
  type Merge,
  type Moved,
  markUndone,
  moveBack,
  moveRows,
  nothingMoved,
  restored,
  setFields,
} from './merging.ts'

type Contact = Awaited<ReturnType<typeof getContact>>
export type ContactPair = {
  kept: Contact
  gone: Contact
  differing: ContactField[]
  moves: { response: number; invitation: number; followUp: number }
}

/** What hangs on a person and goes along. */
const tables = ['response', 'invitation', 'follow_up', 'campaign_pick', 'campaign_exclusion'] as const

/** Two contacts of one customer side by side. Whoever may open the customer may merge them. */
export async function getContactPair(db: Db, user: User, keptId: string, goneId: string): Promise<ContactPair> {
  if (keptId === goneId) throw conflict('This is one and the same contact. Choose another one.')
  const [kept, gone] = [await getContact(db, user, keptId), await getContact(db, user, goneId)]
  if (kept.customer_id !== gone.customer_id)
    throw conflict('These two are at different customers. Move one to the other’s customer, then merge them.')
  const moves = await db
    .selectNoFrom((eb) => [
      eb
        .selectFrom('response')
        .select((n) => n.fn.countAll<number>().as('n'))
        .where('contact_id', '=', goneId)
        .as('response'),
      eb
        .selectFrom('invitation')
        .select((n) => n.fn.countAll<number>().as('n'))
        .where('contact_id', '=', goneId)
        .as('invitation'),
      eb
        .selectFrom('follow_up')
        .select((n) => n.fn.countAll<number>().as('n'))
        .where('contact_id', '=', goneId)
        .as('followUp'),
    ])
    .executeTakeFirstOrThrow()
  return {
    kept,
    gone,
    differing: contactFields.filter((field) => (kept[field] ?? '') !== (gone[field] ?? '')),
    moves: { response: moves.response ?? 0, invitation: moves.invitation ?? 0, followUp: moves.followUp ?? 0 },
  }
}

/** Who could be the same person: the other contacts of the customer. */
export const findOtherContacts = (db: Db, customerId: string, except: string) =>
  db
    .selectFrom('contact')
    .select(['id', 'first_name', 'last_name', 'email', 'job_title', 'archived_at'])
    .where('customer_id', '=', customerId)
    .where('id', '<>', except)
    .where('merged_into', 'is', null)
    .orderBy('last_name')
    .orderBy('first_name')
    .limit(200)
    .execute()

/**
 * Merges `goneId` into `keptId` in one transaction. Where a round asked both, each link goes on working: the second
 * invitation stays with the record that is merged, and what was said through it stands with the one that is kept.
 */
export async function mergeContacts(
  db: Db,
  user: User,
  keptId: string,
  goneId: string,
  choices: Partial<Record<ContactField, Side>>,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const { kept, gone, differing } = await getContactPair(trx, user, keptId, goneId)
    const taken = takenFrom(differing, choices, kept, gone)
    const swaps = taken.includes('external_id')
    const moved: Moved = {
      ...nothingMoved,
      kept: {
        before: Object.fromEntries(taken.map((field) => [field, kept[field]])),
        after: Object.fromEntries(taken.map((field) => [field, gone[field]])),
      },
      gone: {
        before: swaps ? { external_id: gone.external_id } : {},
        after: swaps ? { external_id: kept.external_id } : {},
        archivedAt: gone.archived_at,
      },
      rows: {},
    }
    // Archived first: that frees the address, and a number belongs to one record at a time.
    await trx
      .updateTable('contact')
      .set({ archived_at: gone.archived_at ?? instant(now), merged_into: keptId })
      .where('id', '=', goneId)
      .execute()
    if (swaps) await setFields(trx, 'contact', goneId, { external_id: null }, now)
    await setFields(trx, 'contact', keptId, moved.kept.after, now)
    await setFields(trx, 'contact', goneId, moved.gone.after, now)
    for (const table of tables) moved.rows[table] = await moveRows(trx, table, 'contact_id', goneId, keptId)
    await keepMerge(trx, user, { kind: 'contact', customerId: kept.customer_id, keptId, goneId, moved }, now)
    await record(trx, { actor: 'user', userId: user.id }, 'merge', 'contact', keptId, now, { other: goneId })
  })
}

/** What stands in the way of undoing: whole sentences, none if nothing does. */
export async function contactObstacles(db: Db, user: User, merge: Merge): Promise<string[]> {
  const [kept, gone] = [await findContact(db, user, merge.kept_id), await findContact(db, user, merge.gone_id)]
  if (!kept || !gone) return ['One of the two was erased since, or is at a customer that you may not open.']
  if (kept.merged_into) return [`${nameOf(kept)} was itself merged into another contact since. Undo that first.`]
  const sentences: string[] = []
  const back = restored(kept, merge.moved.kept, contactFields)
  const keptEmail = 'email' in back ? back.email : kept.email
  const emails = [merge.moved.gone.archivedAt === null ? gone.email : null, 'email' in back ? keptEmail : null]
  for (const email of emails.filter((one) => one !== null && one !== undefined)) {
    const holder = await db
      .selectFrom('contact')
      .select(['first_name', 'last_name'])
      .where('email', '=', email)
      .where('archived_at', 'is', null)
      .where('id', 'not in', [kept.id, gone.id])
      .executeTakeFirst()
    if (holder) sentences.push(`The address ${email} belongs to ${nameOf(holder)} since.`)
  }
  if (merge.moved.gone.archivedAt === null && gone.email !== null && gone.email === keptEmail)
    sentences.push(`${nameOf(kept)} has the address ${gone.email} now, and no two have one address.`)
  const number = merge.moved.gone.before.external_id
  if (number) {
    const holder = await db
      .selectFrom('contact')
      .select(['first_name', 'last_name'])
      .where('external_id', '=', number)
      .where('id', 'not in', [kept.id, gone.id])
      .executeTakeFirst()
    if (holder) sentences.push(`The number ${number} belongs to ${nameOf(holder)} since.`)
  }
  return sentences
}

const nameOf = (row: { first_name: string; last_name: string }): string => `${row.first_name} ${row.last_name}`.trim()

/** Undoes the merge of two contacts; what came since stays with the one that was kept. 409 if it is no longer possible. */
export async function undoContactMerge(db: Db, user: User, id: string, now: Date): Promise<Merge> {
  return transact(db, async (trx) => {
    const merge = await getMerge(trx, id)
    if (merge.undone_at) return merge
    const obstacles = await contactObstacles(trx, user, merge)
    if (obstacles.length > 0) throw conflict(`This merge cannot be undone any more. ${obstacles.join(' ')}`)
    const { moved, kept_id: keptId, gone_id: goneId } = merge
    const kept = await getContact(trx, user, keptId)
    const back = restored(kept, moved.kept, contactFields)
    if ('external_id' in moved.gone.before) await setFields(trx, 'contact', goneId, { external_id: null }, now)
    await setFields(trx, 'contact', keptId, back, now)
    if (!('external_id' in moved.gone.before) || 'external_id' in back)
      await setFields(trx, 'contact', goneId, moved.gone.before, now)
    await trx
      .updateTable('contact')
      .set({ archived_at: moved.gone.archivedAt, merged_into: null })
      .where('id', '=', goneId)
      .execute()
    for (const [table, names] of Object.entries(moved.rows))
      await moveBack(trx, table, 'contact_id', names, keptId, goneId)
    await markUndone(trx, user, id, now)
    await record(trx, { actor: 'user', userId: user.id }, 'unmerge', 'contact', keptId, now, { other: goneId })
    return merge
  })
}
