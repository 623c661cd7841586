import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Handlebars from 'handlebars'
import { HtmlValidate } from 'html-validate'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { createAddressLink } from '#server/session/addresses.ts'
import { firstAdminLink } from '#server/session/first-admin.ts'
import { createSignInLink } from '#server/session/session.ts'
import { codeAt, stepAt } from '#server/session/totp.ts'
import { kindNames } from '#server/templates/kinds/kinds.ts'
import { templateFiles } from '#server/views.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { type BusyHouse, makeBusyHouse } from '../support/busy-house.ts'
import { validator } from '../support/valid-html.ts'
import { type Met, walk, watchApps } from '../support/walk.ts'
import { tom } from '../support/world.ts'

/** Every template compiles, is in use, and gives valid HTML; every page that there is was opened by somebody. */

const folder = join(import.meta.dirname, '..', '..', 'views')
const sources = new Map(
  templateFiles().map((file) => [
    file.replaceAll('\\', '/').replace(/\.hbs$/, ''),
    readFileSync(join(folder, file), 'utf8'),
  ]),
)

/** Mails are written for mail programs: tables, inline styles. */
const mailValidator = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-inline-style': 'off',
    'no-deprecated-attr': 'off',
    // Outlook knows this role by its older name only.
    'presentation-role-style': 'off',
    'prefer-tbody': 'off',
    'doctype-style': 'off',
    'void-style': 'off',
    'no-trailing-whitespace': 'off',
    'no-raw-characters': 'off',
    'long-title': 'off',
    'prefer-native-element': 'off',
    'no-style-tag': 'off',
  },
})

/** What the page with the preview frames, and where it leads back. */
const previews = ['', '/mail/html', '/page', '/page.css']
  .map((part) => `/settings/preview${part}`)
  .concat('/settings/draft')

let house: TestApp
let busy: BusyHouse
const watch = watchApps()
const met: (Met & { who: string })[] = []

beforeAll(async () => {
  house = await startApp({ onDisk: true })
  busy = await makeBusyHouse(house)
  const walks: [who: string, cookie: string, starts: string[]][] = [
    ['nobody', '', busy.open],
    [
      'the admin',
      busy.ada,
      ['/', '/account', '/settings', ...previews, '/users', '/customers', '/mailbox', '/codebook'],
    ],
    [
      'the lead',
      busy.lena,
      ['/', '/account', '/customers', '/why', '/why/rounds.csv', '/review', '/predictions', busy.preview, busy.waiting],
    ],
    ['a rep', busy.rosa, ['/', '/account', '/customers', '/why', '/review', '/predictions']],
    ['a customer', '', busy.links],
  ]
  for (const [who, cookie, starts] of walks)
    met.push(...(await walk(house, cookie, starts)).map((one) => ({ ...one, who })))
}, 120_000)
afterAll(() => house.close())

test('every template compiles strictly', () => {
  const broken = [...sources].flatMap(([name, source]) => {
    try {
      Handlebars.precompile(source, { strict: true, knownHelpersOnly: true, preventIndent: true })
      return []
    } catch (error) {
      return [`${name}: ${error instanceof Error ? error.message : error}`]
    }
  })
  expect(broken).toEqual([])
})

