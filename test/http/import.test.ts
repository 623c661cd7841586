import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileOf } from '#server/db.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, anna, fennholt, jonas, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let cookie: string
let folder: string

beforeEach(async () => {
  house = await startApp({ onDisk: true })
  await makeWorld(house.db)
  folder = dirname(await fileOf(house.db))
  cookie = await house.signIn(lena.id)
})
afterEach(async () => {
  expect(await keptOtherwise(), 'what is kept beside customers differs from a recount').toEqual([])
  await house.close()
})

/** Customers whose number of contacts, latest year or words of the search are not what a recount gives. */
async function keptOtherwise() {
  const { rows } = await sql<{ id: string }>`select id from customer as c where
    contact_count <> (select count(*) from contact where customer_id = c.id and archived_at is null)
    or latest_year is not (select max(year) from customer_year where customer_id = c.id and revenue_minor is not null)
    or latest_revenue_minor is not (select revenue_minor from customer_year
      where customer_id = c.id and revenue_minor is not null order by year desc limit 1)
    or (select words from customer_words where customer_id = c.id and contact_id = '')
      is not ' ' || name || ' ' || coalesce(external_id, '')
    or (select group_concat(words, '|' order by contact_id) from customer_words where customer_id = c.id and contact_id <> '')
      is not (select group_concat(' ' || first_name || ' ' || last_name || ' ' || coalesce(email, '') || ' '
        || coalesce(external_id, ''), '|' order by id) from contact where customer_id = c.id and archived_at is null)`.execute(
    house.db,
  )
  return rows
}

