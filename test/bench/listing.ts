import { join } from 'node:path'
import { sql } from 'kysely'
import { filterChoices, listCustomers } from '#server/customers/listing.ts'
import { type Db, openDatabase } from '#server/db.ts'
import { migrate } from '#server/migrate.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

const quickMs = 50
const asked: [name: string, filters: Record<string, string>][] = [
  ['all, by name', {}],
  ['by owner', { sort: 'owner' }],
  ['by revenue', { sort: '-revenue' }],
  ['one status', { status: 'lost' }],
  ['one segment', { segment: 'Segment 3' }],
  ['nobody’s', { owner: 'nobody' }],
  ['three filters, by revenue', { segment: 'Segment 3', region: 'Region 2', status: 'prospect', sort: '-revenue' }],
  ['archived', { archived: 'yes' }],
  ['search: one address', { q: 'robin.77777@' }],
  ['search: a name that many have', { q: 'muller' }],
  ['search: everybody', { q: 'robin' }],
  ['search: two words', { q: 'alder 77' }],
  ['search: two letters', { q: 'ro' }],
  ['search: nobody', { q: 'zzz' }],
  ['search: a number', { q: 'K-999' }],
]

/** Measures the list of customers at 100,000 with two contacts each: median and p99, for a lead and for a rep with 2,000. */
export async function benchListing(folder: string): Promise<void> {
  const db = openDatabase(join(folder, 'listing.db'))
  await fill(db, 100_000)
  console.log('\nThe list of 100,000 customers, in ms                  median        p99')
  for (const user of [lena, rosa]) {
    const reader = { ...user, isCoder: false, hasShortcuts: false, timeZone: 'UTC' }
    for (const [name, given] of asked) {
      const filters = { q: '', status: '', segment: '', region: '', owner: '', archived: '', sort: 'name', ...given }
      await time(`${user.role}: ${name}`, () => listCustomers(db, reader, filters, 1, 25))
    }
    await time(`${user.role}: what the filters offer`, () => filterChoices(db, reader))
  }
  await db.destroy()
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
  const says = (times[50] ?? 0) < quickMs ? 'pass' : 'FAIL'
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
