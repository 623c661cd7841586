import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { directions, drivers } from '#server/drivers.ts'
import { type Figures, figuresOf } from '#server/insights/figures.ts'
import { currentLedger, dimensions } from '#server/insights/ledger.ts'
import type { Filters } from '#server/insights/view.ts'
import { refreshSummary } from '#server/tags/tags.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { autumn, dice, empty, makeFiguresWorld, spring } from '../support/figures-world.ts'
import { type Choice, type Recounted, recountFigures } from '../support/recount.ts'
import { ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string
let rep: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 7)
  // Words of each consent level can be told from each other, wherever they turn up.
  await sql`update answer_revision set text = text || ' ' || (select upper(response.consent_level) ||
      case when response.author_id is null then 'TYPED' else 'NOTED' end from response
    join answer on answer.response_id = response.id where answer.id = answer_revision.answer_id) where text <> ''`.execute(
    house.db,
  )
  lead = await house.signIn(lena.id)
  rep = await house.signIn(rosa.id)
})
afterAll(() => house.close())

const everything: Filters = {
  campaign: '',
  segment: '',
  region: '',
  owner: '',
  channel: '',
  provenance: '',
  asked: '',
  from: '',
  to: '',
  suggestions: false,
}

const choiceOf = (filters: Filters, figures: Figures): Choice => ({
  ...Object.fromEntries(dimensions.flatMap((name) => (filters[name] ? [[name, filters[name]]] : []))),
  ...(filters.from ? { from: figures.from } : {}),
  ...(filters.to ? { to: figures.to } : {}),
})

function expectEqual(figures: Figures, counted: Recounted, suggestions: boolean): void {
  expect({
    heard: figures.heard,
    n: figures.n,
    answers: figures.answers,
    read: figures.read,
    waiting: figures.waiting,
    waitingCustomers: figures.waitingCustomers,
    coverage: figures.coverage,
  }).toEqual({
    heard: counted.heard,
    n: suggestions ? counted.heard : counted.readCustomers,
    answers: counted.answers,
    read: counted.read,
    waiting: counted.answers - counted.read,
    waitingCustomers: counted.waitingCustomers,
    coverage: suggestions ? counted.coverageWithSuggestions : counted.coverage,
  })
  for (const driver of drivers) {
    for (const direction of directions) {
      const { confirmed = 0, inferred = 0, suggested = 0 } = counted.counts[`${driver} ${direction}`] ?? {}
      const added = suggestions ? suggested : 0
      expect(figures.drivers[driver][direction]).toEqual({
        confirmed,
        inferred,
        suggested: added,
        all: confirmed + inferred + added,
      })
    }
    expect(figures.drivers[driver].wishes).toBe(counted.wishes[driver])
  }
}

test('every figure, under any filter, equals a recount in plain SQL', async () => {
  const random = dice(1)
  const ledger = await currentLedger(house.db)
  const statuses = new Set<string>()
  for (let n = 0; n < 150; n += 1) {
    const filters = { ...everything, suggestions: random.chance(0.3) }
    for (const name of dimensions)
      if (random.chance(0.25))
        filters[name] = random.pick([...ledger.values[name].keys()].map((key) => ledger.names[key] ?? ''))
    if (random.chance(0.2)) filters.from = `2026-0${6 + random.below(4)}-11`
    if (random.chance(0.2)) filters.to = `2026-0${7 + random.below(3)}-20`
    const figures = figuresOf(ledger, filters, true)
    statuses.add(figures.status)
    expectEqual(figures, await recountFigures(house.db, choiceOf(filters, figures)), filters.suggestions)
    for (const group of figures.groups) expect(group.n).toBeLessThanOrEqual(figures.n)
  }
  expect([...statuses].sort()).toEqual(['near', 'shown', 'silent', 'small'])
})

test('the groups side by side equal a recount of each', async () => {
  const ledger = await currentLedger(house.db)
  for (const dimension of dimensions)
    for (const group of figuresOf(ledger, everything, true, dimension).groups) {
      const counted = await recountFigures(house.db, { [dimension]: group.value })
      expect(group.n).toBe(counted.readCustomers)
      for (const driver of drivers)
        expect(group.drivers[driver]['+'].all).toBe(
          (counted.counts[`${driver} +`]?.confirmed ?? 0) + (counted.counts[`${driver} +`]?.inferred ?? 0),
        )
    }
})

