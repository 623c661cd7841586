import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCampaign } from '#server/campaigns/campaigns.ts'
import { readTemplates } from '#server/templates/files.ts'
import { publish } from '#server/templates/templates.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { newestVersion } from '../support/versions.ts'
import { anna, carla, fennholt, lena, makeWorld, mirador, rosa, tom } from '../support/world.ts'

/** Who may ask what, by every way on which something is asked. Rosa is the rep of Acme and Fennholt, Tom of Mirador. */

let house: TestApp
let asLena: string
let asRosa: string
let asTom: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  asLena = await house.signIn(lena.id)
  asRosa = await house.signIn(rosa.id)
  asTom = await house.signIn(tom.id)
})
afterEach(() => house.close())

const words = (html: string) => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ')
const template = (key: string) => {
  const found = readTemplates().find((one) => one.key === key)
  if (!found) throw new Error(`There is no ${key}`)
  return found
}
const own = (customer: { id: string }, to: { id: string }) =>
  house.db.updateTable('customer').set({ owner_id: to.id }).where('id', '=', customer.id).execute()
const share = (customer: { id: string }, to: { id: string }) =>
  house.db
    .insertInto('customer_share')
    .values({ customer_id: customer.id, user_id: to.id, shared_at: house.clock.now.toISOString() })
    .execute()

async function opening(customer: { id: string }, key: string, cookie: string, channel = 'interview') {
  const url = `/customers/${customer.id}/interviews/new`
  const page = await house.get(url, cookie)
  const form = {
    key: /name="key" value="([^"]*)"/.exec(page.body)?.[1] ?? '',
    version: await newestVersion(house.db, key),
    channel,
    contact: 'nobody',
    tookPlaceOn: '2026-11-23',
    place: '',
    present: '',
  }
  return { page, reply: await house.post(url, form, cookie) }
}
const draft = async (key: string, senderId: string, cookie = asLena) =>
  draftCampaign(house, cookie, { templateVersionId: await newestVersion(house.db, key), senderId })
const launch = (path: string, count: number, cookie = asLena) =>
  house.post(`${path}/launch`, { count: String(count) }, cookie)
const recipients = async (path: string, cookie = asLena) => words((await house.get(`${path}/recipients`, cookie)).body)
const invited = async () =>
  (
    await house.db
      .selectFrom('invitation')
      .innerJoin('contact', 'contact.id', 'contact_id')
      .select('first_name')
      .orderBy('first_name')
      .execute()
  ).map(({ first_name }) => first_name)

