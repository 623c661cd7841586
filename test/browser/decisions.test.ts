import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 11)
  web = await visit(house)
  cookie = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('a lead decides on a figure without JavaScript, and says later what came of it', async () => {
  const page = await web.open({ cookie, javaScriptEnabled: false, viewport: { width: 390, height: 800 } })
  await page.goto('/why/answers?driver=risk&direction=-')
  await page.getByRole('link', { name: 'Decide on this' }).click()
  await page.getByLabel('What we change').fill('One person owns every late delivery')
  await page.getByLabel('Which result of theirs it serves').fill('No line stands still')
  await page.getByLabel('Who carries it out').selectOption('Services and delivery')
  await page.getByLabel('Who sees to it').fill('Tom Adair')
  await page.getByLabel('Done by').fill('2026-12-31')
  await page.getByLabel('Looked at on').fill('2027-03-31')
  await page.getByLabel('What would show that it worked').fill('Fewer name it next round')
  await page.locator('input[name=quotes]').first().check()
  await page.getByRole('button', { name: 'Keep this decision' }).click()
  await page.getByText('The decision is kept').waitFor()
  expect(await page.locator('blockquote').count()).toBe(1)
  await page.getByLabel('Too early to say').check()
  await page.getByRole('textbox', { name: 'Why', exact: true }).fill('The round is not over.')
  await page.getByRole('button', { name: 'Keep with the figure of today' }).click()
  await page.getByText('The round is not over.').waitFor()
})

test('the pages of decisions are accessible, fit a small phone and stand as they should', async () => {
  const page = await web.open({ cookie, viewport: { width: 320, height: 700 } })
  const look = async (name: string) => {
    await page.setViewportSize({ width: 320, height: 700 })
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.goto('/decisions/new')
  await look('decision-new-none')
  await page.goto('/decisions/new?driver=cost&direction=-')
  await look('decision-new')
  await page.getByLabel('It takes something away from customers, or makes it less').check()
  await page.getByRole('button', { name: 'Keep this decision' }).click()
  await look('decision-new-wrong')
  await page.goto('/decisions')
  await look('decisions')
  await page.getByRole('link', { name: 'One person owns every late delivery' }).click()
  await look('decision')
  await page.goto('/decisions?show=over')
  await look('decisions-over')
})
