import { afterAll, beforeAll, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { sealForCampaign } from '#server/predictions/predictions.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { invite } from '../support/campaign.ts'
import { keepCustomers } from '../support/kept-customers.ts'
import { ada, anna, fennholt, jonas, lena, makeWorld, mirador, rosa } from '../support/world.ts'

let house: TestApp
let web: Visit
let rosas: string
let lenas: string
let adas: string
/** Where the pages are that have an id of their own. */
const at: Record<string, string> = {}

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
  rosas = await house.signIn(rosa.id)
  lenas = await house.signIn(lena.id)
  adas = await house.signIn(ada.id)
  const page = `/customers/${fennholt.id}`
  await keepCustomers(house, { lena: lenas, rosa: rosas })
  await house.post(`${page}/shares`, { colleague: lena.id }, rosas)
  await house.db
    .insertInto('suppression')
    .values({ address: 'jonas.weil@fennholt.example', reason: 'opt_out', created_at: '2026-11-02T08:00:00.000Z' })
    .execute()
  await answerOf()
  const outcome = await house.db
    .selectFrom('outcome')
    .select('id')
    .where('kind', '=', 'renewed')
    .executeTakeFirstOrThrow()
  const merge = await house.db.selectFrom('merge').select('id').where('kind', '=', 'customer').executeTakeFirstOrThrow()
  const offering = await house.db
    .selectFrom('offering')
    .select('id')
    .where('name', '=', 'Night line')
    .executeTakeFirstOrThrow()
  const likeness = await house.db
    .selectFrom('customer')
    .select('id')
    .where('name', '=', 'FENNHOLT DAIRY Ltd.')
    .executeTakeFirstOrThrow()
  Object.assign(at, {
    OUTCOME: `${page}/outcomes/${outcome.id}`,
    MERGE: `/merges/${merge.id}`,
    OFFERING: offering.id,
    BOTH: `${page}/merge?with=${likeness.id}`,
  })
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
  await invite(house.db, house.links, [])
  const { id: campaignId } = await house.db.selectFrom('campaign').select('id').executeTakeFirstOrThrow()
  await house.db
    .updateTable('campaign')
    .set({ id: 'campaign', name: 'Why, autumn 2026' })
    .where('id', '=', campaignId)
    .execute()
  const words =
    'If a pump stops at night the milk is lost by morning. You answer at three, and someone stands here before five.'
  const { responseId } = await makeResponse(house.db, new Date('2026-11-22T09:12:00.000Z'), [{ text: words }], {
    customer: fennholt,
    contact: anna,
    campaignId: 'campaign',
  })
  await house.db
    .insertInto('response_summary')
    .values({
      response_id: responseId,
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
  ['customer-given', `/customers/${fennholt.id}/offerings/OFFERING`, ''],
  ['outcome-corrected', 'OUTCOME', ''],
  ['outcome-removal', 'OUTCOME/removal', ''],
  ['offerings', '/offerings', 'lead'],
  ['offering', '/offerings/OFFERING', 'lead'],
  ['duplicates', '/customers/duplicates', 'lead'],
  ['merge', 'BOTH', 'lead'],
  ['merge-choose', `/customers/${fennholt.id}/merge?q=mirador`, 'lead'],
  ['merge-undo', 'MERGE', 'lead'],
  ['contact-merge', `/contacts/${anna.id}/merge?with=${jonas.id}`, ''],
  ['contact-move', `/contacts/${anna.id}/move?with=${mirador.id}`, 'lead'],
  ['contact-move-choose', `/contacts/${anna.id}/move?q=mira`, 'lead'],
  ['contact-erasure', `/contacts/${anna.id}/erasure`, 'lead'],
  ['customer-erasure', `/customers/${fennholt.id}/erasure`, 'admin'],
  ['customer-lead', `/customers/${fennholt.id}`, 'lead'],
  ['import', '/customers/import', 'lead'],
  ['prediction', `/customers/${fennholt.id}/prediction`, ''],
  ['predictions', '/predictions', ''],
])('the page %s is accessible, fits a small phone and has a look', async (name, known, who) => {
  const cookie = who === 'lead' ? lenas : who === 'admin' ? adas : rosas
  const page = await web.open({ viewport: { width: 320, height: 700 }, cookie })
  const url = known.replace(/[A-Z]{4,}/, (word) => at[word] ?? word)
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

test('without JavaScript and by keyboard a lead merges two customers, looks, and parts them again', async () => {
  const page = await web.open({ viewport: { width: 390, height: 800 }, cookie: lenas, javaScriptEnabled: false })
  await page.goto('/customers/duplicates')
  await page
    .getByRole('link', { name: /^See both/ })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: /^Merge / }).waitFor()
  await page.getByRole('button', { name: 'Merge the two' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Its own page shows how to undo it.').waitFor()
  await page
    .getByRole('link', { name: /Dairy.* was merged in/i })
    .first()
    .focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Undo the merge' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('are two again.').waitFor()
  await page.context().close()
})

test('without JavaScript a rep corrects an outcome, and the status follows when the rep says so', async () => {
  const page = await web.open({ viewport: { width: 390, height: 800 }, cookie: rosas, javaScriptEnabled: false })
  await page.goto(`/customers/${fennholt.id}`)
  await page.getByRole('link', { name: 'Renewed, by their word' }).click()
  await page.getByLabel('How we know').selectOption({ label: 'It happened in fact' })
  await page.getByRole('button', { name: 'Save the correction' }).click()
  await page.getByRole('link', { name: 'Renewed, in fact' }).waitFor()
  await page.getByRole('button', { name: 'Set the status to lost' }).click()
  await page.getByText('Fennholt Dairy is lost.').waitFor()
  await page.context().close()
})