describe('Why they left is never asked by their own rep', () => {
  test('in a talk: it is not on offer to the rep, nor taken from a form that was made up', async () => {
    const { page, reply } = await opening(fennholt, 'loss', asRosa)
    expect(words(page.body)).toContain('“Why they left” is asked by somebody other than the customer’s own rep.')
    expect(reply.status).toBe(422)
    await share(fennholt, tom)
    expect((await opening(fennholt, 'loss', asTom)).reply.status).toBe(303)
  })

  test('when the customer becomes theirs in the midst of it: they can no longer write, only take it back', async () => {
    await share(fennholt, tom)
    const { location: talk } = (await opening(fennholt, 'loss', asTom)).reply
    await own(fennholt, tom)
    for (const path of ['/q/LOSS-1', '/check', '/setting'])
      expect((await house.get(`${talk}${path}`, asTom)).status).toBe(403)
    for (const path of ['/q/LOSS-1', '/q/LOSS-1/draft', '/submission', '/setting'])
      expect((await house.post(`${talk}${path}`, { text: 'Price', who: 'team', act: 'file' }, asTom)).status).toBe(403)
    expect((await house.get(`${talk}/withdrawal`, asTom)).status).toBe(200)
    expect((await house.post(`${talk}/withdrawal`, { sure: '1' }, asTom)).status).toBe(303)
    expect(await house.db.selectFrom('response').selectAll().execute()).toEqual([])
  })

  test('nor does anybody but its author go on with a talk', async () => {
    await share(fennholt, tom)
    const { location: talk } = (await opening(fennholt, 'loss', asTom)).reply
    for (const cookie of [asRosa, asLena])
      expect((await house.post(`${talk}/q/LOSS-1`, { text: 'Price' }, cookie)).status).toBe(404)
  })

  test('by mail: each owner as sender leaves nobody to ask, and the reason stands beside the names', async () => {
    const path = await draft('loss', '')
    expect(await recipients(path)).toContain('Would be asked by their own rep 4: Will Hart, Anna Brandt, Jonas Weil')
    expect((await launch(path, 4)).status).toBe(422)
    expect(await invited()).toEqual([])
  })

  test('by mail: a rep who signs asks all but the own customers', async () => {
    const path = await draft('loss', rosa.id)
    expect(await recipients(path)).toContain('Would be asked by their own rep 3: Will Hart, Anna Brandt, Jonas Weil')
    expect((await launch(path, 4)).status).toBe(422)
    expect((await launch(path, 1)).status).toBe(303)
    expect(await invited()).toEqual(['Carla'])
  })

  test('by mail: whoever made the draft or launches it counts too, also as a lead with customers', async () => {
    await own(mirador, lena)
    const path = await draft('loss', tom.id)
    expect(await recipients(path)).toContain('Would be asked by their own rep 1: Carla Vance')
    await launch(path, 3)
    expect(await invited()).toEqual(['Anna', 'Jonas', 'Will'])
  })

  test('by mail: a customer who gets the sender as owner after the launch gets no mail', async () => {
    const path = await draft('loss', tom.id)
    await launch(path, 3)
    await own(fennholt, tom)
    await house.worker.drain()
    const mails = await house.db.selectFrom('mailbox_mail').select('recipient').execute()
    expect(mails.map(({ recipient }) => recipient)).toEqual(['will.hart@acme.example'])
    expect(words((await house.get(path, asLena)).body)).toContain('Whoever signs it is the customer’s own rep by now')
  })

  test('by mail: the page names who asked, not the rep whom the customer got since', async () => {
    for (const [senderId, later] of [
      ['', tom],
      [tom.id, tom],
    ] as const) {
      await house.db.deleteFrom('invitation').execute()
      await house.db.updateTable('customer').set({ owner_id: null }).where('id', '=', mirador.id).execute()
      const path = await draft('loss', senderId)
      const count = /Launch to (\d+)/.exec(await recipients(path))?.[1] ?? '0'
      expect((await launch(path, Number(count))).status).toBe(303)
      await own(mirador, later)
      const { id } = await house.db
        .selectFrom('invitation')
        .select('id')
        .where('contact_id', '=', carla.id)
        .executeTakeFirstOrThrow()
      const { body } = await house.get(`/s/${house.links.token(id, 1)}`)
      expect(body).toContain(lena.email)
      expect(body).not.toContain(tom.email)
    }
  })

  test('by mail: a draft that was begun while anybody might ask obeys what holds now', async () => {
    await publish(house.db, { ...template('loss'), by: 'anyone' }, null, house.clock.now)
    const path = await draft('loss', '')
    expect(await recipients(path)).toContain('4 people')
    await publish(house.db, template('loss'), null, house.clock.now)
    expect((await launch(path, 4)).status).toBe(422)
    expect(await invited()).toEqual([])
  })

  test('and both pages say when it is late: 90 days after they left', async () => {
    await house.db
      .insertInto('outcome')
      .values({
        id: 'left',
        customer_id: mirador.id,
        kind: 'left',
        basis: 'actual',
        happened_on: '2026-06-01',
        recorded_by: null,
        recorded_at: '2026-06-01T08:00:00.000Z',
      })
      .execute()
    const { page } = await opening(mirador, 'loss', asLena)
    expect(words(page.body)).toContain('They left on 1 June, 175 days ago. After 90 days people remember reasons')
    expect(words(page.body)).toContain('Timeline first, reasons last.')
    expect(await recipients(await draft('loss', rosa.id))).toContain(
      'left 175 days ago, and these are best asked within 90',
    )
  })
})

