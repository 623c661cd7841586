import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { addFollowUp, type NewFollowUp } from '#server/follow-ups/follow-ups.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { acme, anna, carla, fennholt, jonas, lena, makeWorld, mirador, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let asRosa: string
let asTom: string
let asLena: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asRosa = await house.signIn(rosa.id)
  asTom = await house.signIn(tom.id)
  asLena = await house.signIn(lena.id)
})
afterEach(() => house.close())

/** Something that Rosa owes Fennholt, unless told otherwise. Returns its id. */
const owe = (more: Partial<NewFollowUp> = {}): Promise<string> =>
  transact(house.db, (trx) =>
    addFollowUp(
      trx,
      {
        customerId: fennholt.id,
        contactId: anna.id,
        responseId: null,
        kind: 'promise',
        text: 'Send the corrected September invoices',
        ownerId: rosa.id,
        dueOn: '2026-11-11',
        createdBy: rosa.id,
        ...more,
      },
      house.clock.now,
    ),
  )
const stored = (id: string) =>
  house.db.selectFrom('follow_up').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const wordsOf = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

test('what is owed stands in the order of its day, with how late it is', async () => {
  await owe({ text: 'Look at the noise of line 2', dueOn: '2026-11-30', kind: 'owed', createdBy: null })
  await owe()
  await owe({ text: 'Call about the portal', dueOn: '2026-11-23', kind: 'call', createdBy: null })
  const page = wordsOf((await house.get('/follow-ups', asRosa)).body)
  const order = ['12 days late Send the corrected', 'Today Call about the portal', 'in 7 days Look at the noise']
  expect(order.map((words) => page.indexOf(words)).every((at, n, all) => at > (all[n - 1] ?? 0))).toBe(true)
  expect(page).toContain('Anna Brandt asked for a call on 23 November.')
})

test('a rep sees what is owed to the own customers, a lead all, a stranger nothing', async () => {
  const id = await owe()
  await owe({ customerId: mirador.id, contactId: carla.id, ownerId: tom.id, createdBy: tom.id, text: 'Visit the kiln' })
  const rosas = (await house.get('/follow-ups', asRosa)).body
  expect(rosas).toContain('corrected September invoices')
  expect(rosas).not.toContain('Visit the kiln')
  const all = (await house.get('/follow-ups?whose=all', asLena)).body
  expect(all).toContain('corrected September invoices')
  expect(all).toContain('Visit the kiln')
  expect((await house.get('/follow-ups?whose=all', asTom)).body).not.toContain('corrected September invoices')
  expect((await house.get(`/follow-ups/${id}`, asTom)).status).toBe(404)
  for (const act of ['completion', 'reopening'])
    expect((await house.post(`/follow-ups/${id}/${act}`, {}, asTom)).status).toBe(404)
  const change = { text: 'x', dueOn: '2027-01-01', owner: tom.id }
  expect((await house.post(`/follow-ups/${id}`, change, asTom)).status).toBe(404)
  expect(await stored(id)).toMatchObject({ due_on: '2026-11-11', done_at: null })
})

test('done is said once, by whom and when, and can be taken back', async () => {
  const id = await owe()
  expect((await house.post(`/follow-ups/${id}/completion`, {}, asRosa)).status).toBe(303)
  const first = await stored(id)
  expect(first).toMatchObject({ done_by: rosa.id, done_at: '2026-11-23T10:00:00.000Z' })
  house.clock.forward(60_000)
  await house.post(`/follow-ups/${id}/completion`, {}, asLena)
  expect(await stored(id)).toEqual(first)
  expect((await house.get('/follow-ups', asRosa)).body).not.toContain('corrected September invoices')
  expect((await house.get('/follow-ups?state=done', asRosa)).body).toContain('corrected September invoices')
  await house.post(`/follow-ups/${id}/reopening`, {}, asRosa)
  expect(await stored(id)).toMatchObject({ done_by: null, done_at: null })
})

test('it gets another day and another owner, but none who may not open the customer', async () => {
  const id = await owe()
  const given = { text: 'Send the corrected invoices', dueOn: '2026-12-01', owner: lena.id }
  expect((await house.post(`/follow-ups/${id}`, given, asRosa)).status).toBe(303)
  expect(await stored(id)).toMatchObject({ due_on: '2026-12-01', owner_id: lena.id, text: given.text })
  const wrong = await house.post(`/follow-ups/${id}`, { ...given, owner: tom.id, text: 'New words' }, asRosa)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('New words')
  expect(await stored(id)).toMatchObject({ owner_id: lena.id, text: given.text })
  expect((await house.post(`/follow-ups/${id}`, { ...given, dueOn: 'soon' }, asRosa)).status).toBe(422)
})

test('what is owed by somebody who may no longer open the customer falls to the customer’s owner', async () => {
  await owe({ customerId: mirador.id, contactId: carla.id, ownerId: tom.id, createdBy: tom.id, text: 'Visit the kiln' })
  await house.db.updateTable('customer').set({ owner_id: rosa.id }).where('id', '=', mirador.id).execute()
  expect((await house.get('/', asRosa)).body).toContain('Visit the kiln')
  expect((await house.get('/', asTom)).body).not.toContain('Visit the kiln')
})

test('what a customer asked for keeps their words', async () => {
  const id = await owe({ kind: 'owed', createdBy: null, text: 'Is anyone looking at the noise?' })
  await house.post(`/follow-ups/${id}`, { text: 'Nothing', dueOn: '2026-12-01', owner: rosa.id }, asRosa)
  expect(await stored(id)).toMatchObject({ text: 'Is anyone looking at the noise?', due_on: '2026-12-01' })
})

