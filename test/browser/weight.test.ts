import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { addWeightCustomers, weighingForty } from '../support/weight-world.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await addWeightCustomers(house, weighingForty)
  await addWeightCustomers(
    house,
    Array.from({ length: 12 }, (_, at) => ({
      name: `Talker ${at}`,
      people: [{ picks: at % 3 ? ['risk', 'emotion'] : ['cost', 'emotion'], scores: [6, 4, 8, 8] }],
    })),
  )
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('what weighs is accessible, fits a small phone and stands as it should, on paper too', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id), viewport: { width: 320, height: 700 } })
  for (const [url, name] of [
    ['/why/weight', 'weight'],
    ['/why/weight?segment=Food', 'weight-food'],
    ['/why/weight/customers?of=lost', 'weight-customers'],
    ['/why/report', 'weight-report'],
  ] as const) {
    await page.setViewportSize({ width: 320, height: 700 })
    await page.goto(url)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.setViewportSize({ width: 800, height: 1100 })
  await page.emulateMedia({ media: 'print' })
  await page.goto('/why/weight')
  await shoot(page, 'weight-print')
})