describe('A deep talk and a visit are never mailed', () => {
  for (const key of ['deep', 'obs'] as const) {
    test(`${key}: not from the form, nor from one that was made up`, async () => {
      const version = await newestVersion(house.db, key)
      expect((await house.get('/campaigns/new', asLena)).body).not.toContain(version)
      const form = { name: 'Deep', series: 'Deep', closesOn: '2026-12-04', senderId: '', templateVersionId: version }
      const reply = await house.post('/campaigns', form, asLena)
      expect(reply.status).toBe(422)
      expect(words(reply.body)).toContain('is not asked by mail. Open it as a talk, from the page of the customer.')
      await expect(createCampaign(house.db, { ...form, senderId: null }, lena.id, house.clock.now)).rejects.toThrow(
        'is not asked by mail',
      )
      expect(await house.db.selectFrom('campaign').selectAll().execute()).toEqual([])
    })

    test(`${key}: nor from a draft that was begun while it might be, nor from a queue`, async () => {
      await publish(
        house.db,
        { ...template(key), channels: ['survey', 'interview', 'observation'] },
        null,
        house.clock.now,
      )
      const [waiting, under] = [await draft(key, ''), await draft(key, '')]
      await launch(under, 4)
      await publish(house.db, template(key), null, house.clock.now)
      expect((await launch(waiting, 4)).status).toBeGreaterThanOrEqual(409)
      expect((await house.post(`${under}/joiners`, { count: '1' }, asLena)).status).toBeGreaterThanOrEqual(409)
      await house.worker.drain()
      expect(await house.db.selectFrom('mailbox_mail').selectAll().execute()).toEqual([])
      const skipped = await house.db.selectFrom('message').select(['state', 'last_reply']).distinct().execute()
      expect(skipped).toEqual([{ state: 'skipped', last_reply: 'These questions are no longer asked by mail.' }])
    })

    test(`${key}: nor inside another template`, async () => {
      const { readFiles } = await import('#server/templates/files.ts')
      const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
      const folder = mkdtempSync('/tmp/own-')
      const file = `key: sly\nname: Sly\npurpose: Sly\nminutes: 8\nchannels: [survey]\nby: anyone\nincludes: [${key}]\n`
      writeFileSync(`${folder}/sly.yaml`, file)
      expect(readFiles(folder, readTemplates()).templates).toEqual([])
      rmSync(folder, { recursive: true })
    })
  }

  test('an older version is not asked once there is a newer one', async () => {
    const older = await newestVersion(house.db, 'rel')
    await publish(house.db, { ...template('rel'), purpose: 'Another.' }, null, house.clock.now)
    const form = { name: 'Rel', series: 'Rel', closesOn: '2026-12-04', senderId: '', templateVersionId: older }
    const reply = await house.post('/campaigns', form, asLena)
    expect(reply.status).toBe(422)
    expect(words(reply.body)).toContain('These questions have a newer version by now.')
  })

  test('a visit is not opened as a talk, nor a deep talk as a visit', async () => {
    expect((await opening(fennholt, 'obs', asRosa, 'interview')).reply.status).toBe(422)
    expect((await opening(fennholt, 'deep', asRosa, 'observation')).reply.status).toBe(422)
    expect((await opening(fennholt, 'obs', asRosa, 'observation')).reply.status).toBe(303)
  })
})

describe('What weighs most is asked only after open questions', () => {
  test('by mail of those who have answered some, in a talk of customers who have', async () => {
    const path = await draft('driv', '')
    expect(await recipients(path)).toContain('Have not answered open questions yet 4')
    expect((await opening(fennholt, 'driv', asRosa)).reply.status).toBe(422)
    const { responseId } = await makeResponse(house.db, house.clock.now, [{ text: 'You come at night.' }], {
      customer: fennholt,
    })
    await house.db.updateTable('response').set({ contact_id: anna.id }).where('id', '=', responseId).execute()
    expect(await recipients(path)).toContain('Have not answered open questions yet 3')
    expect((await opening(fennholt, 'driv', asRosa)).reply.status).toBe(303)
    expect((await opening(mirador, 'driv', asTom)).reply.status).toBe(422)
  })

  test('or in the same sitting, after them', async () => {
    expect(await recipients(await draft('core-driv', ''))).toContain('4 people')
    expect((await opening(mirador, 'core-driv', asTom)).reply.status).toBe(303)
  })
})

test('what a visit assumes is the observer’s own view: nothing else can be noted there', async () => {
  const { location: visit } = (await opening(mirador, 'obs', asTom, 'observation')).reply
  const guide = await house.get(`${visit}/q/OBS-6`, asTom)
  expect(guide.body).toContain('all-view')
  expect(guide.body).not.toContain('all-seen')
  const notes = { 'OBS-2': { 'all-seen': 'Two men lift the pump by hand.' }, 'OBS-3': { text: 'We never touch it.' } }
  for (const [question, fields] of Object.entries(notes))
    await house.post(`${visit}/q/${question}`, { version: '0', writer: '', ...fields }, asTom)
  const sly = { version: '0', writer: '', text: 'They said so', 'all-seen': 'I saw it', 'all-view': 'They are afraid.' }
  await house.post(`${visit}/q/OBS-6`, sly, asTom)
  expect((await house.post(`${visit}/submission`, { who: 'team', act: 'file' }, asTom)).status).toBe(303)
  const stored = await house.db
    .selectFrom('answer')
    .innerJoin('answer_revision', 'answer_id', 'answer.id')
    .select(['question', 'voice', 'text', 'provenance'])
    .orderBy('question')
    .execute()
  expect(stored).toEqual([
    { question: 'OBS-2', voice: 'observed', text: 'Two men lift the pump by hand.', provenance: 'observed' },
    { question: 'OBS-3', voice: 'customer', text: 'We never touch it.', provenance: 'verbatim' },
    { question: 'OBS-6', voice: 'rep', text: 'They are afraid.', provenance: 'paraphrase' },
  ])
})

