import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Db, transact } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import type { Channel, ConsentLevel, Voice } from '#server/tables.ts'
import { suggester } from '#server/tags/suggester.ts'
import { makeResponse, suggest } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { type BusyHouse, makeBusyHouse } from '../support/busy-house.ts'
import { newestVersion } from '../support/versions.ts'
import { type Met, walk, watchApps } from '../support/walk.ts'
import { acme, ada, anna, carla, fennholt, jonas, lena, mirador, rosa, tom, wile } from '../support/world.ts'

/**
 * A walk over every page, as each kind of reader, in search of words that they may not see. Each planted answer holds a
 * word that stands nowhere else. Rosa and Tom are reps, Lena leads, Ada is an admin and no coder.
 */
type Secret = {
  word: string
  of: typeof acme | typeof mirador
  level: ConsentLevel
  readers: { name: string; id: string }[]
  channel?: Channel
  voice?: Voice
  author?: string
  state?: 'draft' | 'withdrawn'
}

const secrets: Secret[] = [
  { word: 'zircon', of: acme, level: 'team', readers: [rosa, lena] },
  { word: 'obsidian', of: acme, level: 'lead', readers: [lena] },
  // Lena codes it without the name; see the test of its own below.
  { word: 'malachite', of: acme, level: 'totals', readers: [lena] },
  { word: 'feldspar', of: mirador, level: 'team', readers: [tom, lena] },
  { word: 'gneiss', of: mirador, level: 'lead', readers: [lena] },
  { word: 'tourmaline', of: mirador, level: 'totals', readers: [lena] },
  { word: 'basalt', of: mirador, level: 'team', readers: [tom, lena], channel: 'interview', author: tom.id },
  {
    word: 'rhyolite',
    of: mirador,
    level: 'team',
    readers: [tom, lena],
    channel: 'interview',
    author: tom.id,
    voice: 'rep',
  },
  { word: 'amethyst', of: acme, level: 'team', readers: [], state: 'withdrawn' },
]
/** Typed by a customer and not sent: nobody sees it but the customer. */
const unsent = 'porphyry'
/** Noted by Tom in a talk and not filed: nobody sees it but Tom. */
const unfiled = 'dolerite'

let house: TestApp
let busy: BusyHouse
const watch = watchApps()
const walks = new Map<string, Met[]>()
const everything = () => [...new Set([...walks.values()].flatMap((met) => met.map(({ url }) => url)))]

