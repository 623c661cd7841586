import { afterAll, beforeAll, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let lenas: string

beforeAll(async () => {
  house = await startApp({ onDisk: true })
  await makeWorld(house.db)
  web = await visit(house)
  lenas = await house.signIn(lena.id)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

const list = `Firma;E-Mail;Name;Branche;Umsatz;Währung;Rolle;Produkte;Plant manager since
Tarn Valley Foods;maya.tarn@tarnvalley.example;Maya Tarn;Food and drink;1.250.000,00;EUR;decides;Pumps, Night line;2021
Tarn Valley Foods;ole@tarnvalley;Ole Rask;;;;uses;;
Castor & Wren Brewing;idris.wren@castorwren.example;Idris Wren;Food and drink;lots;EUR;owner;;
Fennholt Dairy;anna.brandt@fennholt.example;Anna Brandt;Dairy;;;;;
Sable Bay Seafood;jo@sablebay.example;Jo Bay;Food and drink;310000;GBP;buys;;`

test.each([390, 1280])(
  'at %i px a lead uploads a list, looks, imports, mends the rejected rows and uploads these again',
  async (width) => {
    const page = await web.open({ viewport: { width, height: 844 }, cookie: lenas, acceptDownloads: true })
    const mark = String(width)
    const csv = list
      .replaceAll('Tarn', `Tarn${mark}`)
      .replaceAll('tarn', `tarn${mark}`)
      .replaceAll('sable', `sable${mark}`)
    const look = async (name: string) => {
      await expectAccessible(page)
      await expectNoSidewaysScroll(page)
      await shoot(page, `import-${name}-${mark}`)
      await page.setViewportSize({ width, height: 844 })
    }
    await page.goto('/customers/import')
    await page.getByRole('button', { name: 'Show what it would do' }).click()
    await page.getByText('Choose a CSV file.').first().waitFor()
    await look('wrong')
    await page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'kunden.csv', mimeType: 'text/csv', buffer: Buffer.from(csv, 'latin1') })
    await page.getByRole('button', { name: 'Show what it would do' }).click()
    await page.getByText('Read as Windows-1252: check the names.').waitFor({ timeout: 20_000 })
    // One column's meaning is a guess, so the columns are shown at once.
    await look('preview')
    await page.getByLabel('What "Plant manager since" means').selectOption('none')
    await page.getByRole('button', { name: 'Read it with these meanings' }).click()
    await page.getByRole('button', { name: /^Import \d rows$/ }).waitFor({ timeout: 20_000 })
    await page.getByRole('button', { name: /^Import \d rows$/ }).click()
    await page.getByText('Tick that the rejected rows are left out').first().waitFor()
    await look('undecided')
    await page.getByRole('checkbox', { name: /Leave the/ }).check()
    await page.getByRole('button', { name: /^Import \d rows$/ }).click()
    await page.getByText('2 left out.').waitFor({ timeout: 20_000 })
    await look('done')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download the rejected rows' }).click(),
    ])
    const chunks: Buffer[] = []
    for await (const chunk of await download.createReadStream()) chunks.push(Buffer.from(chunk))
    const mended = Buffer.concat(chunks)
      .toString('utf8')
      .replace(`ole@tarn${mark}valley;`, `ole@tarn${mark}valley.example;`)
      .replace(';lots;', ';120.000,50;')
      .replace('idris.wren@', `idris.${mark}@`)
    await page.getByRole('link', { name: 'Upload another file' }).click()
    await page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'rejected-rows.csv', mimeType: 'text/csv', buffer: Buffer.from(mended) })
    await page.getByRole('button', { name: 'Show what it would do' }).click()
    await page.getByRole('button', { name: 'Import 2 rows' }).click({ timeout: 20_000 })
    await page.getByText('2 rows written.').waitFor({ timeout: 20_000 })
    await page.context().close()
  },
)

test('a file that is still being read says how far it is, by itself and without a script', async () => {
  await house.db
    .insertInto('customer_import')
    .values({
      id: '01900000-0000-7000-8000-00000000abcd',
      file_name: 'large.csv',
      state: 'reading',
      done: 40_000,
      total: 100_000,
      created_by: lena.id,
      created_at: house.clock.now.toISOString(),
      applied_at: null,
    })
    .execute()
  for (const javaScriptEnabled of [true, false]) {
    const page = await web.open({ cookie: lenas, javaScriptEnabled })
    await page.goto('/customers/import/01900000-0000-7000-8000-00000000abcd')
    await page.getByRole('status').getByText('40,000 of 100,000 rows looked at.').waitFor()
    if (javaScriptEnabled) {
      await expectAccessible(page)
      await shoot(page, 'import-progress')
    }
    await house.db.updateTable('customer_import').set({ done: 70_000 }).where('file_name', '=', 'large.csv').execute()
    if (!javaScriptEnabled) await page.getByRole('link', { name: 'See how far it is' }).click()
    await page.getByRole('status').getByText('70,000 of 100,000 rows looked at.').waitFor()
    await house.db.updateTable('customer_import').set({ done: 40_000 }).where('file_name', '=', 'large.csv').execute()
    await page.context().close()
  }
})
