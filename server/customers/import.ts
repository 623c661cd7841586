import { sql } from 'kysely'
import { z } from 'zod'
import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import { days, instant, later } from '../time.ts'
import { type Column, readRow } from './import-columns.ts'
import type { ReadFile } from './import-file.ts'
import { type Action, type Plan, type Present, planImport } from './import-plan.ts'

export const rowsAPage = 50
const kept = z.object({
  columns: z.array(z.object({ header: z.string(), meaning: z.string(), label: z.string() })),
  encoding: z.string(),
  delimiter: z.string(),
  lastYear: z.number(),
  /** What came of it, once it is applied; the rows themselves are gone by then. */
  applied: z.object({ create: z.number(), update: z.number(), unchanged: z.number(), reject: z.number() }).optional(),
})
type Kept = z.infer<typeof kept>
export type Counts = Record<Action, number>

/** Keeps a file apart from the live tables, with what each of its rows would do. Returns the id of its preview. */
export async function stageImport(
  db: Db,
  user: User,
  fileName: string,
  file: ReadFile,
  columns: Column[],
  now: Date,
): Promise<string> {
  const id = newId()
  const lastYear = now.getUTCFullYear() - 1
  await transact(db, async (trx) => {
    // What nobody confirmed within a week is thrown away: it holds people's addresses.
    await trx
      .deleteFrom('customer_import')
      .where('state', '=', 'previewed')
      .where('created_at', '<', later(now, -days(7)))
      .execute()
    const plan = planImport(columns, file.rows, await findPresent(trx), lastYear, newId)
    const about: Kept = { columns, encoding: file.encoding, delimiter: file.delimiter, lastYear }
    await trx
      .insertInto('customer_import')
      .values({
        id,
        file_name: fileName.slice(0, 200),
        state: 'previewed',
        columns: JSON.stringify(about),
        created_by: user.id,
        created_at: instant(now),
        applied_at: null,
      })
      .execute()
    const rows = file.rows.map(({ line, cells }, index) => ({
      import_id: id,
      line,
      cells: JSON.stringify(cells),
      action: plan.rows[index]?.action ?? 'reject',
      problems: JSON.stringify(plan.rows[index]?.problems ?? []),
    }))
    await inChunks(rows, (some) => trx.insertInto('customer_import_row').values(some).execute())
  })
  return id
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
  return { ...row, ...kept.parse(JSON.parse(row.columns)) }
}
export type Import = Awaited<ReturnType<typeof getImport>>

/** How many rows create, update, change nothing, or are rejected. */
export async function countRows(db: Db, id: string): Promise<Counts> {
  const rows = await db
    .selectFrom('customer_import_row')
    .select((eb) => ['action', eb.fn.countAll<number>().as('n')])
    .where('import_id', '=', id)
    .groupBy('action')
    .execute()
  const n = (action: Action) => rows.find((row) => row.action === action)?.n ?? 0
  return { create: n('create'), update: n('update'), unchanged: n('unchanged'), reject: n('reject') }
}

const cellsSchema = z.array(z.string())
const parseRow = (row: { line: number; cells: string; action: Action; problems: string }) => ({
  line: row.line,
  action: row.action,
  cells: cellsSchema.parse(JSON.parse(row.cells)),
  problems: cellsSchema.parse(JSON.parse(row.problems)),
})
export type ImportRow = ReturnType<typeof parseRow>

/** A page of the rows, or of the rejected ones only. */
export async function findRows(
  db: Db,
  id: string,
  options: { onlyRejected: boolean; page: number },
): Promise<ImportRow[]> {
  const rows = await db
    .selectFrom('customer_import_row')
    .select(['line', 'cells', 'action', 'problems'])
    .where('import_id', '=', id)
    .$if(options.onlyRejected, (query) => query.where('action', '=', 'reject'))
    .orderBy('line')
    .limit(rowsAPage)
    .offset((options.page - 1) * rowsAPage)
    .execute()
  return rows.map(parseRow)
}

/** All rejected rows, for the file that can be mended and uploaded again. */
export async function findRejected(db: Db, id: string): Promise<ImportRow[]> {
  const rows = await db
    .selectFrom('customer_import_row')
    .select(['line', 'cells', 'action', 'problems'])
    .where('import_id', '=', id)
    .where('action', '=', 'reject')
    .orderBy('line')
    .execute()
  return rows.map(parseRow)
}

