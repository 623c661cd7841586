import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { makeResponse, revise } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, fennholt, lena, makeWorld, mirador, rosa } from '../support/world.ts'

let house: TestApp
let lead: string
let rep: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  lead = await house.signIn(lena.id)
  rep = await house.signIn(rosa.id)
})
afterEach(() => house.close())

/** What a customer says must stay. */
async function say(text: string, sitting: Parameters<typeof makeResponse>[3] = {}) {
  return makeResponse(house.db, house.clock.now, [{ text, question: 'CORE-2' }], sitting)
}
const revisionOf = async (answerId: string) =>
  (
    await house.db
      .selectFrom('answer_revision')
      .select('id')
      .where('answer_id', '=', answerId)
      .where('superseded_at', 'is', null)
      .executeTakeFirstOrThrow()
  ).id
async function name(answerId: string, ...names: string[]) {
  const [aspect1 = '', aspect2 = '', aspect3 = ''] = names
  const revision = await revisionOf(answerId)
  return house.post(`/never-cut/answers/${answerId}`, { revision, aspect1, aspect2, aspect3 }, lead)
}
const aspectId = async (text: string) =>
  (await house.db.selectFrom('aspect').select('id').where('name', '=', text).executeTakeFirstOrThrow()).id
/** The cells of the row with this name: customers, named first, revenue. */
async function row(text: string, query = ''): Promise<string[]> {
  const { body } = await house.get(`/never-cut${query}`, lead)
  const found = body.split('<tr>').find((part) => part.includes(`<span>${text}`)) ?? ''
  return [...found.matchAll(/<td class="fact(?: num)?"[^>]*>([^<]*)<\/td>/g)].map(([, cell]) => cell ?? '')
}

test('what must stay is counted by customers, and by who named it first', async () => {
  const one = await say('The night line, and the same fitter', { customer: acme, level: 'team' })
  const two = await say('Your fitters. Then the night line.', { customer: fennholt, level: 'team' })
  await name(one.answerId, 'Night line', 'Same fitter')
  await name(two.answerId, 'Same fitter', 'night  LINE')
  expect((await row('Night line')).slice(0, 2)).toEqual(['2', '1'])
  expect((await row('Same fitter')).slice(0, 2)).toEqual(['2', '1'])
  const { body } = await house.get('/never-cut', lead)
  expect(body).toContain('2 customers said what would have to stay')
})

test('two answers of one customer are one customer', async () => {
  const one = await say('The night line', { customer: acme, level: 'team' })
  const two = await say('Still the night line', { customer: acme, level: 'team' })
  await name(one.answerId, 'Night line')
  await name(two.answerId, 'Night line')
  expect((await row('Night line')).slice(0, 2)).toEqual(['1', '1'])
})

test('the revenue behind is a share of all who answered, one currency at a time', async () => {
  await house.db
    .insertInto('customer_year')
    .values([
      { customer_id: acme.id, year: 2025, revenue_minor: 30_000, orders: null, margin_minor: null, currency: 'EUR' },
      {
        customer_id: fennholt.id,
        year: 2025,
        revenue_minor: 70_000,
        orders: null,
        margin_minor: null,
        currency: 'EUR',
      },
      { customer_id: mirador.id, year: 2025, revenue_minor: 500, orders: null, margin_minor: null, currency: 'USD' },
    ])
    .execute()
  const one = await say('The night line', { customer: acme, level: 'team' })
  await say('The portal', { customer: fennholt, level: 'team' })
  const three = await say('The night line', { customer: mirador, level: 'team' })
  await name(one.answerId, 'Night line')
  await name(three.answerId, 'Night line')
  expect((await row('Night line'))[2]).toBe('30 % of EUR, 100 % of USD')
})

test('a what-if says who named the ticked ones, what stands behind them, and hides whom the reader may not know', async () => {
  const one = await say('The night line', { customer: acme, level: 'team' })
  const two = await say('The portal', { customer: fennholt, level: 'lead' })
  await name(one.answerId, 'Night line')
  await name(two.answerId, 'Portal')
  const ids = [await aspectId('Night line'), await aspectId('Portal')]
  const { body } = await house.get(`/never-cut?cut=${ids.join('&cut=')}`, lead)
  expect(body).toContain('If “Night line” and “Portal” went')
  expect(body).toContain('At least 2 customers named it')
  expect(body).toContain('Acme Tools and Fennholt Dairy.')
  const asAda = await house.signIn(ada.id)
  const other = (await house.get(`/never-cut?cut=${ids.join('&cut=')}`, asAda)).body
  expect(other).not.toContain('Fennholt Dairy')
  expect(other).toContain('not named here')
})

