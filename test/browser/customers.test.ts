import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { sealForCampaign } from '#server/predictions/predictions.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { anna, fennholt, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let web: Visit
let rosas: string
let lenas: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
  rosas = await house.signIn(rosa.id)
  lenas = await house.signIn(lena.id)
  const page = `/customers/${fennholt.id}`
  await house.post(
    `${page}/years/new`,
    { year: '2025', currency: 'EUR', revenue: '412000', orders: '31', margin: '98000' },
    rosas,
  )
  await house.post(`${page}/years/new`, { year: '2024', currency: 'EUR', revenue: '389000', orders: '28' }, rosas)
  await house.post(`${page}/offerings/new`, { name: 'Night line with an engineer', sinceOn: '2019-04-01' }, rosas)
  await house.post(
    `${page}/outcomes/new`,
    { kind: 'renewed', basis: 'actual', happenedOn: '2026-01-12', note: 'For two years.' },
    rosas,
  )
  await house.post(`${page}/shares`, { colleague: lena.id }, rosas)
  await house.db
    .insertInto('suppression')
    .values({ address: 'jonas.weil@fennholt.example', reason: 'opt_out', created_at: '2026-11-02T08:00:00.000Z' })
    .execute()
  await answerOf()
  await house.post(
    `${page}/prediction`,
    { revenue: '10', cost: '70', risk: '30', emotion: '20', sentence: 'They look at the price first.' },
    rosas,
  )
  await transact(house.db, (trx) => sealForCampaign(trx, [fennholt.id], 'campaign', house.clock.now))
})
afterAll(async () => {
  await web.close()
  await house.close()
})

/** Anna answered a campaign, for her account team. */
async function answerOf() {
  const template = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const at = '2026-11-22T09:12:00.000Z'
  await house.db
    .insertInto('campaign')
    .values({
      id: 'campaign',
      name: 'Why, autumn 2026',
      series: 'why',
      round: 1,
      template_version_id: template.id,
      state: 'launched',
      sender_id: null,
      closes_on: '2026-12-31',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .execute()
  await house.db
    .insertInto('response')
    .values({
      id: 'r',
      reference: 'WB-7F3K9Q',
      customer_id: fennholt.id,
      contact_id: anna.id,
      invitation_id: null,
      campaign_id: 'campaign',
      template_version_id: template.id,
      channel: 'survey',
      author_id: null,
      language: 'en',
      state: 'submitted',
      consent_level: 'team',
      took_place_on: '2026-11-22',
      segment: null,
      region: null,
      owner_id: rosa.id,
      created_at: at,
      submitted_at: at,
      revised_at: null,
    })
    .execute()
  await house.db
    .insertInto('answer')
    .values({ id: 'a', response_id: 'r', question: 'CORE-1', item: '', row: 0, voice: 'customer' })
    .execute()
  await house.db
    .insertInto('answer_revision')
    .values({
      id: 'v',
      answer_id: 'a',
      number: 1,
      text: 'If a pump stops at night the milk is lost by morning. You answer at three, and someone stands here before five.',
      language: 'en',
      provenance: 'typed',
      after_prompt: 0,
      submitted_at: at,
      superseded_at: null,
    })
    .execute()
  await house.db
    .insertInto('response_summary')
    .values({
      response_id: 'r',
      provenance: 'typed',
      is_prompted: 0,
      customer_id: fennholt.id,
      campaign_id: 'campaign',
      channel: 'survey',
      segment: null,
      region: null,
      owner_id: rosa.id,
      took_place_on: '2026-11-22',
      answers: 1,
      settled: 1,
      revenue_plus: 0,
      revenue_minus: 0,
      cost_plus: 0,
      cost_minus: 0,
      risk_plus: 1,
      risk_minus: 0,
      emotion_plus: 1,
      emotion_minus: 0,
    })
    .execute()
}

test.each([
  ['customers', '/customers', ''],
  ['customers-none', '/customers?q=zzz', ''],
  ['customer', `/customers/${fennholt.id}`, ''],
  ['customer-new', '/customers/new', ''],
  ['customer-edit', `/customers/${fennholt.id}/edit`, 'lead'],
  ['customer-archive', `/customers/${fennholt.id}/archiving`, ''],
  ['contact-new', `/customers/${fennholt.id}/contacts/new`, ''],
  ['contact', `/contacts/${anna.id}`, ''],
  ['contact-suppressed', '/contacts/01900000-0000-7000-8000-000000000023', ''],
  ['customer-year', `/customers/${fennholt.id}/years/2025`, ''],
  ['customer-offering', `/customers/${fennholt.id}/offerings/new`, ''],
  ['customer-outcome', `/customers/${fennholt.id}/outcomes/new`, ''],
  ['import', '/customers/import', 'lead'],
  ['prediction', `/customers/${fennholt.id}/prediction`, ''],
  ['predictions', '/predictions', ''],
])('the page %s is accessible, fits a small phone and has a look', async (name, url, who) => {
  const page = await web.open({ viewport: { width: 320, height: 700 }, cookie: who === 'lead' ? lenas : rosas })
  const response = await page.goto(url)
  expect(response?.status()).toBe(200)
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, name)
  await page.context().close()
})

test('a rep adds a customer and a contact by keyboard alone, and mends what was wrong', async () => {
  const page = await web.open({ viewport: { width: 1280, height: 800 }, cookie: rosas })
  await page.goto('/customers')
  await page.getByRole('link', { name: 'Add a customer' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/customers/new')
  await page.getByLabel('Customer since').focus()
  await page.keyboard.type('spring')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  expect(await page.getByLabel('Customer since').inputValue()).toBe('spring')
  await expectAccessible(page)
  await shoot(page, 'customer-wrong')
  await page.getByRole('link', { name: 'Write the name of the customer.' }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Kestrel Paper')
  await page.getByLabel('Customer since').fill('2016')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Kestrel Paper' }).waitFor()
  await page.getByRole('link', { name: 'Add a contact' }).focus()
  await page.keyboard.press('Enter')
  await page.getByLabel('First name').focus()
  await page.keyboard.type('Ivo')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Sand')
  await page.getByLabel('May we write?').focus()
  await page.keyboard.type('Yes, an')
  await page.getByRole('button', { name: 'Add the contact' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Ivo Sand is on the list.').waitFor()
  await page.context().close()
})
