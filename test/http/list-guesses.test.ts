import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { checkSeals, sealForCampaign } from '#server/predictions/predictions.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let asLena: string
const guess = { revenue: '10', cost: '80', risk: '30', emotion: '0', sentence: 'They look at the price first.' }

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asLena = await house.signIn(lena.id)
  await makeCampaign('autumn', 'Why, autumn')
})
afterEach(() => house.close())

async function makeCampaign(id: string, name: string) {
  const { id: version } = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const at = house.clock.now.toISOString()
  await house.db
    .insertInto('campaign')
    .values({
      id,
      name,
      series: id,
      round: 1,
      template_version_id: version,
      state: 'launched',
      sender_id: null,
      closes_on: '2026-12-31',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .execute()
}

const keep = (form = guess) => house.post('/assumed/guess', form, asLena)
const launch = (campaign = 'autumn') => transact(house.db, (trx) => sealForCampaign(trx, [], campaign, house.clock.now))
const page = async () => (await house.get('/assumed', asLena)).body.replaceAll(/\s+/g, ' ')

/** Customers of the round who were read; the first `cost` of them say that we help them with cost. */
async function hear(customers: number, cost: number, campaignId = 'autumn') {
  const at = house.clock.now.toISOString()
  for (let n = 0; n < customers; n += 1) {
    const customerId = newId()
    await house.db
      .insertInto('customer')
      .values({ id: customerId, name: `Customer ${customerId}`, owner_id: rosa.id, created_at: at, updated_at: at })
      .execute()
    const { responseId } = await makeResponse(house.db, house.clock.now, [{ text: `You save us ${n} hours.` }], {
      campaignId,
      customer: { id: customerId, owner: rosa },
      level: 'totals',
    })
    await house.db
      .insertInto('response_summary')
      .values({
        response_id: responseId,
        provenance: 'verbatim',
        is_prompted: 0,
        customer_id: customerId,
        campaign_id: campaignId,
        channel: 'interview',
        segment: null,
        region: null,
        owner_id: rosa.id,
        took_place_on: house.clock.now.toISOString().slice(0, 10),
        answers: 1,
        settled: 1,
        revenue_plus: 0,
        revenue_minus: 0,
        cost_plus: n < cost ? 1 : 0,
        cost_minus: 0,
        risk_plus: 0,
        risk_minus: 0,
        emotion_plus: 0,
        emotion_minus: 0,
      })
      .execute()
  }
}

test('a lead guesses about the whole list, and it is sealed when the next round is sent', async () => {
  expect((await keep()).status).toBe(303)
  expect(await page()).toContain('waits: it is sealed when the next round is sent')
  await launch()
  const [row] = await house.db.selectFrom('list_guess').selectAll().execute()
  expect(row).toMatchObject({ campaign_id: 'autumn', cost: 0.8 })
  expect(await checkSeals(house.db)).toEqual({ sealed: 1, broken: [] })
  // What is printed for the lead to keep is what was sealed, byte for byte.
  const shown = (await house.get('/assumed', asLena)).body
  const text = /guess\.txt<\/code>\.<\/p><p class="gap-above"><code class="seal">([^<]*)/.exec(shown)?.[1] ?? ''
  expect(createHash('sha256').update(text.replaceAll('&quot;', '"')).digest('hex')).toBe(row?.seal)
})

test('the guess stands beside what they said, and is called off only outside what counting allows', async () => {
  await keep()
  await launch()
  expect(await page()).toContain('Nobody has been heard and read there yet.')
  await hear(20, 6)
  const said = await page()
  expect(said).toContain('6 of 20: 30 % (15 to 52)')
  expect(said).toContain('Of 20 customers read: you expected cost and risk more often than they say so.')
  expect(said).not.toContain('Nobody has been heard')
})

test('of fewer than five customers nothing is told, and of fewer than ten no verdict', async () => {
  await keep()
  await launch()
  await hear(4, 4)
  expect(await page()).toContain('Fewer than five customers there are heard and read, so no figure is shown.')
  await house.db.deleteFrom('response_summary').execute()
  await house.db.deleteFrom('response').execute()
  await hear(7, 4)
  expect(await page()).toContain('Of 7 customers read: too few to say where you were wrong.')
})

test('only the newest guess is sealed, a later one waits for the next round, and none is sealed twice for one', async () => {
  await keep()
  house.clock.forward(1000)
  await keep({ ...guess, cost: '20' })
  await launch()
  house.clock.forward(1000)
  await keep({ ...guess, cost: '100' })
  await launch()
  const sealed = () =>
    house.db.selectFrom('list_guess').select(['campaign_id', 'cost']).where('seal', 'is not', null).execute()
  expect(await sealed()).toEqual([{ campaign_id: 'autumn', cost: 0.2 }])
  await makeCampaign('winter', 'Why, winter')
  await launch('winter')
  expect(await sealed()).toEqual([
    { campaign_id: 'autumn', cost: 0.2 },
    { campaign_id: 'winter', cost: 1 },
  ])
})

test('a sealed guess never changes, and a change behind the back of the database is told', async () => {
  await keep()
  await launch()
  const change = () => house.db.updateTable('list_guess').set({ cost: 0.3 }).execute()
  await expect(change()).rejects.toThrow('never changes')
  await sql`drop trigger list_guess_sealed`.execute(house.db)
  await change()
  const { broken } = await checkSeals(house.db)
  expect(broken).toHaveLength(1)
  expect(await page()).toContain('no longer fits its seal')
})

test('what is missing is said beside the field, and nobody but a lead comes here', async () => {
  const { status, body } = await keep({ ...guess, cost: '' })
  expect(status).toBe(422)
  expect(body).toContain('Choose how likely cost is.')
  expect(body).toContain(guess.sentence)
  for (const user of [rosa, ada]) {
    const cookie = await house.signIn(user.id)
    expect((await house.get('/assumed/guess', cookie)).status).toBe(404)
    expect((await house.post('/assumed/guess', guess, cookie)).status).toBe(404)
  }
})