test('below five customers, an answer for totals only is not counted, and its words are shown to nobody by name', async () => {
  const one = await say('The night line SECRETWORD', { customer: acme, level: 'totals' })
  await name(one.answerId, 'Night line')
  expect((await row('Night line'))[0]).toBe('0')
  const { body } = await house.get(`/never-cut/${await aspectId('Night line')}`, lead)
  expect(body).not.toContain('SECRETWORD')
  expect(body).not.toContain('Acme')
})

test('what one to four named for totals only is counted in no number, nor found by ticking one thing more', async () => {
  const customers = await tell('none', 12, 'yes', 'yes')
  const sayAs = async (id: string, level: ConsentLevel, ...names: string[]) =>
    name((await say('The night line', { customer: { id, owner: rosa }, level })).answerId, ...names)
  for (const id of customers.slice(0, 6)) await sayAs(id, 'team', 'Night line')
  for (const id of customers.slice(6, 11)) await sayAs(id, 'totals', 'Night line')
  await sayAs(customers[11] ?? '', 'totals', 'Portal')
  expect((await row('Night line'))[0]).toBe('11')
  expect((await row('Portal'))[0]).toBe('0')
  const cut = [await aspectId('Night line'), await aspectId('Portal')]
  expect((await house.get(`/never-cut?cut=${cut.join('&cut=')}`, lead)).body).toContain('At least 6 customers named it')
  await sayAs(customers[10] ?? '', 'lead', 'Night line')
  expect((await row('Night line'))[0]).toBe('7')
})

test('an answer that changes comes back to be named, and counts no more until it is', async () => {
  const one = await say('The night line', { customer: acme, level: 'team' })
  await name(one.answerId, 'Night line')
  await revise(house.db, one.answerId, 'Now it is the portal', house.clock.now)
  expect((await row('Night line'))[0]).toBe('0')
  const list = await house.get('/never-cut/answers', lead)
  expect(list.body).toContain('Changed since')
  const page = await house.get(`/never-cut/answers/${one.answerId}`, lead)
  expect(page.body).toContain('The customer changed this answer after it was named.')
  await name(one.answerId, 'Portal')
  expect((await row('Portal')).slice(0, 2)).toEqual(['1', '1'])
})

test('nothing is kept for words that changed while somebody read them', async () => {
  const one = await say('The night line', { customer: acme, level: 'team' })
  const revision = await revisionOf(one.answerId)
  await revise(house.db, one.answerId, 'Now it is the portal', house.clock.now)
  const { status } = await house.post(`/never-cut/answers/${one.answerId}`, { revision, aspect1: 'Night line' }, lead)
  expect(status).toBe(409)
})

test('an erased answer is gone from the register', async () => {
  const one = await say('The night line', { customer: acme, level: 'team' })
  await name(one.answerId, 'Night line')
  await house.db.deleteFrom('response').where('id', '=', one.responseId).execute()
  expect((await row('Night line'))[0]).toBe('0')
  expect(await house.db.selectFrom('aspect_mention').selectAll().execute()).toEqual([])
})

test('giving an aspect the name of another joins the two, and keeps the better place', async () => {
  const one = await say('Both', { customer: acme, level: 'team' })
  const two = await say('One', { customer: fennholt, level: 'team' })
  await name(one.answerId, 'Hotline', 'Night line')
  await name(two.answerId, 'Hotline')
  const { headers } = await house.post(
    `/never-cut/${await aspectId('Hotline')}`,
    { name: 'Night line', offering: '' },
    lead,
  )
  expect(String(headers.location)).toBe(`/never-cut/${await aspectId('Night line')}`)
  expect((await row('Night line')).slice(0, 2)).toEqual(['2', '2'])
  expect(await house.db.selectFrom('aspect').select('name').execute()).toEqual([{ name: 'Night line' }])
})

test('an offering that no aspect belongs to stands among what nobody named', async () => {
  const [offering] = await house.db.selectFrom('offering').select(['id', 'name']).execute()
  const id = offering?.id ?? '01900000-0000-7000-8000-000000000777'
  if (!offering) await house.db.insertInto('offering').values({ id, name: 'Rental pumps', archived_at: null }).execute()
  const label = offering?.name ?? 'Rental pumps'
  const one = await say('The pumps', { customer: acme, level: 'team' })
  await name(one.answerId, 'Pumps')
  expect((await house.get('/never-cut', lead)).body).toContain(label)
  await house.post(`/never-cut/${await aspectId('Pumps')}`, { name: 'Pumps', offering: id }, lead)
  expect((await house.get('/never-cut', lead)).body).not.toContain(`Of what we sell: ${label}`)
  const wrong = await house.post(`/never-cut/${await aspectId('Pumps')}`, { name: '', offering: 'none' }, lead)
  expect(wrong.status).toBe(422)
})

