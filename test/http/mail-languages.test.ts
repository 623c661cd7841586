import { afterEach, beforeEach, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { newestVersion } from '../support/versions.ts'
import { anna, jonas, lena, makeWorld } from '../support/world.ts'

/** Monday 23 November, 10:00: five working days later is Monday the 30th. */
let house: TestApp
let cookie: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
  await house.db.updateTable('contact').set({ language: 'de-AT' }).where('id', '=', anna.id).execute()
})
afterEach(() => house.close())

const flat = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')
const mailsTo = (address: string) =>
  house.db.selectFrom('mailbox_mail').selectAll().where('recipient', '=', address).orderBy('kept_at').execute()
/** The draft of a round that closes on 18 December. */
const draft = (form: Record<string, string> = {}) => draftCampaign(house, cookie, { closesOn: '2026-12-18', ...form })
async function launched(path: string): Promise<void> {
  const reply = await house.post(`${path}/launch`, { count: '4', reminders: '1' }, cookie)
  expect(reply.status).toBe(303)
  await house.worker.drain()
}
const english = /\b(the|you|your|hello|mail|answer|because|until|from us|works with)\b/i
const withoutLinks = (text: string) => text.replaceAll(/https?:\S+/g, '').replaceAll('E-Mail', '')

test('whoever reads German gets the invitation and both reminders in German, whole; others get English', async () => {
  await launched(await draft())
  for (const day of ['2026-11-30', '2026-12-07']) {
    house.clock.now = new Date(`${day}T10:00:00.000Z`)
    await house.worker.drain()
  }
  const german = await mailsTo(anna.email)
  expect(german.map(({ subject }) => subject)).toEqual([
    'Warum kaufen Sie bei uns?',
    'Noch einmal gefragt: Warum kaufen Sie bei uns?',
    'Zum letzten Mal: Warum kaufen Sie bei uns?',
  ])
  for (const mail of german) {
    const html = mail.html_body ?? ''
    expect(html).toContain('<html lang="de">')
    for (const part of [flat(html.replace(/<style[\s\S]*?<\/style>/g, '')), mail.text_body]) {
      expect(part).toContain('Guten Tag Anna Brandt,')
      expect(part).toContain('Warum kaufen Sie bei uns und nicht bei jemand anderem?')
      expect(part).toContain('18. Dezember')
      expect(part).toContain('Keine solchen E-Mails mehr')
      expect(part).toContain('Was mit Ihren Antworten geschieht')
      expect(withoutLinks(part)).not.toMatch(english)
    }
    expect(html).toContain('Etwa 8 Minuten, in Ihren eigenen Worten.')
  }
  // The text part keeps its lines: each way out stands on its own, with its link.
  expect(german[0]?.text_body).toMatch(/\n--\nSie bekommen .+\nFragen Sie mich später: http\S+\nKeine solchen E-Mails/)
  expect(german[0]?.text_body).toContain('Die erste Frage:\n\n  Warum kaufen Sie')

  const [mail] = await mailsTo(jonas.email)
  expect(mail?.subject).toBe('Jonas, why do you buy from us?')
  expect(mail?.html_body).toContain('<html lang="en">')
})

test('without a name the German greeting stands alone', async () => {
  await house.db.updateTable('contact').set({ first_name: '', last_name: '' }).where('id', '=', anna.id).execute()
  await launched(await draft())
  const [mail] = await mailsTo(anna.email)
  expect(mail?.text_body).toMatch(/^Guten Tag,$/m)
})

test('a lead sees and rewrites each mail in each language of the round, and each change stays in its own', async () => {
  const path = await draft()
  const page = await house.get(`${path}/text`, cookie)
  expect(page.body).toContain('English (3)')
  expect(page.body).toContain('German (1)')
  const german = await house.get(`${path}/text?language=de`, cookie)
  expect(german.body).toContain('Guten Tag {full_name},')
  expect(german.body).toContain('As saved, for Anna Brandt')

  const own = {
    kind: 'invite',
    language: 'de',
    subject: 'Eine Frage, {full_name}',
    body: 'Liebe {full_name},\n\nkurz gefragt.',
  }
  const saved = await house.post(`${path}/text`, own, cookie)
  expect(saved.location).toBe(`${path}/preview?language=de`)
  const preview = await house.get(saved.location, cookie)
  expect(preview.body).toContain('Eine Frage, Anna Brandt')
  expect(preview.body).toContain('written in German')
  expect((await house.get(`${path}/text`, cookie)).body).toContain('{first_name}, why do you buy from us?')

  // A language that these questions lack is English.
  expect((await house.get(`${path}/text?language=fr`, cookie)).body).toContain('{first_name}, why do you buy from us?')
  const wrong = await house.post(`${path}/text`, { ...own, subject: '{vorname}' }, cookie)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('name="language" value="de"')

  await launched(path)
  const [mail] = await mailsTo(anna.email)
  expect(mail?.subject).toBe('Eine Frage, Anna Brandt')
  expect(mail?.text_body).toContain('kurz gefragt.')
})

test('a test mail counts for the language that it showed', async () => {
  const path = await draft()
  const check = async () => flat((await house.get(`${path}/recipients`, cookie)).body)
  expect(await check()).toContain('No test mail yet')
  await house.post(`${path}/tests`, { contact: jonas.id }, cookie)
  await house.worker.drain()
  expect(await check()).toContain('No test mail in German yet')
  await house.post(`${path}/tests`, { contact: anna.id }, cookie)
  await house.worker.drain()
  expect(await check()).toContain('Test mail sent')
})

test('a round that was launched before mails spoke German goes on in English', async () => {
  const path = await draft()
  await house.db.deleteFrom('campaign_text').where('language', '=', 'de').execute()
  await house.db.updateTable('campaign').set({ state: 'launched' }).execute()
  await house.db
    .updateTable('campaign')
    .set({ audience: JSON.stringify({ englishForOthers: true }) })
    .execute()
  await house.post(`${path}/joiners`, { count: '4' }, cookie)
  await house.worker.drain()
  expect((await mailsTo(anna.email))[0]?.subject).toBe('Anna, why do you buy from us?')
})

test('only questions that ask for words promise that own words are wanted', async () => {
  const preheader = async (path: string) => {
    const { body } = await house.get(`${path}/preview/html?contact=${jonas.id}`, cookie)
    return /<div style="display:none[^>]*>([^<]*)/.exec(body)?.[1]
  }
  expect(await preheader(await draft())).toMatch(/About 8 minutes, in your own words\.$/)
  const chosen = await draft({ templateVersionId: await newestVersion(house.db, 'driv') })
  expect(await preheader(chosen)).toMatch(/About \d+ minutes\.$/)
})
