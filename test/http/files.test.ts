import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drivers } from '#server/drivers.ts'
import { figuresOf } from '#server/insights/figures.ts'
import { columns, figureColumns, kinds, placeColumns } from '#server/insights/files/columns.ts'
import { wordsFile } from '#server/insights/files/stream.ts'
import { readFilters } from '#server/insights/forms.ts'
import { currentLedger } from '#server/insights/ledger.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { lena, makeWorld } from '../support/world.ts'

/** Files of words, read back by a reader that is not ours. */

/** What makes trouble in a cell; whatever a spreadsheet would run has to come back with a ' before it. */
const runs = ['=1+1', '+1+cmd', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '＝1+1', '＋1', '－1+1', '＠x', ' =1+1']
const strange = [
  'a "quoted" word',
  'one\r\ntwo\nthree',
  'a;b,c',
  '👩‍👩‍👧 𝒳𝒴',
  'שלום "עולם"',
  '\u202Eturned',
  "'already",
  '-5',
]

let house: TestApp
let lead: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 5)
  lead = await house.signIn(lena.id)
})
afterAll(() => house.close())

const rowsOf = (body: string): Record<string, string>[] => parse(body, { bom: true, columns: true })
const take = async (kind: string, query = '') => {
  const { status, body } = await house.get(`/why/files/${kind}${query}`, lead)
  expect(status).toBe(200)
  return rowsOf(body)
}

test('each file has the columns that are told of it, and more only for what was answered', async () => {
  for (const kind of kinds) {
    const [row] = await take(kind)
    const names = Object.keys(row ?? {})
    const told = columns[kind].map(([name]) => name)
    expect(names.slice(0, told.length)).toEqual(told)
    if (kind !== 'responses') expect(names).toHaveLength(told.length)
    else expect(names.slice(told.length, told.length + 2)).toEqual(['CORE-1', 'CORE-1 seen'])
  }
})

test('docs/files.md tells of every column', () => {
  const text = readFileSync(new URL('../../docs/files.md', import.meta.url), 'utf8')
  for (const kind of kinds)
    for (const [name, about] of [...columns[kind], ...placeColumns, ...figureColumns])
      expect(text, `${kind} ${name}`).toContain(`| \`${name}\` | ${about} |`)
})

test('the file of figures has the columns that are told of it', async () => {
  const [head] = parse((await house.get('/why.csv', lead)).body, { bom: true })
  expect(head).toEqual(figureColumns.map(([name]) => name))
})

test('no file holds what was given for totals only, nor whom it came from, not even for who noted it', async () => {
  const { customer_id: customer } = await house.db
    .selectFrom('response')
    .select('customer_id')
    .where('state', '=', 'submitted')
    .where('consent_level', '=', 'team')
    .executeTakeFirstOrThrow()
  const sittings = house.db.selectFrom('response').select('id').where('customer_id', '=', customer)
  const before = await house.db.selectFrom('response').selectAll().where('id', 'in', sittings).execute()
  await house.db
    .updateTable('response')
    .set({ consent_level: 'totals', author_id: lena.id })
    .where('customer_id', '=', customer)
    .execute()
  for (const kind of kinds) {
    const rows = await take(kind)
    expect(rows.length).toBeGreaterThan(20)
    expect(rows.map((row) => row.customer_id)).not.toContain(customer)
    expect(new Set(rows.map((row) => row.consent))).not.toContain('totals')
  }
  for (const { id, consent_level, author_id } of before)
    await house.db.updateTable('response').set({ consent_level, author_id }).where('id', '=', id).execute()
})

