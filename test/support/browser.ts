import { mkdirSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { expect } from 'vitest'
import type { TestApp } from './app.ts'
import { browserPath } from './unpack-browser.ts'

/** A real browser on the product as it listens on a free port. */
export type Visit = {
  origin: string
  /** A fresh browser context; `cookie` from `house.signIn` signs it in. Phone-sized unless told otherwise. */
  open: (options?: BrowserContextOptions & { cookie?: string }) => Promise<Page>
  close: () => Promise<void>
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function visit(house: TestApp): Promise<Visit> {
  const origin = await house.app.listen({ port: 0, host: '127.0.0.1' })
  const browser: Browser = await chromium.launch({ executablePath: await browserPath(), args: flags, headless: true })
  const contexts: BrowserContext[] = []
  return {
    origin,
    async open({ cookie, ...options } = {}) {
      const context = await browser.newContext({ baseURL: origin, viewport: { width: 390, height: 844 }, ...options })
      contexts.push(context)
      if (cookie) {
        const [name = '', value = ''] = cookie.split('=')
        await context.addCookies([{ name, value, url: origin }])
      }
      return context.newPage()
    },
    async close() {
      for (const context of contexts) await context.close()
      await browser.close()
    },
  }
}

/** The page has no fault that axe can find (WCAG 2.2 A and AA, and its best practices). */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`)).toEqual([])
}

/** The page does not scroll sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [scroll, client] = await page.evaluate<[number, number]>(
    '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
  )
  expect(scroll).toBeLessThanOrEqual(client)
}

/** Takes pictures at 390 and 1280 px, light and dark, into test/shots/ (ignored by git), to be looked at. Only with SHOTS=1. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!process.env.SHOTS) return
  mkdirSync('test/shots', { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 844 })
      await page.screenshot({ path: `test/shots/${name}-${width}-${colorScheme}.png`, fullPage: true })
    }
  await page.emulateMedia({ colorScheme: 'light' })
}
