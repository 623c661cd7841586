import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { anna, fennholt, jonas, lena, makeWorld, mirador, rosa } from '../support/world.ts'

/** How the page of a customer begins: why they buy, in their words; what helps and hurts; what is open. */
let house: TestApp
let asRosa: string
beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asRosa = await house.signIn(rosa.id)
})
afterEach(() => house.close())

const flat = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const page = async (id: string, cookie = asRosa) => flat((await house.get(`/customers/${id}`, cookie)).body)
const at = { customer: { id: fennholt.id, owner: rosa } }

/** Somebody has settled that these words of an answer name a driver. */
async function settle(answerId: string, words: string, driver: 'risk' | 'cost', direction: '+' | '-', isWish = 0) {
  const { id, text } = await house.db
    .selectFrom('answer_revision')
    .select(['id', 'text'])
    .where('answer_id', '=', answerId)
    .executeTakeFirstOrThrow()
  const coding = newId()
  await house.db
    .insertInto('codebook_version')
    .values({ version: 'test', body: '{}', hash: 'test', created_at: house.clock.now.toISOString() })
    .onConflict((known) => known.doNothing())
    .execute()
  await house.db
    .insertInto('coding')
    .values({
      id: coding,
      answer_id: answerId,
      revision_id: id,
      user_id: lena.id,
      suggester_version: null,
      codebook_version: 'test',
      is_settled: 1,
      none_kind: null,
      created_at: house.clock.now.toISOString(),
      replaces_id: null,
      taken_back_at: null,
    })
    .execute()
  const start = Array.from(text.slice(0, text.indexOf(words))).length
  await house.db
    .insertInto('tag')
    .values({
      id: newId(),
      coding_id: coding,
      driver,
      direction,
      sub: '',
      about: 'us',
      start_at: start,
      end_at: start + Array.from(words).length,
      is_wish: isWish,
      probability: null,
    })
    .execute()
}

test('the page begins with the newest words on why they buy, then what helps and hurts, then what is open', async () => {
  const { db, clock } = house
  await makeResponse(db, clock.now, [{ text: 'An older reason.' }], { ...at, contact: anna, on: '2025-03-01' })
  const { answerId } = await makeResponse(db, clock.now, [{ text: 'You answer at three. 🌙 Your bills are wrong.' }], {
    ...at,
    contact: anna,
    on: '2026-11-20',
  })
  await settle(answerId, 'You answer at three.', 'risk', '+')
  const bills = await makeResponse(db, clock.now, [{ text: 'Ach 🌙 the bills cost us a day.', question: 'CORE-3' }], {
    ...at,
    contact: jonas,
    on: '2026-11-21',
  })
  await settle(bills.answerId, 'the bills cost us a day', 'cost', '-')
  await db
    .insertInto('follow_up')
    .values({
      id: newId(),
      customer_id: fennholt.id,
      contact_id: jonas.id,
      response_id: null,
      kind: 'owed',
      text: 'Corrected bills.',
      owner_id: rosa.id,
      due_on: '2026-11-11',
      created_by: rosa.id,
      created_at: clock.now.toISOString(),
      done_by: null,
      done_at: null,
    })
    .execute()

  const words = await page(fennholt.id)
  const order = [
    'You answer at three. 🌙',
    'Why they buy. Anna Brandt',
    'What we do for them',
    '“the bills cost us a day”',
    'Open between us',
    '12 days late',
    'Corrected bills.',
    'Contacts',
    'Record',
  ]
  const places = order.map((one) => words.indexOf(one))
  expect(places).not.toContain(-1)
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(words).toContain('Cost nothing said “the bills cost us a day” Jonas Weil, 21 November')
  expect(words.slice(0, words.indexOf('What happened'))).not.toContain('An older reason.')
  expect(await page(mirador.id, await house.signIn(lena.id))).not.toContain('What we do for them')
})

test('words that somebody may not read stand nowhere at the top, and a wish is nothing that we do for them', async () => {
  const { db, clock } = house
  const secret = await makeResponse(db, clock.now, [{ text: 'Between us: the price.' }], {
    ...at,
    contact: anna,
    level: 'lead',
  })
  await settle(secret.answerId, 'the price', 'cost', '-')
  const counted = await makeResponse(db, clock.now, [{ text: 'Only in totals.' }], {
    ...at,
    contact: jonas,
    level: 'totals',
  })
  await settle(counted.answerId, 'Only in totals', 'risk', '+')
  const words = await page(fennholt.id)
  expect(words).not.toContain('the price')
  expect(words).not.toContain('Only in totals')
  expect(words).not.toContain('What we do for them')
  expect(await page(fennholt.id, await house.signIn(lena.id))).toContain('“the price”')
  const read = await db.selectFrom('event').select('record_id').where('action', '=', 'read-confidential').execute()
  expect(read).toEqual([{ record_id: secret.responseId }])

  await db.updateTable('tag').set({ is_wish: 1 }).execute()
  expect(await page(fennholt.id, await house.signIn(lena.id))).not.toContain('“the price”')
})

test('a telephone number can be pressed, and what is none cannot', async () => {
  await house.db.updateTable('contact').set({ phone: '+44 (0)1632 960-101' }).where('id', '=', anna.id).execute()
  await house.db.updateTable('contact').set({ phone: 'ask the gate' }).where('id', '=', jonas.id).execute()
  const { body } = await house.get(`/customers/${fennholt.id}`, asRosa)
  expect(body).toContain('<a href="tel:+441632960101">+44 (0)1632 960-101</a>')
  expect(body).toContain('ask the gate')
  expect(body).not.toContain('tel:a')
})
