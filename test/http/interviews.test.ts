import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { checkTemplate } from '#server/templates/files.ts'
import { latestVersions, publish } from '#server/templates/templates.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { newestVersion } from '../support/versions.ts'
import { acme, ada, anna, carla, fennholt, jonas, lena, makeWorld, mirador, rosa, tom } from '../support/world.ts'

let house: TestApp
let asRosa: string
let asTom: string
let asLena: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asRosa = await house.signIn(rosa.id)
  asTom = await house.signIn(tom.id)
  asLena = await house.signIn(lena.id)
})
afterAll(() => house.close())
beforeEach(async () => {
  for (const table of ['follow_up', 'prediction', 'response', 'job'] as const)
    await house.db.deleteFrom(table).execute()
  await house.db.deleteFrom('customer_share').execute()
  await house.db
    .updateTable('customer')
    .set({ owner_id: rosa.id, segment: 'Food and drink' })
    .where('id', '=', fennholt.id)
    .execute()
})

const hidden = (body: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
const words = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

const setting = {
  channel: 'interview',
  contact: anna.id,
  tookPlaceOn: '2026-11-23',
  place: 'at their plant',
  present: '',
}
async function open(more: Record<string, string> = {}, cookie = asRosa, customer = fennholt.id) {
  const url = `/customers/${customer}/interviews/new`
  const { body } = await house.get(url, cookie)
  const form = { key: hidden(body, 'key'), version: await newestVersion(house.db), ...setting, ...more }
  const opened = await house.post(url, form, cookie)
  expect(opened.status).toBe(303)
  return opened.location
}
async function note(talk: string, question: string, fields: Record<string, string>, cookie = asRosa) {
  const url = `${talk}/q/${question}`
  const { body } = await house.get(url, cookie)
  return house.post(
    url,
    { version: hidden(body, 'version'), writer: hidden(body, 'writer'), go: 'next', ...fields },
    cookie,
  )
}
const file = (talk: string, fields: Record<string, string> = {}, cookie = asRosa) =>
  house.post(`${talk}/submission`, { who: 'team', act: 'file', ...fields }, cookie)

const kept = async () =>
  (
    await house.db
      .selectFrom('answer')
      .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
      .select(['question', 'item', 'voice', 'provenance', 'text', 'after_prompt'])
      .where('superseded_at', 'is', null)
      .orderBy('question')
      .orderBy('item')
      .orderBy('voice')
      .execute()
  ).map((row) => [row.question, row.item, row.voice, row.provenance, row.text].filter(Boolean).join(' | '))

test('a rep notes a talk and finds it', async () => {
  const talk = await open()
  expect((await house.get(talk, asRosa)).location).toBe(`${talk}/q/CORE-1`)
  const first = await house.get(`${talk}/q/CORE-1`, asRosa)
  expect(words(first.body)).toContain('Why do you buy from us rather than from someone else?')
  expect(words(first.body)).toContain('Then be quiet for five seconds.')
  expect(words(first.body)).toContain('What else did you look at? What tipped it?')

  const next = await note(talk, 'CORE-1', {
    text: 'If a pump stops at night the milk is lost by morning.',
    'all-manner': 'verbatim',
    'all-view': 'She would follow Marek, not us.',
    'all-seen': 'A rival’s price list on the desk.',
  })
  expect(next.location).toBe(`${talk}/q/CORE-2`)
  await note(talk, 'CORE-3', {
    spend: 'Says the invoices take her half a day.',
    'spend-manner': 'paraphrase',
    'spend-worse': '1',
    'avoid-seen': 'A spare pump under a sheet.',
  })
  const check = words((await house.get(`${talk}/check`, asRosa)).body)
  expect(check).toContain('My view, not counted She would follow Marek')
  expect(check).toMatch(/half a day\. In my words/)

  const filed = await file(talk, { owe: 'Send her the corrected invoices', oweDue: '2026-11-30', oweOwner: rosa.id })
  expect([filed.status, filed.location]).toEqual([303, talk])
  const notes = await house.get(talk, asRosa)
  expect(notes.body).toContain('the milk is lost by morning')
  expect(words(notes.body)).toContain('Send her the corrected invoices')
  expect((await house.get('/interviews', asRosa)).body).toContain('Talk with Fennholt Dairy')
  expect((await house.get(`/customers/${fennholt.id}`, asRosa)).body).toContain(`href="${talk}"`)
  expect(await kept()).toEqual([
    'CORE-1 | customer | verbatim | If a pump stops at night the milk is lost by morning.',
    'CORE-1 | observed | observed | A rival’s price list on the desk.',
    'CORE-1 | rep | paraphrase | She would follow Marek, not us.',
    'CORE-3 | avoid | observed | observed | A spare pump under a sheet.',
    'CORE-3 | spend | customer | paraphrase | Says the invoices take her half a day.',
  ])
})

test('filing keeps the customer’s segment, region and owner as they are that day, and who gave the consent', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  await house.db.updateTable('customer').set({ segment: 'Dairies' }).where('id', '=', fennholt.id).execute()
  await file(talk, { who: 'lead' })
  const row = await house.db.selectFrom('response').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({
    state: 'submitted',
    segment: 'Dairies',
    region: 'North',
    owner_id: rosa.id,
    author_id: rosa.id,
  })
  expect(row).toMatchObject({
    channel: 'interview',
    contact_id: anna.id,
    took_place_on: '2026-11-23',
    consent_level: 'lead',
  })
  const consent = await house.db.selectFrom('consent').select(['level', 'given_by']).execute()
  expect(consent).toEqual([{ level: 'lead', given_by: 'author' }])
  const jobs = await house.db.selectFrom('job').select(['kind', 'payload']).execute()
  expect(jobs).toEqual([{ kind: 'suggest-tags', payload: JSON.stringify({ responseId: row.id }) }])
  expect(await house.db.selectFrom('draft').selectAll().execute()).toEqual([])
})