/** The numbers of the four bars as the page prints them, helped and hurt. */
const barsOf = (body: string): [string, number, number][] =>
  [...body.matchAll(/<title id="share-(\w+)">\w+: (\d+) of [^<]*help, (\d+) say/g)].map((found) => [
    found[1] ?? '',
    Number(found[2]),
    Number(found[3]),
  ])

test('the page prints what was counted', async () => {
  const page = await house.get(`/why?campaign=${autumn.id}`, lead)
  const counted = await recountFigures(house.db, { campaign: autumn.id })
  expect(barsOf(page.body)).toEqual(
    drivers.map((driver) => {
      const all = (direction: string) => {
        const { confirmed = 0, inferred = 0 } = counted.counts[`${driver} ${direction}`] ?? {}
        return confirmed + inferred
      }
      return [driver, all('+'), all('-')]
    }),
  )
  expect(page.body).toContain(`Of ${counted.readCustomers} customers`)
})

test('a rep reads the same figures as the lead', async () => {
  expect(barsOf((await house.get('/why', rep)).body)).toEqual(barsOf((await house.get('/why', lead)).body))
})

test('a group of fewer than five cannot be chosen and says why; typed by hand it shows nothing', async () => {
  const all = await house.get('/why', lead)
  expect(all.body).toContain('<option value="Bakeries" disabled>Bakeries, hidden: fewer than 5</option>')
  const page = await house.get('/why?segment=Bakeries', lead)
  expect(page.status).toBe(200)
  expect(page.body).toContain('Fewer than 5 customers are read in this view')
  expect(barsOf(page.body)).toEqual([])
  expect(page.body).not.toMatch(/class="stat"|Customers heard/)
  const answers = await house.get('/why/answers?segment=Bakeries&show=heard', lead)
  expect(answers.body).toContain('No figure is shown: it would be about fewer than 5 customers')
  expect(answers.body).not.toMatch(/\d+ customers?</)
})

test('no two views that are shown, one within the other, differ by one to four customers', async () => {
  const ledger = await currentLedger(house.db)
  const namesOf = (name: (typeof dimensions)[number]) =>
    [...ledger.values[name].keys()].map((key) => ledger.names[key] ?? '')
  const wider = [
    everything,
    ...dimensions.flatMap((name) => namesOf(name).map((value) => ({ ...everything, [name]: value }))),
  ]
  let shown = 0
  for (const outer of wider) {
    const whole = figuresOf(ledger, outer, true)
    if (whole.status !== 'shown') continue
    for (const name of dimensions.filter((one) => outer[one] === ''))
      for (const value of namesOf(name)) {
        const part = figuresOf(ledger, { ...outer, [name]: value }, true)
        if (part.status !== 'shown') continue
        shown += 1
        expect([1, 2, 3, 4]).not.toContain(whole.n - part.n)
      }
  }
  expect(shown).toBeGreaterThan(20)
})

test('a view that differs from a shown one by fewer than five is refused, and says so', async () => {
  const ledger = await currentLedger(house.db)
  const options = figuresOf(ledger, everything, true).options
  const near = dimensions.flatMap((name) =>
    [...options[name]].flatMap(([value, { status }]) => (status === 'near' ? [{ name, value }] : [])),
  )[0]
  if (!near) throw new Error('The world has such a group.')
  const page = await house.get(`/why?${near.name}=${encodeURIComponent(near.value)}`, lead)
  expect(page.body).toContain('beside another one it would single out fewer than 5 customers')
  expect(barsOf(page.body)).toEqual([])
})

test('days are widened until they single out nobody, and the page says so', async () => {
  const page = await house.get('/why?from=2026-07-10&to=2026-07-10', lead)
  expect(page.body).toContain('The days are widened')
})

test('a campaign that nobody answered shows who was asked', async () => {
  const page = await house.get(`/why?campaign=${empty.id}`, lead)
  expect(page.body).toContain('Nobody here yet')
  expect((await house.get(`/why?campaign=${spring.id}`, lead)).body).toContain('From asking to reading')
})

const listedOn = (body: string): number => Number(/(\d+) to (\d+) of (\d+)/.exec(body)?.[3] ?? '0')

