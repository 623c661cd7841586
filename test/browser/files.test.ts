import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 5)
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('the files to take away are accessible and fit a small phone, with their columns open', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id), viewport: { width: 320, height: 700 } })
  await page.goto('/why/files?channel=survey')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'files')
  for (const summary of await page.locator('summary', { hasText: 'Its columns' }).all()) await summary.click()
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'files-open')
  await page.goto('/why')
  await page.locator('h2', { hasText: 'Take away' }).scrollIntoViewIfNeeded()
  await shoot(page, 'why-files')
})
