import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { figuresOf } from '#server/insights/figures.ts'
import { readFilters } from '#server/insights/forms.ts'
import { currentLedger, dimensions } from '#server/insights/ledger.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { sheetsOf } from '../support/sheets.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 5)
  await house.db
    .updateTable('customer')
    .set({ name: '=HYPERLINK("http://evil.example";"x")', segment: '+Segment' })
    .where('name', '=', 'Customer 07')
    .execute()
  lead = await house.signIn(lena.id)
})
afterAll(() => house.close())

const rowsOf = (body: string): Record<string, string>[] => parse(body, { bom: true, columns: true })
const fetchBytes = async (url: string, cookie: string) => {
  const reply = await house.app.inject({ method: 'GET', url, headers: { cookie } })
  return { status: reply.statusCode, bytes: new Uint8Array(reply.rawPayload), headers: reply.headers }
}

for (const query of ['', '?channel=survey', '?segment=Food%20and%20drink', '?suggestions=1'])
  test(`the figures as CSV and as a spreadsheet are those on the screen ${query}`, async () => {
    const filters = readFilters(Object.fromEntries(new URLSearchParams(query)))
    const figures = figuresOf(await currentLedger(house.db), filters, true)
    const csv = await house.get(`/why.csv${query}`, lead)
    if (figures.status !== 'shown') {
      expect(csv.status).toBe(422)
      return
    }
    expect(csv.body.startsWith('\uFEFFpart,group,driver')).toBe(true)
    const rows = rowsOf(csv.body)
    const found = rows.find((row) => row.part === 'all' && row.driver === 'risk' && row.direction === 'helps')
    expect(Number(found?.customers)).toBe(figures.drivers.risk['+'].all)
    expect(Number(found?.of_customers)).toBe(figures.n)
    const coverage = rows.filter((row) => row.part === 'coverage').map((row) => Number(row.customers))
    expect(coverage).toEqual(figures.coverage)

    const { bytes, headers } = await fetchBytes(`/why.xlsx${query}`, lead)
    expect(headers['content-disposition']).toBe('attachment; filename="why-they-buy.xlsx"')
    const sheets = sheetsOf(bytes)
    const sheet = sheets.get('Figures') ?? []
    expect(sheet[0]).toEqual(Object.keys(rows[0] ?? {}))
    const numbers = sheet.slice(1).map((cells) => [cells[0], cells[2], cells[3], Number(cells[4]), Number(cells[5])])
    expect(numbers).toEqual(
      rows.map((row) => [row.part, row.driver, row.direction, Number(row.customers), Number(row.of_customers)]),
    )
    expect(sheets.get('About')?.map(([name]) => name)).toContain('Codebook')
  })

test.each(dimensions)('a group by %s that the screen hides stands in no file', async (by) => {
  const { body } = await house.get(`/why.csv?by=${by}`, lead)
  const figures = figuresOf(await currentLedger(house.db), readFilters({}), true, by)
  const hidden = figures.groups.filter(({ status }) => status !== 'shown')
  const shown = figures.groups.filter(({ status }) => status === 'shown')
  const groups = new Set(rowsOf(body).map((row) => row.group))
  expect(shown.length + hidden.length).toBeGreaterThan(0)
  expect([...groups].filter((name) => name !== '' && !/of four$/.test(name ?? ''))).toHaveLength(shown.length)
})

test('a view that is not shown is not taken away either', async () => {
  for (const url of ['/why.csv', '/why.xlsx']) {
    const { status, body } = await house.get(`${url}?segment=Nowhere`, lead)
    expect(status).toBe(422)
    expect(body).toContain('no figures to take away')
  }
})

test('the long file holds each answer that may be read with the name, once, and no other', async () => {
  const { body } = await house.get('/why/files/answers', lead)
  const rows = rowsOf(body)
  const allowed = await house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .select('answer.id')
    .where('superseded_at', 'is', null)
    .where('state', '=', 'submitted')
    .where('voice', 'in', ['customer', 'observed'])
    .where('consent_level', 'in', ['team', 'lead'])
    .execute()
  expect(rows).toHaveLength(allowed.length)
  expect(rows.length).toBeGreaterThan(100)
  expect(new Set(rows.map((row) => row.consent))).not.toContain('totals')
  expect(rows[0]?.question).not.toBe('')
})

