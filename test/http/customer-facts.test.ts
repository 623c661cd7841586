import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, fennholt, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
const as: Record<string, string> = {}

beforeAll(async () => {
  house = await startApp({ now: '2026-01-01T03:00:00.000Z' })
  await makeWorld(house.db)
  for (const user of [ada, lena, rosa, tom]) as[user.id] = await house.signIn(user.id)
})
afterAll(() => house.close())

const page = `/customers/${acme.id}`
const value = (body: string, name: string) => new RegExp(`name="${name}"[^>]*value="([^"]*)"`).exec(body)?.[1]

test('a year that nobody has begun is offered as it is where the reader is', async () => {
  expect(value((await house.get(`${page}/years/new`, as[rosa.id])).body, 'year')).toBe('2025')
  await house.db.updateTable('user').set({ time_zone: 'America/Lima' }).where('id', '=', rosa.id).execute()
  expect(value((await house.get(`${page}/years/new`, as[rosa.id])).body, 'year')).toBe('2024')
})

test('what a year was before it was corrected stays on record, with who corrected it', async () => {
  await house.post(`${page}/years/new`, { year: '2024', currency: 'EUR', revenue: '400000', orders: '20' }, as[rosa.id])
  for (const _twice of [1, 2])
    await house.post(
      `${page}/years/2024`,
      { currency: 'EUR', revenue: '412000.50', orders: '20', margin: '-900' },
      as[lena.id],
    )
  const { body } = await house.get(`${page}/years/2024`, as[rosa.id])
  for (const words of [
    'revenue €412,000.50, orders 20, margin −€900',
    'before: revenue €400,000, orders 20',
    'Lena Okafor',
  ])
    expect(body).toContain(words)
  expect(body.match(/before:/g)).toHaveLength(1)
  for (const _twice of [1, 2])
    expect((await house.post(`${page}/years/2024/removal`, {}, as[rosa.id])).status).toBe(303)
  expect((await house.get(`${page}/years/2024`, as[rosa.id])).status).toBe(404)
  await house.post(`${page}/years/new`, { year: '2024', currency: 'USD', revenue: '1' }, as[rosa.id])
  const again = await house.get(`${page}/years/2024`, as[rosa.id])
  expect(again.body).toContain('removed')
  expect(again.body).toContain('before: revenue €412,000.50')
})

test('bars compare years of one currency only', async () => {
  await house.post(`${page}/years/new`, { year: '2023', currency: 'USD', revenue: '4' }, as[rosa.id])
  await house.post(`${page}/years/new`, { year: '2022', currency: 'JPY', revenue: '500000' }, as[rosa.id])
  const { body } = await house.get(page, as[rosa.id])
  expect([...body.matchAll(/<rect width="(\d+%)"/g)].map(([, width]) => width)).toEqual(['25%', '100%', '100%'])
})