test('every partial that a template places is there, and every partial is placed', () => {
  // The view of a kind of question is placed by its name (views/partials/question.hbs).
  const views = kindNames.map((kind) => `questions/${kind}`)
  const placed = new Set([
    ...views,
    ...[...sources].flatMap(([, source]) => [...source.matchAll(/{{>\s*([\w/-]+)/g)].map(([, name]) => name)),
  ])
  const known = [...sources.keys()].filter((name) => name.startsWith('partials/')).map((name) => name.slice(9))
  expect([...placed].filter((name) => !known.includes(name ?? ''))).toEqual([])
  expect(known.filter((name) => !placed.has(name))).toEqual([])
})

test('every style sheet and script is part of a bundle', () => {
  const bundles = readFileSync(join(folder, '..', 'server', 'assets.ts'), 'utf8')
  const files = readdirSync(join(folder, 'assets'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(css|js)$/.test(file),
  )
  expect(files.length).toBeGreaterThan(4)
  expect(files.filter((file) => !bundles.includes(`'${file.replaceAll('\\', '/')}'`))).toEqual([])
})

test('nothing is printed unescaped outside the layouts', () => {
  const raw = [...sources].filter(([name, source]) => !name.startsWith('layouts/') && /{{{|{{&/.test(source))
  expect(raw.map(([name]) => name)).toEqual([])
})

test('no page that was opened is our fault', () => {
  expect(met.filter(({ reply }) => reply.status >= 500).map(({ who, url }) => `${who}: ${url}`)).toEqual([])
})

test('no link on a page leads nowhere', () => {
  const starts = new Set(['/nowhere', '/sign-in/no-such-link'])
  const dead = met.filter(({ url, reply }) => reply.status === 404 && !starts.has(url))
  expect(dead.map(({ who, url }) => `${who}: ${url}`)).toEqual([])
})

test('every page is valid HTML', async () => {
  const problems = new Set<string>()
  for (const { who, url, reply } of met.filter((one) => isHtml(one.reply.headers)))
    for (const problem of await problemsOf(isMail(url) ? mailValidator : validator, reply.body))
      problems.add(`${who}, ${url}: ${problem}`)
  expect([...problems].slice(0, 60)).toEqual([])
}, 120_000)

/** What the frame of a mail shows is a mail. */
const isMail = (url: string): boolean => /\/html(\?|$)/.test(url)

test('every form answers an empty hand with a valid page, and is our fault nowhere', async () => {
  const problems: string[] = []
  const cookies: Record<string, string> = { 'the admin': busy.ada, 'the lead': busy.lena, 'a rep': busy.rosa }
  const done = new Set<string>(['/sign-out', '/account/sessions/end'])
  for (const { who, forms } of met)
    for (const { action, method, fields } of forms) {
      const kind = `${who} ${action.replace(/[0-9a-f-]{36}|[\w-]{43,}/g, ':id')} ${Object.keys(fields)}`
      if (method !== 'POST' || done.has(kind) || done.has(action)) continue
      done.add(kind)
      const reply = await house.post(action, fields, cookies[who] ?? '')
      if (reply.status >= 500) problems.push(`${who}, POST ${action}: ${reply.status}`)
      if (isHtml(reply.headers))
        problems.push(
          ...(await problemsOf(validator, reply.body)).map((problem) => `${who}, POST ${action}: ${problem}`),
        )
    }
  expect(problems.slice(0, 60)).toEqual([])
}, 120_000)

test('what follows a form that says something is valid too', async () => {
  const [, , open = '', openStop = '', begun = ''] = busy.links
  const after: [string, { status: number; location: string; body: string }][] = []
  const send = async (url: string, form: Record<string, string>, cookie = '') => {
    const reply = await house.post(url, form, cookie)
    after.push([url, reply.location ? await house.get(reply.location, cookie) : reply])
  }
  await send(`${open}/later`, { days: '7' })
  await send(`${open}/call`, { phone: '+44 20 7946 0000', when: 'Thursday after two' })
  await send(openStop, { what: 'this' })
  await send(openStop, { what: 'all' })
  await send(`${begun}/erasure`, { sure: '1' })

  // Somebody revises an answer while it is on the page of who tags it.
  const waiting = await house.db.selectFrom('review_queue').select('answer_id').executeTakeFirstOrThrow()
  const { body } = await house.get(`/review/${waiting.answer_id}`, busy.lena)
  const known = /name="revision" value="([^"]*)"/.exec(body)?.[1] ?? ''
  const { answer_id, ...revision } = await house.db
    .selectFrom('answer_revision')
    .selectAll()
    .where('id', '=', known)
    .executeTakeFirstOrThrow()
  await house.db
    .updateTable('answer_revision')
    .set({ superseded_at: house.clock.now.toISOString() })
    .where('id', '=', known)
    .execute()
  await house.db
    .insertInto('answer_revision')
    .values({
      ...revision,
      answer_id,
      id: newId(),
      number: revision.number + 1,
      text: 'Now they say this.',
      superseded_at: null,
    })
    .execute()
  await send(`/review/${waiting.answer_id}`, { revision: known, settled: '', act: 'confirm', hand: '[]' }, busy.lena)

  // Tom sets up his second factor, comes in again, and confirms another address.
  const tomHere = await house.signIn(tom.id)
  await house.post('/account/second-factor/start', {}, tomHere)
  after.push(['the picture', await house.get('/account/second-factor', tomHere)])
  const { secret } = await house.db
    .selectFrom('second_factor')
    .select('secret')
    .where('user_id', '=', tom.id)
    .executeTakeFirstOrThrow()
  const code = codeAt(secret, stepAt(house.clock.now))
  after.push(['recovery codes', await house.post('/account/second-factor/confirmation', { code }, tomHere)])
  after.push(['the factor', await house.get('/account/second-factor', tomHere)])
  const again = await createSignInLink(house.db, tom.id, house.clock.now)
  const arrival = await house.post(`/sign-in/${again}`, { device: 'own' })
  const pending = arrival.cookies.find(({ name }) => name === 'sign-in')?.value ?? ''
  await send('/sign-in/code', { code: '' }, `sign-in=${pending}`)
  after.push(['the code', await house.get('/sign-in/code', `sign-in=${pending}`)])
  const change = { userId: tom.id, email: 'tom.new@brackwell.example', askedBy: tom.id }
  const address = `/address/${await createAddressLink(house.db, change, house.clock.now)}`
  after.push(['a new address', await house.get(address)])
  await send(address, {})

  // Nobody is there yet; and a database that has gone.
  const empty = await startApp()
  const link = (await firstAdminLink(empty.db, '', empty.clock.now)) ?? ''
  after.push([link, await empty.get(link)])
  await sql`drop table session`.execute(empty.db)
  const fault = await empty.get('/')
  expect(fault.status).toBe(500)
  after.push(['a fault', fault])
  await empty.close()

  const problems: string[] = []
  for (const [url, reply] of after)
    for (const problem of await problemsOf(validator, reply.body)) problems.push(`${url}: ${problem}`)
  expect(problems).toEqual([])
})

test('every page was opened by somebody', () => {
  const pages = [...watch.routes].filter((route) => route.startsWith('GET '))
  expect(pages.length).toBeGreaterThan(40)
  expect(pages.filter((route) => !watch.reached.has(route))).toEqual([])
})

test('every view was shown to somebody', () => {
  const views = [...sources.keys()].filter((name) => !/^(layouts|partials|mail)\//.test(name))
  expect(views.filter((name) => !watch.sent.has(name))).toEqual([])
})

test('every mail is valid, in both parts', async () => {
  const mails = await house.db.selectFrom('mailbox_mail').select(['subject', 'html_body', 'text_body']).execute()
  const problems: string[] = []
  for (const { subject, html_body, text_body } of mails) {
    problems.push(...(await problemsOf(mailValidator, html_body)).map((problem) => `${subject}: ${problem}`))
    if (/<[a-z]|&[a-z#0-9]+;/i.test(text_body)) problems.push(`${subject}: the text holds HTML`)
    if (Math.max(...text_body.split('\n').map((line) => line.length)) > 998)
      problems.push(`${subject}: a line is too long`)
  }
  expect(problems).toEqual([])
  expect(mails.length).toBeGreaterThanOrEqual(3)
})

const isHtml = (headers: Record<string, unknown>) => String(headers['content-type'] ?? '').startsWith('text/html')

async function problemsOf(rules: HtmlValidate, html: string): Promise<string[]> {
  const { results } = await rules.validateString(html)
  return results.flatMap(({ messages }) =>
    messages.map(
      ({ ruleId, message, line }) => `${ruleId}: ${message} (${html.split('\n')[line - 1]?.trim().slice(0, 160)})`,
    ),
  )
}
