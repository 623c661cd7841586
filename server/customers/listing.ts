import { type SelectQueryBuilder, sql } from 'kysely'
import { mayOpen, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { type CustomerStatus, customerStatuses, type Tables } from '../tables.ts'
import { type Search, searchFor } from './search.ts'

const sorts = ['name', 'owner', 'revenue', 'contacts', 'answered'] as const

/** What the list is narrowed by; '' means "all". `sort` is a column, with '-' in front for descending. */
export type Filters = {
  q: string
  status: string
  segment: string
  region: string
  owner: string
  archived: string
  sort: string
}

export type ListedCustomer = {
  id: string
  name: string
  status: CustomerStatus
  segment: string | null
  region: string | null
  owner_name: string | null
  contact_count: number
  latest_year: number | null
  latest_revenue_minor: number | null
  latest_currency: string | null
  last_answer_at: string | null
}

/** A search counts no further than this, and shows no more: whoever finds so many adds a word. */
export const mostFound = 1_000

export type Listed = {
  rows: ListedCustomer[]
  /** How many there are in all; one more than mostFound stands for "more than that". */
  total: number
  /** The words that were typed are too short to be looked for, and were not. */
  isTooShort: boolean
}

/** One page of the customers that this person may open, and how many there are in all. */
export async function listCustomers(db: Db, user: User, filters: Filters, page: number, size: number): Promise<Listed> {
  const isSearch = filters.q.trim() !== ''
  const search = isSearch ? await searchFor(db, filters.q) : undefined
  const isTooShort = isSearch && search === undefined
  if (search === 'none') return { rows: [], total: 0, isTooShort }
  // Ids and their number come from the indexes alone; only then are 25 whole rows read.
  const found = filtered(db, user, filters, search ?? [])
  if (!search && filters.sort.endsWith('owner')) {
    const { ids, total } = await pageByOwner(db, found, filters.sort, (page - 1) * size, size)
    return { rows: await rowsFor(db, ids, filters.sort), total, isTooShort }
  }
  const ids = ordered(found, filters.sort).select('customer.id')
  const start = (page - 1) * size
  const known = search ? await ids.limit(mostFound + 1).execute() : undefined
  const onPage = known
    ? known.slice(0, mostFound).slice(start, start + size)
    : await ids.limit(size).offset(start).execute()
  const total = known ? known.length : await countOf(found)
  const rows = await rowsFor(
    db,
    onPage.map(({ id }) => id),
    filters.sort,
  )
  return { rows, total, isTooShort }
}

async function rowsFor(db: Db, ids: string[], sort: string): Promise<ListedCustomer[]> {
  if (ids.length === 0) return []
  return await ordered(db.selectFrom('customer').where('customer.id', 'in', ids), sort)
    .leftJoin('user as owner', 'owner.id', 'customer.owner_id')
    .select([
      'customer.id',
      'customer.name',
      'customer.status',
      'customer.segment',
      'customer.region',
      'owner.name as owner_name',
      'customer.contact_count',
      'customer.latest_year',
      'customer.latest_revenue_minor',
      'customer.latest_currency',
      'customer.last_answer_at',
    ])
    .execute()
}

/** Sorting everybody by owner takes long: how many customers each has tells whose stand on the page, and only theirs are sorted. */
async function pageByOwner(db: Db, found: ReturnType<typeof filtered>, sort: string, start: number, size: number) {
  const groups = await found
    .select((eb) => ['customer.owner_id', eb.fn.countAll<number>().as('n')])
    .groupBy('customer.owner_id')
    .execute()
  const users = await db.selectFrom('user').select('id').orderBy('name').orderBy('id').execute()
  const places = new Map(users.map(({ id }, place) => [id, sort.startsWith('-') ? -place : place]))
  const nobody = sort.startsWith('-') ? 1 : -1
  const place = ({ owner_id: id }: { owner_id: string | null }) =>
    id === null ? nobody * (users.length + 1) : (places.get(id) ?? 0)
  let total = 0
  let first = 0
  const owners: (string | null)[] = []
  for (const { owner_id: owner, n } of groups.sort((a, b) => place(a) - place(b))) {
    if (total + n > start && total < start + size) {
      if (owners.length === 0) first = total
      owners.push(owner)
    }
    total += n
  }
  const known = owners.filter((owner) => owner !== null)
  const theirs = found.where((eb) =>
    eb.or([
      ...(known.length > 0 ? [eb('customer.owner_id', 'in', known)] : []),
      ...(known.length < owners.length ? [eb('customer.owner_id', 'is', null)] : []),
    ]),
  )
  const rows =
    owners.length === 0
      ? []
      : await ordered(theirs, sort)
          .select('customer.id')
          .limit(size)
          .offset(start - first)
          .execute()
  return { ids: rows.map(({ id }) => id), total }
}

async function countOf(found: ReturnType<typeof filtered>): Promise<number> {
  const { total } = await found.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow()
  return total
}

/** The words and people that the filters offer: only those of customers that this person may open. */
export async function filterChoices(db: Db, user: User) {
  const mine = db.selectFrom('customer').where(mayOpen(user))
  const [segments, regions, owners] = await Promise.all([
    mine.select('segment as word').distinct().where('segment', 'is not', null).orderBy('segment').execute(),
    mine.select('region as word').distinct().where('region', 'is not', null).orderBy('region').execute(),
    db
      .selectFrom('user')
      .select(['id', 'name'])
      .where('id', 'in', mine.select('customer.owner_id'))
      .orderBy('name')
      .execute(),
  ])
  const words = (rows: { word: string | null }[]) => rows.flatMap(({ word }) => word ?? [])
  return { segments: words(segments), regions: words(regions), owners }
}

function filtered(db: Db, user: User, filters: Filters, search: Search) {
  let query = db
    .selectFrom('customer')
    .where(mayOpen(user))
    // Whatever stands there is greater than nothing; said so, the few archived ones are found by the index.
    .$if(filters.archived === '', (query) => query.where('customer.archived_at', 'is', null))
    .$if(filters.archived !== '', (query) => query.where('customer.archived_at', '>', ''))
    // What was merged into another is archived for good and stands on no list.
    .$if(filters.archived !== '', (query) => query.where('customer.merged_into', 'is', null))
  const status = customerStatuses.find((one) => one === filters.status)
  if (status) query = query.where('customer.status', '=', status)
  if (filters.segment) query = query.where('customer.segment', '=', filters.segment)
  if (filters.region) query = query.where('customer.region', '=', filters.region)
  if (filters.owner === 'nobody') query = query.where('customer.owner_id', 'is', null)
  else if (filters.owner) query = query.where('customer.owner_id', '=', filters.owner)
  for (const condition of search) query = query.where(condition)
  return query
}

function ordered<O>(query: SelectQueryBuilder<Tables, 'customer', O>, sort: string) {
  const down = sort.startsWith('-') ? 'desc' : 'asc'
  const column = sorts.find((one) => one === sort.replace('-', '')) ?? 'name'
  const byName = (q: SelectQueryBuilder<Tables, 'customer', O>, direction: 'asc' | 'desc' = 'asc') =>
    q.orderBy(sql`customer.name collate nocase`, direction).orderBy('customer.id', direction)
  if (column === 'name') return byName(query, down)
  if (column === 'contacts') return query.orderBy('customer.contact_count', down).orderBy('customer.id', down)
  if (column === 'answered') return query.orderBy('customer.last_answer_at', down).orderBy('customer.id', down)
  // Amounts of different currencies cannot be compared, so each currency stands together.
  if (column === 'revenue')
    return query
      .orderBy('customer.latest_currency', down)
      .orderBy('customer.latest_revenue_minor', down)
      .orderBy('customer.id', down)
  const rank = sql`(select row_number from (select id, row_number() over (order by name, id) as row_number from "user") as ranked where ranked.id = customer.owner_id)`
  return byName(query.orderBy(rank, down))
}
