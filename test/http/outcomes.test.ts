import { afterEach, beforeEach, expect, test } from 'vitest'
import { wilson } from '#server/insights/intervals.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { addOutcomeCustomers, fortyCustomers, type OutcomeCustomer } from '../support/outcomes-world.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  lead = await house.signIn(lena.id)
})
afterEach(() => house.close())

const page = async (query = '', cookie = lead) =>
  (await house.get(`/why/outcomes${query}`, cookie)).body.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')
/** What stands in print, without tags. */
const words = (body: string) => body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')

test('where nothing is known the page says what it takes', async () => {
  expect(await page()).toContain('it takes 5 customers')
})

test('each number equals a recount, and opens as many customers', async () => {
  await addOutcomeCustomers(house, fortyCustomers)
  const body = await page()
  const text = words(body)
  const links = [...body.matchAll(/href="(\/why\/outcomes\/customers\?[^"]*)">(\d+)</g)]
  const cellOf = (query: string) => links.find(([, href]) => href?.endsWith(query))?.[2]
  for (const k of [1, 2, 3, 4]) {
    const those = fortyCustomers.filter((one) => one.k === k)
    const x = those.filter(({ stay = 0 }) => stay >= 9).length
    if (x > 0) expect(cellOf(`k=${k}&outcome=says-stays&is=yes`)).toBe(String(x))
  }
  const stayers = fortyCustomers.filter(({ k, left }) => k === 3 && !left).length
  expect(cellOf('k=3&outcome=stayed&is=yes')).toBe(String(stayers))
  const several = fortyCustomers.filter(({ k = 0 }) => k >= 2).length
  const { low, high } = wilson(several, 40)
  expect(text).toContain(
    `${several} of 40, ${(several / 40) * 100} % (${Math.round(low * 100)}–${Math.round(high * 100)})`,
  )
  expect(text).toContain('On average we help with 2.0 of the four')
  expect(text).toMatch(/Customers with more reasons put staying higher: r 0\.9\d \(0\.\d\d to 0\.9\d\), 40 customers\./)
  expect(text).toContain('Cannot tell whether customers with more reasons put what they get higher')
  expect(links.length).toBeGreaterThan(20)
  for (const [, href = '', count] of links) {
    const opened = (await house.get(href, lead)).body
    if (count !== '0') expect(opened).toMatch(new RegExp(`\\b${count} customers?, by name`))
  }
})

test('a group of fewer than five, or that would come out by subtraction, is hidden', async () => {
  const crowd = (k: number, length: number): OutcomeCustomer[] =>
    Array.from({ length }, (_, at) => ({ name: `K${k} ${at}`, k, stay: 9, segment: length < 5 ? 'Few' : 'Many' }))
  await addOutcomeCustomers(house, [...crowd(1, 8), ...crowd(2, 6), ...crowd(3, 3)])
  const rows = (await page()).split('<tr>')
  const row = (name: string) => words(`<tr>${rows.find((one) => one.includes(`>${name}</th>`)) ?? ''}`)
  expect(row('One')).toContain('8 of 8')
  expect(row('Two')).toContain('hidden')
  expect(row('Three')).toContain('hidden')
  expect(await page('?segment=Few')).toContain('This choice is hidden')
  expect(await page('?segment=Many')).toContain('This choice is hidden')
})

test('what was said for totals only is in no number, and where it is of few the average is not printed', async () => {
  await addOutcomeCustomers(house, fortyCustomers)
  expect(await page()).toContain('On average')
  await addOutcomeCustomers(house, [{ name: 'Quiet', k: 4, stay: 0, consent: 'totals' }])
  const body = await page()
  expect(body).toContain('would tell of fewer than 5')
  expect(body).not.toContain('On average')
  expect((await house.get('/why/outcomes/customers?outcome=says-stays', lead)).body).not.toContain('Quiet')
})

test('who may not read by name sees the whole list only, and opens nobody', async () => {
  await addOutcomeCustomers(house, fortyCustomers)
  const rep = await house.signIn(rosa.id)
  const body = await page('?segment=Food', rep)
  expect(words(body)).toContain('40 customers')
  expect(body).not.toContain('/why/outcomes/customers')
  expect(body).not.toContain('name="segment"')
  expect((await house.get('/why/outcomes/customers?k=1', rep)).status).toBe(404)
})

test('strange words in the address filter nothing', async () => {
  await addOutcomeCustomers(house, fortyCustomers)
  expect(words(await page('?from=x&k=9&owner='))).toContain('40 customers')
  expect((await house.get('/why/outcomes/customers?k=9&outcome=z&page=-3', lead)).status).toBe(200)
})

test('the file holds what the page shows, and leaves out what it hides', async () => {
  await addOutcomeCustomers(house, fortyCustomers)
  const { body } = await house.get('/why/outcomes.csv', lead)
  const three = fortyCustomers.filter(({ k }) => k === 3)
  const stays = three.filter(({ stay = 0 }) => stay >= 9).length
  expect(body.split('\r\n').some((line) => line.startsWith(`reasons,3,says-stays,said,${stays},${three.length}`))).toBe(
    true,
  )
  expect(body).not.toContain('grew')
  expect((await house.get('/why/outcomes.csv?segment=Nowhere', lead)).status).toBe(422)
  expect((await house.get('/why/outcomes.csv', await house.signIn(rosa.id))).status).toBe(404)
})
