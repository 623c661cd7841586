import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { queueMessage } from '#server/campaigns/campaigns.ts'
import { forgetRows } from '#server/customers/import/forget.ts'
import { addRows, makeStaging } from '#server/customers/import/staging.ts'
import { type Db, openDatabase, transact } from '#server/db.ts'
import { eraseAgain, eraseContacts, erasuresPath, keepErasures } from '#server/erasing.ts'
import { newId } from '#server/ids.ts'
import { migrate } from '#server/migrate.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publishFirstVersions } from '#server/templates/templates.ts'
import { makeResponse, revise, suggest, toldSuggester } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { acme, ada, anna, carla, fennholt, jonas, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

/** Finds one tag in each of the sentences below. */
const suggester = toldSuggester({
  'The quillon saves us money at night.': [['C1+', 'quillon saves']],
  'The other quillon saves us money.': [['C1+', 'quillon saves']],
  'Still counted.': [['C1+', 'counted']],
})

let house: TestApp
const as: Record<string, string> = {}

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  for (const user of [ada, lena, rosa, tom]) as[user.id] = await house.signIn(user.id)
})
afterAll(() => house.close())

/** Every cell of every table, those of the search's index too, that holds the word; as table.column. */
async function placesOf(db: Db, word: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'
    and name not like 'sqlite_%'`.execute(db)
  const places: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db)
    for (const row of rows)
      for (const [column, cell] of Object.entries(row)) {
        const text = cell instanceof Uint8Array ? Buffer.from(cell).toString('latin1') : String(cell)
        if (text.toLowerCase().includes(word)) places.push(`${name}.${column}`)
      }
  }
  return [...new Set(places)]
}

test('erasing a contact takes every word of and about the person out of every table', async () => {
  const { db, clock } = house
  const contact = newId()
  await house.post(
    `/customers/${fennholt.id}/contacts/new`,
    {
      key: contact,
      firstName: 'Quillon',
      lastName: 'Zweig',
      email: 'quillon@fennholt.example',
      phone: '+44 1632 777888',
      jobTitle: 'quillon the second',
      mailBasis: 'existing_customer',
    },
    as[rosa.id],
  )
  const [link = ''] = await invite(db, house.links, [{ id: contact, customer: fennholt }])
  const { id: invitationId } = await db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', contact)
    .executeTakeFirstOrThrow()
  const campaign = await db.selectFrom('campaign').select('id').executeTakeFirstOrThrow()
  await db
    .insertInto('campaign_text')
    .values({
      campaign_id: campaign.id,
      kind: 'invite',
      language: 'en',
      subject: 'Why?',
      body: 'Dear {{first_name}}, {{link}}',
    })
    .execute()
  await transact(db, (trx) => queueMessage(trx, invitationId, 'invite', clock.now))
  await house.worker.drain()
  const said = await makeResponse(db, clock.now, [{ text: 'The quillon saves us money at night.' }], {
    customer: fennholt,
    contact: { id: contact },
    invitationId,
  })
  await suggest(db, said.responseId, suggester, clock.now)
  await revise(db, said.answerId, 'The other quillon saves us money.', clock.now)
  await suggest(db, said.responseId, suggester, clock.now)
  await db
    .insertInto('draft')
    .values({
      response_id: said.responseId,
      question: 'CORE-2',
      version: 1,
      body: '{"quillon":1}',
      writer: 'w',
      saved_at: '2026-11-22T08:00:00.000Z',
    })
    .execute()
  await db
    .insertInto('follow_up')
    .values({
      id: newId(),
      customer_id: fennholt.id,
      contact_id: contact,
      response_id: null,
      kind: 'owed',
      text: 'Send quillon',
      owner_id: rosa.id,
      due_on: '2026-12-01',
      created_by: rosa.id,
      created_at: '2026-11-22T08:00:00.000Z',
      done_by: null,
      done_at: null,
    })
    .execute()
  // A second record of the same person, merged in.
  const twin = newId()
  await house.post(
    `/customers/${fennholt.id}/contacts/new`,
    { key: twin, firstName: 'Q.', lastName: 'Quillon', email: 'q@fennholt.example', mailBasis: 'none' },
    as[rosa.id],
  )
  await house.post(`/contacts/${contact}/merge`, { other: twin, 'field-job_title': 'gone' }, as[rosa.id])
  expect((await placesOf(db, 'quillon')).length).toBeGreaterThan(5)
  expect((await house.get('/customers?q=quillon', as[rosa.id])).body).toContain('1 customer fits')

  // Not by a rep, not by a slip, not by a stranger.
  expect((await house.get(`/contacts/${contact}/erasure`, as[rosa.id])).status).toBe(404)
  expect((await house.post(`/contacts/${contact}/erasure`, { name: 'Quillon Zweig' }, as[rosa.id])).status).toBe(404)
  expect((await house.get(`/contacts/${contact}/erasure`)).location).toContain('/sign-in')
  const slip = await house.post(`/contacts/${contact}/erasure`, { name: 'Quillon' }, as[lena.id])
  expect(slip.status).toBe(422)
  expect(slip.body).toContain('Type the name as it stands here: Quillon Zweig')
  expect((await house.get(`/s/${link}`)).status).toBeLessThan(400)

  expect((await house.post(`/contacts/${contact}/erasure`, { name: ' quillon zweig ' }, as[lena.id])).status).toBe(303)
  expect(await placesOf(db, 'quillon')).toEqual([])
  expect(await placesOf(db, 'zweig')).toEqual([])
  expect((await house.get('/customers?q=quillon', as[rosa.id])).body).toContain('No customer fits')
  const gone = await house.get(`/s/${link}`)
  expect(gone.status).toBe(410)
  expect(gone.body).toContain('is erased, and the link with it')
  expect((await house.get(`/customers/${fennholt.id}`, as[rosa.id])).body).toContain(
    'A contact was erased by Lena Okafor',
  )
  expect((await house.post(`/contacts/${contact}/erasure`, { name: 'Quillon Zweig' }, as[lena.id])).status).toBe(404)
  const listed = await db.selectFrom('erasure').select(['record_kind', 'record_id']).execute()
  expect(Map.groupBy(listed, ({ record_kind }) => record_kind).get('contact')).toHaveLength(2)
})

test('only an admin erases a customer, and nothing of it is left; an address that wants no mails stays suppressed', async () => {
  const { db, clock } = house
  const id = newId()
  await house.post(
    '/customers/new',
    { key: id, name: 'Xylander Works', owner: rosa.id, attributes: 'Saying: xylander' },
    as[lena.id],
  )
  const contact = newId()
  await house.post(
    `/customers/${id}/contacts/new`,
    { key: contact, firstName: 'Xylander', lastName: 'Two', email: 'two@xy.example', mailBasis: 'none' },
    as[rosa.id],
  )
  await house.post(`/customers/${id}/years/new`, { year: '2025', currency: 'EUR', revenue: '10' }, as[rosa.id])
  await house.post(
    `/customers/${id}/outcomes/new`,
    { kind: 'left', basis: 'stated', happenedOn: '2026-11-01', note: 'xylander left' },
    as[rosa.id],
  )
  const { id: outcome } = await db
    .selectFrom('outcome')
    .select('id')
    .where('customer_id', '=', id)
    .executeTakeFirstOrThrow()
  await house.post(
    `/customers/${id}/outcomes/${outcome}`,
    { kind: 'left', basis: 'stated', happenedOn: '2026-11-02', note: 'xylander goes' },
    as[rosa.id],
  )
  await makeResponse(db, clock.now, [{ text: 'xylander of nobody in particular' }], { customer: { id, owner: rosa } })
  const twin = newId()
  await house.post('/customers/new', { key: twin, name: 'Xylander Twin', owner: rosa.id }, as[lena.id])
  await house.post(`/customers/${id}/merge`, { other: twin }, as[lena.id])
  await db
    .insertInto('suppression')
    .values({ address: 'two@xy.example', reason: 'opt_out', created_at: '2026-11-20T08:00:00.000Z' })
    .execute()

  for (const cookie of [as[rosa.id], as[lena.id]]) {
    expect((await house.get(`/customers/${id}/erasure`, cookie)).status).toBe(404)
    expect((await house.post(`/customers/${id}/erasure`, { name: 'Xylander Works' }, cookie)).status).toBe(404)
  }
  expect((await house.get(`/customers/${id}/erasure`, as[ada.id])).body).toContain('Type Xylander Works to erase it')
  expect((await house.post(`/customers/${id}/erasure`, {}, as[ada.id])).status).toBe(422)
  expect((await house.post(`/customers/${id}/erasure`, { name: 'Xylander Works' }, as[ada.id])).status).toBe(303)
  expect(await placesOf(db, 'xylander')).toEqual([])
  expect(await db.selectFrom('suppression').select('address').execute()).toEqual([{ address: 'two@xy.example' }])
  expect((await house.get(`/customers/${id}`, as[ada.id])).status).toBe(404)
  const rest = await sql<{ n: number }>`select count(*) as n from response_summary where customer_id = ${id}`.execute(
    db,
  )
  expect(rest.rows[0]?.n).toBe(0)
})

test('somebody who changed jobs leaves the old answers behind, and nothing but a begun sitting stays open', async () => {
  const { db, clock } = house
  const [wiles = '', carlas = ''] = await invite(db, house.links, [wile, carla])
  await makeResponse(db, clock.now, [{ text: 'Said at Acme.' }], { customer: acme, contact: wile })
  expect((await house.get(`/contacts/${wile.id}/move`, as[tom.id])).status).toBe(404)
  // A rep moves somebody only to a customer that the rep may open.
  expect((await house.get(`/contacts/${wile.id}/move?q=mirador`, as[rosa.id])).body).not.toContain('Mirador')
  expect((await house.get(`/contacts/${wile.id}/move?with=${mirador.id}`, as[rosa.id])).status).toBe(404)
  const page = await house.get(`/contacts/${wile.id}/move?with=${fennholt.id}`, as[rosa.id])
  expect(page.body).toContain('1 invitation that nobody has begun to answer is taken back: Autumn 2026.')
  const wrong = await house.post(
    `/contacts/${wile.id}/move`,
    { customer: fennholt.id, email: anna.email, mailBasis: 'consent' },
    as[rosa.id],
  )
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('already used by Anna Brandt')
  expect(
    (await house.post(`/contacts/${wile.id}/move`, { customer: acme.id, mailBasis: 'none' }, as[rosa.id])).status,
  ).toBe(422)
  const form = { customer: fennholt.id, email: 'will.hart@fennholt.example', jobTitle: 'buyer', mailBasis: 'none' }
  for (const _twice of [1, 2]) await house.post(`/contacts/${wile.id}/move`, form, as[rosa.id])
  const old = await house.get(`/customers/${acme.id}`, as[rosa.id])
  expect(old.body).toContain('Will Hart went to Fennholt Dairy, noted by Rosa Lind')
  expect(old.body).toContain('Said at Acme.')
  const fresh = await house.get(`/customers/${fennholt.id}`, as[rosa.id])
  expect(fresh.body).toContain('Will Hart came from Acme Tools, noted by Rosa Lind')
  expect(fresh.body).not.toContain('Said at Acme.')
  expect((await house.get(`/s/${wiles}`)).status).toBe(410)

  // Carla has begun: what she writes goes on counting where she was asked.
  const question = await house.get(`/s/${carlas}/q/CORE-1`)
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(question.body)?.[1] ?? ''
  await house.post(`/s/${carlas}/q/CORE-1`, {
    version: hidden('version'),
    writer: hidden('writer'),
    go: 'next',
    text: 'Begun at Mirador.',
  })
  await house.post(`/contacts/${carla.id}/move`, { customer: acme.id, email: '', mailBasis: 'none' }, as[lena.id])
  expect((await house.get(`/s/${carlas}`)).status).toBeLessThan(400)
  const begun = await db.selectFrom('response').select('customer_id').where('contact_id', '=', carla.id).execute()
  expect(begun).toEqual([{ customer_id: mirador.id }])
})

test('an archived customer keeps its answers counted and gets no mail that still waits', async () => {
  const { db, clock } = house
  const [jonases = ''] = await invite(db, house.links, [jonas])
  const { id } = await db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', jonas.id)
    .executeTakeFirstOrThrow()
  await transact(db, (trx) => queueMessage(trx, id, 'invite', clock.now))
  const { responseId } = await makeResponse(db, clock.now, [{ text: 'Still counted.' }], {
    customer: fennholt,
    contact: anna,
  })
  await suggest(db, responseId, suggester, clock.now)
  const summaries = () => db.selectFrom('response_summary').selectAll().where('customer_id', '=', fennholt.id).execute()
  const before = await summaries()
  await house.post(`/customers/${fennholt.id}/archiving`, {}, as[rosa.id])
  await house.worker.drain()
  expect(await summaries()).toEqual(before)
  const message = await db
    .selectFrom('message')
    .select(['state', 'last_reply'])
    .where('invitation_id', '=', id)
    .executeTakeFirstOrThrow()
  expect(message.state).toBe('skipped')
  expect(message.last_reply).toContain('The customer was archived.')
  expect((await house.get(`/s/${jonases}`)).status).toBe(200)
  await house.post(`/customers/${fennholt.id}/restoration`, {}, as[rosa.id])
  expect((await house.get('/customers', as[rosa.id])).body).toContain(fennholt.name)
})

test('after a restored backup, erase-again erases what the list beside the database names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-'))
  const open = async (name: string) => {
    const db = openDatabase(join(folder, name))
    await migrate(db)
    return db
  }
  const live = await open('whybuy.db')
  const now = new Date('2026-11-23T10:00:00.000Z')
  await publishFirstVersions(live, readTemplates(), now)
  await makeWorld(live)
  await makeResponse(live, now, [{ text: 'the amaranth words' }], { customer: fennholt, contact: anna })
  await sql.raw(`vacuum into '${join(folder, 'backup.db')}'`).execute(live)
  await transact(live, (trx) => eraseContacts(trx, [anna.id], now))
  await keepErasures(live)
  await live.destroy()
  expect(readFileSync(erasuresPath(folder), 'utf8').trim().split('\n')).toHaveLength(2)

  const restored = await open('backup.db')
  expect((await placesOf(restored, 'amaranth')).length).toBeGreaterThan(0)
  writeFileSync(join(folder, 'broken.tsv'), 'contact only\n')
  await expect(eraseAgain(restored, join(folder, 'broken.tsv'), now)).rejects.toThrow('Line 1')
  expect(await eraseAgain(restored, erasuresPath(folder), now)).toEqual({
    listed: 2,
    customers: 0,
    contacts: 1,
    responses: 1,
  })
  expect(await placesOf(restored, 'amaranth')).toEqual([])
  expect(await placesOf(restored, 'brandt')).toEqual([])
  expect(await eraseAgain(restored, erasuresPath(folder), now)).toEqual({
    listed: 2,
    customers: 0,
    contacts: 0,
    responses: 0,
  })
  await restored.destroy()
  rmSync(folder, { recursive: true })
})

test('rows about somebody who is erased go out of the files of imports too', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-'))
  const staging = makeStaging(folder, 'one')
  const row = (line: number, cells: string[]) => ({ line, cells })
  addRows(staging, [
    row(2, ['Acme', 'WILL.HART@acme.example', '']),
    row(3, ['Acme', '', 'Will', 'O"Hara']),
    row(4, ['Acme', '', 'Will', 'Smith']),
  ] as Parameters<typeof addRows>[1])
  writeFileSync(join(folder, 'one.csv'), 'Acme;will.hart@acme.example\n')
  forgetRows(folder, [['will.hart@acme.example'], ['Will', 'O"Hara']])
  expect(staging.prepare('select line from file_row').all()).toEqual([{ line: 4 }])
  expect(() => readFileSync(join(folder, 'one.csv'))).toThrow()
  staging.close()
  forgetRows(join(folder, 'not there'), [['x']])
  rmSync(folder, { recursive: true })
})
