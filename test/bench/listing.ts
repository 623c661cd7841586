import { join } from 'node:path'
import { sql } from 'kysely'
import { audienceSchema } from '#server/campaigns/audience.ts'
import { findAtPlaces, findBest, surveyList } from '#server/campaigns/pick-list.ts'
import { findDuplicates } from '#server/customers/kept-duplicates.ts'
import { filterChoices, listCustomers } from '#server/customers/listing.ts'
import { type Db, openDatabase } from '#server/db.ts'
import { migrate } from '#server/migrate.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

const quickMs = 50
const asked: [name: string, filters: Record<string, string>, page?: number][] = [
  ['all, by name', {}],
  ['by name, from the end', { sort: '-name' }],
  ['by owner', { sort: 'owner' }],
  ['by revenue', { sort: '-revenue' }],
  ['by number of contacts', { sort: '-contacts' }],
  ['by last answer', { sort: '-answered' }],
  ['page 2000, by name', {}, 2_000],
  ['the last page, by owner', { sort: 'owner' }, 4_000],
  ['the last page, by revenue', { sort: 'revenue' }, 4_000],
  ['one status', { status: 'lost' }],
  ['one segment', { segment: 'Segment 3' }],
  ['one region', { region: 'Region 2' }],
  ['one region, page 700', { region: 'Region 2' }, 700],
  ['one owner', { owner: 'u3' }],
  ['nobody’s', { owner: 'nobody' }],
  ['three filters, by revenue', { segment: 'Segment 3', region: 'Region 2', status: 'prospect', sort: '-revenue' }],
  ['archived', { archived: 'yes' }],
  ['search: one address', { q: 'robin.77777@' }],
  ['search: a name that many have', { q: 'muller' }],
  ['search: the same with its umlaut', { q: 'Müller' }],
  ['search: everybody', { q: 'robin' }],
  ['search: everybody, by revenue', { q: 'robin', sort: '-revenue' }],
  ['search: everybody in one segment', { q: 'robin', segment: 'Segment 3' }],
  ['search: two words', { q: 'alder 77' }],
  ['search: two letters', { q: 'ro' }],
  ['search: five words', { q: 'robin no alder example 777' }],
  ['search: nobody', { q: 'zzz' }],
  ['search: nobody, at length', { q: 'there is no customer that is called anything like this' }],
  ['search: a number', { q: 'K-999' }],
]

/** Measures the list of customers at 100,000 with two contacts each: median and p99, for a lead and for a rep with 2,000. */
export async function benchListing(folder: string): Promise<void> {
  const db = openDatabase(join(folder, 'listing.db'))
  await fill(db, 100_000)
  console.log('\nThe list of 100,000 customers, in ms                  median        p99')
  for (const user of [lena, rosa]) {
    const reader = { ...user, isCoder: false, hasShortcuts: false, timeZone: 'UTC' }
    for (const [name, given, page = 1] of asked) {
      const filters = { q: '', status: '', segment: '', region: '', owner: '', archived: '', sort: 'name', ...given }
      await time(`${user.role}: ${name}`, () => listCustomers(db, reader, filters, page, 25))
    }
    await time(`${user.role}: what the filters offer`, () => filterChoices(db, reader))
  }
  console.log('\nWhat goes through all of them, in ms                     in all    longest piece')
  const query = {
    campaignId: '',
    ownerId: null,
    meant: { statuses: ['active' as const], atRisk: false, withinDays: null },
    audience: audienceSchema.parse({}),
    measure: 'revenue' as const,
    replaces: '',
  }
  await piece('customers that stand there twice', () => findDuplicates(db))
  await piece('the same again', () => findDuplicates(db))
  await piece('pick a round: the list', () => surveyList(db, query, new Date()))
  await piece('pick a round: the best', () => findBest(db, query, 5, false, new Date()))
  await piece('pick a round: a sample of 1,000', () =>
    findAtPlaces(
      db,
      query,
      Array.from({ length: 1_000 }, (_, n) => n * 70 + 1),
      new Date(),
    ),
  )
  await db.destroy()
}

/** How long something takes that lets others in between, and the longest that it kept them waiting. */
async function piece(name: string, work: () => Promise<unknown>): Promise<void> {
  let isOver = false
  let longest = 0
  let last = performance.now()
  const look = () => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
    if (!isOver) setImmediate(look)
  }
  const started = performance.now()
  look()
  await work()
  const took = performance.now() - started
  isOver = true
  look()
  const says = longest < quickMs ? 'pass' : 'FAIL'
  console.log(`${says}  ${name.padEnd(42)}${took.toFixed(1).padStart(11)}${longest.toFixed(1).padStart(11)}`)
}

async function time(name: string, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = []
  for (let n = 0; n < 101; n += 1) {
    const started = performance.now()
    await work()
    times.push(performance.now() - started)
  }
  times.sort((a, b) => a - b)
  const cell = (ms = 0) => ms.toFixed(1).padStart(11)
  const says = (times[99] ?? 0) < quickMs ? 'pass' : 'FAIL'
  console.log(`${says}  ${name.padEnd(42)}${cell(times[50])}${cell(times[99])}`)
}

async function fill(db: Db, customers: number): Promise<void> {
  await migrate(db)
  await makeWorld(db)
  const at = '2026-11-20T08:00:00.000Z'
  const numbers = (n: number) =>
    sql`with recursive numbers (n) as (select 0 union all select n + 1 from numbers where n < ${n - 1})`
  await sql`${numbers(40)} insert into "user" (id, email, name, role, time_zone, created_at)
    select 'u' || n, 'u' || n || '@brackwell.example', 'Rep ' || n, 'rep', 'UTC', ${at} from numbers`.execute(db)
  await sql`${numbers(customers)} insert into customer (id, external_id, name, segment, region, owner_id, status, created_at, updated_at, last_answer_at)
    select printf('0190000f-0000-7000-8000-%012d', n), 'K-' || n,
      case n % 7 when 0 then 'Müller ' when 1 then 'Castor ' when 2 then 'Fenn ' else 'Alder ' end || n,
      'Segment ' || (n % 12), 'Region ' || (n % 5), case when n % 50 = 0 then ${rosa.id} else 'u' || (n % 40) end,
      case when n % 10 = 0 then 'prospect' when n % 11 = 0 then 'lost' else 'active' end, ${at}, ${at},
      case when n % 6 = 0 then ${at} end from numbers`.execute(db)
  await sql`${numbers(2 * customers)} insert into contact (id, customer_id, first_name, last_name, email, mail_basis, created_at, updated_at)
    select printf('01900010-0000-7000-8000-%012d', n), printf('0190000f-0000-7000-8000-%012d', n / 2), 'Robin', 'No ' || n,
      'robin.' || n || '@c' || (n / 2) || '.example', 'existing_customer', ${at}, ${at} from numbers`.execute(db)
  await sql`insert into customer_year (customer_id, year, revenue_minor, currency)
    select id, 2025, abs(random() % 100000000), 'EUR' from customer`.execute(db)
  await sql`insert into customer_share select id, ${rosa.id}, ${at} from customer where rowid % 1000 = 7`.execute(db)
}