test('nothing is preselected, and who did not ask keeps the words to totals', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  expect((await house.get(`${talk}/check`, asRosa)).body).not.toMatch(/name="who"[^>]*checked/)
  const refused = await house.post(`${talk}/submission`, { act: 'file', owe: 'Call her', oweDue: '2026-12-01' }, asRosa)
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Choose what they agreed to')
  expect(refused.body).toContain('Call her')
  await file(talk, { who: 'not-asked' })
  const { consent_level } = await house.db.selectFrom('response').select('consent_level').executeTakeFirstOrThrow()
  expect(consent_level).toBe('totals')
})

test('a talk without a word cannot be filed, a view alone neither, and the page says what to do', async () => {
  const talk = await open()
  const empty = await file(talk)
  expect([empty.status, empty.body.includes('Note at least one thing that they said or that you saw')]).toEqual([
    422,
    true,
  ])
  await note(talk, 'CORE-1', { text: '', 'all-view': 'Only what I think.' })
  const refused = await file(talk)
  expect([refused.status, refused.body.includes('Only what I think.')]).toEqual([422, true])
  await note(talk, 'CORE-1', { text: '', 'all-seen': 'A cup stood on the pump.' })
  expect((await file(talk)).status).toBe(303)
})

test('a talk that lies ahead cannot be filed before its day', async () => {
  const talk = await open({ tookPlaceOn: '2026-11-25' })
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  const early = await file(talk)
  expect([early.status, early.body.includes('still lies ahead')]).toEqual([422, true])
  const moved = await house.post(
    `${talk}/setting`,
    { contact: jonas.id, tookPlaceOn: '2026-11-20', place: 'by telephone', present: 'Nell' },
    asRosa,
  )
  expect(moved.location).toBe(`${talk}/check`)
  expect((await file(talk)).status).toBe(303)
  expect(words((await house.get(talk, asRosa)).body)).toContain(
    'Jonas Weil, fitter, decides. 20 November, by telephone. There: Nell.',
  )
})

test('an answer that is too long is shown again with every word, and nothing is saved', async () => {
  const talk = await open()
  const long = 'milk '.repeat(4100)
  const refused = await note(talk, 'CORE-1', { text: 'Short', 'all-view': long, 'all-manner': 'paraphrase' })
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Short')
  expect(refused.body).toContain(long.trim())
  expect(refused.body).toMatch(/value="paraphrase" checked/)
  expect(await house.db.selectFrom('draft').selectAll().execute()).toEqual([])
})