test('for a lead, the customers listed and those in confidence together are the number on the screen', async () => {
  const figures = figuresOf(await currentLedger(house.db), everything, true)
  for (const driver of drivers)
    for (const direction of directions) {
      const number = figures.drivers[driver][direction].all
      const { body } = await house.get(`/why/answers?driver=${driver}&direction=${encodeURIComponent(direction)}`, lead)
      expect(body).toContain(`<p>${number} customers</p>`)
      const confident = number - listedOn(body)
      if (confident === 0) expect(body).not.toContain('in confidence')
      else if (confident < 5) expect(body).toContain('Some further customers gave this in confidence.')
      else expect(body).toContain(`${confident} further customers gave this in confidence.`)
    }
})

test('the numbers of heard, read, waiting, wishes and reasons open as many customers', async () => {
  const figures = figuresOf(await currentLedger(house.db), everything, true)
  const numbers: [string, number][] = [
    ['show=heard', figures.heard],
    ['show=read', figures.n],
    ['show=waiting', figures.waitingCustomers],
    ['driver=risk&direction=wish', figures.drivers.risk.wishes],
    ...figures.coverage.map((count, k): [string, number] => [`reasons=${k}`, count]),
  ]
  for (const [query, count] of numbers)
    expect((await house.get(`/why/answers?${query}`, lead)).body).toContain(
      `<p>${count} customer${count === 1 ? '' : 's'}</p>`,
    )
})

