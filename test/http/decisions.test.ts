import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeWords } from '#server/insights/snapshot.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string
let admin: string
let rep: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 11)
  lead = await house.signIn(lena.id)
  admin = await house.signIn(ada.id)
  rep = await house.signIn(rosa.id)
})
afterAll(() => house.close())

let serial = 0
const key = () => {
  serial += 1
  return `00000000-0000-4000-8000-${String(serial).padStart(12, '0')}`
}
const good = {
  what: 'One person owns every invoice question',
  serves: 'Books closed in two days',
  because: '',
  function: 'Finance and administration',
  owner: 'Ines Roth',
  dueOn: '2026-12-31',
  lookOn: '2027-03-31',
  shows: 'Nobody calls about an invoice twice',
  goalWay: 'below',
  goalPercent: '15',
}
type Fields = Record<string, string | string[]>
const record = (fields: Fields = {}, address = '/decisions?driver=cost&direction=-', who = lead) =>
  house.post(address, { key: key(), ...good, ...fields }, who)

async function recorded(fields: Fields = {}): Promise<string> {
  const { status, headers } = await record(fields)
  expect(status).toBe(303)
  return String(headers.location)
}

/** The ids of the answers that the form offers, in its order. */
const offered = (body: string): string[] =>
  [...body.matchAll(/name="quotes" value="([^"]+)"/g)].map(([, id]) => id ?? '')

test('a decision keeps the figure as it stood, whose result it serves, who sees to it, and when it is looked at', async () => {
  const { body } = await house.get(await recorded(), lead)
  expect(body).toMatch(/\d+ of \d+ customers say that we hurt with cost/)
  for (const words of [
    good.what,
    good.serves,
    'Ines Roth',
    '31 December',
    '31 March 2027',
    good.shows,
    'fewer than 15 %',
  ])
    expect(body).toContain(words)
  const list = await house.get('/decisions', rep)
  expect(list.body).toContain(good.what)
})

test('the figure of a decision stays when later answers change the page', async () => {
  const address = await recorded()
  const before = /\d+ of \d+ customers say that we hurt with cost/.exec((await house.get(address, lead)).body)?.[0]
  await house.db.updateTable('response_summary').set({ cost_minus: 0 }).execute()
  const { body } = await house.get(address, lead)
  expect(body).toContain(before)
  expect((await house.get('/decisions/new?driver=cost&direction=-', lead)).body).toContain('0 of')
  await house.db.updateTable('response_summary').set({ cost_minus: 1 }).execute()
})

test('words are kept as they stood, each reader sees those that the customer allows, and erased ones are gone', async () => {
  const { body } = await house.get('/decisions/new?driver=risk&direction=%2B', lead)
  const quotes = offered(body).slice(0, 3)
  expect(quotes.length).toBeGreaterThan(1)
  const { headers } = await record({ quotes }, '/decisions?driver=risk&direction=%2B')
  const address = String(headers.location)
  expect((await house.get(address, lead)).body.match(/<blockquote/g)).toHaveLength(quotes.length)

  const levels = await house.db
    .selectFrom('answer_revision')
    .innerJoin('answer', 'answer.id', 'answer_revision.answer_id')
    .select(['answer.response_id'])
    .where('answer_revision.id', 'in', quotes)
    .execute()
  const [first] = levels
  await house.db
    .updateTable('response')
    .set({ consent_level: 'totals', author_id: null })
    .where('id', '=', first?.response_id ?? '')
    .execute()
  const shown = (await house.get(address, lead)).body
  expect(shown).toContain('that you may not read')

  await house.db
    .deleteFrom('response')
    .where(
      'id',
      'in',
      levels.map((row) => row.response_id),
    )
    .execute()
  const gone = (await house.get(address, lead)).body
  expect(gone).not.toContain('<blockquote')
  expect(gone).not.toContain('that you may not read')
})

test('words that nobody offered are not kept', async () => {
  const { headers } = await record({ quotes: [key(), key()] })
  expect((await house.get(String(headers.location), lead)).body).not.toContain('<blockquote')
})

test('sent twice by one page it is one decision', async () => {
  const one = key()
  const addresses = await Promise.all([record({ key: one }), record({ key: one })])
  expect(new Set(addresses.map(({ headers }) => headers.location)).size).toBe(1)
})