test('an older tab does not overwrite what a newer one saved', async () => {
  const talk = await open()
  const url = `${talk}/q/CORE-1`
  const old = await house.get(url, asRosa)
  await note(talk, 'CORE-1', { text: 'Newer words', 'all-view': 'Newer view' })
  const form = {
    version: hidden(old.body, 'version'),
    writer: hidden(old.body, 'writer'),
    go: 'next',
    text: 'Older words',
    'all-view': 'Older view',
  }
  const refused = await house.post(url, form, asRosa)
  expect(refused.status).toBe(409)
  expect(refused.body).toContain('Newer words</textarea>')
  expect(words(refused.body)).toMatch(/copy from it what you want to keep: Older words.*My view: Older view/)
  const auto = await house.post(`${url}/draft`, form, asRosa)
  expect([auto.status, JSON.parse(auto.body).sentence.includes('copy what you wrote')]).toEqual([409, true])
  expect((await house.get(url, asRosa)).body).not.toContain('Older words')
})

test('notes are saved while they are typed, and saying nothing saves nothing', async () => {
  const talk = await open()
  const url = `${talk}/q/CORE-1`
  expect(
    JSON.parse((await house.post(`${url}/draft`, { text: '', 'all-manner': 'verbatim' }, asRosa)).body).version,
  ).toBe(0)
  expect(await house.db.selectFrom('draft').selectAll().execute()).toEqual([])
  const saved = await house.post(`${url}/draft`, { text: 'Half a sen', version: '0', writer: 'one' }, asRosa)
  expect(JSON.parse(saved.body)).toEqual({ version: 1, time: '10:00' })
  expect((await house.get(url, asRosa)).body).toContain('Half a sen</textarea>')
  expect((await house.get('/interviews', asRosa)).body).toContain('1 of 4 questions noted, saved 10:00')
})

test('opening a talk seals the author’s guess about the customer, and no other', async () => {
  const guess = { revenue: '10', cost: '40', risk: '80', emotion: '50', sentence: 'The line never stops.' }
  await house.post(`/customers/${fennholt.id}/prediction`, guess, asRosa)
  await house.post(`/customers/${fennholt.id}/prediction`, guess, asLena)
  expect(words((await house.get(`/customers/${fennholt.id}/interviews/new`, asRosa)).body)).toContain(
    'Your guess is sealed when you open the guide.',
  )
  const talk = await open()
  expect(words((await house.get(`${talk}/q/CORE-1`, asRosa)).body)).toContain('Your guess is sealed.')
  const rows = await house.db
    .selectFrom('prediction')
    .select(['user_id', 'response_id', 'sealed_at'])
    .orderBy('user_id')
    .execute()
  expect(rows).toEqual([
    { user_id: lena.id, response_id: null, sealed_at: null },
    { user_id: rosa.id, response_id: talk.split('/')[2], sealed_at: '2026-11-23T10:00:00.000Z' },
  ])
})

test('the form for opening says what is missing and keeps what was typed', async () => {
  const url = `/customers/${fennholt.id}/interviews/new`
  const refused = await house.post(url, { channel: 'interview', place: 'at their plant', contact: '' }, asRosa)
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('at their plant')
  expect(refused.body).toContain('Choose whom you speak with')
  const { body } = await house.get(url, asRosa)
  const strange = { ...setting, key: hidden(body, 'key'), version: await newestVersion(house.db), contact: carla.id }
  expect((await house.post(url, strange, asRosa)).status).toBe(409)
  expect(await house.db.selectFrom('response').selectAll().execute()).toEqual([])
})

test('a form that is sent twice opens one talk, and notes that are filed twice are filed once', async () => {
  const url = `/customers/${fennholt.id}/interviews/new`
  const { body } = await house.get(url, asRosa)
  const form = { ...setting, key: hidden(body, 'key'), version: await newestVersion(house.db) }
  const [one, other] = [await house.post(url, form, asRosa), await house.post(url, form, asRosa)]
  expect(one.location).toBe(other.location)
  const talk = one.location
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  const owed = { owe: 'Send the drawing', oweDue: '2026-12-01', oweOwner: rosa.id }
  const replies = await Promise.all([file(talk, owed), file(talk, owed)])
  expect(replies.map(({ status }) => status)).toEqual([303, 303])
  const count = async (table: 'response' | 'answer_revision' | 'consent' | 'follow_up') =>
    (await house.db.selectFrom(table).select('id').execute()).length
  expect([
    await count('response'),
    await count('answer_revision'),
    await count('consent'),
    await count('follow_up'),
  ]).toEqual([1, 1, 1, 1])
})

