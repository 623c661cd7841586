import { existsSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { type Db, fileOf, transact } from './db.ts'
import { enqueue } from './queue.ts'
import { instant } from './time.ts'

/** What can be erased for good. An invitation goes with its contact: its link then says what happened. */
export type ErasedKind = 'response' | 'contact' | 'customer' | 'invitation'

/** Whether a record is on the list of what was erased. */
export async function isErased(db: Db, kind: ErasedKind, id: string): Promise<boolean> {
  const row = await db
    .selectFrom('erasure')
    .select('record_id')
    .where('record_kind', '=', kind)
    .where('record_id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Erases sittings: revisions, drafts, codings, tags, figures and quotes go with them by the database, and here what we
 * owe from them, guesses that they sealed, kept receipts and waiting work. Their ids stay on the list of what is erased.
 */
export async function eraseResponses(trx: Db, ids: string[], now: Date): Promise<void> {
  if (ids.length === 0) return
  await sql`pragma secure_delete = on`.execute(trx)
  let hasTaught = false
  for (const some of chunks(ids)) {
    // What the suggester learned from them is forgotten with them (see the migration), and learned anew without them.
    hasTaught ||=
      (await trx.selectFrom('learned_from').select('model_id').where('response_id', 'in', some).limit(1).execute())
        .length > 0
    await trx.deleteFrom('follow_up').where('response_id', 'in', some).execute()
    await trx.deleteFrom('prediction').where('response_id', 'in', some).execute()
    await trx
      .deleteFrom('mailbox_mail')
      .where('message_id', 'in', (mails) =>
        mails
          .selectFrom('message')
          .innerJoin('response', 'response.invitation_id', 'message.invitation_id')
          .select('message.message_id')
          .where('response.id', 'in', some)
          .where('message.kind', '=', 'receipt'),
      )
      .execute()
    await dropJobs(trx, 'responseId', some)
    await trx.deleteFrom('response').where('id', 'in', some).execute()
  }
  await list(trx, 'response', ids, now)
  if (hasTaught) await enqueue(trx, 'learn', {}, now, { key: 'learn' })
  await sql`pragma secure_delete = off`.execute(trx)
}

/**
 * Erases people with all that they said, wherever they said it, what was sent to them and what was merged into them.
 * Addresses that asked for no more mails stay suppressed: the list is there to be obeyed.
 */
export async function eraseContacts(trx: Db, given: string[], now: Date): Promise<void> {
  const ids = await withMerged(trx, 'contact', given)
  if (ids.length === 0) return
  for (const some of chunks(ids)) {
    const invitations = await trx.selectFrom('invitation').select('id').where('contact_id', 'in', some).execute()
    const theirs = invitations.map(({ id }) => id)
    const responses = await trx
      .selectFrom('response')
      .select('id')
      .where((eb) =>
        eb.or([
          eb('contact_id', 'in', some),
          eb(
            'invitation_id',
            'in',
            eb.selectFrom('invitation').select('invitation.id').where('invitation.contact_id', 'in', some),
          ),
        ]),
      )
      .execute()
    await eraseResponses(
      trx,
      responses.map(({ id }) => id),
      now,
    )
    await eraseInvitations(trx, theirs, now)
    await eraseMailsTo(trx, some)
    await trx.deleteFrom('follow_up').where('contact_id', 'in', some).execute()
    await trx.deleteFrom('merge').where('kind', '=', 'contact').where('kept_id', 'in', some).execute()
    await trx.deleteFrom('merge').where('kind', '=', 'contact').where('gone_id', 'in', some).execute()
    await dropJobs(trx, 'contactId', some)
    await sql`pragma secure_delete = on`.execute(trx)
    await trx.deleteFrom('contact').where('id', 'in', some).execute()
    await sql`pragma secure_delete = off`.execute(trx)
  }
  await list(trx, 'contact', ids, now)
}

/** Erases customers with their people, answers, figures, outcomes and guesses, and with what was merged into them. */
export async function eraseCustomers(trx: Db, given: string[], now: Date): Promise<void> {
  const ids = await withMerged(trx, 'customer', given)
  if (ids.length === 0) return
  const of = (rows: { id: string }[]) => rows.map(({ id }) => id)
  await eraseContacts(
    trx,
    of(await trx.selectFrom('contact').select('id').where('customer_id', 'in', ids).execute()),
    now,
  )
  // Of people who went to another customer, what they said and got while they were at this one.
  await eraseResponses(
    trx,
    of(await trx.selectFrom('response').select('id').where('customer_id', 'in', ids).execute()),
    now,
  )
  await eraseInvitations(
    trx,
    of(await trx.selectFrom('invitation').select('id').where('customer_id', 'in', ids).execute()),
    now,
  )
  await sql`pragma secure_delete = on`.execute(trx)
  // Who did what stays; amounts and names that a detail holds do not.
  await trx
    .updateTable('event')
    .set({ detail: '{}' })
    .where('record_kind', '=', 'customer')
    .where('record_id', 'in', ids)
    .execute()
  await trx.deleteFrom('customer').where('id', 'in', ids).execute()
  await sql`pragma secure_delete = off`.execute(trx)
  await list(trx, 'customer', ids, now)
}

async function eraseInvitations(trx: Db, ids: string[], now: Date): Promise<void> {
  for (const some of chunks(ids)) {
    const messages = await trx
      .selectFrom('message')
      .select(['id', 'message_id'])
      .where('invitation_id', 'in', some)
      .execute()
    for (const sent of chunks(messages)) {
      await trx
        .deleteFrom('mailbox_mail')
        .where(
          'message_id',
          'in',
          sent.map(({ message_id }) => message_id),
        )
        .execute()
      await dropJobs(
        trx,
        'messageId',
        sent.map(({ id }) => id),
      )
    }
    await trx.deleteFrom('invitation').where('id', 'in', some).execute()
  }
  await list(trx, 'invitation', ids, now)
}

/** Mails that are kept in practice mode: those to the person, and those that name the address or the whole name. */
async function eraseMailsTo(trx: Db, contactIds: string[]): Promise<void> {
  const people = await trx
    .selectFrom('contact')
    .select(['email', 'first_name', 'last_name'])
    .where('id', 'in', contactIds)
    .execute()
  const words = people.flatMap(({ email, first_name, last_name }) => [
    ...(email ? [email] : []),
    ...(first_name && last_name ? [`${first_name} ${last_name}`] : []),
  ])
  for (const word of words)
    await sql`delete from mailbox_mail where recipient = ${word}
      or instr(text_body, ${word}) > 0 or instr(html_body, ${word}) > 0 or instr(headers, ${word}) > 0`.execute(trx)
}

const dropJobs = (trx: Db, key: string, ids: string[]) =>
  sql`delete from job where json_extract(payload, ${`$.${key}`}) in (${sql.join(ids)})`.execute(trx)

/** These records and all that were merged into them, through several steps too; only those that are there. */
async function withMerged(trx: Db, table: 'contact' | 'customer', given: string[]): Promise<string[]> {
  const found = new Set<string>()
  for (const some of chunks(given)) {
    const { rows } = await sql<{ id: string }>`with recursive one (id) as (
      select id from ${sql.table(table)} where id in (${sql.join(some)})
      union select gone.id from ${sql.table(table)} as gone join one on gone.merged_into = one.id)
      select id from one`.execute(trx)
    for (const { id } of rows) found.add(id)
  }
  return [...found]
}

async function list(trx: Db, kind: ErasedKind, ids: string[], now: Date): Promise<void> {
  for (const some of chunks(ids))
    await trx
      .insertInto('erasure')
      .values(some.map((id) => ({ record_kind: kind, record_id: id, erased_at: instant(now) })))
      .onConflict((again) => again.doNothing())
      .execute()
  if (ids.length > 0) await enqueue(trx, 'keep-erasures', {}, now, { key: 'keep-erasures' })
}

/** SQLite takes some 32,000 values a statement. */
const chunks = <T>(all: T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / 500) }, (_, n) => all.slice(n * 500, n * 500 + 500))

/** Where the list of what is erased is kept beside the database: restoring a backup must not take it back. */
export const erasuresPath = (dataDir: string): string => join(dataDir, 'erased.tsv')

/** Adds what the database knows as erased to the list beside it. Lines that are there stay. */
export async function keepErasures(db: Db): Promise<void> {
  const file = await fileOf(db)
  if (file === '') return
  const path = erasuresPath(dirname(file))
  const rows = await db.selectFrom('erasure').selectAll().orderBy('erased_at').orderBy('record_id').execute()
  const lines = new Set(await linesOf(path))
  for (const { record_kind, record_id, erased_at } of rows) lines.add([record_kind, record_id, erased_at].join('\t'))
  await writeFile(`${path}.new`, [...lines, ''].join('\n'), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

async function linesOf(path: string): Promise<string[]> {
  if (!existsSync(path)) return []
  return (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '')
}

export type ErasedAgain = { listed: number; customers: number; contacts: number; responses: number }

/**
 * After a backup was restored: erases everything again that the list in `path` or the database itself names. What is not
 * there is passed over, so it may be run at any time. Throws with the line that cannot be read.
 */
export async function eraseAgain(db: Db, path: string, now: Date): Promise<ErasedAgain> {
  const named = (await linesOf(path)).map((line, index) => {
    const [kind = '', id = '', at = ''] = line.split('\t')
    if (!/^(response|contact|customer|invitation)$/.test(kind) || id === '' || Number.isNaN(Date.parse(at)))
      throw new Error(`Line ${index + 1} of ${path} is no line of that list: "${line}". Nothing was changed.`)
    return { record_kind: kind, record_id: id, erased_at: at }
  })
  return transact(db, async (trx) => {
    for (const some of chunks(named))
      await trx
        .insertInto('erasure')
        .values(some)
        .onConflict((again) => again.doNothing())
        .execute()
    const there = async (kind: 'customer' | 'contact' | 'response') => {
      const { rows } = await sql<{ id: string }>`select id from ${sql.table(kind)}
        where id in (select record_id from erasure where record_kind = ${kind})`.execute(trx)
      return rows.map(({ id }) => id)
    }
    const found = {
      customers: await there('customer'),
      contacts: await there('contact'),
      responses: await there('response'),
    }
    await eraseCustomers(trx, found.customers, now)
    await eraseContacts(trx, found.contacts, now)
    await eraseResponses(trx, found.responses, now)
    const { listed } = await trx
      .selectFrom('erasure')
      .select((eb) => eb.fn.countAll<number>().as('listed'))
      .executeTakeFirstOrThrow()
    return {
      listed,
      customers: found.customers.length,
      contacts: found.contacts.length,
      responses: found.responses.length,
    }
  })
}