test('a day begins with what is due, and one press says that it is done', async () => {
  const id = await owe()
  const page = await house.get('/', asRosa)
  expect(wordsOf(page.body)).toContain('Monday, 23 November')
  expect(wordsOf(page.body)).toContain('12 days late Send the corrected September invoices')
  const done = await house.post(`/follow-ups/${id}/completion`, { from: 'today' }, asRosa)
  expect([done.status, done.location]).toEqual([303, '/'])
  expect((await house.get('/', asRosa)).body).not.toContain('12 days late')
})

test('customers whose why is unknown or old are listed, largest first, with the reason and one step', async () => {
  for (const [customer, revenue] of [
    [acme, 100_000_00],
    [fennholt, 900_000_00],
  ] as const)
    await house.db
      .insertInto('customer_year')
      .values({
        customer_id: customer.id,
        year: 2025,
        revenue_minor: revenue,
        orders: null,
        margin_minor: null,
        currency: 'EUR',
      })
      .execute()
  const first = (await house.get('/', asRosa)).body
  expect(first.indexOf('Fennholt Dairy')).toBeLessThan(first.indexOf('Acme Tools'))
  expect(first).toContain(`href="/customers/${fennholt.id}/prediction"`)
  expect(first).not.toContain('Mirador Tiles')

  const guess = { revenue: '10', cost: '40', risk: '80', emotion: '50', sentence: 'Because the line never stops.' }
  await house.post(`/customers/${fennholt.id}/prediction`, guess, asRosa)
  expect((await house.get('/', asRosa)).body).toContain(`href="/customers/${fennholt.id}/interviews/new"`)

  // Fennholt answered lately, Acme 14 months ago.
  await makeResponse(house.db, house.clock.now, [{ text: 'The milk is saved.' }], { customer: fennholt })
  await makeResponse(house.db, new Date('2025-09-20T10:00:00Z'), [{ text: 'You are near.' }], { customer: acme })
  const later = wordsOf((await house.get('/', asRosa)).body)
  expect(later).toContain('1 of your 2 customers')
  expect(later).toMatch(/Acme Tools Older than a year\..*14 months/)
})

test('answers that came in lately show their words only if they were shared with the account team', async () => {
  await makeResponse(house.db, house.clock.now, [{ text: 'The milk is saved.' }], { customer: fennholt })
  await makeResponse(house.db, house.clock.now, [{ text: 'Only for Lena.' }], { customer: acme, level: 'lead' })
  await makeResponse(house.db, house.clock.now, [{ text: 'Only to count.' }], { customer: acme, level: 'totals' })
  await makeResponse(house.db, house.clock.now, [{ text: 'Not Rosa’s.' }], { customer: mirador })
  const { body } = await house.get('/', asRosa)
  expect(body).toContain('The milk is saved.')
  expect(body).toContain('Given in confidence')
  for (const hidden of ['Only for Lena.', 'Only to count.', 'Not Rosa’s.']) expect(body).not.toContain(hidden)
})

test('who was invited and is silent stands there until they answer or want no more', async () => {
  await invite(house.db, house.links, [wile, anna, jonas, carla])
  for (const { id } of await house.db.selectFrom('invitation').select('id').execute())
    await house.db
      .insertInto('message')
      .values({
        id: `m${id}`,
        invitation_id: id,
        kind: 'invite',
        state: 'sent',
        message_id: `<${id}@ask.test>`,
        created_at: '2026-11-20T08:00:00.000Z',
        sent_at: '2026-11-20T08:00:00.000Z',
      })
      .execute()
  await house.db
    .updateTable('invitation')
    .set({ declined_at: house.clock.now.toISOString() })
    .where('contact_id', '=', jonas.id)
    .execute()
  const page = wordsOf((await house.get('/', asRosa)).body)
  expect(page).toContain('Anna Brandt waiting 3 days')
  expect(page).toContain('Will Hart waiting 3 days')
  expect(page).not.toContain('Jonas Weil')
  expect(page).not.toContain('Carla Vance')
})

test('what the day shows the beginning of can be opened whole', async () => {
  for (let n = 0; n < 25; n += 1) await owe({ text: `Promise ${n}.` })
  const { body } = await house.get('/', asRosa)
  expect(body).toContain('<a href="/?all=due#due">Show 5 more things</a>')
  expect(body.match(/Promise \d+\.<\/a>/g)).toHaveLength(20)
  const whole = (await house.get('/?all=due', asRosa)).body
  expect(whole.match(/Promise \d+\.<\/a>/g)).toHaveLength(25)
  expect(whole).not.toContain('more things')
  expect((await house.get('/?all=nothing', asRosa)).status).toBe(200)
})

test('whoever asked for a call can be called with one press, on each page that tells of it', async () => {
  const id = await owe({ kind: 'call', text: 'Call +44 1632 960999. When it suits: Thursday.' })
  const press = '<a href="tel:+441632960999">Call +44 1632 960999</a>'
  for (const url of ['/', '/follow-ups', `/follow-ups/${id}`])
    expect((await house.get(url, asRosa)).body).toContain(press)
  await owe({ text: 'Call us names. When it suits: never.' })
  expect((await house.get('/', asRosa)).body.match(/tel:/g)).toHaveLength(1)
})

test('a day costs the same few queries, however full it is', async () => {
  await house.get('/', asRosa)
  const count = async () => {
    const before = house.queries()
    expect((await house.get('/', asRosa)).status).toBe(200)
    return house.queries() - before
  }
  const empty = await count()
  for (let n = 0; n < 30; n += 1) {
    await owe({ text: `Promise ${n}` })
    await makeResponse(house.db, house.clock.now, [{ text: `Words ${n}` }], { customer: n % 2 ? fennholt : acme })
  }
  expect(await count()).toBe(empty)
  expect(empty).toBeLessThanOrEqual(12)
})