test('the rep’s view is never among the customer’s answers: not tagged, not counted', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', {
    text: 'Fine.',
    'all-view': 'A stop would cost them a fortune and they fear it.',
    'all-seen': 'The night shift was calm.',
  })
  await file(talk)
  await house.worker.drain()
  const coded = await house.db
    .selectFrom('coding')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .select('voice')
    .execute()
  expect(coded.map(({ voice }) => voice).sort((a, b) => a.localeCompare(b))).toEqual(['customer', 'observed'])
  const summary = await house.db
    .selectFrom('response_summary')
    .select(['provenance', 'answers'])
    .orderBy('provenance')
    .execute()
  expect(summary).toEqual([
    { provenance: 'observed', answers: 1 },
    { provenance: 'verbatim', answers: 1 },
  ])
  for (const url of ['/review', `/customers/${fennholt.id}`, '/why'])
    expect((await house.get(url, asLena)).body).not.toContain('cost them a fortune')
})

test('a stranger finds no talk, and nobody but its author sees a draft', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'Secret milk' })
  for (const cookie of [asTom, asLena, await house.signIn(ada.id)]) {
    for (const path of ['', '/q/CORE-1', '/check', '/setting', '/withdrawal'])
      expect((await house.get(`${talk}${path}`, cookie)).status).toBe(404)
    for (const path of ['/q/CORE-1', '/q/CORE-1/draft', '/submission', '/setting', '/withdrawal'])
      expect(
        (await house.post(`${talk}${path}`, { text: 'Mine', who: 'team', sure: '1', ...setting }, cookie)).status,
      ).toBe(404)
    expect((await house.get('/interviews', cookie)).body).not.toContain('Fennholt')
  }
  expect((await house.get(`/customers/${fennholt.id}/interviews/new`, asTom)).status).toBe(404)
  expect((await house.get(`/customers/${fennholt.id}`, asLena)).body).not.toContain('Secret milk')
})

test('filed notes are read as the customer agreed', async () => {
  const read = async (who: string) => {
    await house.db.deleteFrom('response').execute()
    const talk = await open()
    await note(talk, 'CORE-1', { text: `Words for ${who}` })
    await file(talk, { who })
    await house.db
      .insertInto('customer_share')
      .values({ customer_id: fennholt.id, user_id: tom.id, shared_at: '2026-11-01T08:00:00.000Z' })
      .onConflict((c) => c.doNothing())
      .execute()
    return Promise.all([asRosa, asTom, asLena].map(async (cookie) => (await house.get(talk, cookie)).status))
  }
  expect(await read('team')).toEqual([200, 200, 200])
  expect(await read('lead')).toEqual([200, 404, 200])
  expect(await read('totals')).toEqual([200, 404, 404])
  const readings = await house.db
    .selectFrom('event')
    .select('user_id')
    .where('action', '=', 'read-confidential')
    .execute()
  expect(readings).toEqual([{ user_id: lena.id }])
})

test('an author keeps the own notes when the customer moves to a colleague', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  await file(talk, { who: 'totals' })
  await house.db.updateTable('customer').set({ owner_id: tom.id }).where('id', '=', fennholt.id).execute()
  expect((await house.get(talk, asRosa)).status).toBe(200)
  expect((await house.get(talk, asTom)).status).toBe(404)
})

test('a lead reads filed talks in one list, a rep the own ones', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  await file(talk)
  const other = await open({ contact: carla.id }, asTom, mirador.id)
  await note(other, 'CORE-1', { text: 'Quality.' }, asTom)
  await file(other, { who: 'lead' }, asTom)
  const list = words((await house.get('/interviews', asLena)).body)
  expect(list).toContain('Noted by Rosa Lind')
  expect(list).toContain('Noted by Tom Adair')
  expect((await house.get('/interviews', asRosa)).body).not.toContain('Mirador')
})

