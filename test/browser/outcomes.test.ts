import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { addOutcomeCustomers, fortyCustomers } from '../support/outcomes-world.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await addOutcomeCustomers(house, fortyCustomers)
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('what follows is accessible, fits a small phone and stands as it should', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id), viewport: { width: 320, height: 700 } })
  for (const [url, name] of [
    ['/why/outcomes', 'outcomes'],
    ['/why/outcomes?segment=Food', 'outcomes-food'],
    ['/why/outcomes/customers?k=3&outcome=says-stays&is=yes', 'outcome-customers'],
    ['/vulnerable', 'vulnerable-losses'],
  ] as const) {
    await page.setViewportSize({ width: 320, height: 700 })
    await page.goto(url)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
})