/** How many addresses of the file do not want our mails. Importing them changes nothing about that. */
export async function countSuppressed(db: Db, found: Import): Promise<number> {
  const column = found.columns.findIndex(({ meaning }) => meaning === 'email')
  if (column < 0) return 0
  const { n } = await db
    .selectFrom('customer_import_row')
    .innerJoin('suppression', (join) =>
      join.on(
        'suppression.address',
        '=',
        sql<string>`lower(trim(json_extract(customer_import_row.cells, ${`$[${column}]`})))`,
      ),
    )
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('import_id', '=', found.id)
    .executeTakeFirstOrThrow()
  return n
}

export type Confirmed = 'applied' | 'before' | 'stale' | 'rejects'

/**
 * Writes the import to the live tables, all of it or nothing. `leaveOut`: the rejected rows may stay away.
 * Every row is judged again first: 'stale' means that the record changed since the preview, which now shows the new
 * judgement and is to be confirmed anew. 'before': it was applied already, and nothing happens twice.
 */
export function confirmImport(db: Db, user: User, id: string, leaveOut: boolean, now: Date): Promise<Confirmed> {
  return transact(db, async (trx) => {
    const found = await getImport(trx, user, id)
    if (found.state !== 'previewed') return 'before'
    const stored = await trx
      .selectFrom('customer_import_row')
      .select(['line', 'cells', 'action', 'problems'])
      .where('import_id', '=', id)
      .orderBy('line')
      .execute()
    const rows = stored.map(parseRow)
    const present = await findPresent(trx)
    const plan = planImport(found.columns, rows, present, found.lastYear, newId)
    if (await isStale(trx, id, rows, plan)) return 'stale'
    if (!leaveOut && plan.rows.some(({ action }) => action === 'reject')) return 'rejects'
    await write(trx, user, id, plan, present, now)
    const about: Kept = {
      columns: found.columns,
      encoding: found.encoding,
      delimiter: found.delimiter,
      lastYear: found.lastYear,
      applied: await countRows(trx, id),
    }
    await trx
      .updateTable('customer_import')
      .set({ state: 'applied', applied_at: instant(now), columns: JSON.stringify(about) })
      .where('id', '=', id)
      .execute()
    await trx.deleteFrom('customer_import_row').where('import_id', '=', id).where('action', '<>', 'reject').execute()
    return 'applied'
  })
}

async function isStale(trx: Db, id: string, rows: ImportRow[], plan: Plan): Promise<boolean> {
  const changed = plan.rows.flatMap((planned, index) => {
    const before = rows[index]
    const isSame =
      before?.action === planned.action && JSON.stringify(before.problems) === JSON.stringify(planned.problems)
    return isSame ? [] : [planned]
  })
  for (const { line, action, problems } of changed)
    await trx
      .updateTable('customer_import_row')
      .set({ action, problems: JSON.stringify(problems) })
      .where('import_id', '=', id)
      .where('line', '=', line)
      .execute()
  return changed.length > 0
}

