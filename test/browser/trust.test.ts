import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { addRound, addTrustCustomers } from '../support/trust-world.ts'
import { lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp
let web: Visit

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await addRound(house, 'round', 'Autumn 2026', { purpose: 'figures', wanted: 60, listSize: 212 })
  await addTrustCustomers(
    house,
    'round',
    Array.from({ length: 90 }, (_, at) => ({
      name: `Customer ${String(at).padStart(2, '0')}`,
      segment: at % 3 ? 'Food and drink' : 'Paper',
      owner: at % 2 ? rosa.id : tom.id,
      revenueMinor: 1_000_000 * (1 + ((at * 7) % 40)),
      since: `20${10 + (at % 12)}-03-01`,
      ...(at < 50
        ? { invited: 'answered' as const, days: 1 + (at % 50) / 3 }
        : at < 70
          ? { talkBy: at % 5 ? rosa.id : tom.id }
          : { invited: (['silent', 'refused', 'bounced', 'begun'] as const)[at % 4] ?? 'silent' }),
      ...(at < 70
        ? {
            says: [
              { driver: 'risk' as const, direction: '+' as const, sub: `K${1 + (at % 4)}`, bare: at % 9 === 0 },
              ...(at % 3 === 0 ? [{ driver: 'cost' as const, direction: '-' as const, sub: 'C1' }] : []),
            ],
          }
        : {}),
    })),
  )
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('how far to trust a view is accessible, fits a small phone and stands as it should, on paper too', async () => {
  const page = await web.open({ cookie: await house.signIn(lena.id), viewport: { width: 320, height: 700 } })
  for (const [url, name] of [
    ['/why/trust', 'trust'],
    ['/why/trust?campaign=round', 'trust-round'],
    ['/why?campaign=round', 'trust-card'],
  ] as const) {
    await page.setViewportSize({ width: 320, height: 700 })
    await page.goto(url)
    await expectAccessible(page)
    await expectNoSidewaysScroll(page)
    await shoot(page, name)
  }
  await page.setViewportSize({ width: 800, height: 1100 })
  await page.emulateMedia({ media: 'print' })
  for (const [url, name] of [
    ['/why/trust?campaign=round', 'trust-print'],
    ['/why/report?campaign=round', 'trust-report-print'],
  ] as const) {
    await page.goto(url)
    await shoot(page, name)
  }
})
