import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { sealForCampaign, sealForTalk } from '#server/predictions/predictions.ts'
import { canonicalText, recheckSeal } from '#server/predictions/seal.ts'
import type { ConsentLevel } from '#server/tables.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, anna, fennholt, lena, makeWorld, mirador, rosa, tom } from '../support/world.ts'

let house: TestApp
const as: Record<string, string> = {}
const guess = { revenue: '10', cost: '60', risk: '30', emotion: '0', sentence: 'They look at the price first.' }
const campaignId = 'campaign'

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  for (const user of [ada, lena, rosa, tom]) as[user.id] = await house.signIn(user.id)
  const template = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  await house.db
    .insertInto('campaign')
    .values({
      id: campaignId,
      name: 'Why, autumn',
      series: 'why',
      round: 1,
      template_version_id: template.id,
      state: 'launched',
      sender_id: null,
      closes_on: '2026-12-31',
      created_by: lena.id,
      created_at: house.clock.now.toISOString(),
      launched_by: lena.id,
      launched_at: house.clock.now.toISOString(),
    })
    .execute()
})
afterEach(() => house.close())

const page = (customerId: string, user: string) => house.get(`/customers/${customerId}/prediction`, as[user])
const keep = (customerId: string, form = guess, user: string = rosa.id) =>
  house.post(`/customers/${customerId}/prediction`, form, as[user])
const sealAll = () =>
  transact(house.db, (trx) => sealForCampaign(trx, [fennholt.id, acme.id], campaignId, house.clock.now))
const stored = () => house.db.selectFrom('prediction').selectAll().orderBy('made_at').orderBy('id').execute()

async function answer(level: ConsentLevel, isSettled: boolean) {
  const at = house.clock.now.toISOString()
  const { responseId } = await makeResponse(
    house.db,
    house.clock.now,
    [{ text: 'If a pump stops at night the milk is lost.' }],
    { id: 'r', customer: fennholt, contact: anna, campaignId, level },
  )
  const none = {
    revenue_plus: 0,
    revenue_minus: 0,
    cost_plus: 0,
    cost_minus: 0,
    risk_minus: 0,
    emotion_plus: 0,
    emotion_minus: 0,
  }
  await house.db
    .insertInto('response_summary')
    .values({
      response_id: responseId,
      provenance: 'typed',
      is_prompted: 0,
      customer_id: fennholt.id,
      campaign_id: campaignId,
      channel: 'survey',
      segment: null,
      region: null,
      owner_id: rosa.id,
      took_place_on: at.slice(0, 10),
      answers: 1,
      settled: isSettled ? 1 : 0,
      risk_plus: isSettled ? 1 : 8,
      ...none,
    })
    .execute()
}

test('a rep guesses in a minute, and a newer guess replaces the open one without erasing it', async () => {
  expect((await keep(fennholt.id)).status).toBe(303)
  house.clock.forward(1000)
  await keep(fennholt.id, { ...guess, cost: '20' })
  const { body } = await page(fennholt.id, rosa.id)
  expect(body).toContain('<option value="20" selected>20 %</option>')
  expect(body).not.toContain('<option value="60" selected>')
  expect(await stored()).toHaveLength(2)
})

test('a guess that misses something comes back with its words', async () => {
  const reply = await keep(fennholt.id, { ...guess, risk: '', cost: '55' })
  expect(reply.status).toBe(422)
  expect(reply.body).toContain('Two things need a look')
  expect(reply.body).toContain(guess.sentence)
  expect(await stored()).toEqual([])
})

test('others’ customers and admins: there is no such page', async () => {
  expect((await page(mirador.id, rosa.id)).status).toBe(404)
  expect((await keep(mirador.id)).status).toBe(404)
  expect((await page(fennholt.id, tom.id)).status).toBe(404)
  expect((await page(fennholt.id, ada.id)).status).toBe(404)
  expect((await house.get('/predictions', as[ada.id])).status).toBe(404)
})