test('the list of offerings is for leads and admins, and what is in use is not deleted', async () => {
  for (const url of ['/offerings', `/offerings/${newId()}`])
    expect((await house.get(url, as[rosa.id])).status).toBe(404)
  expect((await house.post('/offerings', { name: 'Mine' }, as[rosa.id])).status).toBe(404)
  expect((await house.get(`${page}/offerings/new`, as[rosa.id])).body).toContain('A lead or an admin begins it.')
  const [night, portal] = [newId(), newId()]
  for (const _twice of [1, 2]) await house.post('/offerings', { key: night, name: 'Night line' }, as[lena.id])
  await house.post('/offerings', { key: portal, name: 'Portal' }, as[ada.id])
  const taken = await house.post('/offerings', { name: 'night LINE ' }, as[lena.id])
  expect(taken.status).toBe(422)
  expect(taken.body).toContain('Night line is on the list already.')
  expect((await house.post('/offerings', { name: ' ' }, as[lena.id])).body).toContain('Write its name.')
  await house.post(`${page}/offerings/new`, { offering: night, sinceOn: '2020-05-01' }, as[rosa.id])
  const twice = await house.post(`${page}/offerings/new`, { offering: night }, as[rosa.id])
  expect(twice.body).toContain('Night line is on record already.')
  expect((await house.post(`${page}/offerings/new`, { offering: 'no such' }, as[rosa.id])).status).toBe(422)
  const turned = await house.post(
    `${page}/offerings/${night}`,
    { sinceOn: '2020-05-01', untilOn: '2019-01-01' },
    as[rosa.id],
  )
  expect(turned.body).toContain('The end lies before the beginning.')
  expect((await house.post(`${page}/offerings/${night}`, { untilOn: '2021-01-01' }, as[tom.id])).status).toBe(404)
  await house.post(`${page}/offerings/${night}`, { sinceOn: '2020-05-01', untilOn: '2025-12-31' }, as[rosa.id])
  expect((await house.get(page, as[rosa.id])).body).toContain('until 31 December')

  expect((await house.post(`/offerings/${night}/removal`, {}, as[lena.id])).status).toBe(409)
  await house.post(`/offerings/${night}`, { name: 'Night service' }, as[lena.id])
  expect((await house.get(page, as[rosa.id])).body).toContain('Night service')
  await house.post(`/offerings/${night}/archiving`, {}, as[lena.id])
  expect((await house.get(`${page}/offerings/new`, as[rosa.id])).body).not.toContain('Night service')
  expect((await house.get(page, as[rosa.id])).body).toContain('Night service')
  expect((await house.post('/offerings', { name: 'Night Service' }, as[lena.id])).body).toContain(
    'archived. Restore it',
  )
  // An answer about it keeps it as well.
  await makeResponse(house.db, house.clock.now, [{ text: '', question: 'DRIV-1', item: `a.${portal}` }], {
    customer: acme,
  })
  expect((await house.post(`/offerings/${portal}/removal`, {}, as[lena.id])).status).toBe(409)
  const unused = newId()
  await house.post('/offerings', { key: unused, name: 'Slip' }, as[lena.id])
  expect((await house.post(`/offerings/${unused}/removal`, {}, as[lena.id])).status).toBe(303)
})

test('an outcome is corrected and taken back, and what it was stays', async () => {
  const key = newId()
  const form = { key, kind: 'grew', basis: 'stated', happenedOn: '2025-12-01', note: 'a third line' }
  for (const _twice of [1, 2]) await house.post(`${page}/outcomes/new`, form, as[rosa.id])
  expect((await house.get(page, as[rosa.id])).body).toContain('class="stated"')
  const tomorrow = { ...form, basis: 'actual', happenedOn: '2026-01-02' }
  const early = await house.post(`${page}/outcomes/${key}`, tomorrow, as[rosa.id])
  expect(early.status).toBe(422)
  expect(early.body).toContain('That day is still to come.')
  for (const _twice of [1, 2])
    await house.post(`${page}/outcomes/${key}`, { ...form, basis: 'actual', note: 'two lines' }, as[lena.id])
  expect(await house.db.selectFrom('outcome').select(['id', 'basis']).execute()).toEqual([{ id: key, basis: 'actual' }])
  const own = await house.get(`${page}/outcomes/${key}`, as[rosa.id])
  for (const words of ['Grew, by their word', 'a third line', 'until Lena Okafor corrected it'])
    expect(own.body).toContain(words)
  for (const url of [`${page}/outcomes/${key}`, `${page}/outcomes/${key}/removal`]) {
    expect((await house.get(url, as[tom.id])).status).toBe(404)
    expect((await house.post(url, form, as[tom.id])).status).toBe(404)
  }
  // Not by the way of another customer either.
  expect((await house.get(`/customers/${mirador.id}/outcomes/${key}`, as[tom.id])).status).toBe(404)
  await house.post(`/customers/${mirador.id}/outcomes/${key}/removal`, {}, as[tom.id])
  expect(await house.db.selectFrom('outcome').select('id').execute()).toHaveLength(1)
  for (const _twice of [1, 2])
    expect((await house.post(`${page}/outcomes/${key}/removal`, {}, as[rosa.id])).status).toBe(303)
  expect(await house.db.selectFrom('outcome').select('id').execute()).toHaveLength(0)
  expect((await house.get(page, as[rosa.id])).body).toContain('“Grew, in fact” was taken back by Rosa Lind')
})

