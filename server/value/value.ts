import { z } from 'zod'
import type { User } from '../access.ts'
import { keptLast } from '../by-customer.ts'
import { type Db, transact } from '../db.ts'
import { conflict } from '../errors.ts'
import { record } from '../events.ts'
import { midRanks } from '../insights/association.ts'
import { currentList, type OnList } from '../on-list.ts'
import { addDays, dayAt, instant } from '../time.ts'
import { type Steps, unhurried } from '../unhurried.ts'
import { currentFacts, type Facts } from './facts.ts'
import { type Mark, rankMarks } from './portfolio.ts'
import { type Read, signsOf, whyOf } from './signs.ts'
import { type Success, successOf } from './success.ts'
import { type Points, type Signs, usualPoints, type Vulnerability, vulnerability } from './vulnerability.ts'

/** A customer of ours with what the list knows and what it said. */
export type Standing = {
  id: string
  name: string
  ownerId: string | null
  owner: string
  segment: string
  revenue: { minor: number; currency: string } | undefined
  facts: Facts
}

const noFacts: Facts = {}
/** After so many customers others' requests may go first. */
const restAfter = 200

/** Active customers, archived ones left out, with their facts. */
async function standings(db: Db): Promise<Standing[]> {
  const [facts, list] = [await currentFacts(db), await currentList(db)]
  const staff = await db.selectFrom('user').select(['id', 'name']).execute()
  const names = new Map(staff.map(({ id, name }) => [id, name]))
  const all: Standing[] = []
  for (const one of list.values())
    if (one.status === 'active' && !one.isArchived)
      all.push({
        id: one.id,
        name: one.name,
        ownerId: one.ownerId,
        owner: names.get(one.ownerId ?? '') ?? '',
        segment: one.segment ?? '',
        revenue: one.revenue,
        facts: facts.get(one.id) ?? noFacts,
      })
  return all
}

/** Days (ten working days) after which something that we owe counts as open too long. */
const openDays = 14

/** Contacts that wait past their day, and issues older than ten working days, by customer. */
async function openThings(db: Db, now: Date): Promise<Map<string, number>> {
  const today = dayAt(now)
  const rows = await db
    .selectFrom('follow_up')
    .select(['customer_id', (eb) => eb.fn.countAll<number>().as('n')])
    .where('done_at', 'is', null)
    .where((eb) =>
      eb.or([
        eb.and([eb('kind', 'in', ['call', 'owed']), eb('due_on', '<', today)]),
        eb('created_at', '<', addDays(today, -openDays)),
      ]),
    )
    .groupBy('customer_id')
    .execute()
  return new Map(rows.map((row) => [row.customer_id, row.n]))
}

async function offeringNames(db: Db): Promise<Map<string, string>> {
  const rows = await db.selectFrom('offering').select(['id', 'name']).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}

export type Scored = Standing & Read & { score: Vulnerability }

/** Every active customer with its score, the most vulnerable first: known points, then what might be added, then revenue. */
export async function scored(db: Db, now: Date): Promise<Scored[]> {
  const [all, open, offerings, { points }] = [
    await standings(db),
    await openThings(db, now),
    await offeringNames(db),
    await currentPoints(db),
  ]
  return unhurried(scoring(all, open, dayAt(now), offerings, points))
}

function* scoring(
  all: Standing[],
  open: Map<string, number>,
  today: string,
  offerings: Map<string, string>,
  points: Points,
): Steps<Scored[]> {
  const found: Scored[] = []
  // What else the points of a customer hang on beside what it told.
  const rest = JSON.stringify([today, points, [...offerings]])
  for (const one of all) {
    if (found.length % restAfter === 0) yield
    const { read, score } = scoreOf(one.facts, open.get(one.id) ?? 0, today, offerings, points, rest)
    const { id, name, ownerId, owner, segment, revenue, facts } = one
    found.push({ id, name, ownerId, owner, segment, revenue, facts, signs: read.signs, evidence: read.evidence, score })
  }
  yield
  return found.sort(
    (a, b) =>
      b.score.low - a.score.low ||
      b.score.high - a.score.high ||
      (b.revenue?.minor ?? 0) - (a.revenue?.minor ?? 0) ||
      (a.name < b.name ? -1 : 1),
  )
}

type Score = { read: Read; score: Vulnerability }
/** What a customer told is another object once it changes, so its score is kept beside it. */
const scores = new WeakMap<Facts, Score & { open: number; rest: string }>()

function scoreOf(
  facts: Facts,
  open: number,
  today: string,
  offerings: Map<string, string>,
  points: Points,
  rest: string,
): Score {
  const known = scores.get(facts)
  if (known && known.open === open && known.rest === rest) return known
  const read = signsOf(facts, open, today, offerings)
  const score = vulnerability(read.signs, points)
  scores.set(facts, { read, score, open, rest })
  return { read, score }
}

