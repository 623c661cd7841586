import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, anna, fennholt, jonas, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
const as: Record<string, string> = {}

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  for (const user of [ada, lena, rosa, tom]) as[user.id] = await house.signIn(user.id)
})
afterAll(() => house.close())

const contactForm = { firstName: 'Nia', lastName: 'Ode', email: '', mailBasis: 'existing_customer' }

test('a rep sees the own customers, a lead all', async () => {
  const rosas = await house.get('/customers', as[rosa.id])
  expect(rosas.status).toBe(200)
  expect(rosas.body).toContain(acme.name)
  expect(rosas.body).not.toContain(mirador.name)
  expect(rosas.body).toContain('2 customers, yours or shared with you.')
  expect((await house.get('/customers', as[lena.id])).body).toContain('3 customers in all.')
})

test('customers are found by their name, by a contact and by an address', async () => {
  for (const [q, name] of [
    ['acme t', acme.name],
    ['jonas weil', fennholt.name],
    ['carla.vance@', mirador.name],
  ] as const) {
    const { body } = await house.get(`/customers?q=${encodeURIComponent(q)}`, as[lena.id])
    expect(body).toContain(name)
    expect(body).toContain('1 customer fits.')
  }
  expect((await house.get('/customers?q=%25%25', as[lena.id])).body).toContain('No customer fits')
  expect((await house.get('/customers?q=carla', as[rosa.id])).body).toContain('No customer fits')
})

test('the list costs the same few statements however long it is, whatever it is narrowed by', async () => {
  const cost = async (url: string) => {
    const before = house.queries()
    expect((await house.get(url, as[lena.id])).status).toBe(200)
    return house.queries() - before
  }
  await cost('/customers')
  const plain = await cost('/customers')
  expect(plain).toBeLessThanOrEqual(7)
  expect(await cost('/customers?q=a&segment=Machinery&sort=-revenue')).toBeLessThanOrEqual(plain)
  const page = await cost(`/customers/${fennholt.id}`)
  expect(page).toBeLessThanOrEqual(17)
  expect(await cost(`/customers/${mirador.id}`)).toBe(page)
})

test('every column sorts both ways, and says so', async () => {
  for (const sort of ['name', 'owner', 'revenue', 'contacts', 'answered'])
    for (const [sign, direction] of [
      ['', 'ascending'],
      ['-', 'descending'],
    ]) {
      const { status, body } = await house.get(`/customers?sort=${sign}${sort}`, as[lena.id])
      expect(status).toBe(200)
      expect(body).toContain(`aria-sort="${direction}"`)
    }
  const { body } = await house.get('/customers?sort=-name', as[lena.id])
  expect(body.indexOf(mirador.name)).toBeLessThan(body.indexOf(acme.name))
})

test('Tom does not find Rosa’s customer, by any address', async () => {
  for (const url of [
    `/customers/${acme.id}`,
    `/customers/${acme.id}/edit`,
    `/customers/${acme.id}/archiving`,
    `/customers/${acme.id}/contacts/new`,
    `/customers/${acme.id}/years/new`,
    `/customers/${acme.id}/years/2025`,
    `/customers/${acme.id}/offerings/new`,
    `/customers/${acme.id}/outcomes/new`,
    `/contacts/${wile.id}`,
  ]) {
    const reply = await house.get(url, as[tom.id])
    expect(reply.status, url).toBe(404)
    expect(reply.body).not.toContain(acme.name)
    expect(reply.body).not.toContain(wile.last)
  }
  for (const [url, form] of [
    [`/customers/${acme.id}/edit`, { name: 'Mine' }],
    [`/customers/${acme.id}/archiving`, {}],
    [`/customers/${acme.id}/shares`, { colleague: tom.id }],
    [`/customers/${acme.id}/contacts/new`, contactForm],
    [`/contacts/${wile.id}`, contactForm],
    [`/contacts/${wile.id}/archiving`, {}],
    [`/customers/${acme.id}/years/new`, { year: '2025', currency: 'EUR', revenue: '1' }],
    [`/customers/${acme.id}/offerings/new`, { offering: 'x' }],
    [`/customers/${acme.id}/outcomes/new`, { kind: 'left', basis: 'actual', happenedOn: '2026-01-01' }],
  ] as const)
    expect((await house.post(url, form, as[tom.id])).status, url).toBe(404)
})

