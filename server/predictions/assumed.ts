import { sql } from 'kysely'
import { mayReadNamed, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { type Driver, drivers } from '../drivers.ts'
import { bootstrap } from '../insights/resampling.ts'
import { type GroupStatus, groupStatuses, smallest } from '../insights/small-groups.ts'
import { bias, brier, compareSets, type Forecast, type Outcome, skill } from './forecasts.ts'

/** One customer about whom somebody guessed before asking, and what it then said. */
export type Case = {
  customerId: string
  segment: string
  forecast: Forecast
  outcome: Outcome
  /** The sittings that tell what was said. */
  responses: string[]
}

/**
 * One case a customer: of the sealed guesses whose answers are all read, the owner's, else the one sealed last. What was
 * said counts at every consent level, since only figures about five customers or more come of it.
 */
export async function casesOf(db: Db): Promise<Case[]> {
  const rows = await db
    .selectFrom('prediction')
    .innerJoin('customer', 'customer.id', 'prediction.customer_id')
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
    .select(['prediction.id', 'prediction.customer_id as customerId', 'customer.segment'])
    .select(['prediction.revenue', 'prediction.cost', 'prediction.risk', 'prediction.emotion'])
    .select(sql<string>`group_concat(distinct response.id)`.as('responses'))
    .select(sql<number>`max(prediction.user_id = customer.owner_id)`.as('isOwners'))
    .select(sql<number>`min(said.settled >= said.answers)`.as('isRead'))
    // Bits 1 and 2: a person's reading names the driver, in either direction.
    .select(
      drivers.map((driver) =>
        sql<number>`max(((said.${sql.raw(driver)}_plus | said.${sql.raw(driver)}_minus) & 3) > 0)`.as(`${driver}Said`),
      ),
    )
    .where('prediction.seal', 'is not', null)
    .groupBy('prediction.id')
    .orderBy('isOwners', 'desc')
    .orderBy('prediction.sealed_at', 'desc')
    .execute()
  const cases = new Map<string, Case>()
  for (const row of rows) {
    if (row.isRead !== 1 || cases.has(row.customerId)) continue
    cases.set(row.customerId, {
      customerId: row.customerId,
      segment: row.segment ?? '',
      responses: row.responses.split(','),
      forecast: { revenue: row.revenue, cost: row.cost, risk: row.risk, emotion: row.emotion },
      outcome: {
        revenue: row.revenueSaid === 1,
        cost: row.costSaid === 1,
        risk: row.riskSaid === 1,
        emotion: row.emotionSaid === 1,
      },
    })
  }
  return [...cases.values()]
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
  status: GroupStatus
  rows: Expected[]
  brier: number | undefined
  skill: number | undefined
  segments: { name: string; n: number; status: GroupStatus; rows: Expected[] }[]
}

const segmentStatuses = (segments: Map<string, Case[]>): Map<string, GroupStatus> =>
  groupStatuses([...segments].map(([name, of]) => ({ groups: [name], count: of.length })))

/** Whether all cases, or those of one segment, may be looked at. */
export function statusOf(cases: Case[], segment: string | undefined): GroupStatus {
  if (segment === undefined) return cases.length < smallest ? 'small' : 'shown'
  return segmentStatuses(Map.groupBy(cases, (one) => one.segment)).get(segment) ?? 'small'
}

/** What was supposed beside what was said: all cases, then by segment, groups below five and what would single them out hidden. */
export function assumed(cases: Case[]): Assumed {
  const segments = Map.groupBy(cases, ({ segment }) => segment)
  const statuses = segmentStatuses(segments)
  const n = cases.length
  return {
    n,
    status: statusOf(cases, undefined),
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
  return drivers.map((driver) => {
    const among = (of: 'hits' | 'blindSpots' | 'overAssumed') =>
      compared.filter((one) => one[of].includes(driver)).length
    const [hits, blindSpots, overAssumed] = [among('hits'), among('blindSpots'), among('overAssumed')]
    const value = bias(cases, driver)
    const interval = bootstrap(cases, (sample) => bias(sample, driver), `${driver} ${seedOf(cases)}`)
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
