import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { autumn, makeFiguresWorld, spring } from '../support/figures-world.ts'
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

test('the report and the change between rounds are accessible, fit a small phone and stand as they should, on paper too', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id), viewport: { width: 320, height: 700 } })
  await page.goto('/why/report')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'report')
  await page.setViewportSize({ width: 800, height: 1100 })
  await page.emulateMedia({ media: 'print' })
  await shoot(page, 'report-print')
  await page.emulateMedia({ media: 'screen' })
  await page.goto(`/why/rounds?earlier=${spring.id}&later=${autumn.id}`)
  await page.setViewportSize({ width: 320, height: 700 })
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  await shoot(page, 'rounds')
})