test('each quote marks words that justify the number, and nothing else is listed', async () => {
  const { body } = await house.get('/why/answers?driver=cost&direction=-', lead)
  const chips = [...body.matchAll(/<span class="tag (\w+) (\w+)/g)].map((found) => `${found[1]} ${found[2]}`)
  expect(new Set(chips)).toEqual(new Set(['cost minus']))
})

/** Every page of the list behind every number, as somebody. */
async function everyWord(cookie: string): Promise<string> {
  let text = ''
  const queries = [
    'show=heard',
    'show=read',
    'show=waiting',
    'reasons=0',
    'driver=risk&direction=%2B&suggestions=1',
    'segment=Bakeries',
  ]
  for (const query of queries)
    for (let page = 1; page <= 4; page += 1)
      text += (await house.get(`/why/answers?${query}&page=${page}`, cookie)).body
  return text + (await house.get('/why', cookie)).body + (await house.get('/why?suggestions=1', cookie)).body
}

test('the lead reads words given to the team and to the lead, and nobody is shown words for totals', async () => {
  const text = await everyWord(lead)
  expect(text).toContain('TEAMTYPED')
  expect(text).toContain('LEADTYPED')
  expect(text).not.toContain('TOTALS')
})

test('a rep reads words of their own customers that were given to the team, and their own notes', async () => {
  const text = await everyWord(rep)
  expect(text).toContain('TEAMTYPED')
  expect(text).not.toMatch(/LEADTYPED|TOTALSTYPED/)
  const strangers = await house.db
    .selectFrom('customer')
    .select('name')
    .where((eb) => eb.or([eb('owner_id', '!=', rosa.id), eb('owner_id', 'is', null)]))
    .where('id', 'not in', house.db.selectFrom('response').select('customer_id').where('author_id', '=', rosa.id))
    .where('name', 'like', 'Customer %')
    .execute()
  expect(strangers.length).toBeGreaterThan(10)
  for (const { name } of strangers) expect(text).not.toContain(name)
})

test('an admin who is no coder reads figures, but no words of customers whom others look after', async () => {
  const text = await everyWord(await house.signIn(ada.id))
  expect(text).not.toMatch(/TYPED|NOTED/)
  expect(text).toContain('in confidence')
})

const readingsOf = (userId: string) =>
  house.db
    .selectFrom('event')
    .innerJoin('response', 'response.id', 'event.record_id')
    .select(['event.record_id', 'response.consent_level'])
    .where('action', '=', 'read-confidential')
    .where('event.user_id', '=', userId)
    .execute()

test('who reads words given to the lead is recorded, once a sitting and day', async () => {
  await house.db.deleteFrom('event').where('action', '=', 'read-confidential').execute()
  await house.get('/why/answers?show=heard', lead)
  const first = await readingsOf(lena.id)
  expect(first.length).toBeGreaterThan(3)
  expect(first.every((reading) => reading.consent_level === 'lead')).toBe(true)
  expect(new Set(first.map((reading) => reading.record_id)).size).toBe(first.length)
  await house.get('/why/answers?show=heard', lead)
  expect(await readingsOf(lena.id)).toHaveLength(first.length)
  house.clock.forward(86_400_000)
  await house.get('/why/answers?show=heard', await house.signIn(lena.id))
  expect(await readingsOf(lena.id)).toHaveLength(first.length * 2)
})

test('what is withdrawn or erased leaves the figures at once', async () => {
  const before = figuresOf(await currentLedger(house.db), everything, true)
  const one = await house.db
    .selectFrom('response')
    .innerJoin('response_summary', 'response_summary.response_id', 'response.id')
    .select(['response.id', 'response.customer_id'])
    .executeTakeFirstOrThrow()
  await house.db.updateTable('response').set({ state: 'withdrawn' }).where('id', '=', one.id).execute()
  await refreshSummary(house.db, one.id)
  const withdrawn = figuresOf(await currentLedger(house.db), everything, true)
  expect(withdrawn.answers).toBeLessThan(before.answers)
  expectEqual(withdrawn, await recountFigures(house.db, {}), false)
  await house.db.deleteFrom('customer').where('id', '=', one.customer_id).execute()
  expectEqual(figuresOf(await currentLedger(house.db), everything, true), await recountFigures(house.db, {}), false)
})

test('few unread answers are not added for those who may not read them', async () => {
  const other = await startApp()
  await makeWorld(other.db)
  await makeFiguresWorld(other.db, 3, 25)
  const responses = await other.db.selectFrom('response_summary').select('response_id').distinct().execute()
  // All is read but for one answer.
  await sql`update coding set is_settled = 0`.execute(other.db)
  const revisions = await other.db
    .selectFrom('answer_revision')
    .select(['id', 'answer_id'])
    .where('superseded_at', 'is', null)
    .execute()
  for (const [index, revision] of revisions.slice(1).entries())
    await other.db
      .insertInto('coding')
      .values({
        id: `01900000-0000-7000-a000-${String(index).padStart(12, '0')}`,
        answer_id: revision.answer_id,
        revision_id: revision.id,
        user_id: lena.id,
        suggester_version: null,
        codebook_version: 'test',
        is_settled: 1,
        none_kind: 'GEN',
        created_at: '2026-11-01T08:00:00.000Z',
      })
      .execute()
  for (const { response_id } of responses) await refreshSummary(other.db, response_id)
  const ledger = await currentLedger(other.db)
  const suggestions = { ...everything, suggestions: true }
  expect(figuresOf(ledger, everything, false).waitingCustomers).toBeLessThan(5)
  expect(figuresOf(ledger, suggestions, true).status).toBe('shown')
  const isWaiting = figuresOf(ledger, suggestions, false).waitingCustomers > 0
  expect(figuresOf(ledger, suggestions, false).status).toBe(isWaiting ? 'near' : 'shown')
  await other.close()
})

test('a page is a fixed number of queries, however many customers there are', async () => {
  const small = await startApp()
  await makeWorld(small.db)
  await makeFiguresWorld(small.db, 5, 15)
  const cookie = await small.signIn(lena.id)
  const counts: Record<string, number[]> = {}
  for (const [place, as] of [
    [house, lead],
    [small, cookie],
  ] as const)
    for (const url of [
      '/why',
      '/why?suggestions=1',
      '/why/answers?driver=risk&direction=%2B',
      '/why/answers?show=heard',
    ]) {
      await place.get(url, as)
      const before = place.queries()
      await place.get(url, as)
      counts[url] = [...(counts[url] ?? []), place.queries() - before]
    }
  for (const [first, second] of Object.values(counts)) expect(first).toBe(second)
  expect(Math.max(...Object.values(counts).flat())).toBeLessThanOrEqual(12)
  await small.close()
})

test('nobody reads it without signing in', async () => {
  expect((await house.get('/why')).location).toContain('/sign-in')
  expect((await house.get('/why/answers')).location).toContain('/sign-in')
})

test('whatever is typed into the address, a page comes', async () => {
  for (const query of [
    'from=nonsense',
    'channel=pigeon',
    'segment[]=a&segment=b',
    'direction=x&driver=y&page=-4',
    'reasons=9',
  ])
    for (const path of ['/why', '/why/answers']) expect((await house.get(`${path}?${query}`, lead)).status).toBe(200)
})
