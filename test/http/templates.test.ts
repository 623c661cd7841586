import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkTemplate, readTemplates, templateFolder } from '#server/templates/files.ts'
import { publish } from '#server/templates/templates.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let cookie: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
})
afterEach(() => house.close())

const core = () => {
  const template = readTemplates().find(({ key }) => key === 'core')
  if (!template) throw new Error('There is no CORE')
  return template
}

test('the questions are shown as a customer reads them, and as a talk guide with its probes', async () => {
  expect((await house.get('/templates', cookie)).body).toContain('Why they buy')
  const asCustomer = await house.get('/templates/core', cookie)
  expect(asCustomer.body).toContain('Question 1 of 4')
  expect(asCustomer.body).toContain('Why do you buy from us rather than from someone else?')
  expect(asCustomer.body).not.toMatch(/<small>(revenue|cost|risk|emotion)/)
  expect(asCustomer.body).not.toContain('Probes')
  const asTalk = await house.get('/templates/core?as=talk', cookie)
  expect(asTalk.body).toContain('What else did you look at? What tipped it?')
  expect((await house.get('/templates/nothing', cookie)).status).toBe(404)
  expect((await house.get('/templates/core?version=9', cookie)).status).toBe(404)
})

test('a file that differs from the newest version is published as the next one, and what was asked stays', async () => {
  const other = { ...core(), purpose: 'Another purpose, as it stood for a while.' }
  await publish(house.db, other, null, house.clock.now)
  const path = await draftCampaign(house, cookie)
  const page = await house.get('/templates/core', cookie)
  expect(page.body).toContain('The file core.yaml differs from version 2.')
  expect(page.body).toContain('Publish version 3')
  expect((await house.get('/templates', cookie)).body).toContain('Changed, not published')

  expect((await house.post('/templates/core/versions', {}, cookie)).status).toBe(303)
  const after = await house.get('/templates/core', cookie)
  expect(after.body).toContain('says the same as version 3')
  expect(after.body).not.toContain('Publish version')
  expect((await house.get(`${path}/basics`, cookie)).body).toContain('version 2')
  expect((await house.get('/templates/core?version=2', cookie)).body).toContain('as it stood for a while')
})

test('publishing twice makes one version', async () => {
  await house.post('/templates/core/versions', {}, cookie)
  await house.post('/templates/core/versions', {}, cookie)
  const versions = await house.db.selectFrom('template_version').select('number').where('key', '=', 'core').execute()
  expect(versions).toHaveLength(1)
})

test('a kind of question that nobody knows is told by file and line', () => {
  const text = readFileSync(join(templateFolder, 'core.yaml'), 'utf8').replace('kind: items', 'kind: riddle')
  const { problems } = checkTemplate('core.yaml', text)
  expect(problems).toHaveLength(1)
  expect(problems[0]).toMatch(/^core\.yaml, line \d+: questions\.2\.kind: /)
})

test('the page says which questions of the file differ from what was published', async () => {
  const [first, second, ...rest] = core().questions
  if (!first || !second) throw new Error('CORE has fewer than two questions')
  await publish(
    house.db,
    { ...core(), questions: [{ ...first, text: 'Another wording?' }, ...rest] },
    null,
    house.clock.now,
  )
  const { body } = await house.get('/templates/core', cookie)
  expect(body).toContain('CORE-1 is changed')
  expect(body).toContain('CORE-2 is new')
  expect(body).not.toContain('CORE-3 is')
})
