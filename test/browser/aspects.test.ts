import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { acme, fennholt, lena, makeWorld, mirador } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  const say = (text: string, customer: { id: string; owner: { id: string } | null }) =>
    makeResponse(house.db, house.clock.now, [{ text, question: 'CORE-2' }], { customer })
  await say('The night line. If that went I would have to look around.', acme)
  await say('The same fitter each time, then the night line.', fennholt)
  await say('The seals on our shelf.', mirador)
  web = await visit(house)
  cookie = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('a lead names what must stay without JavaScript, and asks what would go with it', async () => {
  const page = await web.open({ cookie, javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  await page.goto('/never-cut')
  await page.getByRole('link', { name: 'Name what must stay' }).click()
  await page.getByRole('link', { name: /^The night line/ }).click()
  for (const names of [['Night line'], ['Same fitter', 'Night line'], ['Seals on their shelf']]) {
    const [first = '', second = ''] = names
    await page.getByLabel('Named first').fill(first)
    await page.getByLabel('Also named', { exact: true }).fill(second)
    await page.getByRole('button', { name: 'Keep, and go to the next' }).click()
  }
  await page.getByText('That was the last one.').waitFor()
  await page.getByRole('checkbox', { name: 'Night line' }).check()
  await page.getByRole('button', { name: 'What if we cut the ticked ones?' }).click()
  expect(await page.getByRole('status').innerText()).toContain('At least 2 customers named it')
})

test('the pages of what must stay are accessible, fit a small phone and stand as they should', async () => {
  const page = await web.open({ cookie, viewport: { width: 320, height: 700 } })
  const look = async (name: string) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.goto('/never-cut')
  await page.getByRole('checkbox', { name: 'Night line' }).check()
  await page.getByRole('button', { name: 'What if we cut the ticked ones?' }).click()
  await look('never-cut')
  await page.getByRole('link', { name: 'All words about Night line' }).click()
  await look('never-cut-aspect')
  await page.getByRole('link', { name: 'Name it anew' }).first().click()
  await page.getByLabel('Named first').fill(' ')
  await page.getByLabel('Also named', { exact: true }).fill('')
  await page.getByRole('button', { name: 'Keep, and go to the next' }).click()
  await look('never-cut-naming')
  await page.goto('/never-cut/answers')
  await look('never-cut-waiting')
})

test('what must stay is on paper too, although its rows can be ticked on the screen', async () => {
  const page = await web.open({ cookie })
  await page.emulateMedia({ media: 'print' })
  await page.goto('/never-cut')
  expect(
    await page
      .getByRole('row', { name: /Night line/ })
      .first()
      .isVisible(),
  ).toBe(true)
  expect(await page.locator('main').getByRole('checkbox').count()).toBe(0)
  expect(await page.locator('main').getByRole('button').count()).toBe(0)
})
