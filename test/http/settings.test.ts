import { afterEach, beforeEach, expect, test } from 'vitest'
import { getCompany, mayWrite } from '#server/company.ts'
import { lookOf } from '#server/look.ts'
import { smtpMailer } from '#server/mailer.ts'
import { renderMail } from '#server/views.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { png } from '../support/pictures.ts'
import { startSmtp } from '../support/smtp.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let admin: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  admin = await house.signIn(ada.id)
})
afterEach(() => house.close())

const form = {
  name: 'Brackwell Pumps & Valves',
  postalAddress: '4 Weir Lane, Brackwell',
  phone: '',
  senderName: '',
  senderAddress: '',
  privacyText: 'We keep answers for three years.',
  timeZone: 'Europe/London',
}

test('what an admin saves stands on the next page', async () => {
  expect((await house.post('/settings', form, admin)).status).toBe(303)
  expect((await house.get('/sign-in')).body).toContain('Brackwell Pumps &amp; Valves')
  expect(await getCompany(house.db)).toMatchObject({ ...form })
  const event = await house.db.selectFrom('event').select('action').where('record_kind', '=', 'company').execute()
  expect(event).toEqual([{ action: 'changed' }])
})

test('the settings and the home page say what is missing before mail may go out', async () => {
  await house.post('/settings', { ...form, postalAddress: ' ' }, admin)
  expect(mayWrite(await getCompany(house.db))).toBe(false)
  for (const path of ['/settings', '/'])
    expect((await house.get(path, admin)).body).toContain('Still missing: your postal address.')
  await house.post('/settings', form, admin)
  for (const path of ['/settings', '/']) expect((await house.get(path, admin)).body).not.toContain('Still missing')
})

test('a wrong field keeps every word and says what to do', async () => {
  const page = await house.post('/settings', { ...form, name: '', senderAddress: 'research' }, admin)
  expect(page.status).toBe(422)
  expect(page.body).toContain('Write the name of your company')
  expect(page.body).toContain('value="research"')
  expect(page.body).toContain('We keep answers for three years.')
})

