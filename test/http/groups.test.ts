import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { directions, drivers } from '#server/drivers.ts'
import { type Figures, figuresOf } from '#server/insights/figures.ts'
import { readFilters } from '#server/insights/forms.ts'
import { compareGroups } from '#server/insights/groups.ts'
import { groupsPage } from '#server/insights/groups-page.ts'
import { currentLedger, dimensions } from '#server/insights/ledger.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { autumn, dice, makeFiguresWorld } from '../support/figures-world.ts'
import { recountFigures } from '../support/recount.ts'
import { lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let lead: string
let rep: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeFiguresWorld(house.db, 7, 120)
  lead = await house.signIn(lena.id)
  rep = await house.signIn(rosa.id)
})
afterAll(() => house.close())

const everything = readFilters({})
const named = (counted: Awaited<ReturnType<typeof recountFigures>>, key: string) =>
  (counted.counts[key]?.confirmed ?? 0) + (counted.counts[key]?.inferred ?? 0)

test('each group, under any other filter, equals a recount in plain SQL', async () => {
  const random = dice(4)
  const ledger = await currentLedger(house.db)
  for (let n = 0; n < 30; n += 1) {
    const by = random.pick(dimensions)
    const other = random.pick(dimensions.filter((one) => one !== by))
    const value = random.pick([...ledger.values[other].keys()].map((key) => ledger.names[key] ?? ''))
    const { groups } = figuresOf(ledger, { ...everything, [other]: value }, true, by)
    for (const group of groups) {
      const counted = await recountFigures(house.db, { [other]: value, [by]: group.value })
      expect(group.n).toBe(counted.readCustomers)
      for (const driver of drivers)
        for (const direction of directions)
          expect(group.drivers[driver][direction].all).toBe(named(counted, `${driver} ${direction}`))
    }
  }
})

test('the rest of a segment is everybody who is in no part of it', async () => {
  const figures = figuresOf(await currentLedger(house.db), everything, true, 'segment')
  expect(figures.groups.length).toBeGreaterThan(3)
  for (const group of figures.groups) {
    const { rows } = await sql<{ n: number; risk: number }>`select count(distinct customer_id) as n,
        count(distinct case when risk_plus & 3 then customer_id end) as risk
      from response_summary where settled > 0 and customer_id not in (select customer_id from response_summary
        where settled > 0 and coalesce(segment, '-') = ${group.value})`.execute(house.db)
    expect({ n: group.rest.n, risk: group.rest.drivers.risk['+'] }).toEqual(rows[0])
  }
})

test('a group is shown beside the others where it may be opened as a view, for every way of grouping', async () => {
  const ledger = await currentLedger(house.db)
  for (const by of dimensions) {
    const filters = { ...everything, campaign: autumn.id }
    const { groups } = figuresOf(ledger, filters, true, by)
    for (const group of groups.filter(({ n }) => n > 0))
      expect(group.status).toBe(figuresOf(ledger, { ...filters, [by]: group.value }, true).status)
    for (const group of groups.filter(({ status }) => status === 'shown')) expect(group.n).toBeGreaterThanOrEqual(5)
  }
})

test('the page prints each shown group with its numbers, and names what it hides', async () => {
  const figures = figuresOf(await currentLedger(house.db), everything, true, 'segment')
  const { body } = await house.get('/why/groups?by=segment', lead)
  const shown = figures.groups.filter(({ status, n }) => status === 'shown' && n > 0).sort((a, b) => b.n - a.n)
  const printed = [...body.matchAll(/<title id="group-\d+-risk">Risk: (\d+) of (\d+) customers/g)].map((found) => [
    Number(found[1]),
    Number(found[2]),
  ])
  expect(printed.map(([, n]) => n)).toEqual(shown.map(({ n }) => n))
  const ordered = (numbers: number[]) => numbers.sort((a, b) => a - b)
  expect(ordered(printed.map(([x = 0]) => x))).toEqual(ordered(shown.map((group) => group.drivers.risk['+'].all)))
  for (const group of figures.groups.filter(({ status }) => status !== 'shown'))
    expect(body).not.toContain(`segment=${encodeURIComponent(group.value)}&amp;driver`)
})

