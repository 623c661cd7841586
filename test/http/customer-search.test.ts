import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listCustomers } from '#server/customers/listing.ts'
import { searchFor } from '#server/customers/search.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, anna, carla, fennholt, lena, makeWorld, mirador, rosa } from '../support/world.ts'

let house: TestApp
let lenas: string
let rosas: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await house.db.updateTable('customer').set({ external_id: 'K-4711' }).where('id', '=', acme.id).execute()
  await house.db.updateTable('customer').set({ name: 'Käserei Müller' }).where('id', '=', mirador.id).execute()
  lenas = await house.signIn(lena.id)
  rosas = await house.signIn(rosa.id)
})
afterAll(() => house.close())

/** The names that the list shows, and what it says about their number. */
async function search(q: string, cookie = lenas, more = '') {
  const { body } = await house.get(`/customers?q=${encodeURIComponent(q)}${more}`, cookie)
  const names = [...body.matchAll(/<th scope="row"><a href="[^"]*">([^<]*)</g)].map(([, name]) => name)
  return { names, body }
}

test('case and accents do not matter, of names, people, addresses and numbers', async () => {
  for (const q of ['käserei', 'KASEREI', 'muller', 'MÜLLER', 'carla', 'VANCE@MIRADOR', 'serei'])
    expect((await search(q)).names, q).toEqual(['Käserei Müller'])
  expect((await search('k-47')).names).toEqual([acme.name])
})

test('every word has to stand somewhere with the customer: in its name or with its people', async () => {
  expect((await search('fennholt anna')).names).toEqual([fennholt.name])
  expect((await search('anna dairy jonas')).names).toEqual([fennholt.name])
  expect((await search('anna carla')).names).toEqual([])
})

test('a rare word beside ones that stand nearly everywhere finds the same customers as by the index alone', async () => {
  const find = async (q: string, many: number, few: number) => {
    const search = await searchFor(house.db, q, { many, few })
    if (search === 'none' || search === undefined) return []
    let query = house.db.selectFrom('customer').select('name').orderBy('name')
    for (const condition of search) query = query.where(condition)
    return (await query.execute()).map(({ name }) => name)
  }
  for (const q of [
    'anna dairy jonas',
    'MÜLLER carla',
    'kasérei vance@mirador mü',
    'anna carla',
    'k-47 example',
    'a" b',
    '4711 ex',
  ]) {
    const found = await find(q, 1_000, 0)
    expect(await find(q, 1, 1_000), q).toEqual(found)
    expect(await find(q, 0, 0), q).toEqual(found)
  }
  expect(await find('kasérei vance@mirador mü', 1, 1_000)).toEqual(['Käserei Müller'])
})

test('sorted by owner, every page shows who comes next, both ways', async () => {
  const reader = { ...lena, isCoder: false, hasShortcuts: false, timeZone: 'UTC' }
  const filters = { q: '', status: '', segment: '', region: '', owner: '', archived: '' }
  await house.db.updateTable('customer').set({ owner_id: null }).where('id', '=', acme.id).execute()
  for (const sort of ['owner', '-owner']) {
    const all = await listCustomers(house.db, reader, { ...filters, sort }, 1, 100)
    const owners = all.rows.map(({ owner_name }) => owner_name ?? '')
    expect(owners).toEqual(sort === 'owner' ? [...owners].sort() : [...owners].sort().reverse())
    const names: string[] = []
    for (let page = 1; page <= all.total + 1; page += 1) {
      const { rows, total } = await listCustomers(house.db, reader, { ...filters, sort }, page, 1)
      expect(total).toBe(all.total)
      names.push(...rows.map(({ name }) => name))
    }
    expect(names).toEqual(all.rows.map(({ name }) => name))
  }
  await house.db.updateTable('customer').set({ owner_id: rosa.id }).where('id', '=', acme.id).execute()
})

test('two letters are looked for where a word begins, and one letter is too little', async () => {
  expect((await search('mü')).names).toEqual(['Käserei Müller'])
  expect((await search('ll')).names).toEqual([])
  const { names, body } = await search('x')
  expect(names).toHaveLength(3)
  expect(body).toContain('One letter is too little to look for')
})

test('signs that mean something to the index stand for themselves', async () => {
  for (const q of ['"', '""', 'a" OR "b', 'anna*', 'NEAR(anna brandt)', '-anna', '%_', '\u0000\u0000', "o'", '🙂🙂'])
    expect((await house.get(`/customers?q=${encodeURIComponent(q)}`, lenas)).status, q).toBe(200)
})

test('a rep finds only the own customers, and an archived one is found among the archived', async () => {
  expect((await search('carla', rosas)).names).toEqual([])
  expect((await search('anna', rosas)).names).toEqual([fennholt.name])
  await house.db
    .updateTable('customer')
    .set({ archived_at: '2026-11-20T08:00:00.000Z' })
    .where('id', '=', acme.id)
    .execute()
  expect((await search('acme')).names).toEqual([])
  expect((await search('acme', lenas, '&archived=yes')).names).toEqual([acme.name])
  await house.db.updateTable('customer').set({ archived_at: null }).where('id', '=', acme.id).execute()
})

test('the search follows every change: another name, a contact who leaves, moves or is deleted', async () => {
  await house.db.updateTable('contact').set({ last_name: 'Brandt-Zeller' }).where('id', '=', anna.id).execute()
  expect((await search('zeller')).names).toEqual([fennholt.name])
  await house.db.updateTable('contact').set({ customer_id: acme.id }).where('id', '=', anna.id).execute()
  expect((await search('zeller')).names).toEqual([acme.name])
  const at = '2026-11-20T08:00:00.000Z'
  await house.db.updateTable('contact').set({ archived_at: at }).where('id', '=', anna.id).execute()
  expect((await search('zeller')).names).toEqual([])
  await house.db.deleteFrom('contact').where('id', '=', carla.id).execute()
  expect((await search('carla')).names).toEqual([])
  await house.db.deleteFrom('customer').where('id', '=', acme.id).execute()
  expect((await search('acme')).names).toEqual([])
  await sql`insert into customer_words_index (customer_words_index) values ('integrity-check')`.execute(house.db)
  const left = await house.db.selectFrom('customer_words').select('words').execute()
  expect(left.map(({ words }) => words.trim()).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
    'Fennholt Dairy',
    'Jonas Weil jonas.weil@fennholt.example',
    'Käserei Müller',
  ])
})