const wrong: [why: string, fields: Fields, sentence: string][] = [
  ['no change', { what: ' ' }, 'Write what you change, in one line.'],
  ['no result of a customer', { serves: '' }, 'Write which result of your customers it serves.'],
  ['nobody who sees to it', { owner: '' }, 'Write who sees to it, by name.'],
  ['a function that there is not', { function: 'Magic' }, 'Choose who carries it out.'],
  ['a day that has passed', { dueOn: '2020-01-01' }, 'This day has passed.'],
  ['a look before it is done', { lookOn: '2026-12-01' }, 'Look after it is done'],
  ['no day', { dueOn: 'soon' }, 'Choose the day by which it is done.'],
  ['a share above all', { goalPercent: '140' }, 'Write a whole number from 0 to 100'],
  ['nothing that would show it', { shows: '' }, 'Write what would show that it worked.'],
  ['something taken away unread', { takesAway: '1' }, 'Read below what customers said must stay'],
]
test.each(wrong)('%s: the field says what to do and keeps every word', async (_why, fields, sentence) => {
  const { status, body } = await record(fields)
  expect(status).toBe(422)
  expect(body).toContain(sentence)
  if (!('what' in fields)) expect(body).toContain(good.what)
})

test('a decision that takes something away is kept once what must stay was read', async () => {
  const { body } = await house.get(await recorded({ takesAway: '1', haveRead: '1' }), lead)
  expect(body).toContain('what must stay was read first')
})

test('a figure about fewer than five customers cannot carry a decision', async () => {
  const address = '/decisions?driver=cost&direction=-&segment=Nowhere'
  const { status, body } = await record({}, address)
  expect(status).toBe(422)
  expect(body).toContain('Nobody has been heard and read in this view.')
  expect(
    (await house.get('/decisions/new?driver=cost&direction=-&from=2026-06-01&to=2026-06-01&segment=-', lead)).status,
  ).toBe(200)
})

test('without a figure there is no decision', async () => {
  expect((await record({}, '/decisions')).status).toBe(422)
})

test('a look at the figures is added, never written over, and closes the decision when it says how it went', async () => {
  const address = await recorded({ what: 'Parts code on every pump' })
  expect((await house.post(`${address}/looks`, {}, lead)).status).toBe(422)
  await house.post(`${address}/looks`, { verdict: 'open', note: 'The round is not over.' }, lead)
  await house.post(`${address}/looks`, { verdict: 'worked', note: 'One of 24 says so now.' }, admin)
  const { body } = await house.get(address, rep)
  expect(body).toContain('The round is not over.')
  expect(body).toContain('One of 24 says so now.')
  expect((await house.get('/decisions', lead)).body).not.toContain('Parts code on every pump')
  expect((await house.get('/decisions?show=over', lead)).body).toContain('Parts code on every pump')
})

test('a decision is withdrawn with a reason, stays readable, and is not looked at any more', async () => {
  const address = await recorded({ what: 'A mistake' })
  expect((await house.post(`${address}/withdrawal`, { because: '' }, lead)).status).toBe(422)
  for (let n = 0; n < 2; n += 1) await house.post(`${address}/withdrawal`, { because: 'We had misread it.' }, lead)
  expect((await house.get(address, rep)).body).toContain('We had misread it.')
  expect((await house.post(`${address}/looks`, { verdict: 'worked', note: 'x' }, lead)).status).toBe(409)
})

test('reps read decisions and record none', async () => {
  const address = await recorded()
  expect((await house.get(address, rep)).body).not.toContain('/looks')
  expect((await house.get('/decisions/new', rep)).status).toBe(404)
  expect((await record({}, '/decisions?driver=cost&direction=-', rep)).status).toBe(404)
  expect((await house.post(`${address}/looks`, { verdict: 'worked', note: 'x' }, rep)).status).toBe(404)
  expect((await house.post(`${address}/withdrawal`, { because: 'x' }, rep)).status).toBe(404)
  expect((await house.get('/decisions/none', lead)).status).toBe(404)
})

test('a change is named only where its interval leaves zero', () => {
  expect(changeWords({ x: 20, n: 40 }, { x: 19, n: 40 })).toMatch(/^No detectable change \(−\d+ to \+\d+ points\)\.$/)
  expect(changeWords({ x: 30, n: 40 }, { x: 8, n: 40 })).toMatch(/^Fewer than before: −55 points/)
  expect(changeWords({ x: 8, n: 40 }, { x: 30, n: 40 })).toMatch(/^More than before: \+55 points/)
  expect(changeWords({ x: 8, n: 10 }, { x: 30, n: 40 })).toBe(
    'Too few on one side to speak of a change (30 each are needed).',
  )
})
