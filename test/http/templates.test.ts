import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkTemplate, readTemplates, templateFolder } from '#server/templates/files.ts'
import { asAsked } from '#server/templates/template.ts'
import { publish } from '#server/templates/templates.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { newestVersion } from '../support/versions.ts'
import { carla, lena, makeWorld, mirador, rosa } from '../support/world.ts'

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

test('questions are counted as one sitting asks them: by mail, and beside it in a talk where that differs', async () => {
  const page = (await house.get('/templates', cookie)).body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
  // Sharing out points is for a mail, choosing the best and the worst for a talk: each asks three of the four.
  expect(page).toMatch(/Three questions, about \d+ minutes?, by mail and in a talk/)
  expect(page).toMatch(/Six questions, about \d+ minutes? \(as a talk 8 questions, 40 minutes\)/)
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
  expect(problems[0]).toMatch(/^core\.yaml, line \d+: Question 3 \(CORE-3\), kind: /)
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

/** A folder of a company's own templates, and the product started on it. */
async function withFolder(
  files: Record<string, string>,
  work: (folder: string, own: TestApp, cookie: string) => Promise<void>,
) {
  const folder = mkdtempSync(join(tmpdir(), 'own-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const own = await startApp({ env: { TEMPLATES_DIR: folder } })
  try {
    await makeWorld(own.db)
    await work(folder, own, await own.signIn(lena.id))
  } finally {
    await own.close()
    rmSync(folder, { recursive: true })
  }
}
const ours = `key: ours
name: Ours
purpose: What only we ask.
minutes: 4
channels: [survey, interview]
by: anyone
questions:
  - { id: OURS-1, kind: long, prompted: false, short: The line, text: What stops your line? }
  - { id: OURS-2, kind: one, prompted: true, short: How often, text: How often?, choices: [{ id: often, label: Often }, { id: rarely, label: Rarely }] }
`

test('a template of one’s own is tried, then published, and asked from then on', async () => {
  await withFolder({ 'ours.yaml': ours }, async (folder, own, lead) => {
    const list = await own.get('/templates', lead)
    expect(list.body).toContain('Not published')
    expect(list.body).toContain(`One of these comes from the folder ${folder}.`)
    const before = await count(own)
    expect((await own.get('/templates/ours', lead)).body).toContain('was never published, so nobody is asked this yet')
    const preview = await own.get('/templates/ours/preview/customer', lead)
    expect(preview.body).toContain('Publish version 1')
    const frame =
      /<iframe[^>]* src="([^"]*)"/.exec(preview.body)?.[1]?.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&') ?? ''
    const sheet = await own.get(frame, lead)
    expect(sheet.body).toContain('What stops your line?')
    expect(sheet.body).not.toContain('Sign out')
    const after = await own.post(frame, { text: 'Nothing of this is kept', go: 'next' }, lead)
    expect(after.status).toBe(303)
    expect((await own.get(after.location, lead)).body).toContain('Rarely')
    const guide = await own.get('/templates/ours/preview/talk', lead)
    expect(guide.body).toContain('nothing that you write here is kept')
    expect((await own.post('/templates/ours/preview/talk', { text: 'Nor this' }, lead)).status).toBe(303)
    expect(await count(own)).toEqual(before)
    expect((await own.get('/campaigns/new', lead)).body).not.toContain('Ours, version')

    expect((await own.post('/templates/ours/versions', {}, lead)).status).toBe(303)
    expect((await own.get('/campaigns/new', lead)).body).toContain('Ours, version 1')
  })
})
const count = async ({ db }: TestApp) =>
  Promise.all(
    (['response', 'draft', 'answer', 'event', 'template_version'] as const).map(
      async (table) => (await db.selectFrom(table).selectAll().execute()).length,
    ),
  )

test('a broken file of one’s own stops nothing: it is told by file, line and what to do, and read again without a restart', async () => {
  await withFolder(
    { 'ours.yaml': ours.replace('kind: one', 'kind: riddle'), 'core.yaml': core2 },
    async (folder, own, lead) => {
      const { body } = await own.get('/templates', lead)
      expect(body).toMatch(/ours\.yaml, line 9: Question 2 \([A-Z]+-2\), kind: There is no such kind of question/)
      expect(body).toContain(
        'a template with the key “core” comes with Whybuy. Take another key, or write “replaces: true”',
      )
      expect((await own.get('/templates/ours', lead)).status).toBe(404)
      expect((await own.post('/templates/ours/versions', {}, lead)).status).toBe(409)
      expect((await own.get('/templates/core', lead)).body).toContain('says the same as version 1')

      writeFileSync(join(folder, 'ours.yaml'), ours)
      writeFileSync(join(folder, 'core.yaml'), core2.replace('key: core', 'key: core\nreplaces: true'))
      expect((await own.get('/templates', lead)).body).toContain('line 9')
      expect((await own.post('/templates/reading', {}, lead)).status).toBe(303)
      const mended = await own.get('/templates', lead)
      expect(mended.body).not.toContain('A file cannot be used')
      expect(mended.body).toContain('Ours')
      const replaced = await own.get('/templates/core', lead)
      expect(replaced.body).toContain('takes the place of the one that comes with Whybuy')
      expect(replaced.body).toContain('CORE-2 is left out')

      expect((await own.post('/templates/reading', {}, await own.signIn(rosa.id))).status).toBe(404)
    },
  )
})
const core2 = `key: core
name: Why they buy
purpose: Only one question.
minutes: 2
channels: [survey]
by: anyone
questions:
  - { id: CORE-1, kind: long, prompted: false, short: Why, text: Why us? }
`

test('a folder that is not there is told, and nothing else suffers', async () => {
  const own = await startApp({ env: { TEMPLATES_DIR: '/nowhere/at/all' } })
  await makeWorld(own.db)
  const { status, body } = await own.get('/templates', await own.signIn(lena.id))
  expect(status).toBe(200)
  expect(body).toContain('The folder /nowhere/at/all cannot be read.')
  await own.close()
})

test('a published version stays byte by byte what it was, and answers before and after are told apart', async () => {
  await withFolder({ 'ours.yaml': ours }, async (folder, own, lead) => {
    await own.post('/templates/ours/versions', {}, lead)
    const versions = () =>
      own.db.selectFrom('template_version').selectAll().where('key', '=', 'ours').orderBy('number').execute()
    const [first] = await versions()
    const talk = async (text: string) => {
      const opening = `/customers/${mirador.id}/interviews/new`
      const key = /name="key" value="([^"]*)"/.exec((await own.get(opening, lead)).body)?.[1] ?? ''
      const version = await newestVersion(own.db, 'ours')
      const form = {
        key,
        version,
        channel: 'interview',
        contact: carla.id,
        tookPlaceOn: '2026-11-23',
        place: '',
        present: '',
      }
      const { location } = await own.post(opening, form, lead)
      await own.post(`${location}/q/OURS-1`, { text, version: '0', writer: '' }, lead)
      expect((await own.post(`${location}/submission`, { who: 'team', act: 'file' }, lead)).status).toBe(303)
      return location
    }
    const before = await talk('The seals do.')
    writeFileSync(join(folder, 'ours.yaml'), ours.replace('What stops your line?', 'What stopped your line last?'))
    await own.post('/templates/reading', {}, lead)
    expect(await versions()).toEqual([first])
    await own.post('/templates/ours/versions', {}, lead)
    const after = await talk('A seal did, in May.')
    expect((await versions()).map(({ number }) => number)).toEqual([1, 2])
    expect((await versions())[0]).toEqual(first)

    // Each sitting knows which wording it answered, also where both are read.
    const asked = await own.db
      .selectFrom('answer_revision')
      .innerJoin('answer', 'answer.id', 'answer_id')
      .innerJoin('response', 'response.id', 'response_id')
      .innerJoin('template_version', 'template_version.id', 'template_version_id')
      .select(['text', 'template_version.number'])
      .orderBy('template_version.number')
      .execute()
    expect(asked.map(({ text, number }) => [text, number])).toEqual([
      ['The seals do.', 1],
      ['A seal did, in May.', 2],
    ])
    expect((await own.get(`${before}/q/OURS-1`, lead)).body).toContain('What stops your line?')
    expect((await own.get(`${after}/q/OURS-1`, lead)).body).toContain('What stopped your line last?')
    expect((await own.get(before, lead)).body).toContain('Ours, version 1')
    expect((await own.get(after, lead)).body).toContain('Ours, version 2')
  })
})

test('each shipped template can be read through and tried, question by question, in each of its languages', async () => {
  for (const template of readTemplates()) {
    for (const language of ['', 'de'])
      expect((await house.get(`/templates/${template.key}?language=${language}&as=talk`, cookie)).status).toBe(200)
    for (const page of ['sheet', 'talk'] as const) {
      if (page === 'sheet' && !template.channels.includes('survey')) {
        expect((await house.get(`/templates/${template.key}/preview/sheet`, cookie)).status).toBe(409)
        continue
      }
      const channel =
        page === 'sheet' ? 'survey' : template.channels.includes('interview') ? 'interview' : 'observation'
      for (const { id, text } of asAsked(template, channel, 'de').questions) {
        const reply = await house.get(`/templates/${template.key}/preview/${page}?question=${id}&language=de`, cookie)
        // Nothing is on offer in this house, so the question about offerings is left out.
        expect([id, reply.status]).toEqual([id, id === 'SUCC-8' ? 404 : 200])
        if (id !== 'SUCC-8') expect(reply.body).toContain(text.replaceAll('“', '“').split(' …')[0])
      }
    }
  }
})