test('a number of a group opens as many customers', async () => {
  const { body } = await house.get('/why/groups?by=region', lead)
  const [, href = '', count = ''] = /<b><a href="([^"]*region[^"]*)">(\d+)<\/a><\/b> helped/.exec(body) ?? []
  const answers = await house.get(href.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='), lead)
  expect(answers.body).toContain(`<p>${count} customer`)
})

test('the file holds the groups on the screen', async () => {
  const { body } = await house.get('/why.csv?by=region', lead)
  const figures = figuresOf(await currentLedger(house.db), everything, true, 'region')
  for (const { value, n, drivers: counts, status } of figures.groups)
    if (status === 'shown')
      expect(body).toContain(`region,${value === '-' ? 'Not given' : value},risk,helps,${counts.risk['+'].all},${n},`)
  expect((await house.get('/why/report?by=region', lead)).body).toContain('by region')
})

test('every role reads the same groups; a view that is too small shows none', async () => {
  const table = (body: string) => /<tbody>[\s\S]*<\/tbody>/.exec(body)?.[0]
  const mine = await house.get('/why/groups?by=owner', rep)
  expect(table(mine.body)).toBe(table((await house.get('/why/groups?by=owner', lead)).body))
  const small = await house.get('/why/groups?by=region&segment=Bakeries', lead)
  expect(small.body).toContain('Fewer than 5 customers are read in this view')
  expect(table(small.body)).toBeUndefined()
})

test.each(['nonsense', 'by', 'constructor', 'segment&by=region'])('groups by %s lead nowhere', async (by) => {
  expect((await house.get(`/why/groups?by=${by}`, lead)).status).toBe(404)
})

test('of a hundred owners the largest twelve come first, and all are a page away', async () => {
  const figures = figuresOf(await currentLedger(house.db), everything, true, 'owner')
  const first = figures.groups[0]
  if (!first) throw new Error('There are owners.')
  const groups = Array.from({ length: 100 }, (_, n) => ({
    ...first,
    value: `owner-${n}`,
    n: 100 + n,
    status: 'shown' as const,
  }))
  const facts = {
    figures: { ...figures, status: 'shown' as const, groups },
    filters: everything,
    names: { campaigns: [], owners: groups.map(({ value }) => ({ id: value, name: value })) },
    page: 1,
    mayTake: false,
    sections: [],
    closer: [],
  }
  const reader = { language: 'en', timeZone: 'UTC' }
  const few = groupsPage({ ...facts, isAll: false }, new Date(), reader)
  expect((few.groups ? few.groups.rows : []).map(({ name }) => name)).toEqual(
    Array.from({ length: 12 }, (_, n) => `owner-${99 - n}`),
  )
  expect(few.all).toEqual({ text: 'Show all 100', href: '/why/groups?by=owner&all=1' })
  const all = groupsPage({ ...facts, isAll: true }, new Date(), reader)
  expect(all.groups ? all.groups.rows : []).toHaveLength(50)
  expect(all.pages.range).toBe('1 to 50 of 100')
})

test('a difference is claimed only where its interval and Holm’s rule bear it', async () => {
  const figures = figuresOf(await currentLedger(house.db), everything, true, 'segment')
  const found = compareGroups(planted(figures, 0.9, 0.1))
  expect(found.kind).toBe('compared')
  if (found.kind !== 'compared') return
  expect(found.claims.map(({ driver, direction }) => `${driver} ${direction}`)).toEqual(['cost +'])
  expect(compareGroups(planted(figures, 0.5, 0.5))).toMatchObject({ kind: 'compared', claims: [] })
})

/** Two groups of forty, alike in all but cost. */
function planted(figures: Figures, first: number, second: number): Figures {
  const group = (value: string, cost: number, other: number) => {
    const count = (all: number) => ({ confirmed: all, inferred: 0, suggested: 0, all })
    const own = (all: number) => ({ '+': count(all), '-': count(0), wishes: 0 })
    const rest = (all: number) => ({ '+': all, '-': 0 })
    return {
      value,
      status: 'shown' as const,
      n: 40,
      coverage: [],
      drivers: { revenue: own(20), cost: own(cost * 40), risk: own(20), emotion: own(20) },
      rest: { n: 40, drivers: { revenue: rest(20), cost: rest(other * 40), risk: rest(20), emotion: rest(20) } },
    }
  }
  return { ...figures, n: 80, groups: [group('Trade', first, second), group('Industry', second, first)] }
}

test('the silent are those asked and not heard, and a rep sees only those they may open', async () => {
  const { heardCustomers } = figuresOf(await currentLedger(house.db), everything, true)
  const invited = await house.db
    .selectFrom('invitation')
    .innerJoin('customer', 'customer.id', 'invitation.customer_id')
    .select(['customer.id', 'customer.name', 'customer.owner_id'])
    .distinct()
    .execute()
  const silent = invited.filter(({ id }) => !heardCustomers.includes(id))
  expect(silent.length).toBeGreaterThan(0)
  const { body } = await house.get('/why/silent', lead)
  expect(body).toContain(`${silent.length} of ${invited.length} customers invited`)
  for (const { name } of silent.slice(0, 10)) expect(body).toContain(name)
  const own = await house.get('/why/silent', rep)
  for (const { name, owner_id } of silent) if (owner_id !== rosa.id) expect(own.body).not.toContain(`>${name}<`)
})

test('quiet top accounts come first and are named', async () => {
  const { rows } = await sql<{ name: string }>`select name from customer
    join invitation on invitation.customer_id = customer.id
    join customer_year on customer_year.customer_id = customer.id limit 1`.execute(house.db)
  expect(rows.length).toBe(1)
  const { body } = await house.get('/why/silent', lead)
  expect(body).toMatch(/Of the \d+ largest \(revenue in [A-Z]{3}\) \d+ (is|are) silent|Each of the \d+ largest/)
})
