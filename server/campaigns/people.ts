import { type SqlBool, sql } from 'kysely'
import type { Db } from '../db.ts'
import { containing } from '../lists.ts'

/** What the filters of an audience may choose from: what the customers and contacts have. */
export async function audienceChoices(db: Db) {
  const rows = await db
    .selectFrom('customer')
    .leftJoin('contact', 'contact.customer_id', 'customer.id')
    .leftJoin('user', 'user.id', 'customer.owner_id')
    .where('customer.archived_at', 'is', null)
    .select(['customer.segment', 'customer.region', 'customer.country', 'customer.owner_id', 'user.name as owner'])
    .select(sql<string | null>`coalesce(nullif(contact.language, ''), customer.language)`.as('language'))
    .distinct()
    .execute()
  const distinct = (values: (string | null)[]) =>
    [...new Set(values.filter((value): value is string => Boolean(value)))].sort((a, b) => a.localeCompare(b))
  const owners = new Map(rows.flatMap((row) => (row.owner_id ? [[row.owner_id, row.owner ?? ''] as const] : [])))
  return {
    segments: distinct(rows.map((row) => row.segment)),
    regions: distinct(rows.map((row) => row.region)),
    countries: distinct(rows.map((row) => row.country)),
    languages: distinct(rows.map((row) => row.language)),
    owners: [...owners].sort(([, a], [, b]) => a.localeCompare(b)),
  }
}

/** Up to 20 people whose name, address or company contains some words, for picking them by hand. */
export async function findPeople(db: Db, words: string) {
  const pattern = containing(words)
  const contains = (column: string) => sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['contact.id', 'contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .where('contact.archived_at', 'is', null)
    .where((eb) =>
      eb.or([
        sql<SqlBool>`contact.first_name || ' ' || contact.last_name like ${pattern} escape '\\'`,
        contains('contact.email'),
        contains('customer.name'),
      ]),
    )
    .orderBy('customer.name')
    .orderBy('contact.last_name')
    .limit(20)
    .execute()
}

/** People by id, in the order of their names, for naming who was picked by hand. */
export async function findPeopleById(db: Db, ids: string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    .select(['contact.id', 'contact.first_name', 'contact.last_name', 'contact.job_title', 'customer.name as company'])
    .where('contact.id', 'in', ids)
    .orderBy('customer.name')
    .orderBy('contact.last_name')
    .execute()
}
export type Found = Awaited<ReturnType<typeof findPeopleById>>[number]