test('somebody is asked in their language where there are texts in it, else in English', async () => {
  await house.db.updateTable('contact').set({ language: 'de' }).where('id', '=', carla.id).execute()
  await house.db.updateTable('contact').set({ language: 'fr' }).where('id', '=', anna.id).execute()
  const path = await draftCampaign(
    house,
    asLena,
    { templateVersionId: await newestVersion(house.db, 'core-rel') },
    { statuses: 'active', englishForOthers: '1' },
  )
  await launch(path, 4)
  const link = async (contact: { id: string }) => {
    const { id } = await house.db
      .selectFrom('invitation')
      .select('id')
      .where('contact_id', '=', contact.id)
      .executeTakeFirstOrThrow()
    return `/s/${house.links.token(id, 1)}`
  }
  const [german, french] = [await link(carla), await link(anna)]
  expect((await house.get(german)).body).toContain('Warum kaufen Sie bei uns und nicht bei jemand anderem?')
  expect((await house.get(french)).body).toContain('Why do you buy from us rather than from someone else?')
  await house.post(`${german}/q/CORE-1`, { text: 'Weil nachts jemand kommt.', version: '0', writer: '', go: 'next' })
  await house.post(`${german}/q/REL-2`, { score: '9', version: '0', writer: '', go: 'next' })
  await house.post(`${german}/submission`, { who: 'team' })
  const stored = await house.db
    .selectFrom('answer_revision')
    .innerJoin('response', 'response.channel', 'response.channel')
    .select(['text', 'answer_revision.language', 'response.language as spoken'])
    .distinct()
    .orderBy('text', 'desc')
    .execute()
  expect(stored[0]).toEqual({ text: 'Weil nachts jemand kommt.', language: 'de', spoken: 'de' })
})

test('whoever is asked in German meets German on every page, also where something is wrong', async () => {
  await house.db.updateTable('customer').set({ language: 'de' }).where('id', '=', mirador.id).execute()
  await house.db
    .updateTable('contact')
    .set({ language: null, first_name: 'Karla' })
    .where('id', '=', carla.id)
    .execute()
  const templateVersionId = await newestVersion(house.db, 'core-rel')
  const path = await draftCampaign(house, asLena, { templateVersionId }, { statuses: 'active', englishForOthers: '1' })
  await launch(path, 4)
  const { id } = await house.db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', carla.id)
    .executeTakeFirstOrThrow()
  const link = `/s/${house.links.token(id, 1)}`
  const met: [string, string][] = []
  const get = async (url: string) => met.push([url, (await house.get(`${link}${url}`)).body])
  const post = async (url: string, form: Record<string, string> = {}) => {
    const reply = await house.post(`${link}${url}`, { version: '0', writer: '', ...form })
    if (reply.body) met.push([`POST ${url}`, reply.body])
    return reply
  }
  await get('')
  for (const { id } of template('core-rel').questions) {
    await get(`/q/${id}`)
    expect((await post(`/q/${id}`, { go: 'next' })).status).toBe(422)
  }
  await post('/q/CORE-1', { text: 'x'.repeat(21_000), go: 'next' })
  await post('/submission', {})
  await post('/q/CORE-1', { text: 'Weil nachts jemand kommt.', go: 'next' })
  await post('/q/CORE-3', { 'earn-not_at_all': '1', 'spend-worse': '1', spend: 'Rechnungen', go: 'next' })
  await post('/q/REL-2', { score: 'out', go: 'next' })
  for (const url of ['/check', '/call', '/later', '/erasure', '/privacy']) await get(url)
  for (const url of ['/call', '/later', '/erasure', '/submission']) await post(url)
  await post('/call', { phone: '+49 89 1', when: 'morgen' })
  await post('/later', { days: '7' })
  expect((await post('/submission', { who: 'lead' })).status).toBe(303)
  for (const url of ['/receipt', '/consent', '/copy.txt']) await get(url)
  await post('/consent')
  await post('/owed')
  await post('/owed', { owe: 'Eine Zeichnung' })
  await post('/q/CORE-1', { text: 'Weil immer jemand kommt.', go: 'next' })
  await get('/check')
  await post('/submission')
  await post('/erasure', { sure: '1' })
  const english = /\b(the|you|your|we|and|with|again|this|what|answer|answers|back|question)\b/i
  const left = met.flatMap(([url, body]) => {
    const said = words(
      body.replace(/<title>.*?<\/title>/, '').replace(/<textarea[\s\S]*?<\/textarea>/g, ''),
    ).replaceAll(/Lena Okafor|Mirador Tiles|Brackwell Pumps/g, '')
    const found = english.exec(said)
    return found ? [`${url}: … ${said.slice(Math.max(0, found.index - 40), found.index + 60)}`] : []
  })
  expect(left).toEqual([])
  const pages = met.filter(([, body]) => body.startsWith('<!doctype'))
  expect(pages.every(([, body]) => body.includes('<html lang="de">'))).toBe(true)
  expect(pages.length).toBeGreaterThan(30)
})
