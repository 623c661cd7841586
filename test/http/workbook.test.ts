import { parse } from 'csv-parse/sync'
import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { autumn, makeFiguresWorld, spring } from '../support/figures-world.ts'
import { addOutcomeCustomers } from '../support/outcomes-world.ts'
import { sheetsOf } from '../support/sheets.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

/** The workbook, read back by a reader that is not ours: each sheet says what its page and its CSV say. */

const strange = [
  '=HYPERLINK("http://evil.example")',
  '＝1+1',
  '\t@x',
  'a\u0001b',
  '👩‍👩‍👧 𝒳',
  'שלום <b>"&amp;"</b>',
  'two\nlines',
]

let house: TestApp
let lead: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 5)
  await addOutcomeCustomers(
    house,
    Array.from({ length: 40 }, (_, n) => ({
      name: `Known ${n}`,
      segment: n % 4 === 0 ? 'Food' : 'Wood',
      k: n % 5,
      stay: (n % 5) * 2 + (n % 3),
      results: (n % 5) * 2,
      left: n % 7 === 0,
    })),
  )
  lead = await house.signIn(lena.id)
  await house.post('/why/words', { claims: strange.map((text) => text.replace('\n', ' ')).join('\n') }, lead)
  const invited = await house.db
    .selectFrom('invitation')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .select('customer.id')
    .distinct()
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('response')
            .select('response.id')
            .whereRef('customer_id', '=', 'customer.id')
            .where('state', '=', 'submitted'),
        ),
      ),
    )
    .limit(strange.length)
    .execute()
  for (const [at, { id }] of invited.entries())
    await house.db
      .updateTable('customer')
      .set({ name: strange[at] ?? '' })
      .where('id', '=', id)
      .execute()
})
afterAll(() => house.close())

const take = async (query = '', cookie = lead) => {
  const { rawPayload, statusCode } = await house.app.inject({
    method: 'GET',
    url: `/why.xlsx${query}`,
    headers: { cookie },
  })
  expect(statusCode).toBe(200)
  return new Uint8Array(rawPayload)
}
const csv = async (url: string): Promise<string[][]> => {
  const { status, body } = await house.get(url, lead)
  expect(status, url).toBe(200)
  return parse(body, { bom: true })
}
/** A number reads the same however it is written; cells at the end of a row that hold nothing may be left out. */
const plain = (rows: string[][]) =>
  rows.map((row) =>
    row
      .map((cell) => (cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell))
      .join('|')
      .replace(/\|+$/, ''),
  )

test.each([
  ['What follows', '/why/outcomes.csv'],
  ['What we say', '/why/words.csv'],
  ['Who is silent', '/why/silent.csv'],
  ['Trust', '/why/trust.csv'],
  ['Figures', '/why.csv'],
])('the sheet “%s” holds what stands in its own file', async (name, url) => {
  for (const query of ['', '?segment=Wood']) {
    const sheet = sheetsOf(await take(query)).get(name)
    // What XML cannot hold is left out of a workbook.
    const expected = (await csv(`${url}${query}`)).map((row) => row.map((cell) => cell.replaceAll('\u0001', '')))
    // Of what there is none there is no sheet.
    expect(plain(sheet ?? [])).toEqual(expected.length > 1 ? plain(expected) : [])
    if (query === '') expect(expected.length, name).toBeGreaterThan(1)
  }
})

test('what changed between the two newest rounds has a sheet, and says of which', async () => {
  const sheet = sheetsOf(await take()).get('Between rounds')
  const [head = [], first = []] = sheet ?? []
  const [earlier, later] = [first[head.indexOf('earlier_round')], first[head.indexOf('later_round')]]
  const byName = new Map([autumn, spring].map(({ id, name }) => [name, id]))
  expect(plain(sheet ?? [])).toEqual(
    plain(await csv(`/why/rounds.csv?earlier=${byName.get(earlier ?? '')}&later=${byName.get(later ?? '')}`)),
  )
  expect(sheet).toHaveLength(9)
})

test('a sheet tells what each of the others holds', async () => {
  const sheets = sheetsOf(await take())
  const about = (sheets.get('About') ?? []).map(([name]) => name)
  for (const name of sheets.keys()) if (name !== 'About') expect(about).toContain(`Sheet “${name}”`)
})

test('nothing in a workbook is run, and whatever people write is there', async () => {
  const bytes = await take()
  const sheets = sheetsOf(bytes)
  const cells = [...sheets.values()].flat(2)
  for (const cell of cells)
    if (!/^-?[\d.]+(e-?\d+)?$/i.test(cell)) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/)
  for (const text of ['👩‍👩‍👧 𝒳', 'שלום <b>"&amp;"</b>', 'two\nlines', 'ab', `'${strange[0]}`, "'＝1+1"])
    expect(cells).toContain(text)
  for (const [name, file] of Object.entries(unzipSync(bytes)))
    if (name.endsWith('.xml')) expect(strFromU8(file)).not.toContain('<f>')
})

test('an admin who is no coder has the figures, and what follows for the whole list only', async () => {
  const admin = await house.signIn(ada.id)
  const whole = sheetsOf(await take('', admin)).get('What follows')
  expect(sheetsOf(await take('?segment=Wood', admin)).get('What follows')).toEqual(whole)
})

test('reps take none of these files away', async () => {
  const rep = await house.signIn(rosa.id)
  for (const url of ['/why.xlsx', '/why/files', '/why/rounds.csv', '/why/silent.csv', '/why/words.csv'])
    expect((await house.get(url, rep)).status, url).toBe(404)
  expect((await house.get('/why/silent', rep)).body).not.toContain('.csv')
  expect((await house.get('/why/words', rep)).body).not.toContain('.csv')
})

test('a file of nothing says why there is none', async () => {
  expect((await house.get('/why/rounds.csv', lead)).body).toContain('There is no change to take away')
  const empty = await startApp()
  await makeWorld(empty.db)
  const cookie = await empty.signIn(lena.id)
  expect((await empty.get('/why/words.csv', cookie)).status).toBe(422)
  expect((await empty.get('/why/silent.csv', cookie)).body).toBe(
    '\uFEFFcustomer,annual_revenue,currency,looked_after_by,customer_id\r\n',
  )
  expect((await empty.get('/why.xlsx', cookie)).status).toBe(422)
  const page = (await empty.get('/why/files', cookie)).body
  expect(page).toContain('no figures to take away')
  expect(page).toContain('/why/files/answers')
  await empty.close()
})