test('beyond a thousand the list says so instead of counting', async () => {
  const at = '2026-11-20T08:00:00.000Z'
  await sql`with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 1200)
    insert into customer (id, name, owner_id, created_at, updated_at)
    select 'many-' || n, 'Beaver Mills ' || n, ${rosa.id}, ${at}, ${at} from numbers`.execute(house.db)
  const { body, names } = await search('beaver mills')
  expect(body).toContain('More than 1,000 customers fit. Add a word or a filter to see the rest.')
  expect(names).toHaveLength(25)
  expect(body).toContain('1 to 25 of 1000')
  expect((await search('beaver', lenas, '&page=41')).names).toEqual([])
  expect((await search('beaver 11', rosas)).body).toContain('111 customers fit.')
})

test('no look at the list reads the whole table', async () => {
  const queries: string[] = []
  const { db } = house
  for (const where of [
    "archived_at is null and status = 'lost'",
    "archived_at is null and segment = 'Food'",
    "archived_at is null and region = 'North' and owner_id = 'x'",
  ])
    for (const order of [
      'name collate nocase, id',
      'latest_currency, latest_revenue_minor, id',
      'contact_count, id',
      'last_answer_at, id',
    ])
      queries.push(`select id from customer where ${where} order by ${order} limit 25`)
  for (const query of queries) {
    const { rows } = await sql<{ detail: string }>`explain query plan ${sql.raw(query)}`.execute(db)
    const plan = rows.map(({ detail }) => detail).join('; ')
    expect(plan, query).toMatch(/USING COVERING INDEX|USING INDEX customer_(segment|region|owner)/)
  }
})