/** Sends a file as a browser does. Returns the reply; a good one leads to the preview. */
async function upload(content: string | Buffer, as = cookie, name = 'list.csv') {
  const boundary = 'a-boundary-of-the-tests'
  const payload = Buffer.concat([
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  const response = await house.app.inject({
    method: 'POST',
    url: '/customers/import',
    payload,
    headers: {
      host: 'ask.test',
      origin: 'http://ask.test',
      cookie: as,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
  })
  return { status: response.statusCode, body: response.body, location: String(response.headers.location ?? '') }
}

/** Waits as long as the file is read or written, as a person would who looks again. */
async function settled(location: string) {
  for (let tries = 0; tries < 200; tries += 1) {
    const page = await house.get(location, cookie)
    if (!page.body.includes('id="progress"')) return page
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('This import does not end.')
}

async function preview(content: string | Buffer) {
  const { status, location, body } = await upload(content)
  expect(status, body).toBe(303)
  return { location, body: (await settled(location)).body }
}
async function confirm(location: string, form = {}, as = cookie) {
  const reply = await house.post(`${location}/confirmation`, form, as)
  if (as === cookie && reply.status === 303) await settled(location)
  return reply
}
const live = async () => ({
  customers: await house.db.selectFrom('customer').selectAll().orderBy('id').execute(),
  contacts: await house.db.selectFrom('contact').selectAll().orderBy('id').execute(),
  years: await house.db.selectFrom('customer_year').selectAll().execute(),
})
/** What lies on disk of imports. */
const files = () => readdirSync(join(folder, 'imports'))
const contact = (email: string) =>
  house.db.selectFrom('contact').selectAll().where('email', '=', email).executeTakeFirst()

const list = `Company,E-Mail,First Name,Surname,Segment,Annual_Revenue,Currency,Owner_Email,Pumps
Larkfield Dairy,MO@larkfield.example,Mo,Larkin,Food,"412,000.50",EUR,rosa.lind@brackwell.example,14
Larkfield Dairy,ida@larkfield.example,Ida,Berg,,,,,
Fennholt Dairy,anna.brandt@fennholt.example,Anna,Brandt-Weil,,,,,
,jonas.weil@fennholt.example,,,,,,,
`

test('a preview says what each row would do, and nothing is written before confirming', async () => {
  const before = await live()
  const { body } = await preview(list)
  expect(body).toContain('3 rows would be written. So far nothing has been.')
  expect(body).toMatch(
    /<dt>New<\/dt><dd>2<\/dd><dd>1 customer, 2 contacts<\/dd>[\s\S]*<dt>Changes<\/dt><dd>1<\/dd>[\s\S]*<dt>No change<\/dt><dd>1<\/dd>/,
  )
  expect(body).toContain('Attribute of the customer')
  expect(await live()).toEqual(before)
})

test('confirming writes customers, contacts, revenue and attributes, and names the import in the timeline', async () => {
  const { location } = await preview(list)
  expect((await confirm(location)).status).toBe(303)
  expect((await house.get(location, cookie)).body).toContain('3 rows written.')
  const mo = await contact('mo@larkfield.example')
  const { body } = await house.get(`/customers/${mo?.customer_id}`, cookie)
  for (const words of [
    'Larkfield Dairy',
    'Owner Rosa Lind',
    '€412,000.50',
    'Pumps',
    'Ida Berg',
    'Imported by Lena Okafor',
  ])
    expect(body).toContain(words)
  expect(await contact(anna.email)).toMatchObject({ id: anna.id, last_name: 'Brandt-Weil', job_title: anna.jobTitle })
  expect(files()).toEqual([])
})

test('confirming twice, or the same file again, changes nothing twice', async () => {
  const { location } = await preview(list)
  await Promise.all([confirm(location), confirm(location)])
  const once = await live()
  expect(once.contacts).toHaveLength(6)
  const again = await preview(list)
  expect(again.body).toContain('Nothing would change.')
  await confirm(again.location)
  expect((await live()).contacts).toHaveLength(6)
})

test('nobody else finds the preview, and reps find no import at all', async () => {
  const { location } = await preview(list)
  const adas = await house.signIn(ada.id)
  expect((await house.get(location, adas)).status).toBe(404)
  expect((await confirm(location, {}, adas)).status).toBe(404)
  const rosas = await house.signIn(rosa.id)
  expect((await house.get('/customers/import', rosas)).status).toBe(404)
  expect((await upload(list, rosas)).status).toBe(404)
  expect((await live()).contacts).toHaveLength(4)
})

test('rejected rows are left out only by a tick; the rest is then written whole', async () => {
  const { location, body } = await preview(
    `company,email,status,owner_email\nA,not an address,,\nB,b@b.example,asleep,\nC,c@c.example,,gone@brackwell.example\n,d@d.example,,\nE,e@e.example,active,\nF,E@e.example,,\n`,
  )
  for (const words of [
    '&quot;not an address&quot; is not an address.',
    'status &quot;asleep&quot; is not known. Write prospect, active, lost.',
    'Nobody here has the address gone@brackwell.example.',
    'the company is missing',
    'The same address stands in line 6.',
  ])
    expect(body).toContain(words)
  const refused = await confirm(location)
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Nothing was written.')
  expect((await live()).contacts).toHaveLength(4)
  await confirm(location, { leaveOut: 'yes' })
  expect((await live()).contacts).toHaveLength(5)
  expect((await house.get(location, cookie)).body).toContain('1 row written, 5 left out.')
})

test('the rejected rows come back as a file with reasons, and no cell runs as a formula', async () => {
  const { location } = await preview('company,email,note\n"=HYPERLINK(""x"")",bad,"+1, -1"\n@x,worse,fine\n')
  const file = await house.get(`${location}/rejected.csv`, cookie)
  expect(file.headers['content-type']).toContain('text/csv')
  const lines = file.body.split('\r\n')
  expect(lines[0]).toBe('\uFEFFcompany,email,note,rejected_because')
  expect(lines[1]).toMatch(/^"'=HYPERLINK\(""x""\)",bad,"'\+1, -1",/)
  expect(lines[2]).toMatch(/^'@x,worse,fine,/)
})

test('a rejected row that comes back mended keeps its telephone number as it was', async () => {
  const { location } = await preview('company,email,first_name,phone\nNewcomer,bad,Nia,+1 555 0142\n')
  const file = (await house.get(`${location}/rejected.csv`, cookie)).body
  expect(file).toContain("'+1 555 0142")
  const mended = await preview(file.replace(',bad,', ',nia@newcomer.example,'))
  await confirm(mended.location)
  expect((await contact('nia@newcomer.example'))?.phone).toBe('+1 555 0142')
})

test('only rows with errors can be shown, and long lists are paged', async () => {
  const rows = Array.from({ length: 120 }, (_, n) => `C${n},${n === 70 ? 'bad' : `p${n}@c.example`}`)
  const { location, body } = await preview(`company,email\n${rows.join('\n')}\n`)
  expect(body).toContain('1 to 50 of 120')
  const rejected = (await house.get(`${location}?rows=reject`, cookie)).body
  expect(rejected).toContain('1 to 1 of 1')
  expect(rejected).toMatch(/>Line 72</)
})

test('an import never lifts the wish not to be written to', async () => {
  await house.db
    .insertInto('suppression')
    .values({ address: jonas.email, reason: 'opt_out', created_at: '2026-11-20T08:00:00.000Z' })
    .execute()
  const { location, body } = await preview(`email,mail_basis\n${jonas.email.toUpperCase()},consent\n`)
  expect(body).toContain('1 address in this file does not want our mails. Importing does not change that.')
  await confirm(location)
  expect(await house.db.selectFrom('suppression').selectAll().execute()).toHaveLength(1)
  expect((await house.get(`/customers/${fennholt.id}`, cookie)).body).toContain('Does not want our mails')
})

test('external ids find customers and contacts first, then addresses', async () => {
  const file =
    'customer_external_id,company,external_id,email,name\nK-1,Acme Tools,P-1,will.hart@acme.example,"Hart, Will"\n'
  await confirm((await preview(file)).location)
  expect((await live()).customers.find(({ id }) => id === acme.id)).toMatchObject({ external_id: 'K-1' })
  await confirm(
    (await preview('customer_external_id,company,external_id,email\nK-1,Acme Tooling,P-1,w.hart@acme.example\n'))
      .location,
  )
  const { customers, contacts } = await live()
  expect(customers).toHaveLength(3)
  expect(customers.find(({ external_id }) => external_id === 'K-1')).toMatchObject({
    id: acme.id,
    name: 'Acme Tooling',
  })
  expect(contacts.find(({ external_id }) => external_id === 'P-1')).toMatchObject({
    email: 'w.hart@acme.example',
    first_name: 'Will',
  })
})

test('a contact is not moved to another customer, and one number is not given to two', async () => {
  const { body } = await preview(
    `customer_external_id,company,email\n,Acme Tools,${anna.email}\nK-9,Acme Tools,will.hart@acme.example\nK-9,,${jonas.email}\n`,
  )
  expect(body).toContain('This contact belongs to Fennholt Dairy. Correct the company')
  expect(body).toContain('This contact belongs to Fennholt Dairy, not to Acme Tools, which has this number above.')
})

test('a preview that has become stale is judged anew and has to be confirmed again', async () => {
  const { location } = await preview('company,email\nNew One,nia@new.example\n')
  await confirm((await preview('company,email\nOther One,nia@new.example\n')).location)
  await confirm(location)
  const { body } = await house.get(location, cookie)
  expect(body).toContain('The records changed since this preview. Nothing was written.')
  expect(body).toContain('This contact belongs to Other One.')
  expect((await live()).customers).toHaveLength(4)
})

test('Excel’s files are read: semicolons, tabs, its encodings, its line ends, breaks within a cell', async () => {
  const rows = (sign: string) =>
    [
      ['company', 'email', 'note'],
      ['Käserei Müller – Söhne', 'kaese@mueller.example', '"first line\r\nsecond; line"'],
    ]
      .map((cells) => cells.join(sign))
      .join('\r\n')
  const windows = Buffer.from(rows(';').replace('–', '\x96'), 'latin1')
  for (const [file, how] of [
    [Buffer.from(`\uFEFF${rows(';')}`), 'UTF-8'],
    [windows, 'Windows-1252'],
    [Buffer.from(`\uFEFF${rows('\t')}`, 'utf16le'), 'UTF-16'],
    [Buffer.from(`\uFEFF${rows('\t')}`, 'utf16le').swap16(), 'UTF-16'],
    [Buffer.from(`sep=;\r\n${rows(';')}`), 'UTF-8'],
  ] as const) {
    const { body } = await preview(file)
    expect(body).toContain('Käserei Müller – Söhne')
    expect(body).toContain(`Read as ${how},`)
    expect(body).toContain('1 row would be written.')
  }
  const { location } = await preview(windows)
  await confirm(location)
  const { customers } = await live()
  expect(JSON.parse(customers.find(({ name }) => name.startsWith('K'))?.attributes ?? '')).toEqual({
    note: 'first line\r\nsecond; line',
  })
})

test('other alphabets and huge cells: the first are kept, the second are named', async () => {
  const { location, body } = await preview(
    `company,email,note\n株式会社タニ,tani@tani.example,x\nBig,big@big.example,${'x'.repeat(3000)}\n`,
  )
  expect(body).toContain('note has 3000 characters. Shorten it to 2000.')
  await confirm(location, { leaveOut: 'yes' })
  expect((await live()).customers.map(({ name }) => name)).toContain('株式会社タニ')
})

test('characters that nobody sees are named with their column, and no such row is written', async () => {
  const { location, body } = await preview(
    'company,email,note\nA\u0000B,a@a.example,x\n\u202egnp.exe,b@b.example,x\nC,c@c.example,"be\u0007ll"\n"Two\nlines",d@d.example,x\n',
  )
  for (const sentence of [
    'in company that nobody can see (U+0000)',
    'company that nobody can see (U+202E)',
    'note that nobody can see (U+0007)',
  ])
    expect(body).toContain(sentence)
  await confirm(location, { leaveOut: 'yes' })
  const names = (await live()).customers.map(({ name }) => name)
  expect(names).toContain('Two lines')
  expect(names.filter((name) => /^(A|C)$|gnp/.test(name))).toEqual([])
})

test('a language written out in words is refused, not cut to the letters of another one', async () => {
  const { location, body } = await preview(
    'company,email,language\nA,a@a.example,Estonian\nB,b@b.example,de-AT\nC,c@c.example,EN_GB\n',
  )
  expect(body).toContain('Write the language as two letters, such as en or de.')
  await confirm(location, { leaveOut: 'yes' })
  expect([(await contact('a@a.example'))?.email, (await contact('b@b.example'))?.language]).toEqual([undefined, 'de'])
  expect((await contact('c@c.example'))?.language).toBe('en')
})

test('a file that cannot be read brings a sentence that says what to do, and keeps nothing', async () => {
  for (const [file, sentence] of [
    ['', 'This file is empty.'],
    ['company,email\n', 'no rows below'],
    ['company,email\nA,a@a.example\nB,"broken\n', 'In line 3 a quotation mark is opened and never closed.'],
    ['company,email\nA,"a"b\nC,c\n', 'In line 2 the quotation marks do not match.'],
    [Buffer.from('PK\x03\x04rest'), 'Save as'],
  ] as const) {
    const reply = await upload(file)
    expect(reply.status, sentence).toBe(422)
    expect(reply.body).toContain(sentence)
  }
  const none = await house.post('/customers/import', {}, cookie)
  expect(none.status).toBe(422)
  expect(none.body).toContain('Choose a CSV file.')
  expect(await house.db.selectFrom('customer_import').selectAll().execute()).toEqual([])
})

test('what nobody confirmed within a week is thrown away', async () => {
  const { location } = await preview(list)
  house.clock.forward(8 * 86_400_000)
  cookie = await house.signIn(lena.id)
  await preview('company,email\nB,b@b.example\n')
  expect((await house.get(location, cookie)).status).toBe(404)
})

test('the meaning of a column can be chosen, and the rows are then judged anew', async () => {
  const { location, body } = await preview('Wer,Post\nNewcomer,nia@newcomer.example\n')
  expect(body).toContain('Say what the columns mean. Nothing has been written.')
  expect(body).toContain('No column says whom a row is about.')
  expect((await confirm(location)).status).toBe(303)
  await house.post(`${location}/columns`, { 'column-0': 'company', 'column-1': 'email' }, cookie)
  expect((await settled(location)).body).toContain('1 row would be written.')
  await confirm(location)
  expect(await contact('nia@newcomer.example')).toMatchObject({ mail_basis: 'existing_customer' })
})

test('offerings, outcomes and languages come in, and coming in again changes nothing', async () => {
  const file =
    'company,customer_language,offerings,outcome,outcome_on,outcome_note\nNewcomer,de,"Pumps, Night line",renewed,31.3.2026,For two years\nNewcomer,,Pumps,,,\nOther,,pumps,,,\n'
  const first = await preview(file)
  expect(first.body).toContain('New among what we offer: Pumps and Night line.')
  await confirm(first.location)
  const customer = (await live()).customers.find(({ name }) => name === 'Newcomer')
  expect(customer?.language).toBe('de')
  const page = (await house.get(`/customers/${customer?.id}`, cookie)).body
  for (const words of ['Pumps', 'Night line', 'Renewed', 'For two years']) expect(page).toContain(words)
  expect(await house.db.selectFrom('offering').select('name').orderBy('name').execute()).toHaveLength(2)
  expect((await preview(file)).body).toContain('Nothing would change.')
})

test('whom we may not write to stays so, unless the uploader says that the file knows better', async () => {
  await house.db.updateTable('contact').set({ mail_basis: 'none' }).where('id', '=', anna.id).execute()
  const file = `email,mail_basis,job_title\n${anna.email},consent,plant manager\n${jonas.email},none,\n`
  const first = await preview(file)
  expect(first.body).toContain('we may write to 1 contact to whom we may not today')
  await confirm(first.location)
  expect(await contact(anna.email)).toMatchObject({ mail_basis: 'none', job_title: 'plant manager' })
  expect(await contact(jonas.email)).toMatchObject({ mail_basis: 'none' })
  await confirm((await preview(file)).location, { mayLoosen: 'yes' })
  expect(await contact(anna.email)).toMatchObject({ mail_basis: 'consent' })
})

test('a file can be left, found again and thrown away', async () => {
  const { location } = await preview(list)
  const page = (await house.get('/customers/import', cookie)).body
  expect(page).toContain(`href="${location}"`)
  expect(page).toContain('waits for you')
  expect((await house.post(`${location}/cancellation`, {}, cookie)).status).toBe(303)
  expect((await house.get(location, cookie)).status).toBe(404)
  expect(files()).toEqual([])
  const applied = await preview('company\nNewcomer\n')
  await confirm(applied.location)
  expect((await house.post(`${applied.location}/cancellation`, {}, cookie)).status).toBe(409)
})

test('what a stopped process left is taken up at the next start, and written once', async () => {
  const { location } = await preview(list)
  const id = location.split('/').at(-1) ?? ''
  // Confirmed, and then nobody was there to write it.
  await house.db.updateTable('customer_import').set({ state: 'applying' }).where('id', '=', id).execute()
  expect((await house.get(location, cookie)).body).toContain('Writing list.csv')
  expect((await house.post(`${location}/cancellation`, {}, cookie)).status).toBe(409)
  await house.post(`${location}/continuation`, {}, cookie)
  await settled(location)
  await house.post(`${location}/continuation`, {}, cookie)
  const { contacts, customers } = await live()
  expect([customers.length, contacts.length]).toEqual([4, 6])
  const events = await house.db.selectFrom('event').select('id').where('action', '=', 'import').execute()
  expect(events).toHaveLength(2)
})

test('a row that no longer fits when it is written is left out with its reason', async () => {
  const { location } = await preview(
    'company,email,first_name\nNew One,nia@new.example,Nia\nOther One,ole@other.example,Ole\n',
  )
  const id = location.split('/').at(-1) ?? ''
  // Somebody adds the same address after the last look, which no event tells.
  await house.db
    .insertInto('contact')
    .values({
      id: '01900000-0000-7000-8000-00000000cccc',
      customer_id: acme.id,
      external_id: null,
      first_name: 'Nia',
      last_name: 'Sol',
      email: 'nia@new.example',
      buying_role: null,
      language: null,
      mail_basis: 'none',
      created_at: house.clock.now.toISOString(),
      updated_at: house.clock.now.toISOString(),
      archived_at: null,
    })
    .execute()
  await confirm(location)
  const { body } = await settled(location)
  expect(body).toContain('1 row written, 1 left out.')
  expect(body).toContain('1 row could not be written, because somebody changed the record while this ran.')
  const rejected = (await house.get(`/customers/import/${id}/rejected.csv`, cookie)).body
  expect(rejected).toContain('This contact belongs to Acme Tools.')
  expect((await live()).contacts).toHaveLength(6)
})

test('a file that announces itself as too large is refused before it is listened to', async () => {
  const response = await house.app.inject({
    method: 'POST',
    url: '/customers/import',
    payload: 'x',
    headers: {
      host: 'ask.test',
      origin: 'http://ask.test',
      cookie,
      'content-type': 'multipart/form-data; boundary=x',
      'content-length': String(1024 ** 3),
    },
  })
  expect(response.statusCode).toBe(422)
  expect(response.body).toContain('This file is larger than 200 MB.')
})

test('a column may have any name, also one that JavaScript knows', async () => {
  const { location } = await preview(
    'Company,E-Mail,constructor,toString,__proto__\nLarkfield Dairy,mo@larkfield.example,Ida & Sons,14,x\nLarkfield Dairy,ida@larkfield.example,Ida & Sons,15,x\n',
  )
  expect((await house.get(location, cookie)).body).toContain('Line 2 gives this customer another toString')
  await confirm(location, { leaveOut: 'yes' })
  const { customers } = await live()
  const { attributes } = customers.find(({ name }) => name === 'Larkfield Dairy') ?? {}
  expect(JSON.parse(attributes ?? '{}')).toEqual({ constructor: 'Ida & Sons', toString: '14', proto: 'x' })
})

test('a row with the number of a customer that was merged is about the one it belongs to now', async () => {
  const set = (id: string, values: object) =>
    house.db.updateTable('customer').set(values).where('id', '=', id).execute()
  await set(acme.id, { external_id: 'K-1' })
  await set(fennholt.id, { external_id: 'K-2', archived_at: '2026-11-20T08:00:00.000Z', merged_into: acme.id })
  const { location } = await preview(
    'Customer_External_Id,Company,Region,E-Mail\nK-2,Old name,West,mo@acme.example\nK-1,,West,ida@acme.example\n',
  )
  await confirm(location)
  const { customers, contacts } = await live()
  expect(customers.find(({ id }) => id === acme.id)).toMatchObject({
    name: 'Acme Tools',
    external_id: 'K-1',
    region: 'West',
  })
  expect(contacts.filter(({ email }) => /^(mo|ida)@acme/.test(email ?? '')).map((one) => one.customer_id)).toEqual([
    acme.id,
    acme.id,
  ])
})

test('what was read of a file is for nobody else on the machine to read', async () => {
  await preview(list)
  const modes = files().map((name) => (statSync(join(folder, 'imports', name)).mode & 0o077).toString(8))
  expect(modes.length).toBeGreaterThan(0)
  expect(new Set(modes)).toEqual(new Set(['0']))
})

test('the example can be uploaded as it is', async () => {
  const example = (await house.get('/customers/import/example.csv', cookie)).body
  const { location, body } = await preview(example)
  expect(body).toContain('3 rows would be written.')
  await confirm(location)
  expect((await live()).contacts).toHaveLength(6)
})