test('a rep’s new customer is the rep’s own, whatever the form says', async () => {
  const added = await house.post(
    '/customers/new',
    { name: 'Ødegård Møller', owner: tom.id, since: '2019-03' },
    as[rosa.id],
  )
  expect(added.status).toBe(303)
  const page = await house.get(added.location, as[rosa.id])
  expect(page.body).toContain('Customer since March 2019. Owner Rosa Lind.')
  expect((await house.get('/customers?q=ødegård', as[rosa.id])).body).toContain('Ødegård Møller')
  expect((await house.get('/customers?q=ØDEGÅRD', as[rosa.id])).body).toContain('Ødegård Møller')
})

test('what cannot be used comes back with every word and a sentence beside the field', async () => {
  const reply = await house.post(
    '/customers/new',
    { name: ' ', segment: 'Молоко', country: 'Germany', since: '2014-13', attributes: 'no colon' },
    as[lena.id],
  )
  expect(reply.status).toBe(422)
  for (const words of [
    'Write the name of the customer.',
    'Write the country as two letters',
    'Write a year (2014)',
    'Write each line as name: value',
    'Молоко',
    'Germany',
    'no colon',
    '4 things need a look',
  ])
    expect(reply.body.replaceAll('&#x27;', '’').replace('Four', '4')).toContain(words)
  const huge = await house.post('/customers/new', { name: 'x'.repeat(5000) }, as[lena.id])
  expect(huge.status).toBe(422)
  expect(huge.body).toContain('Shorten the name to 200 characters.')
})

test('a lead changes the owner, and the timeline says who did', async () => {
  const { location } = await house.post(
    '/customers/new',
    { name: 'Harrow Mills', owner: rosa.id, attributes: 'Pumps: 14' },
    as[lena.id],
  )
  expect(
    (await house.post(`${location}/edit`, { name: 'Harrow Mills', owner: 'nobody-here' }, as[lena.id])).status,
  ).toBe(422)
  expect((await house.post(`${location}/edit`, { name: 'Harrow Mills', owner: tom.id }, as[lena.id])).status).toBe(303)
  expect((await house.get(location, as[tom.id])).body).toContain('Owner is now Tom Adair, changed by Lena Okafor')
  expect((await house.get(location, as[rosa.id])).status).toBe(404)
})

test('an address that is in use is named with its owner only to those who may see that customer', async () => {
  const form = { ...contactForm, email: ' Anna.Brandt@Fennholt.example ' }
  const rosas = await house.post(`/customers/${acme.id}/contacts/new`, form, as[rosa.id])
  expect(rosas.status).toBe(422)
  expect(rosas.body).toContain('This address is already used by Anna Brandt at Fennholt Dairy.')
  expect(rosas.body).toContain('Nia')
  const toms = await house.post(`/customers/${mirador.id}/contacts/new`, form, as[tom.id])
  expect(toms.status).toBe(422)
  expect(toms.body).toContain('This address is already used by a contact of another customer.')
  expect(toms.body).not.toContain('Fennholt Dairy')
})

test('a contact is added, edited, archived and restored; its address is free meanwhile', async () => {
  await house.post(
    `/customers/${acme.id}/contacts/new`,
    { ...contactForm, email: 'nia@acme.example', buyingRole: 'pays' },
    as[rosa.id],
  )
  const nia = await house.db
    .selectFrom('contact')
    .selectAll()
    .where('email', '=', 'nia@acme.example')
    .executeTakeFirstOrThrow()
  await house.post(
    `/contacts/${nia.id}`,
    { ...contactForm, email: 'nia@acme.example', jobTitle: 'controller', mailBasis: 'none' },
    as[rosa.id],
  )
  expect((await house.get(`/customers/${acme.id}`, as[rosa.id])).body).toContain('We may not write')
  for (const _twice of [1, 2])
    expect((await house.post(`/contacts/${nia.id}/archiving`, {}, as[rosa.id])).status).toBe(303)
  expect(
    (
      await house.post(
        `/customers/${acme.id}/contacts/new`,
        { ...contactForm, firstName: 'Ola', email: 'nia@acme.example' },
        as[rosa.id],
      )
    ).status,
  ).toBe(303)
  const restored = await house.post(`/contacts/${nia.id}/restoration`, {}, as[rosa.id])
  expect(restored.status).toBe(409)
  expect(restored.body).toContain('Ola Ode at Acme Tools')
})

test('a suppressed address is shown as such and is not lifted by editing the contact', async () => {
  await house.db
    .insertInto('suppression')
    .values({ address: jonas.email, reason: 'opt_out', created_at: '2026-11-20T08:00:00.000Z' })
    .execute()
  expect((await house.get(`/customers/${fennholt.id}`, as[rosa.id])).body).toContain('Does not want our mails')
  await house.post(
    `/contacts/${jonas.id}`,
    { firstName: 'Jonas', lastName: 'Weil', email: jonas.email, mailBasis: 'consent' },
    as[rosa.id],
  )
  expect((await house.get(`/contacts/${jonas.id}`, as[rosa.id])).body).toContain('Only the person can lift that.')
  expect(await house.db.selectFrom('suppression').selectAll().execute()).toHaveLength(1)
})