test('what a spreadsheet would run is text, in each file', async () => {
  const { body } = await house.get('/why/files/answers', lead)
  expect(body).toContain(`"'=HYPERLINK(""http://evil.example"";""x"")"`)
  for (const row of rowsOf(body)) for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r]/)
})

test('the evidence file holds the very words that each tag stands on', async () => {
  const { body } = await house.get('/why/files/evidence', lead)
  const rows = rowsOf(body)
  expect(rows.length).toBeGreaterThan(50)
  const answers = await house.db
    .selectFrom('answer_revision')
    .select(['answer_id', 'text'])
    .where('superseded_at', 'is', null)
    .execute()
  const texts = new Map(answers.map(({ answer_id, text }) => [answer_id, text]))
  for (const row of rows) expect(texts.get(row.answer_id ?? '')).toContain((row.content ?? '').replace(/^'/, ''))
})

test('what a person found to name none of the four is not suggested in a file', async () => {
  const coding = await house.db
    .selectFrom('coding')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .select(['coding.id', 'coding.answer_id'])
    .where('coding.suggester_version', 'is not', null)
    .where('response.consent_level', '=', 'team')
    .where((eb) => eb.exists(eb.selectFrom('tag').select('tag.id').whereRef('tag.coding_id', '=', 'coding.id')))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('coding as settled')
            .select('settled.id')
            .whereRef('settled.answer_id', '=', 'coding.answer_id')
            .where('settled.is_settled', '=', 1),
        ),
      ),
    )
    .executeTakeFirstOrThrow()
  const before = rowsOf((await house.get('/why/files/answers', lead)).body)
  const { id: _id, ...row } = await house.db
    .selectFrom('coding')
    .selectAll()
    .where('id', '=', coding.id)
    .executeTakeFirstOrThrow()
  await house.db
    .insertInto('coding')
    .values({ ...row, id: newId(), user_id: lena.id, suggester_version: null, is_settled: 1, none_kind: 'GEN' })
    .execute()
  const after = rowsOf((await house.get('/why/files/answers', lead)).body)
  const waiting = (rows: Record<string, string>[]) => rows.filter(({ tags_suggested: tags }) => tags !== '')
  expect(waiting(after)).toHaveLength(waiting(before).length - 1)
  const evidence = rowsOf((await house.get('/why/files/evidence', lead)).body)
  expect(evidence.map(({ answer_id: answer }) => answer)).not.toContain(coding.answer_id)
})

test('who took confidential words away is recorded', async () => {
  await house.get('/why/files/answers', lead)
  const { n } = await house.db
    .selectFrom('event')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('action', '=', 'read-confidential')
    .where('user_id', '=', lena.id)
    .executeTakeFirstOrThrow()
  expect(n).toBeGreaterThan(0)
})

test('the report prints the finding, the figures, what they rest on and how they were made', async () => {
  const { status, body } = await house.get('/why/report', lead)
  expect(status).toBe(200)
  for (const words of ['Brackwell Pumps', 'Four reasons', 'What this rests on', 'How it was made', 'Wilson'])
    expect(body).toContain(words)
})

test('reps take nothing away; admins who are no coders take figures and no words', async () => {
  const rep = await house.signIn(rosa.id)
  for (const url of ['/why.csv', '/why.xlsx', '/why/report', '/why/files/answers'])
    expect((await house.get(url, rep)).status, url).toBe(404)
  const admin = await house.signIn(ada.id)
  expect((await house.get('/why.csv', admin)).status).toBe(200)
  for (const kind of ['answers', 'evidence', 'secrets'])
    expect((await house.get(`/why/files/${kind}`, admin)).status).toBeGreaterThanOrEqual(400)
})
