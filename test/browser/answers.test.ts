import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { invite } from '../support/campaign.ts'
import { anna, carla, jonas, makeWorld, wile } from '../support/world.ts'

let house: TestApp
let web: Visit
let links: string[]

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
  links = (await invite(house.db, house.links, [anna, jonas, wile, carla])).map((token) => `/s/${token}`)
})
afterAll(async () => {
  await web.close()
  await house.close()
})
beforeEach(async () => {
  await house.db.deleteFrom('response').execute()
})
afterEach(() => {
  house.clock.now = new Date('2026-11-23T10:00:00.000Z')
})

const texts = async () =>
  (
    await house.db
      .selectFrom('answer')
      .innerJoin('answer_revision', 'answer_revision.answer_id', 'answer.id')
      .select(['question', 'item', 'text', 'value'])
      .where('superseded_at', 'is', null)
      .orderBy('question')
      .orderBy('item')
      .execute()
  ).map(({ question, item, text, value }) => `${question} ${item} ${text} ${value}`)

test('a customer answers by keyboard alone, on accessible pages that fit the smallest phone', async () => {
  const page = await web.open({ viewport: { width: 320, height: 700 } })
  await page.goto(links[0] ?? '')
  const look = async (name: string) => {
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
    await page.setViewportSize({ width: 320, height: 700 })
  }
  await look('answer-1')
  await page.locator('#text').focus()
  await page.keyboard.type('If a pump stops at night the milk is lost by morning.')
  await page.getByRole('button', { name: 'Save and continue' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/CORE-2')
  await page.locator('#text').focus()
  await page.keyboard.type('The night line.')
  await page.getByRole('button', { name: 'Save and continue' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/CORE-3')
  await look('answer-3')
  await page.locator('[name="earn-not_at_all"]').focus()
  await page.keyboard.press('Space')
  await page.locator('#spend').focus()
  await page.keyboard.type('Your invoices cost us half a day.')
  await page.locator('[name="spend-worse"]').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Save and continue' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/CORE-4**')
  await page.getByRole('button', { name: 'Skip this question' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/check')
  await look('answer-check')
  await page.getByRole('button', { name: 'Send my answers' }).click()
  await page.waitForSelector('.problems')
  await look('answer-check-wrong')
  await page.locator('#who-lead').focus()
  await page.keyboard.press('Space')
  await page.getByRole('button', { name: 'Send my answers' }).focus()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/receipt')
  await look('receipt')
  expect(await texts()).toEqual([
    'CORE-1  If a pump stops at night the milk is lost by morning. {}',
    'CORE-2  The night line. {}',
    'CORE-3 earn  {"not_at_all":true}',
    'CORE-3 spend Your invoices cost us half a day. {"worse":true}',
  ])
  for (const path of ['call', 'later', 'erasure', 'consent', 'privacy']) {
    await page.goto(`${links[0]}/${path}`)
    await look(`answer-${path}`)
  }
})

test('a customer answers without JavaScript', async () => {
  const page = await web.open({ javaScriptEnabled: false })
  await page.goto(links[1] ?? '')
  await page.locator('#text').fill('You know our line.')
  await page.getByRole('button', { name: 'Save and continue' }).click()
  await page.getByRole('button', { name: 'Skip this question' }).click()
  await page.locator('#avoid').fill('Three saves this year')
  await page.getByRole('button', { name: 'Save and continue' }).click()
  await page.getByRole('button', { name: 'Back' }).click()
  expect(await page.locator('#avoid').inputValue()).toBe('Three saves this year')
  await page.getByRole('button', { name: 'Save and continue' }).click()
  await page.getByRole('button', { name: 'Skip this question' }).click()
  await page.locator('#who-totals').check()
  await page.getByRole('button', { name: 'Send my answers' }).click()
  expect(await page.locator('h1').textContent()).toBe('Thank you, Jonas')
  expect(await texts()).toEqual(['CORE-1  You know our line. {}', 'CORE-3 avoid Three saves this year {}'])
})

test('words are saved while they are typed', async () => {
  const page = await web.open()
  await page.goto(links[2] ?? '')
  await page.locator('#text').pressSequentially('Typed, never sent')
  await page.getByText('Saved 10:00').waitFor()
  const other = await web.open()
  await other.goto(links[2] ?? '')
  await other.goto(`${links[2]}/q/CORE-1`)
  expect(await other.locator('#text').inputValue()).toBe('Typed, never sent')
})

test('words that are typed offline stay on the device, go out later, and are wiped after sending', async () => {
  const page = await web.open()
  await page.goto(links[3] ?? '')
  await page.locator('#text').fill('Before the tunnel')
  await page.getByText('Saved 10:00').waitFor()
  await page.context().setOffline(true)
  await page.locator('#text').fill('Before the tunnel, and in it')
  await page.getByText('You are offline').waitFor()
  const kept = () => page.evaluate<string>('JSON.stringify(Object.entries(localStorage))')
  expect(await kept()).toContain('and+in+it')
  await page.getByRole('button', { name: 'Save and continue' }).click()
  expect(await page.locator('#text').inputValue()).toBe('Before the tunnel, and in it')

  await page.context().setOffline(false)
  await page.getByText('Saved 10:00').waitFor()
  const drafts = await house.db.selectFrom('draft').select('body').execute()
  expect(drafts.map(({ body }) => JSON.parse(body).entries[0].text)).toEqual(['Before the tunnel, and in it'])
  await page.getByRole('button', { name: 'Save and continue' }).click()
  await page.waitForURL('**/CORE-2')
  await page.goto(`${links[3]}/check`)
  await page.locator('#who-team').check()
  await page.getByRole('button', { name: 'Send my answers' }).click()
  await page.waitForURL('**/receipt')
  expect(await kept()).toBe('[]')
  expect(await texts()).toEqual(['CORE-1  Before the tunnel, and in it {}'])
})

test('an old tab says that a newer answer was saved elsewhere, and keeps its own words in sight', async () => {
  const first = await web.open()
  await first.goto(`${links[0]}/q/CORE-1`)
  const second = await web.open()
  await second.goto(`${links[0]}/q/CORE-1`)
  await second.locator('#text').fill('From the desk')
  await second.getByText('Saved 10:00').waitFor()
  await first.locator('#text').fill('From the old tab')
  await first.getByText('A newer answer was saved elsewhere').waitFor()
  expect(await first.locator('#text').inputValue()).toBe('From the old tab')
})

test('the first view of the answer page weighs at most 30 kB in at most four requests', async () => {
  const page = await web.open()
  const sizes: number[] = []
  page.on('response', async (response) => sizes.push((await response.body()).length))
  await page.goto(links[0] ?? '', { waitUntil: 'networkidle' })
  expect(sizes.length).toBeLessThanOrEqual(4)
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(30_000)
  console.log(
    `answer page, first view: ${sizes.reduce((sum, size) => sum + size, 0)} bytes in ${sizes.length} requests`,
  )
})

test('a very long answer in another alphabet is saved while it is typed, too', async () => {
  const page = await web.open({ viewport: { width: 390, height: 800 } })
  await page.goto(links[0] ?? '')
  await page.locator('#text').fill('Вы отвечаете ночью. '.repeat(900))
  await page.locator('#text').blur()
  await page.getByText('Saved 10:00').waitFor()
  await page.context().close()
})
