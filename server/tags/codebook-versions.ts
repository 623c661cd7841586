import { sql } from 'kysely'
import { type Db, transact } from '../db.ts'
import { conflict, notFound, unusable } from '../errors.ts'
import { record } from '../events.ts'
import { hashOf } from '../ids.ts'
import { instant } from '../time.ts'
import { type Codebook, codebook, codebookSchema } from './codebook.ts'
import { type CodebookChange, codebookChanges } from './codebook-changes.ts'

/** One version as it was published; `by` and `base` are '' for the one that comes with Whybuy. */
export type CodebookVersion = {
  version: string
  book: Codebook
  createdAt: string
  by: string
  base: string
  note: string
}

// It stands behind each tag that is set and changes a few times a year.
const known = new WeakMap<Db, Promise<Codebook>>()

/** The codebook in force: the newest version of the company's own, else the one that comes with Whybuy. */
export function getCodebook(db: Db): Promise<Codebook> {
  let book = known.get(db)
  if (!book) {
    book = findCodebook(db)
    known.set(db, book)
    // A read that failed is not kept, or every page would fail until the next start.
    book.catch(() => known.delete(db))
  }
  return book
}

async function findCodebook(db: Db): Promise<Codebook> {
  const row = await db
    .selectFrom('codebook_version')
    .select('body')
    .where('created_by', 'is not', null)
    .orderBy('created_at', 'desc')
    // Two of the same millisecond: 1.1.10 comes after 1.1.9.
    .orderBy(sql`length(version)`, 'desc')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? parseBook(row.body) : codebook
}

const parseBook = (body: string): Codebook => codebookSchema.parse(JSON.parse(body))

/** Each coding names the codebook that it follows: the one that comes with Whybuy is kept word by word at its first use. */
export async function registerCodebook(trx: Db, now: Date): Promise<void> {
  const body = JSON.stringify(codebook)
  await trx
    .insertInto('codebook_version')
    .values({ version: codebook.version, body, hash: hashOf(body), created_at: instant(now) })
    .onConflict((onConflict) => onConflict.doNothing())
    .execute()
}

/** Every version, newest first; the one that comes with Whybuy is among them. */
export async function listCodebooks(db: Db): Promise<CodebookVersion[]> {
  const rows = await db
    .selectFrom('codebook_version')
    .leftJoin('user', 'user.id', 'codebook_version.created_by')
    .select(['version', 'body', 'codebook_version.created_at', 'base', 'note', 'user.name'])
    .orderBy('codebook_version.created_at', 'desc')
    .orderBy(sql`length(version)`, 'desc')
    .orderBy('version', 'desc')
    .execute()
  const versions = rows.map((row) => ({
    version: row.version,
    book: parseBook(row.body),
    createdAt: row.created_at,
    by: row.name ?? '',
    base: row.base ?? '',
    note: row.note,
  }))
  const shipped = { version: codebook.version, book: codebook, createdAt: '', by: '', base: '', note: '' }
  return versions.some(({ version }) => version === codebook.version) ? versions : [...versions, shipped]
}

/** What one version changed in the one that it was begun from; nothing for the one that comes with Whybuy. */
export function changesOf(versions: CodebookVersion[], shown: CodebookVersion): CodebookChange[] {
  const before = versions.find(({ version }) => version === shown.base)
  return before ? codebookChanges(before.book, shown.book) : []
}

/** The version with this name. Throws 404 where there is none. */
export function versionNamed(versions: CodebookVersion[], name: string): CodebookVersion {
  const found = versions.find(({ version }) => version === name)
  if (!found) throw notFound('That version of the codebook')
  return found
}

/** The next version in the making; one for the whole company, so that two people do not write two. */
export type CodebookDraft = { base: Codebook; book: Codebook; revision: number; by: string; editedAt: string }

/** The draft, or undefined where nothing is being changed. */
export async function getDraft(db: Db): Promise<CodebookDraft | undefined> {
  const row = await db
    .selectFrom('codebook_draft')
    .innerJoin('user', 'user.id', 'codebook_draft.edited_by')
    .select(['base', 'body', 'revision', 'edited_at', 'user.name'])
    .executeTakeFirst()
  if (!row) return undefined
  const base = versionNamed(await listCodebooks(db), row.base).book
  return { base, book: parseBook(row.body), revision: row.revision, by: row.name, editedAt: row.edited_at }
}

/**
 * Writes the draft. `revision` is the one that the page was opened with, 0 where there was none: if somebody saved a
 * newer one meanwhile, nothing is written and 'stale' comes back.
 */
export async function saveDraft(
  db: Db,
  userId: string,
  book: Codebook,
  revision: number,
  now: Date,
): Promise<'saved' | 'stale'> {
  return transact(db, async (trx) => {
    const draft = await trx.selectFrom('codebook_draft').select('revision').executeTakeFirst()
    if ((draft?.revision ?? 0) !== revision) return 'stale'
    await registerCodebook(trx, now)
    const row = {
      body: JSON.stringify(book),
      revision: revision + 1,
      edited_by: userId,
      edited_at: instant(now),
    }
    await trx
      .insertInto('codebook_draft')
      .values({ id: 1, base: (await findCodebook(trx)).version, ...row })
      .onConflict((onConflict) => onConflict.column('id').doUpdateSet(row))
      .execute()
    return 'saved'
  })
}

/** Gives the draft up. Giving up twice is giving up once. */
export const discardDraft = (db: Db): Promise<unknown> =>
  transact(db, (trx) => trx.deleteFrom('codebook_draft').execute())

/**
 * Publishes the draft as the next version, such as 1.1.2: new codings follow it, older ones keep theirs. `revision` is
 * the draft that the person looked at. Returns the new version's name. Throws 409 where the draft changed, 422 where
 * nothing did.
 */
export async function publishDraft(db: Db, userId: string, revision: number, note: string, now: Date): Promise<string> {
  const version = await transact(db, async (trx) => {
    const draft = await getDraft(trx)
    if (draft?.revision !== revision)
      throw conflict('This draft was changed, published or given up meanwhile. Look at it again.')
    if (codebookChanges(draft.base, draft.book).length === 0)
      throw unusable('Nothing is changed in this draft, so there is nothing to publish.')
    const own = await trx
      .selectFrom('codebook_version')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('created_by', 'is not', null)
      .executeTakeFirstOrThrow()
    const name = `${codebook.version}.${own.n + 1}`
    const body = JSON.stringify({ ...draft.book, version: name })
    await trx
      .insertInto('codebook_version')
      .values({
        version: name,
        body,
        hash: hashOf(body),
        created_at: instant(now),
        created_by: userId,
        base: draft.base.version,
        note,
      })
      .execute()
    await trx.deleteFrom('codebook_draft').execute()
    await record(trx, { actor: 'user', userId }, 'publish', 'codebook', name, now)
    return name
  })
  known.delete(db)
  return version
}