/** Both values of a customer, 0 to 100, what it says it will do and what it did, and how far its two ranks lie apart. */
export type Valuation = {
  id: string
  name: string
  ownerId: string | null
  weGet: number | undefined
  theyGet: number | undefined
  stays: Doing
  grows: Doing
  tells: Doing
  mark: Mark | undefined
  /** How their own business goes. */
  success: Success
  /** How old the reason in their own words is. */
  why: Signs['why']
  revenue: { minor: number; currency: string } | undefined
}
/** `stated`: it says so; `actual`: it did. Either may be unknown. */
export type Doing = { stated: boolean | undefined; actual: boolean }

/**
 * The value that we get: the mid-rank percentile of the newest known margin, or revenue where no margin is known, among
 * customers of the same currency and measure; undefined below five of them (methods 4.10). Never summed across currencies.
 */
function* valuesWeGet(all: Standing[], list: ReadonlyMap<string, OnList>): Steps<Map<string, number>> {
  const groups = new Map<string, { ids: string[]; amounts: number[] }>()
  for (const [at, { id, revenue }] of all.entries()) {
    if (at % restAfter === 0) yield
    const margin = list.get(id)?.margin
    const known = margin ?? revenue
    if (!known) continue
    const key = `${margin ? 'margin' : 'revenue'} ${known.currency}`
    const group = groups.get(key) ?? { ids: [], amounts: [] }
    groups.set(key, group)
    group.ids.push(id)
    group.amounts.push(known.minor)
  }
  const values = new Map<string, number>()
  for (const { ids, amounts } of groups.values()) {
    yield
    if (ids.length < 5) continue
    const ranks = midRanks(amounts)
    for (const [index, id] of ids.entries()) values.set(id, (100 * ((ranks[index] ?? 0) - 0.5)) / ids.length)
  }
  return values
}

/** Every active customer by the value that we get and the value that it gets. */
export async function valuations(db: Db, now: Date): Promise<Valuation[]> {
  const [list, facts, today] = [await currentList(db), await currentFacts(db), dayAt(now)]
  return lastValued(db, [list, facts], today, async () => unhurried(valuing(await standings(db), list, today)))
}
const lastValued = keptLast<Valuation[]>()

/** What was done counts for a year. */
function* valuing(all: Standing[], list: ReadonlyMap<string, OnList>, today: string): Steps<Valuation[]> {
  const since = addDays(today, -365)
  const weGet = yield* valuesWeGet(all, list)
  yield
  const marks = rankMarks(all.map(({ id, facts }) => ({ id, weGet: weGet.get(id), theyGet: theyGet(facts) })))
  const found: Valuation[] = []
  for (const { id, name, ownerId, facts, revenue } of all) {
    if (found.length % restAfter === 0) yield
    const known = list.get(id)
    const did = (kind: string) => known?.outcomes.some((one) => one.kind === kind && one.on >= since) ?? false
    found.push({
      id,
      name,
      ownerId,
      weGet: weGet.get(id),
      theyGet: theyGet(facts),
      stays: { stated: facts.stay && facts.stay.value >= 9, actual: did('renewed') },
      grows: {
        stated: facts.grow && ['more', 'much_more'].includes(facts.grow.value),
        actual: did('grew') || known?.grew === true,
      },
      tells: {
        stated: facts.tell && ['often', 'once'].includes(facts.tell.value),
        actual: did('referred'),
      },
      mark: marks.get(id),
      success: successOf(facts),
      why: whyOf(facts, today),
      revenue,
    })
  }
  yield
  return found
}

const theyGet = ({ results }: Facts): number | undefined => results && results.value * 10

const storedPoints = z.record(z.string(), z.number())

/** The points in force and which version they are; 0 for the usual ones. */
export async function currentPoints(db: Db): Promise<{ points: Points; version: number; note: string }> {
  const row = await db
    .selectFrom('vulnerability_points')
    .selectAll()
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return { points: usualPoints, version: 0, note: '' }
  return {
    points: { ...usualPoints, ...storedPoints.parse(JSON.parse(row.points)) },
    version: row.version,
    note: row.note,
  }
}

/** Keeps other points as the next version. `version` is the one that the page was opened with: 409 where it is not the newest. */
export async function changePoints(
  db: Db,
  user: User,
  version: number,
  points: Points,
  note: string,
  now: Date,
): Promise<void> {
  await transact(db, async (trx) => {
    const current = await currentPoints(trx)
    if (current.version !== version) throw conflict('Somebody changed the points meanwhile. Open the page again.')
    await trx
      .insertInto('vulnerability_points')
      .values({
        version: version + 1,
        points: JSON.stringify(points),
        note,
        changed_by: user.id,
        changed_at: instant(now),
      })
      .execute()
    await record(trx, { actor: 'user', userId: user.id }, 'change', 'vulnerability-points', String(version + 1), now)
  })
}
