import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, fennholt, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterAll(() => house.close())

const readings = () =>
  house.db
    .selectFrom('event')
    .select(['user_id', 'record_id'])
    .where('action', '=', 'read-confidential')
    .orderBy('id')
    .execute()

test('who reads words given to the lead on the page of a customer is recorded, once a day', async () => {
  const { db, clock } = house
  const sitting = { customer: { id: acme.id, owner: rosa }, level: 'lead' as const }
  const { responseId } = await makeResponse(db, clock.now, [{ text: 'Between us: it is the price.' }], sitting)
  await makeResponse(db, clock.now, [{ text: 'Everybody may know.' }], { ...sitting, level: 'team' })
  const [asLena, asRosa] = [await house.signIn(lena.id), await house.signIn(rosa.id)]

  expect((await house.get(`/customers/${acme.id}`, asRosa)).body).not.toContain('it is the price')
  expect(await readings()).toEqual([])
  expect((await house.get(`/customers/${acme.id}`, asLena)).body).toContain('it is the price')
  await house.get(`/customers/${acme.id}`, asLena)
  expect(await readings()).toEqual([{ user_id: lena.id, record_id: responseId }])
})

test('one’s own notes are read without a record', async () => {
  const before = await readings()
  const own = {
    customer: { id: fennholt.id, owner: rosa },
    level: 'lead' as const,
    channel: 'interview' as const,
    authorId: rosa.id,
  }
  await makeResponse(house.db, house.clock.now, [{ text: 'They told me that the night line must stay.' }], own)
  const page = await house.get(`/customers/${fennholt.id}`, await house.signIn(rosa.id))
  expect(page.body).toContain('the night line must stay')
  expect(await readings()).toEqual(before)
})

test('a quote beside a sealed guess is recorded too', async () => {
  const { db, clock } = house
  await db.deleteFrom('event').where('action', '=', 'read-confidential').execute()
  const sitting = { customer: { id: acme.id, owner: rosa }, level: 'lead' as const, channel: 'interview' as const }
  const { responseId } = await makeResponse(db, clock.now, [{ text: 'Only you hear this.' }], sitting)
  await db
    .insertInto('response_summary')
    .values({
      response_id: responseId,
      provenance: 'typed',
      is_prompted: 0,
      customer_id: acme.id,
      campaign_id: null,
      channel: 'interview',
      segment: null,
      region: null,
      owner_id: rosa.id,
      took_place_on: '2026-11-23',
      answers: 1,
      settled: 1,
      revenue_plus: 0,
      revenue_minus: 0,
      cost_plus: 1,
      cost_minus: 0,
      risk_plus: 0,
      risk_minus: 0,
      emotion_plus: 0,
      emotion_minus: 0,
    })
    .execute()
  await db
    .insertInto('prediction')
    .values({
      id: responseId.replace(/.$/, '0'),
      customer_id: acme.id,
      user_id: lena.id,
      campaign_id: null,
      response_id: responseId,
      revenue: 1,
      cost: 1,
      risk: 1,
      emotion: 1,
      sentence: 'The price.',
      nonce: 'n',
      seal: 's',
      made_at: clock.now.toISOString(),
      sealed_at: clock.now.toISOString(),
    })
    .execute()
  const page = await house.get(`/customers/${acme.id}/prediction`, await house.signIn(lena.id))
  expect(page.body).toContain('Only you hear this.')
  expect(await readings()).toEqual([{ user_id: lena.id, record_id: responseId }])
})