test('corrections are new revisions: what stood there before is kept, and stays unread until they are filed', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at nite.' })
  await file(talk)
  await house.worker.drain()
  await note(talk, 'CORE-1', { text: 'You come at night.', 'all-manner': 'verbatim' })
  await note(talk, 'CORE-4', { text: 'Whether we like the invoices.' })
  expect(words((await house.get(talk, asLena)).body)).toContain('at nite.')
  expect(words((await house.get(talk, asRosa)).body)).toContain('You have corrections that are not filed yet.')
  await file(talk)
  const revisions = await house.db
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .select(['number', 'text'])
    .orderBy('question')
    .orderBy('number')
    .execute()
  expect(revisions.map(({ number, text }) => `${number} ${text}`)).toEqual([
    '1 You come at nite.',
    '2 You come at night.',
    '1 Whether we like the invoices.',
  ])
  expect((await house.db.selectFrom('consent').selectAll().execute()).length).toBe(1)
  expect(words((await house.get(talk, asLena)).body)).toContain('Corrected on 23 November')
  await file(talk)
  expect((await house.db.selectFrom('answer_revision').selectAll().execute()).length).toBe(3)
})

test('withdrawn notes are asked about twice, leave every figure, and are read by nobody', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  await file(talk)
  await house.worker.drain()
  expect((await house.db.selectFrom('response_summary').selectAll().execute()).length).toBe(1)
  expect((await house.post(`${talk}/withdrawal`, {}, asRosa)).status).toBe(422)
  expect((await house.get(talk, asLena)).status).toBe(200)
  expect((await house.post(`${talk}/withdrawal`, { sure: '1' }, asRosa)).status).toBe(303)
  await house.worker.drain()
  expect(await house.db.selectFrom('response_summary').selectAll().execute()).toEqual([])
  expect(await house.db.selectFrom('review_queue').selectAll().execute()).toEqual([])
  expect((await house.get(talk, asLena)).status).toBe(404)
  expect((await house.get(talk, asRosa)).status).toBe(410)
  expect((await house.get('/interviews', asRosa)).body).not.toContain('Fennholt')
})

test('a draft can be thrown away; what was promised stays owed', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  const added = await house.post(
    `${talk}/submission`,
    { act: 'owe', who: 'lead', owe: 'Send the drawing', oweDue: '2026-12-01', oweOwner: rosa.id },
    asRosa,
  )
  expect(added.location).toBe(`${talk}/check?who=lead#owed`)
  expect((await house.get(`${talk}/check?who=lead`, asRosa)).body).toMatch(/value="lead" id="who-lead" checked/)
  await house.post(`${talk}/withdrawal`, { sure: '1' }, asRosa)
  expect(await house.db.selectFrom('response').selectAll().execute()).toEqual([])
  expect(await house.db.selectFrom('draft').selectAll().execute()).toEqual([])
  expect((await house.get('/follow-ups', asRosa)).body).toContain('Send the drawing')
})

test('on a visit what was seen comes first', async () => {
  const talk = await open({ channel: 'observation', contact: 'nobody' })
  const { body } = await house.get(`${talk}/q/CORE-2`, asRosa)
  expect(body.indexOf('id="all-seen"')).toBeGreaterThan(0)
  expect(body.indexOf('id="all-seen"')).toBeLessThan(body.indexOf('id="text"'))
  expect(body.match(/name="all-seen"/g)).toHaveLength(1)
  const items = (await house.get(`${talk}/q/CORE-3`, asRosa)).body
  expect(items.indexOf('id="earn-seen"')).toBeLessThan(items.indexOf('id="earn"'))
  await note(talk, 'CORE-2', { text: '', 'all-seen': 'Gregor changed over in nineteen minutes.' })
  await file(talk)
  expect(await kept()).toEqual(['CORE-2 | observed | observed | Gregor changed over in nineteen minutes.'])
  const row = await house.db.selectFrom('response').select(['channel', 'contact_id']).executeTakeFirstOrThrow()
  expect(row).toEqual({ channel: 'observation', contact_id: null })
  expect((await house.get(talk, asLena)).body).toContain('Visit at Fennholt Dairy')
})

