import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('a page that is not there is accessible and fits a small phone', async () => {
  const page = await web.open({ viewport: { width: 320, height: 700 } })
  await page.goto('/nowhere')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'not-found')
})
