import type { User } from '../../access.ts'
import { type Db, transact } from '../../db.ts'
import { conflict, notFound } from '../../errors.ts'
import { days, instant, later } from '../../time.ts'
import { type About, readAbout } from './about.ts'
import type { Column } from './meanings.ts'

/** How long a file and what was read from it are kept: they hold people's addresses. */
export const keptDays = 7

/** Notes that a file was uploaded; its rows are read elsewhere. */
export async function addImport(db: Db, user: User, id: string, fileName: string, now: Date): Promise<void> {
  await transact(db, (trx) =>
    trx
      .insertInto('customer_import')
      .values({
        id,
        file_name: fileName.normalize('NFC').slice(0, 200),
        state: 'reading',
        created_by: user.id,
        created_at: instant(now),
        applied_at: null,
      })
      .execute(),
  )
}

/** An import as its uploader sees it; to everybody else it is not there. */
export async function getImport(db: Db, user: User, id: string) {
  const row = await db
    .selectFrom('customer_import')
    .selectAll()
    .where('id', '=', id)
    .where('created_by', '=', user.id)
    .executeTakeFirst()
  if (!row) throw notFound('That import')
  return { ...row, about: readAbout(row.about) }
}
export type Import = Awaited<ReturnType<typeof getImport>>

/** What this person has uploaded lately, newest first. */
export const findRecent = (db: Db, user: User) =>
  db
    .selectFrom('customer_import')
    .select(['id', 'file_name', 'state', 'created_at', 'applied_at'])
    .where('created_by', '=', user.id)
    .orderBy('created_at', 'desc')
    .limit(10)
    .execute()
export type Recent = Awaited<ReturnType<typeof findRecent>>[number]

/** Takes the uploader's word for what the columns mean; the rows are then judged anew. */
export function chooseColumns(db: Db, user: User, id: string, columns: Column[]): Promise<void> {
  return transact(db, async (trx) => {
    const found = await getImport(trx, user, id)
    if (found.state !== 'previewed') throw conflict('This file is no longer waiting for you. Look where it is now.')
    await update(trx, id, 'reading', { ...found.about, columns })
  })
}

export type Confirmed = 'begun' | 'before' | 'rejects' | 'problem' | 'nothing'

/**
 * Lets the rows be written. `leaveOut`: the rejected ones may stay away; `mayLoosen`: the file's word is taken where it
 * allows mails that the record does not. 'before': that was decided already, and nothing happens twice.
 */
export function confirmImport(
  db: Db,
  user: User,
  id: string,
  decided: { leaveOut: boolean; mayLoosen: boolean },
): Promise<Confirmed> {
  return transact(db, async (trx) => {
    const { state, about } = await getImport(trx, user, id)
    if (state !== 'previewed') return 'before'
    if (about.problem) return 'problem'
    if (about.counts.create + about.counts.update === 0 && !(decided.mayLoosen && about.loosens > 0)) return 'nothing'
    if (about.counts.reject > 0 && !decided.leaveOut) return 'rejects'
    await update(trx, id, 'applying', { ...about, mayLoosen: decided.mayLoosen, isStale: false })
    return 'begun'
  })
}

/** Takes an import that has not begun to be written off the record. Its files are the caller's to remove, afterwards. */
export function cancelImport(db: Db, user: User, id: string): Promise<void> {
  return transact(db, async (trx) => {
    const { state } = await getImport(trx, user, id)
    if (state === 'applying') throw conflict('This file is being written and cannot be cancelled any more.')
    if (state === 'applied') throw conflict('This file was imported already.')
    await trx.deleteFrom('customer_import').where('id', '=', id).execute()
  })
}

async function update(trx: Db, id: string, state: 'reading' | 'applying', about: About): Promise<void> {
  await trx
    .updateTable('customer_import')
    .set({ state, about: JSON.stringify(about), sentence: '', done: 0, total: 0, moved_line: 0 })
    .where('id', '=', id)
    .execute()
}

/** What is to be done, oldest first. */
export async function findUnfinished(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('customer_import')
    .select('id')
    .where('state', 'in', ['reading', 'applying'])
    .orderBy('created_at')
    .execute()
  return rows.map(({ id }) => id)
}

/** Something of ours stood in the way; the import stays where it is. */
export async function noteStop(db: Db, id: string): Promise<void> {
  const sentence =
    'This stopped, and it was not your fault: the log says why. It goes on from here when you let it, or when the server starts again.'
  await transact(db, (trx) =>
    trx
      .updateTable('customer_import')
      .set({ sentence })
      .where('id', '=', id)
      .where('state', 'in', ['reading', 'applying'])
      .execute(),
  )
}

/** Forgets what nobody confirmed within a week, and returns the ids of those whose files are still to be kept. */
export async function purgeImports(db: Db, now: Date): Promise<string[]> {
  const weekAgo = later(now, -days(keptDays))
  return await transact(db, async (trx) => {
    await trx
      .deleteFrom('customer_import')
      .where('state', 'in', ['reading', 'unreadable', 'previewed'])
      .where('created_at', '<', weekAgo)
      .execute()
    const rows = await trx
      .selectFrom('customer_import')
      .select('id')
      .where((eb) => eb.or([eb('state', '=', 'applying'), eb('created_at', '>=', weekAgo)]))
      .execute()
    return rows.map(({ id }) => id)
  })
}