beforeAll(async () => {
  house = await startApp({ onDisk: true })
  busy = await makeBusyHouse(house)
  // An admin as others are: one who may not read what was entrusted to the lead.
  await house.db.updateTable('user').set({ is_coder: 0 }).where('id', '=', ada.id).execute()
  const responses = new Map<string, string>()
  for (const { word, of, level, channel, voice, author, state } of secrets) {
    const text = `The ${word} pumps never stop at night, which saves us a lot of money.`
    const said = { text, ...(voice ? { voice } : {}), ...(channel ? { provenance: 'verbatim' as const } : {}) }
    const { responseId } = await makeResponse(house.db, house.clock.now, [said], {
      customer: of,
      level,
      ...(channel ? { channel } : {}),
      ...(author ? { authorId: author } : {}),
      ...(state ? { state } : {}),
    })
    responses.set(word, responseId)
    await suggest(house.db, responseId, suggester, house.clock.now)
  }
  await settle(house.db, [...responses.values()].slice(0, 3))
  await leaveUnsent(house)
  const asTom = await house.signIn(tom.id)
  const talk = await leaveUnfiled(house, asTom)
  const cookies: [string, string][] = [
    [ada.name, busy.ada],
    [lena.name, busy.lena],
    [rosa.name, busy.rosa],
    [tom.name, asTom],
  ]
  const starts = [
    ...[
      '/',
      '/customers',
      '/offerings',
      '/customers/duplicates',
      '/campaigns',
      '/interviews',
      '/predictions',
      '/review',
      '/why',
      '/mailbox',
      '/follow-ups',
    ],
    ...['', '/mail/html', '/page', '/page.css'].map((part) => `/settings/preview${part}`),
    '/vulnerable/points',
    '/why/rounds.csv',
    ...['/settings/draft', '/users', '/settings', '/account', '/codebook', '/templates', '/suppressions', busy.preview],
    ...[acme, fennholt, mirador].map(({ id }) => `/customers/${id}`),
    ...[wile, anna, jonas, carla].map(({ id }) => `/contacts/${id}`),
    ...['revenue', 'cost', 'risk', 'emotion'].map((driver) => `/why/answers?driver=${driver}&suggestions=1`),
    ...[...responses.values()].map((id) => `/interviews/${id}`),
    ...[talk, `${talk}/check`, `${talk}/q/CORE-1`],
    ...(
      await house.db
        .selectFrom('answer')
        .select('id')
        .where('response_id', 'in', [...responses.values()])
        .execute()
    ).map(({ id }) => `/review/${id}`),
  ]
  const asked = busy.links.flatMap((link) =>
    link.startsWith('/s/') ? [link, `${link}/check`, `${link}/q/CORE-2`] : link,
  )
  walks.set('a customer', await walk(house, '', asked))
  for (const [name, cookie] of cookies) walks.set(name, await walk(house, cookie, starts, 12))
  // What anybody could find, everybody now tries, and so does nobody.
  // A personal link is a key by itself: whoever has it is the customer, so those are left out.
  const union = everything().filter((url) => !/^\/[su]\//.test(url))
  for (const [name, cookie] of cookies)
    walks.set(name, [...(walks.get(name) ?? []), ...(await walk(house, cookie, union, 0))])
  walks.set('nobody', await walk(house, '', [...union, ...busy.open], 0))
}, 240_000)
afterAll(() => house.close())

/** The pages on which somebody found a word. */
const found = (who: string, word: string): string[] =>
  (walks.get(who) ?? []).filter(({ reply }) => reply.body.includes(word)).map(({ url }) => url)

test.each(secrets)(
  '$word ($of.name, $level): only who may read it finds it on any page',
  ({ word, readers, voice }) => {
    for (const one of [ada, rosa, tom])
      if (!readers.some(({ id }) => id === one.id))
        expect({ who: one.name, on: found(one.name, word) }).toEqual({ who: one.name, on: [] })
    // A rep's own view stays with the rep's notes and is shown nowhere else.
    if (voice !== 'rep')
      for (const one of readers) expect(found(one.name, word), `${one.name} may read “${word}”`).not.toEqual([])
    if (readers.length === 0) expect(found(lena.name, word)).toEqual([])
    expect(found('nobody', word)).toEqual([])
    expect(found('a customer', word)).toEqual([])
  },
)

test('words given for the totals only are never on a page with the name of who said them', () => {
  for (const { word, of } of secrets.filter(({ level }) => level === 'totals'))
    for (const { url, reply } of walks.get(lena.name) ?? [])
      if (reply.body.includes(word)) expect({ url, named: reply.body.includes(of.name) }).toEqual({ url, named: false })
})

test('words that were typed and not sent are seen by who typed them alone', () => {
  for (const who of [ada.name, lena.name, rosa.name, tom.name, 'nobody']) expect(found(who, unsent)).toEqual([])
  const seen = found('a customer', unsent)
  expect(seen.length).toBeGreaterThan(0)
  const [own] = busy.links.slice(4, 5)
  expect(seen.filter((url) => !url.startsWith(own ?? ''))).toEqual([])
})

test('notes that were not filed are seen by who wrote them alone', () => {
  for (const who of [ada.name, lena.name, rosa.name, 'nobody', 'a customer']) expect(found(who, unfiled)).toEqual([])
  expect(found(tom.name, unfiled)).not.toEqual([])
})

test('a rep finds nobody of a customer whom somebody else owns', () => {
  for (const trace of [carla.email, `${carla.first} ${carla.last}`]) expect(found(rosa.name, trace)).toEqual([])
  expect(found(tom.name, wile.email)).toEqual([])
})

test('nobody sees the sign-in, what is public, and else nothing', () => {
  const open = new Set([
    '/sign-in',
    '/sign-in/:token',
    '/sign-in/sent',
    '/address/confirmed',
    '/privacy',
    '/healthz',
    '/readyz',
    '/u/:link',
    '/s/:link',
  ])
  const strange = (walks.get('nobody') ?? []).filter(
    ({ url, reply }) =>
      reply.status === 200 &&
      ![...open].some((known) => new RegExp(`^${known.replace(/:\w+/g, '[^/?]+')}([/?]|$)`).test(url)),
  )
  expect(strange.map(({ url }) => url)).toEqual([])
  for (const name of [acme.name, mirador.name, wile.email, rosa.email]) expect(found('nobody', name)).toEqual([])
})

test('the walk has met every page', () => {
  const pages = [...watch.routes].filter((route) => route.startsWith('GET '))
  // This page shows what is already gone.
  expect(pages.filter((route) => !watch.reached.has(route) && route !== 'GET /u/:link/stopped')).toEqual([])
})

/** Lena confirms what was suggested for some, so that the words stand behind a number. */
async function settle(db: Db, responseIds: string[]): Promise<void> {
  const codings = await db
    .selectFrom('coding')
    .innerJoin('answer', 'answer.id', 'coding.answer_id')
    .selectAll('coding')
    .where('answer.response_id', 'in', responseIds)
    .execute()
  await transact(db, async (trx) => {
    for (const { id, ...coding } of codings) {
      const confirmed = newId()
      await trx
        .insertInto('coding')
        .values({ ...coding, id: confirmed, user_id: lena.id, suggester_version: null, is_settled: 1 })
        .execute()
      for (const tag of await trx.selectFrom('tag').selectAll().where('coding_id', '=', id).execute())
        await trx
          .insertInto('tag')
          .values({ ...tag, id: newId(), coding_id: confirmed, probability: null })
          .execute()
    }
  })
}

async function leaveUnfiled({ db, get, post }: TestApp, cookie: string): Promise<string> {
  const opening = `/customers/${mirador.id}/interviews/new`
  const of = (body: string, name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
  const { body } = await get(opening, cookie)
  const setting = {
    channel: 'interview',
    contact: carla.id,
    tookPlaceOn: '2026-11-23',
    place: 'their yard',
    present: '',
  }
  const opened = await post(opening, { key: of(body, 'key'), version: await newestVersion(db), ...setting }, cookie)
  expect(opened.status).toBe(303)
  const question = `${opened.location}/q/CORE-1`
  const guide = await get(question, cookie)
  const save = { version: of(guide.body, 'version'), writer: of(guide.body, 'writer'), go: 'next' }
  const noted = await post(question, { ...save, text: `The ${unfiled} tiles are what they sell.` }, cookie)
  expect(noted.status).toBe(303)
  return opened.location
}

async function leaveUnsent({ get, post }: TestApp): Promise<void> {
  const [link = ''] = busy.links.slice(4, 5)
  const { body } = await get(`${link}/q/CORE-2`)
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(body)?.[1] ?? ''
  const form = { version: hidden('version'), writer: hidden('writer'), go: 'next', text: `Your ${unsent} seals.` }
  expect((await post(`${link}/q/CORE-2`, form)).status).toBe(303)
}
