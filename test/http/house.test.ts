import { afterAll, beforeAll, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterAll(() => house.close())

test('the health checks answer', async () => {
  expect((await house.get('/healthz')).status).toBe(200)
  expect((await house.get('/readyz')).status).toBe(200)
})

test('every page forbids inline script and style and names no other host', async () => {
  const page = await house.get('/nowhere')
  expect(page.status).toBe(404)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.headers['content-security-policy']).not.toContain('unsafe')
  expect(page.body).not.toMatch(/https?:\/\//)
})

test('a style sheet may be kept for ever, under a name that changes with its content', async () => {
  const url = /href="(\/assets\/[^"]+\.css)"/.exec((await house.get('/nowhere')).body)?.[1]
  const sheet = await house.get(url ?? '')
  expect(sheet.status).toBe(200)
  expect(sheet.headers['cache-control']).toContain('immutable')
})

test('staff pages ask nobody in', async () => {
  expect((await house.get(`/nowhere-${lena.id}`)).status).toBe(404)
})

test('a sentence that says that nothing came of it looks like a problem, and one that says what was done does not', async () => {
  const cookie = await house.signIn(lena.id)
  const said = async (sentence: string) =>
    (await house.get('/account', `${cookie}; flash=${encodeURIComponent(sentence)}`)).body
  const undone = await house.post('/review/undo', {}, cookie)
  const flash = undone.cookies.find(({ name }) => name === 'flash')?.value ?? ''
  expect(await said(flash)).toContain(
    '<div class="flash problem" role="alert">There is nothing left to take back.</div>',
  )
  expect(await said('Your account is saved.')).toContain(
    '<div class="flash" role="status">Your account is saved.</div>',
  )
})