/** Sends the form as a browser does when a file stands in it. */
async function send(
  fields: Record<string, string>,
  file?: { name: string; type: string; bytes: Buffer },
  cookie = admin,
) {
  const parts: Buffer[] = Object.entries({ ...form, ...fields }).map(([name, value]) =>
    Buffer.from(`--part\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
  )
  if (file)
    parts.push(
      Buffer.from(
        `--part\r\ncontent-disposition: form-data; name="logo"; filename="${file.name}"\r\ncontent-type: ${file.type}\r\n\r\n`,
      ),
      file.bytes,
      Buffer.from('\r\n'),
    )
  const reply = await house.app.inject({
    method: 'POST',
    url: '/settings',
    headers: {
      host: 'ask.test',
      origin: 'http://ask.test',
      cookie,
      'content-type': 'multipart/form-data; boundary=part',
    },
    payload: Buffer.concat([...parts, Buffer.from('--part--\r\n')]),
  })
  return { status: reply.statusCode, body: reply.body, location: String(reply.headers.location ?? '') }
}

const logo = { name: 'logo.png', type: 'image/png', bytes: png(440, 96) }
const logoPath = (page: { body: string }) => /\/assets\/logo\.[0-9a-f]{64}\.\w+/.exec(page.body)?.[0] ?? 'no logo'

test('a logo stands on the pages that customers see, with its words, and is served as what its bytes are', async () => {
  expect((await send({ logoAlt: 'Brackwell' }, { ...logo, name: 'logo.svg', type: 'text/html' })).status).toBe(303)
  const page = await house.get('/sign-in')
  expect(page.body).toContain('alt="Brackwell" width="220" height="48"')
  const served = await house.get(logoPath(page))
  expect(served.status).toBe(200)
  expect(served.headers).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
  })
  expect((await house.get('/assets/logo.0000.png')).status).toBe(404)
  await send({ removesLogo: 'on' })
  expect((await house.get('/sign-in')).body).not.toContain('/assets/logo')
})

test('a logo that cannot be taken is answered beside its field, and nothing is saved', async () => {
  const attack = Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><script>alert(1)</script></svg>',
  )
  for (const [bytes, why] of [
    [attack, 'This drawing holds a script.'],
    [Buffer.alloc(300_000, 1), 'larger than 200 kB'],
    [Buffer.from('GIF89a'), 'neither PNG nor JPEG nor SVG'],
  ] as const) {
    const page = await send({}, { ...logo, bytes })
    expect(page.status).toBe(422)
    expect(page.body).toContain('id="logo-error"')
    expect(page.body).toContain(why)
  }
  expect(await house.db.selectFrom('logo').select('hash').execute()).toEqual([])
})

test('a good logo is kept while another field is mended', async () => {
  const wrong = await send({ name: '' }, logo)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('The one that you chose; it is not saved yet.')
  const keptLogo = /name="keptLogo" value="([0-9a-f]{64})"/.exec(wrong.body)?.[1] ?? ''
  expect((await send({ keptLogo })).status).toBe(303)
  expect((await getCompany(house.db)).logo).toMatchObject({ hash: keptLogo, width: 440 })
})

test('a colour is measured: too pale for a button is refused with the nearest shade that is not', async () => {
  const refused = await send({ colour: '#ffd84d' })
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('On paper this colour has a contrast of 1.3:1, and a button needs 3:1 to be seen.')
  expect(refused.body).toContain('The nearest shade of the same hue that has it is #')
  for (const colour of ['blue', '#12345', 'red;}', '#1f3bb3}*{display:none'])
    expect((await send({ colour })).body).toContain('Write the colour as # and six digits')
  expect((await getCompany(house.db)).colour).toBe('')
})

test('a colour comes to the pages of customers by a style sheet of its own, with a shade for dark, and to no page of ours', async () => {
  expect((await send({ colour: '1F3BB3' })).status).toBe(303)
  const page = await house.get('/sign-in')
  const path = /\/assets\/company\.1f3bb3\.[0-9a-f]{10}\.css/.exec(page.body)?.[0] ?? ''
  const css = await house.get(path)
  expect(css.headers['content-type']).toContain('text/css')
  expect(css.body).toContain('background: #1f3bb3')
  expect(css.body).toContain('prefers-color-scheme: dark')
  expect((await house.get('/settings', admin)).body).not.toContain('/assets/company')
  expect((await house.get(path.replace(/\.[0-9a-f]{10}\./, '.0000000000.'))).status).toBe(404)
  expect(page.body).not.toContain('style="')
  const settings = (await house.get('/settings', admin)).body
  expect(settings).toContain('#1f3bb3, as you chose it, as a button: 8.4:1 on paper')
  expect(settings).toMatch(/#[0-9a-f]{6}, a shade of the same hue, for words: 4\.5:1 on paper/)
})

test('it is looked at before it is saved, light and dark, in mail and on the page', async () => {
  const asked = await send({ name: 'Brackwell Anew', colour: '#1f3bb3', act: 'preview' }, logo)
  expect([asked.status, asked.location]).toEqual([303, '/settings/preview'])
  expect((await getCompany(house.db)).name).toBe('Brackwell Pumps')
  const page = await house.get('/settings/preview', admin)
  expect(page.body.match(/<iframe/g)).toHaveLength(4)
  const mail = async (scheme: string) => house.get(`/settings/preview/mail/html?scheme=${scheme}`, admin)
  expect((await mail('dark')).body).toContain('@media all')
  expect((await mail('light')).body).toContain('@media not all')
  expect((await mail('light')).body).toContain('src="data:image/png;base64,')
  expect((await mail('light')).body).toContain('bgcolor="#1f3bb3"')
  const shown = await house.get('/settings/preview/page?scheme=dark', admin)
  expect(shown.body).toContain('Brackwell Anew')
  const css = await house.get('/settings/preview/page.css?scheme=dark', admin)
  expect(css.body).toContain('color-scheme: dark')
  expect(css.body).not.toContain('prefers-color-scheme')

  const back = await house.get('/settings/draft', admin)
  expect(back.body).toContain('value="Brackwell Anew"')
  expect((await house.post('/settings/preview', {}, admin)).location).toBe('/settings')
  expect(await getCompany(house.db)).toMatchObject({ name: 'Brackwell Anew', colour: '#1f3bb3', logo: { width: 440 } })
  expect((await house.get('/settings/preview', admin)).location).toBe('/settings')
})

test('what one admin looks at is seen by nobody else', async () => {
  await send({ name: 'Secret Plans', act: 'preview' })
  await house.db.updateTable('user').set({ role: 'admin' }).where('id', '=', lena.id).execute()
  const other = await house.signIn(lena.id)
  expect((await house.get('/settings/preview', other)).location).toBe('/settings')
  expect((await house.get('/settings/preview/page', other)).body).not.toContain('Secret Plans')
  const rep = await house.signIn(rosa.id)
  for (const path of ['/settings/preview', '/settings/preview/mail/html', '/settings/preview/page', '/settings/draft'])
    expect((await house.get(path, rep)).status).toBe(404)
  expect((await send({ name: 'Taken over' }, undefined, rep)).status).toBe(404)
})

test('the logo travels inside the mail, named by its Content-ID, and an SVG stays at home', async () => {
  await send({ logoAlt: 'Brackwell' }, logo)
  const smtp = await startSmtp()
  const mailer = smtpMailer(smtp.url, house.db)
  const htmlNow = async () => {
    const company = await getCompany(house.db)
    const words = { name: 'Ada', heading: 'A mail', subject: 'A mail', paragraphs: ['Words.'], list: [] }
    const rest = { button: '', link: '', why: 'as a test', company: company.name, look: lookOf(company) }
    return renderMail('staff-letter', { ...words, ...rest }).html
  }
  const letter = async () => ({
    messageId: '<a@b.example>',
    from: { name: 'Brackwell', address: 'research@brackwell.example' },
    to: ada.email,
    subject: 'A mail',
    headers: {},
    text: 'Words.',
    html: await htmlNow(),
  })
  expect(await mailer.send(await letter())).toMatchObject({ state: 'sent' })
  const [first] = smtp.received
  const [attached, ...more] = first?.mail.attachments ?? []
  expect(more).toEqual([])
  expect(attached).toMatchObject({ mimeType: 'image/png', disposition: 'inline' })
  const cid = attached?.contentId?.replaceAll(/[<>]/g, '') ?? 'none'
  expect(first?.mail.html).toContain(`src="cid:${cid}" alt="Brackwell"`)
  expect(Buffer.from(attached?.content as ArrayBuffer).equals(logo.bytes)).toBe(true)

  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"><path d="M0 0h9v9z"/></svg>')
  await send({}, { name: 'logo.svg', type: 'image/svg+xml', bytes: svg })
  expect((await house.get('/sign-in')).body).toContain('.svg"')
  await mailer.send(await letter())
  expect(smtp.received[1]?.mail.attachments).toEqual([])
  mailer.close()
  await smtp.close()
})