test('sharing opens a customer to a colleague, who does not pass it on, until it is taken back', async () => {
  for (const _twice of [1, 2]) await house.post(`/customers/${fennholt.id}/shares`, { colleague: tom.id }, as[rosa.id])
  expect((await house.get(`/customers/${fennholt.id}`, as[tom.id])).body).toContain(
    'Shared with Tom Adair by Rosa Lind',
  )
  expect((await house.post(`/customers/${fennholt.id}/shares`, { colleague: ada.id }, as[tom.id])).status).toBe(403)
  await house.post(`/customers/${fennholt.id}/shares/${tom.id}/removal`, {}, as[rosa.id])
  expect((await house.get(`/customers/${fennholt.id}`, as[tom.id])).status).toBe(404)
})

test('years, offerings and outcomes stand on the page, each amount in its own currency', async () => {
  const page = `/customers/${acme.id}`
  await house.post(
    `${page}/years/new`,
    { year: '2025', currency: 'eur', revenue: '412,000.50', orders: '31', margin: '−1200' },
    as[rosa.id],
  )
  await house.post(`${page}/years/new`, { year: '2024', currency: 'JPY', revenue: '5000000' }, as[rosa.id])
  expect(
    (await house.post(`${page}/years/new`, { year: '2025', currency: 'EUR', revenue: '1' }, as[rosa.id])).body,
  ).toContain('2025 is on record already')
  await house.post('/offerings', { name: 'Night line' }, as[lena.id])
  const { id: night } = await house.db.selectFrom('offering').select('id').executeTakeFirstOrThrow()
  await house.post(`${page}/offerings/new`, { offering: night, sinceOn: '2020-01-01' }, as[rosa.id])
  await house.post(
    `${page}/outcomes/new`,
    { kind: 'renewed', basis: 'actual', happenedOn: '2026-01-31', note: 'for two years' },
    as[rosa.id],
  )
  const { body } = await house.get(page, as[rosa.id])
  for (const words of [
    '€412,000.50',
    '−€1,200',
    '¥5,000,000',
    'Night line',
    'since 1 January 2020',
    'Renewed, in fact',
    'for two years',
  ])
    expect(body).toContain(words)
  expect((await house.get('/customers', as[rosa.id])).body).toContain('€412,000.50')
  const wrong = await house.post(`${page}/years/2025`, { currency: 'EUR', revenue: 'a lot' }, as[rosa.id])
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('a lot')
  await house.post(`${page}/years/2025/removal`, {}, as[rosa.id])
  expect((await house.get('/customers', as[rosa.id])).body).toContain('¥5,000,000')
})

test('archiving takes a customer off the list and restoring brings it back', async () => {
  const { location } = await house.post('/customers/new', { name: 'Oldfield' }, as[rosa.id])
  await house.post(`${location}/archiving`, {}, as[rosa.id])
  expect((await house.get('/customers', as[rosa.id])).body).not.toContain('Oldfield')
  expect((await house.get('/customers?archived=yes', as[rosa.id])).body).toContain('Oldfield')
  await house.post(`${location}/restoration`, {}, as[rosa.id])
  expect((await house.get('/customers', as[rosa.id])).body).toContain('Oldfield')
})

test('answers stand in the timeline with their words only for those who may read them', async () => {
  const on = new Date('2026-11-22T09:00:00.000Z')
  for (const level of ['team', 'lead', 'totals'] as const)
    await makeResponse(house.db, on, [{ text: `words for ${level}` }], { customer: fennholt, contact: anna, level })
  const wordsFor = async (user: string) => {
    const { body } = await house.get(`/customers/${fennholt.id}`, as[user])
    expect(body).toContain('Anna Brandt answered by survey, given in confidence')
    return ['team', 'lead', 'totals'].filter((level) => body.includes(`words for ${level}`))
  }
  expect(await wordsFor(rosa.id)).toEqual(['team'])
  expect(await wordsFor(lena.id)).toEqual(['team', 'lead'])
  expect(await wordsFor(ada.id)).toEqual([])
  expect((await house.get('/customers?sort=-answered', as[rosa.id])).body).toContain('22 November')
})

test('a stranger is sent to sign in', async () => {
  expect((await house.get('/customers')).location).toContain('/sign-in')
})