test('the list names the own customers without a guess', async () => {
  const before = (await house.get('/predictions', as[rosa.id])).body
  expect(before).toContain(acme.name)
  expect(before).toContain(fennholt.name)
  expect(before).not.toContain(mirador.name)
  await keep(fennholt.id)
  expect((await house.get('/predictions', as[rosa.id])).body).not.toContain(fennholt.name)
  await keep(acme.id)
  expect((await house.get('/predictions', as[rosa.id])).body).toContain('Nothing left to guess')
})

test('launching seals the newest guess once; what comes later stays open and changes nothing', async () => {
  await keep(fennholt.id, { ...guess, cost: '90' })
  house.clock.forward(1000)
  await keep(fennholt.id)
  await sealAll()
  const [older, sealed] = await stored()
  expect(older?.seal).toBeNull()
  expect(sealed).toMatchObject({ campaign_id: campaignId, cost: 0.6 })
  expect(sealed && recheckSeal(sealed)).toBe(true)
  expect(sealed && recheckSeal({ ...sealed, cost: 0.5 })).toBe(false)
  house.clock.forward(1000)
  await keep(fennholt.id, { ...guess, cost: '0' })
  await sealAll()
  const after = await stored()
  expect(after[1]).toEqual(sealed)
  expect(after[2]?.seal).toBeNull()
})

test('the predictor reads the seal and the text to check it with; a lead sees the guess but not the text', async () => {
  await keep(fennholt.id)
  await sealAll()
  const [sealed] = await stored()
  const escaped = (text: string) => text.replaceAll('"', '&quot;').replaceAll('=', '&#x3D;')
  const own = (await page(fennholt.id, rosa.id)).body
  expect(own).toContain(sealed?.seal)
  expect(own).toContain(escaped(canonicalText(sealed as never)))
  const leads = (await page(fennholt.id, lena.id)).body
  expect(leads).toContain('Rosa Lind guessed, they said')
  expect(leads).not.toContain(sealed?.nonce)
})

test('a colleague to whom the customer is shown does not see the guess, nor does a coder', async () => {
  await keep(fennholt.id)
  await house.post(`/customers/${fennholt.id}/shares`, { colleague: tom.id }, as[rosa.id])
  await house.db.updateTable('user').set({ is_coder: 1 }).where('id', '=', tom.id).execute()
  expect((await page(fennholt.id, tom.id)).body).not.toContain(guess.sentence)
})

test('opening a talk guide seals the guess of whoever talks, and opening it again does nothing', async () => {
  await answer('team', false)
  await keep(fennholt.id)
  await keep(fennholt.id, guess, lena.id)
  const open = () => transact(house.db, (trx) => sealForTalk(trx, fennholt.id, rosa.id, 'r', house.clock.now))
  await open()
  const once = await stored()
  expect(once.filter(({ seal }) => seal)).toMatchObject([{ user_id: rosa.id, response_id: 'r' }])
  house.clock.forward(1000)
  await keep(fennholt.id)
  await open()
  expect((await stored()).filter(({ seal }) => seal)).toHaveLength(1)
  await house.db.deleteFrom('response').where('id', '=', 'r').execute()
  const [kept] = (await stored()).filter(({ seal }) => seal)
  expect(kept && recheckSeal(kept)).toBe(true)
})

test.each([
  ['team', true, rosa.id, 'told'],
  ['team', false, rosa.id, 'read'],
  ['lead', true, rosa.id, 'confidence'],
  ['lead', true, lena.id, 'told'],
  ['totals', true, lena.id, 'confidence'],
] as const)('given at level %s, settled %s: what they said is %s', async (level, isSettled, reader, state) => {
  await keep(fennholt.id)
  await sealAll()
  await answer(level, isSettled)
  const { body } = await page(fennholt.id, reader)
  expect(body.includes('the milk is lost')).toBe(state === 'told')
  expect(body.includes('not mentioned')).toBe(state === 'told')
  expect(body.includes('They answered in confidence. It counts in totals only.')).toBe(state === 'confidence')
  expect(body.includes('once every answer is read and settled')).toBe(state === 'read')
})