async function write(trx: Db, user: User, importId: string, plan: Plan, present: Present, now: Date): Promise<void> {
  const at = instant(now)
  await inChunks(plan.customers, (some) =>
    trx
      .insertInto('customer')
      .values(some.map(({ id, values }) => ({ id, ...values, created_at: at, updated_at: at, archived_at: null })))
      .onConflict((again) =>
        again.column('id').doUpdateSet((eb) => ({
          external_id: eb.ref('excluded.external_id'),
          name: eb.ref('excluded.name'),
          kind: eb.ref('excluded.kind'),
          status: eb.ref('excluded.status'),
          segment: eb.ref('excluded.segment'),
          region: eb.ref('excluded.region'),
          country: eb.ref('excluded.country'),
          time_zone: eb.ref('excluded.time_zone'),
          owner_id: eb.ref('excluded.owner_id'),
          customer_since: eb.ref('excluded.customer_since'),
          attributes: eb.ref('excluded.attributes'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      )
      .execute(),
  )
  await inChunks(plan.contacts, (some) =>
    trx
      .insertInto('contact')
      .values(
        some.map(({ id, customer_id, values }) => ({
          id,
          customer_id,
          ...values,
          created_at: at,
          updated_at: at,
          archived_at: null,
        })),
      )
      .onConflict((again) =>
        again.column('id').doUpdateSet((eb) => ({
          external_id: eb.ref('excluded.external_id'),
          first_name: eb.ref('excluded.first_name'),
          last_name: eb.ref('excluded.last_name'),
          email: eb.ref('excluded.email'),
          phone: eb.ref('excluded.phone'),
          job_title: eb.ref('excluded.job_title'),
          buying_role: eb.ref('excluded.buying_role'),
          language: eb.ref('excluded.language'),
          mail_basis: eb.ref('excluded.mail_basis'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      )
      .execute(),
  )
  await inChunks(plan.years, (some) =>
    trx
      .insertInto('customer_year')
      .values(some.map(({ customer_id, year, values }) => ({ customer_id, year, ...values })))
      .onConflict((again) =>
        again.columns(['customer_id', 'year']).doUpdateSet((eb) => ({
          revenue_minor: eb.ref('excluded.revenue_minor'),
          orders: eb.ref('excluded.orders'),
          margin_minor: eb.ref('excluded.margin_minor'),
          currency: eb.ref('excluded.currency'),
        })),
      )
      .execute(),
  )
  const touched = new Set([
    ...plan.customers.map(({ id }) => id),
    ...plan.contacts.map(({ customer_id }) => customer_id),
    ...plan.years.map(({ customer_id }) => customer_id),
  ])
  const handedOver = plan.customers.flatMap(({ id, isNew, values }) => {
    const from = present.customersById.get(id)?.owner_id ?? null
    return !isNew && from !== values.owner_id ? [{ id, detail: { from: from ?? '', to: values.owner_id ?? '' } }] : []
  })
  const event = (action: string, id: string, detail: object) => ({
    id: newId(),
    happened_at: at,
    actor: 'user' as const,
    user_id: user.id,
    action,
    record_kind: 'customer',
    record_id: id,
    detail: JSON.stringify(detail),
  })
  const events = [
    ...[...touched].map((id) => event('import', id, { import: importId })),
    ...handedOver.map(({ id, detail }) => event('change-owner', id, detail)),
  ]
  await inChunks(events, (some) => trx.insertInto('event').values(some).execute())
}

/** SQLite takes some 32,000 values a statement; 500 rows of any table of ours stay below. */
async function inChunks<T>(rows: T[], send: (some: T[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < rows.length; start += 500) await send(rows.slice(start, start + 500))
}

/** All that a file can touch, read in four statements: looking up row by row would be slower and could see two states. */
async function findPresent(trx: Db): Promise<Present> {
  const customers = await trx
    .selectFrom('customer')
    .select([
      'id',
      'external_id',
      'name',
      'kind',
      'status',
      'segment',
      'region',
      'country',
      'time_zone',
      'owner_id',
      'customer_since',
      'attributes',
      'archived_at',
    ])
    .execute()
  const contacts = await trx
    .selectFrom('contact')
    .select([
      'id',
      'customer_id',
      'external_id',
      'first_name',
      'last_name',
      'email',
      'phone',
      'job_title',
      'buying_role',
      'language',
      'mail_basis',
      'archived_at',
    ])
    .execute()
  const years = await trx.selectFrom('customer_year').selectAll().execute()
  const users = await trx.selectFrom('user').select(['id', 'email']).where('deactivated_at', 'is', null).execute()
  const live = customers.filter(({ archived_at }) => archived_at === null)
  return {
    customersById: new Map(customers.map((row) => [row.id, row])),
    customersByExternalId: new Map(customers.flatMap((row) => (row.external_id ? [[row.external_id, row]] : []))),
    customersByName: Map.groupBy(live, ({ name }) => name.toLowerCase()),
    contactsByExternalId: new Map(contacts.flatMap((row) => (row.external_id ? [[row.external_id, row]] : []))),
    contactsByEmail: new Map(contacts.flatMap((row) => (row.email && !row.archived_at ? [[row.email, row]] : []))),
    users: new Map(users.map(({ id, email }) => [email.toLowerCase(), id])),
    years: new Map(years.map(({ customer_id, year, ...values }) => [`${customer_id} ${year}`, values])),
  }
}

/** What a row is about, for its line in the preview. */
export function aboutRow(columns: Column[], cells: string[]): { company: string; person: string; email: string } {
  const { known } = readRow(columns, cells)
  return {
    company: known.company ?? known.customer_external_id ?? '',
    person: known.name ?? [known.first_name, known.last_name].filter(Boolean).join(' '),
    email: known.email ?? known.external_id ?? '',
  }
}