test('what they say to an open question after the prompted ones is asked about, and does not count as unprompted', async () => {
  const talk = await open()
  await note(talk, 'CORE-1', { text: 'You come at night.' })
  expect((await house.get(`${talk}/q/CORE-2`, asRosa)).body).not.toContain('name="late"')
  await note(talk, 'CORE-3', { avoid: 'Three breakdowns less.' })
  const before = await house.get(`${talk}/q/CORE-1`, asRosa)
  expect(before.body).toMatch(/name="late" value="1">/)
  const after = await house.get(`${talk}/q/CORE-2`, asRosa)
  expect(after.body).toMatch(/name="late" value="1" checked>/)
  await note(talk, 'CORE-1', { text: 'You come at night, always.', asked: '1' })
  await note(talk, 'CORE-2', { text: 'The night line.', asked: '1', late: '1' })
  await file(talk)
  const rows = await house.db
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .select(['question', 'after_prompt'])
    .orderBy('question')
    .execute()
  expect(rows).toEqual([
    { question: 'CORE-1', after_prompt: 0 },
    { question: 'CORE-2', after_prompt: 1 },
    { question: 'CORE-3', after_prompt: 0 },
  ])
})

test('questions that are not for the customer’s own rep are closed to the rep on every way', async () => {
  const core = (await latestVersions(house.db)).find(({ key }) => key === 'core')?.template
  const yaml = JSON.stringify({
    ...core,
    key: 'loss',
    name: 'Lost customers',
    by: 'not-own-rep',
    channels: ['interview'],
    languages: undefined,
    questions: core?.questions.map((question) => ({ ...question, id: question.id.replace('CORE', 'LOSS') })),
  })
  const { template } = checkTemplate('loss.yaml', yaml)
  if (!template) throw new Error('The template of this test is broken.')
  const version = await publish(house.db, template, null, house.clock.now)
  try {
    const url = `/customers/${fennholt.id}/interviews/new`
    const page = await house.get(url, asRosa)
    expect(page.body).not.toContain(`value="${version.id}"`)
    expect(words(page.body)).toContain('asked by somebody other than the customer’s own rep')
    const form = { ...setting, key: hidden(page.body, 'key'), version: version.id }
    expect((await house.post(url, form, asRosa)).status).toBe(422)

    const talk = await open({ version: version.id }, asLena)
    await note(talk, 'LOSS-1', { text: 'We moved.' }, asLena)
    await file(talk, {}, asLena)
    // Lena takes the customer over: from then on these questions are not hers to ask.
    await house.db.updateTable('customer').set({ owner_id: lena.id }).where('id', '=', fennholt.id).execute()
    expect((await house.get(talk, asLena)).status).toBe(200)
    for (const path of ['/q/LOSS-1', '/check']) expect((await house.get(`${talk}${path}`, asLena)).status).toBe(403)
    for (const path of ['/q/LOSS-1', '/submission'])
      expect((await house.post(`${talk}${path}`, { text: 'Changed', who: 'team' }, asLena)).status).toBe(403)
  } finally {
    await house.db.deleteFrom('response').execute()
    await house.db.deleteFrom('template_version').where('id', '=', version.id).execute()
  }
})

test('an admin does not talk, and an archived customer is left alone', async () => {
  const asAda = await house.signIn(ada.id)
  expect((await house.get(`/customers/${acme.id}/interviews/new`, asAda)).status).toBe(403)
  await house.db
    .updateTable('customer')
    .set({ archived_at: '2026-11-20T08:00:00.000Z' })
    .where('id', '=', acme.id)
    .execute()
  expect((await house.get(`/customers/${acme.id}/interviews/new`, asRosa)).status).toBe(409)
  await house.db.updateTable('customer').set({ archived_at: null }).where('id', '=', acme.id).execute()
})

test('the list of talks costs the same few queries, however many there are', async () => {
  const count = async () => {
    await house.get('/interviews', asRosa)
    const before = house.queries()
    await house.get('/interviews', asRosa)
    return house.queries() - before
  }
  await open()
  const one = await count()
  for (let n = 0; n < 30; n += 1) await open()
  expect(await count()).toBe(one)
  expect((await house.get('/interviews?page=2', asRosa)).body).toContain('26 to 31 of 31')
})