test('an answer stands in the file with who asked, whose it is, and the words that each tag rests on', async () => {
  const rows = await take('answers')
  const evidence = await take('evidence')
  const tagged = rows.filter((row) => row.tags_settled !== '')
  expect(tagged.length).toBeGreaterThan(30)
  const users = await house.db.selectFrom('user').select('name').execute()
  for (const row of tagged) {
    expect(users.map(({ name }) => name)).toContain(row.tagged_by)
    expect(row.tagged_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    const of = evidence.filter((tag) => tag.answer_id === row.answer_id)
    expect(of.map(({ tag }) => tag).join('; ')).toBe(row.tags_settled)
    expect(of.map((tag) => tag.evidence_start).join('; ')).toBe(row.evidence_start)
    const starts = String(row.evidence_start).split('; ').map(Number)
    const ends = String(row.evidence_end).split('; ').map(Number)
    // The reader counts in its own way; the words are found all the same.
    const words = starts.map((start, at) =>
      Array.from(row.answer ?? '')
        .slice(start, ends[at])
        .join(''),
    )
    expect(words).toEqual(of.map(({ content }) => content))
  }
  const talks = rows.filter((row) => row.channel === 'interview')
  expect(talks.length).toBeGreaterThan(0)
  for (const row of talks) expect(users.map(({ name }) => name)).toContain(row.interviewer)
})

test('a suggestion says that it is one, and whatever nobody tagged says nobody', async () => {
  const rows = await take('answers')
  for (const row of rows) {
    if (row.tags_suggested !== '')
      expect([row.tags_settled, row.tagged_by]).toEqual(['', expect.stringMatching(/^software /)])
    if (row.tagged_by === '') expect([row.tags_settled, row.tags_suggested, row.tagged_at]).toEqual(['', '', ''])
  }
})

for (const query of [
  '',
  '?channel=survey',
  '?asked=unprompted',
  '?provenance=paraphrase',
  '?from=2026-03-01&to=2026-09-30',
])
  test(`the files of sittings and of tagged words come to the numbers of the screen ${query}`, async () => {
    const before = await house.db.selectFrom('response').select(['id', 'consent_level']).execute()
    // What was given for totals only is counted on the screen and is in no file.
    await house.db.updateTable('response').set({ consent_level: 'team' }).execute()
    const filters = readFilters(Object.fromEntries(new URLSearchParams(query)))
    const figures = figuresOf(await currentLedger(house.db), filters, true)
    const sittings = await take('responses', query)
    const evidence = await take('evidence', query)
    expect(figures.status).toBe('shown')
    const customers = (rows: Record<string, string>[]) => new Set(rows.map((row) => row.customer_id)).size
    expect(customers(sittings)).toBe(figures.heard)
    expect(customers(sittings.filter((row) => row.revenue_helps !== ''))).toBe(figures.n)
    for (const driver of drivers)
      for (const [direction, way] of [
        ['+', 'helps'],
        ['-', 'hurts'],
      ] as const) {
        const expected = figures.drivers[driver][direction].all
        const said = sittings.filter((row) => ['yes', 'inferred'].includes(row[`${driver}_${way}`] ?? ''))
        expect(customers(said), `${driver} ${way}`).toBe(expected)
        const tags = evidence.filter(
          (row) =>
            row.settled === 'yes' &&
            row.about === 'us' &&
            row.kind !== 'wish' &&
            row.driver === driver &&
            row.direction === way,
        )
        expect(customers(tags), `${driver} ${way}`).toBe(expected)
      }
    for (const { id, consent_level } of before)
      await house.db.updateTable('response').set({ consent_level }).where('id', '=', id).execute()
  })

test('whatever people write comes back as it was, and nothing of it is run', async () => {
  const all = [...runs, ...strange]
  const answers = await house.db
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .select([
      'answer_revision.id',
      'answer_revision.answer_id',
      'answer_revision.text',
      'response.contact_id',
      'response.customer_id',
    ])
    .where('superseded_at', 'is', null)
    .where('response.state', '=', 'submitted')
    .where('consent_level', '=', 'team')
    .where('answer.voice', '=', 'customer')
    .where('contact_id', 'is not', null)
    .orderBy('answer_revision.id')
    .limit(all.length)
    .execute()
  expect(answers).toHaveLength(all.length)
  for (const [at, text] of all.entries()) {
    const answer = answers[at]
    if (!answer) throw new Error('There are as many answers.')
    await house.db.updateTable('answer_revision').set({ text }).where('id', '=', answer.id).execute()
    await house.db
      .updateTable('contact')
      .set({ first_name: text, last_name: '' })
      .where('id', '=', answer.contact_id)
      .execute()
    await house.db
      .updateTable('customer')
      .set({ external_id: `${text}${at}` })
      .where('id', '=', answer.customer_id)
      .execute()
  }
  const rows = await take('answers')
  for (const [at, text] of all.entries()) {
    const row = rows.find((one) => one.answer_id === answers[at]?.answer_id)
    expect(row?.answer).toBe(runs.includes(text) ? `'${text}` : text)
  }
  const wide = await take('responses')
  for (const row of [...rows, ...wide])
    for (const cell of Object.values(row))
      if (!/^-\d+$/.test(cell)) expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]|^[\t\r\n]/)
  const said = new Set(wide.flatMap((row) => Object.values(row)))
  for (const text of strange) expect(said).toContain(text)
})

test('a file of nothing is its head', async () => {
  for (const kind of kinds) {
    const { status, body, headers } = await house.get(`/why/files/${kind}?segment=Nowhere`, lead)
    expect([status, headers['content-disposition']]).toEqual([200, `attachment; filename="${kind}.csv"`])
    const told = columns[kind].map(([name]) => name)
    expect(body).toBe(`\uFEFF${told.join(',')}\r\n`)
  }
})

test('three files are written at once; a fourth is told to wait, until one is done or given up', async () => {
  const user = {
    id: lena.id,
    name: '',
    email: '',
    role: 'lead',
    isCoder: false,
    hasShortcuts: false,
    timeZone: 'UTC',
  } as const
  const begin = async () => {
    const file = await wordsFile(house.db, user, 'answers', readFilters({}), () => house.clock.now)
    await file.next()
    return file
  }
  const files = [await begin(), await begin(), await begin()]
  expect((await house.get('/why/files/answers', lead)).status).toBe(409)
  await files[0]?.return(undefined)
  for await (const _ of files[1] ?? []);
  expect((await take('answers')).length).toBeGreaterThan(100)
  await files[2]?.return(undefined)
})

test('a thread writes from a database on disk what is written in place from one in memory', async () => {
  const disk = await startApp({ onDisk: true })
  const memory = await startApp()
  for (const { db } of [disk, memory]) {
    await makeWorld(db)
    await makeFiguresWorld(db, 7, 16)
  }
  const [ofDisk, ofMemory] = [await disk.signIn(lena.id), await memory.signIn(lena.id)]
  // What is published anew each time has an id of its own, and names nobody.
  const plain = (body: string) => body.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f-]+/g, '')
  for (const kind of kinds) {
    const written = await disk.get(`/why/files/${kind}`, ofDisk)
    expect(written.status).toBe(200)
    expect(plain(written.body)).toBe(plain((await memory.get(`/why/files/${kind}`, ofMemory)).body))
    expect(written.body.length).toBeGreaterThan(1_000)
  }
  const { n } = await disk.db
    .selectFrom('event')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('action', '=', 'read-confidential')
    .executeTakeFirstOrThrow()
  expect(n).toBeGreaterThan(0)
  await Promise.all([disk.close(), memory.close()])
})
