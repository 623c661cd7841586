import { sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { type Driver, drivers } from '../drivers.ts'
import { meansOf } from '../insights/means.ts'
import { besideNames, type GroupStatus, groupStatuses, smallest } from '../insights/small-groups.ts'
import { currentList } from '../on-list.ts'
import { bias, brier, compareSets, type Forecast, type Outcome, skill } from './forecasts.ts'

/** One customer about whom somebody guessed before asking, and what it then said. */
export type Case = {
  customerId: string
  segment: string
  forecast: Forecast
  outcome: Outcome
  /** The sittings that tell what was said. */
  responses: string[]
  /** Some of it was said for totals only. */
  isForTotals: boolean
}

/** One sealed guess about a customer beside what it said then. */
type Guess = Omit<Case, 'segment'> & { userId: string; sealedAt: string }

/** Of these customers the sealed guesses whose answers are all read, the one sealed last first. */
async function guessesOf(db: Db, customers: string[]): Promise<Map<string, Guess[]>> {
  const rows = await db
    .selectFrom('prediction')
    .innerJoin('response', (join) =>
      join
        .onRef('response.customer_id', '=', 'prediction.customer_id')
        .on('response.state', '=', 'submitted')
        .on(
          sql<boolean>`(response.id = prediction.response_id
            or (prediction.response_id is null and response.campaign_id = prediction.campaign_id))`,
        ),
    )
    .innerJoin('response_summary as said', 'said.response_id', 'response.id')
    .select(['prediction.id', 'prediction.customer_id as customerId', 'prediction.user_id as userId'])
    .select(['prediction.revenue', 'prediction.cost', 'prediction.risk', 'prediction.emotion'])
    .select(sql<string>`group_concat(distinct response.id)`.as('responses'))
    .select(sql<string>`prediction.sealed_at`.as('sealedAt'))
    .select(sql<number>`min(said.settled >= said.answers)`.as('isRead'))
    .select(sql<number>`max(response.consent_level = 'totals')`.as('isForTotals'))
    // Bits 1 and 2: a person's reading names the driver, in either direction.
    .select(
      drivers.map((driver) =>
        sql<number>`max(((said.${sql.raw(driver)}_plus | said.${sql.raw(driver)}_minus) & 3) > 0)`.as(`${driver}Said`),
      ),
    )
    .where('prediction.customer_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .where('prediction.seal', 'is not', null)
    .groupBy('prediction.id')
    .orderBy('prediction.sealed_at', 'desc')
    .execute()
  const found = new Map<string, Guess[]>()
  for (const row of rows) {
    if (row.isRead !== 1) continue
    const own = found.get(row.customerId) ?? []
    found.set(row.customerId, own)
    own.push({
      customerId: row.customerId,
      userId: row.userId,
      sealedAt: row.sealedAt,
      responses: row.responses.split(','),
      isForTotals: row.isForTotals === 1,
      forecast: { revenue: row.revenue, cost: row.cost, risk: row.risk, emotion: row.emotion },
      outcome: {
        revenue: row.revenueSaid === 1,
        cost: row.costSaid === 1,
        risk: row.riskSaid === 1,
        emotion: row.emotionSaid === 1,
      },
    })
  }
  return found
}
const currentGuesses = byCustomer(guessesOf)

/**
 * One case a customer: of the sealed guesses whose answers are all read, the owner's, else the one sealed last. What was
 * said counts at every consent level, as far as `countable` lets it. The owners' come first, then the rest, in each what was sealed last.
 */
export async function casesOf(db: Db): Promise<Case[]> {
  const [guesses, list] = [await currentGuesses(db), await currentList(db)]
  const cases: (Case & { isOwners: boolean; sealedAt: string })[] = []
  for (const [customerId, own] of guesses) {
    const customer = list.get(customerId)
    const owners = own.find(({ userId }) => userId === customer?.ownerId)
    const one = owners ?? own[0]
    if (!customer || !one) continue
    const { responses, isForTotals, forecast, outcome, sealedAt } = one
    const segment = customer.segment ?? ''
    cases.push({
      customerId,
      segment,
      responses,
      isForTotals,
      forecast,
      outcome,
      sealedAt,
      isOwners: owners !== undefined,
    })
  }
  return cases
    .sort(
      (a, b) =>
        Number(b.isOwners) - Number(a.isOwners) ||
        (a.sealedAt < b.sealedAt ? 1 : a.sealedAt > b.sealedAt ? -1 : a.customerId < b.customerId ? -1 : 1),
    )
    .map(({ isOwners, sealedAt, ...one }) => one)
}

/** Of these cases the customers' names, where everything that was said may be read with the name by this person. */
export async function namesOf(db: Db, user: User, cases: Case[]): Promise<Map<string, string>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('customer', 'customer.id', 'response.customer_id')
    .select(['response.id', 'customer.name'])
    .where(
      'response.id',
      'in',
      sql<string>`(select value from json_each(${JSON.stringify(cases.flatMap(({ responses }) => responses))}))`,
    )
    .where(mayReadNamed(user))
    .execute()
  const readable = new Map(rows.map(({ id, name }) => [id, name]))
  return new Map(
    cases.flatMap(({ customerId, responses: [first = '', ...rest] }): [string, string][] => {
      const name = readable.get(first)
      return name !== undefined && rest.every((id) => readable.has(id)) ? [[customerId, name]] : []
    }),
  )
}

/** How one driver was expected and heard among n customers. */
export type Expected = {
  driver: Driver
  expected: number
  said: number
  hits: number
  blindSpots: number
  overAssumed: number
  /** Mean of guess less truth with its interval; undefined below ten customers. */
  bias: { value: number; low: number; high: number } | undefined
}
export type Assumed = {
  n: number
  /** There is no case at all, also none that is left out. */
  isNone: boolean
  status: GroupStatus
  rows: Expected[]
  brier: number | undefined
  skill: number | undefined
  segments: { name: string; n: number; status: GroupStatus; rows: Expected[] }[]
}

const segmentStatuses = (segments: Map<string, Case[]>): Map<string, GroupStatus> =>
  groupStatuses([...segments].map(([name, of]) => ({ groups: [name], count: of.length })))

/**
 * The cases that figures of the whole may count, and those of each segment. The others are listed by name with what they
 * said, so one to four who spoke for totals only are left out, of a segment also where they would come out by subtraction.
 */
function countable(cases: Case[]): { all: Case[]; segments: Map<string, Case[]> } {
  const all = besideNames(
    cases,
    ({ customerId }) => customerId,
    ({ isForTotals }) => isForTotals,
  )
  const kept = segmentStatuses(
    Map.groupBy(
      all.filter(({ isForTotals }) => isForTotals),
      ({ segment }) => segment,
    ),
  )
  const isCounted = ({ segment, isForTotals }: Case) => !isForTotals || kept.get(segment) === 'shown'
  const counted = Map.groupBy(all.filter(isCounted), ({ segment }) => segment)
  const names = new Set(cases.map(({ segment }) => segment))
  return { all, segments: new Map([...names].map((name) => [name, counted.get(name) ?? []])) }
}

/** The cases of the whole list, or of one segment, and whether they may be looked at. */
export function casesIn(cases: Case[], segment: string | undefined): { status: GroupStatus; of: Case[] } {
  const { all, segments } = countable(cases)
  if (segment === undefined) return { status: all.length < smallest ? 'small' : 'shown', of: all }
  return { status: segmentStatuses(segments).get(segment) ?? 'small', of: segments.get(segment) ?? [] }
}

/** What was supposed beside what was said: all cases, then by segment, groups below five and what would single them out hidden. */
export function assumed(found: Case[]): Assumed {
  const { all: cases, segments } = countable(found)
  const statuses = segmentStatuses(segments)
  const n = cases.length
  return {
    n,
    isNone: found.length === 0,
    status: n < smallest ? 'small' : 'shown',
    rows: n < smallest ? [] : rowsOf(cases),
    brier: n < 10 ? undefined : cases.reduce((sum, one) => sum + brier(one.forecast, one.outcome), 0) / n,
    skill: n < 10 ? undefined : skill(cases),
    segments: [...segments]
      .map(([name, of]) => {
        const status = statuses.get(name) ?? 'small'
        return { name, n: of.length, status, rows: status === 'shown' ? rowsOf(of) : [] }
      })
      .sort((a, b) => b.n - a.n || (a.name < b.name ? -1 : 1)),
  }
}

function rowsOf(cases: Case[]): Expected[] {
  const compared = cases.map(({ forecast, outcome }) => compareSets(forecast, outcome))
  const offs = cases.map(({ forecast, outcome }) => drivers.map((driver) => forecast[driver] - Number(outcome[driver])))
  const columns = drivers.map((_, at) => at)
  // Of many nothing is drawn, so that no seed is needed.
  const means = meansOf(offs, columns, cases.length < 1000 ? seedOf(cases) : '', { low: -1, high: 1 })
  return drivers.map((driver, at) => {
    const among = (of: 'hits' | 'blindSpots' | 'overAssumed') =>
      compared.filter((one) => one[of].includes(driver)).length
    const [hits, blindSpots, overAssumed] = [among('hits'), among('blindSpots'), among('overAssumed')]
    const [value, interval] = [bias(cases, driver), means[at]?.interval]
    return {
      driver,
      expected: hits + overAssumed,
      said: hits + blindSpots,
      hits,
      blindSpots,
      overAssumed,
      bias: value === undefined || !interval || cases.length < 10 ? undefined : { value, ...interval },
    }
  })
}

/** The same cases give the same interval at each reload. */
const seedOf = (cases: Case[]): string => JSON.stringify(cases.map(({ customerId, ...rest }) => [customerId, rest]))