test('bad names get a sentence and keep what was typed', async () => {
  const one = await say('The night line', { customer: acme, level: 'team' })
  const none = await name(one.answerId, ' ')
  expect(none.status).toBe(422)
  expect(none.body).toContain('Name at least one thing that must stay')
  const long = await name(one.answerId, 'Night line', 'x'.repeat(81))
  expect(long.status).toBe(422)
  expect(long.body).toContain('value="Night line"')
})

test('answers to other questions, reps’ own views and withdrawn talks are not asked about', async () => {
  await makeResponse(house.db, house.clock.now, [{ text: 'Why we buy', question: 'CORE-1' }], { customer: acme })
  const gone = await say('Gone', { customer: acme })
  await house.db.updateTable('response').set({ state: 'withdrawn' }).where('id', '=', gone.responseId).execute()
  expect((await house.get('/never-cut/answers', lead)).body).toContain('All named')
})

test('reps have no register', async () => {
  for (const url of ['/never-cut', '/never-cut/answers', '/never-cut/x', '/never-cut/answers/x'])
    expect((await house.get(url, rep)).status).toBe(404)
  expect((await house.get('/never-cut/x', lead)).status).toBe(404)
  expect((await house.get('/never-cut/answers/x', lead)).status).toBe(404)
})

test('the register shows the words of whoever named it first, never those given in confidence for totals', async () => {
  const secret = await say('SECRET night line', { customer: acme, level: 'totals' })
  const open = await say('The night line, when milk is at stake', { customer: fennholt, level: 'team' })
  await name(secret.answerId, 'Night line')
  await name(open.answerId, 'Night line')
  const { body } = await house.get('/never-cut', lead)
  expect(body).toContain('“The night line, when milk is at stake”')
  expect(body).not.toContain('SECRET')
})

/** Customers who were asked of an offering whether they know what it is for and find it worth having. */
async function tell(offering: string, customers: number, known: string, worth: string, level: ConsentLevel = 'team') {
  const ids: string[] = []
  const at = house.clock.now.toISOString()
  for (let n = 0; n < customers; n += 1) {
    const id = newId()
    ids.push(id)
    await house.db
      .insertInto('customer')
      .values({ id, name: `Told ${level} ${n}`, owner_id: rosa.id, created_at: at, updated_at: at })
      .execute()
    const { answerIds } = await makeResponse(
      house.db,
      house.clock.now,
      ['known', 'worth'].map((part) => ({ text: '', question: 'SUCC-8', item: `${part}.${offering}` })),
      { customer: { id, owner: rosa }, level },
    )
    for (const [index, choice] of [known, worth].entries())
      await house.db
        .updateTable('answer_revision')
        .set({ value: JSON.stringify({ choice }) })
        .where('answer_id', '=', answerIds[index] ?? '')
        .execute()
  }
  return ids
}

test('what is sold and few understand is to be explained, what is understood and not wanted to be repaired or dropped', async () => {
  for (const id of ['portal', 'check', 'hire', 'rare'])
    await house.db
      .insertInto('offering')
      .values({ id, name: `The ${id}`, archived_at: null })
      .execute()
  await tell('portal', 12, 'no', 'yes')
  await tell('check', 12, 'yes', 'no')
  await tell('hire', 6, 'yes', 'no')
  await tell('rare', 4, 'no', 'no')
  const { body } = await house.get('/never-cut', lead)
  const line = (text: string) => body.split('<tr>').find((part) => part.includes(`>The ${text}<`)) ?? ''
  expect(line('portal')).toContain('Explain it')
  expect(line('portal')).toContain('0 of 12, 0 % (0–24)')
  expect(line('check')).toContain('Repair it or drop it')
  expect(line('hire')).toContain('cannot tell')
  expect(line('hire')).toContain('6 of 6')
  expect(line('rare')).toBe('')
  expect(body).toContain('fewer than five customers have said whether they know it')
})

test('who said it is opened by name only as far as each agreed', async () => {
  await house.db.insertInto('offering').values({ id: 'portal', name: 'The portal', archived_at: null }).execute()
  await tell('portal', 4, 'no', 'yes', 'team')
  await tell('portal', 4, 'no', 'yes', 'totals')
  // Whoever reads the four could take them away from a count of eight.
  expect((await house.get('/never-cut/offerings/portal', lead)).body).toContain('4 customers said whether they know it')
  await tell('portal', 1, 'yes', 'yes', 'totals')
  const { body } = await house.get('/never-cut/offerings/portal', lead)
  expect(body).toContain('9 customers said whether they know it')
  expect(body).toContain('Told team 3')
  expect(body).not.toContain('Told totals')
  expect(body).toContain('5 customers count in the totals and are not named to you.')
  expect((await house.get('/never-cut/offerings/nothing', lead)).status).toBe(404)
  expect((await house.get('/never-cut/offerings/portal', rep)).status).toBe(404)
})
