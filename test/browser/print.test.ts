import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { type Visit, visit } from '../support/browser.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { fennholt, lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let cookie: string
beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 3, 30)
  web = await visit(house)
  cookie = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

/** What may be seen of these, as they stand on paper. */
const seen = (selector: string) =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 90))`

test('what a lead prints says what it is and of which day, is cut nowhere, and shows nothing to press', async () => {
  // A4 without its margins, in CSS pixels.
  const page = await web.open({ cookie, viewport: { width: 688, height: 1000 } })
  await page.emulateMedia({ media: 'print' })
  const paths = [
    '/why',
    '/why/report',
    '/assumed',
    '/never-cut',
    '/vulnerable',
    '/value',
    '/decisions',
    `/customers/${fennholt.id}`,
  ]
  for (const path of paths) {
    await page.goto(path)
    expect(await page.locator('h1').isVisible(), path).toBe(true)
    expect(await page.locator('.printed').innerText(), path).toBe(
      'Brackwell Pumps, confidential. Printed on 23 November 2026 for Lena Okafor.',
    )
    expect(await page.evaluate(seen('nav, form, button, .button, .top, .banner'))).toEqual([])
    const [wide, underlined] = await page.evaluate<[number, string[]]>(`[
      document.documentElement.scrollWidth - document.documentElement.clientWidth,
      [...document.querySelectorAll('main a')].filter((a) => a.checkVisibility() && getComputedStyle(a).textDecorationLine !== 'none').map((a) => a.outerHTML.slice(0, 90)),
    ]`)
    expect([path, wide, underlined]).toEqual([path, 0, []])
  }
}, 60_000)