test('whoever left in fact is offered to be lost; who only says so is not', async () => {
  const offered = 'Set the status to lost'
  const left = { kind: 'left', basis: 'stated', happenedOn: '2025-11-01' }
  await house.post(`${page}/outcomes/new`, left, as[rosa.id])
  expect((await house.get(page, as[rosa.id])).body).not.toContain(offered)
  await house.post(`${page}/outcomes/new`, { ...left, basis: 'actual' }, as[rosa.id])
  expect((await house.get(page, as[rosa.id])).body).toContain(offered)
  expect((await house.post(`${page}/loss`, {}, as[tom.id])).status).toBe(404)
  for (const _twice of [1, 2]) await house.post(`${page}/loss`, {}, as[rosa.id])
  const { body } = await house.get(page, as[rosa.id])
  expect(body).not.toContain(offered)
  expect(body.match(/Set to lost by Rosa Lind/g)).toHaveLength(1)
})

test('pressing "Add" twice adds one customer and one contact', async () => {
  const form = await house.get('/customers/new', as[rosa.id])
  const key = value(form.body, 'key') ?? ''
  const sent = [1, 2].map(() => house.post('/customers/new', { key, name: 'Pressed Twice' }, as[rosa.id]))
  const [first, second] = await Promise.all(sent)
  expect(first?.location).toBe(second?.location)
  expect(await house.db.selectFrom('customer').select('id').where('name', '=', 'Pressed Twice').execute()).toHaveLength(
    1,
  )
  const contact = await house.get(`${first?.location}/contacts/new`, as[rosa.id])
  const person = {
    key: value(contact.body, 'key') ?? '',
    firstName: 'Al',
    lastName: 'One',
    email: 'al@one.example',
    mailBasis: 'none',
  }
  for (const _twice of [1, 2])
    expect((await house.post(`${first?.location}/contacts/new`, person, as[rosa.id])).status).toBe(303)
  expect(
    await house.db.selectFrom('contact').select('id').where('email', '=', 'al@one.example').execute(),
  ).toHaveLength(1)
  // The key of somebody else's customer opens nothing and changes nothing.
  const stolen = await house.post('/customers/new', { key: mirador.id, name: 'Mine' }, as[rosa.id])
  expect((await house.get(stolen.location, as[rosa.id])).status).toBe(404)
  expect((await house.get(`/customers/${mirador.id}`, as[tom.id])).body).toContain(mirador.name)
})

test('whoever saves a form that somebody else saved meanwhile is told what is on record now', async () => {
  const edit = `/customers/${fennholt.id}/edit`
  const seen = value((await house.get(edit, as[rosa.id])).body, 'seen') ?? ''
  house.clock.forward(60_000)
  await house.post(edit, { name: fennholt.name, segment: 'Cheese', owner: rosa.id }, as[lena.id])
  const stale = await house.post(edit, { seen, name: fennholt.name, segment: 'Butter' }, as[rosa.id])
  expect(stale.status).toBe(422)
  expect(stale.body).toContain('Somebody saved this after you opened it.')
  expect(stale.body).toContain('segment: Cheese')
  expect(value(stale.body, 'segment')).toBe('Butter')
  const now = value(stale.body, 'seen') ?? ''
  expect((await house.post(edit, { seen: now, name: fennholt.name, segment: 'Butter' }, as[rosa.id])).status).toBe(303)
  const person = `/contacts/${wile.id}`
  const form = { seen: 'long ago', firstName: 'Will', lastName: 'Hart', email: wile.email, mailBasis: 'none' }
  expect((await house.post(person, form, as[rosa.id])).body).toContain('whether we may write: existing_customer')
})
