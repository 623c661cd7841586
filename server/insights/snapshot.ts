import { z } from 'zod'
import { isReader, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { type Direction, type Driver, directions, drivers } from '../drivers.ts'
import { address } from '../lists.ts'
import { behind } from './behind.ts'
import { shareDifference } from './differences.ts'
import { figuresFor } from './figures.ts'
import { filterParams, readFilters } from './forms.ts'
import { type AnswerRead, answersIn, codebookVersion, readableCustomers } from './insights.ts'
import { precision, wilson } from './intervals.ts'
import { currentLedger } from './ledger.ts'
import { evidence } from './names.ts'
import { answersWanted } from './quotes.ts'
import { type Named, tiersOf } from './sentence.ts'
import type { Filters } from './view.ts'

/** One number of "Why they buy": a driver in one direction, in one view. */
export type FigureAsked = { driver: Driver; direction: Direction; filters: Filters }

/** A number as it stood: customers, never answers; no names and no words. */
export const snapshotSchema = z.object({
  driver: z.enum(drivers),
  direction: z.enum(directions),
  /** The view, as address parameters. */
  view: z.record(z.string(), z.string()),
  x: z.int(),
  n: z.int(),
  inferred: z.int(),
  heard: z.int(),
  firstDay: z.string(),
  lastDay: z.string(),
  codebook: z.string(),
})
export type Snapshot = z.infer<typeof snapshotSchema>

/** The number as it stands now; a sentence where it may not be shown. Suggestions never count: decisions rest on what people confirmed. */
export async function takeSnapshot(db: Db, user: User, asked: FigureAsked): Promise<Snapshot | string> {
  const filters = { ...asked.filters, suggestions: false }
  const figures = await figuresFor(await currentLedger(db), filters, isReader(user))
  if (figures.status === 'silent' || figures.status === 'unread') return 'Nobody has been heard and read in this view.'
  if (figures.status !== 'shown')
    return 'This view is not shown: it is about fewer than five customers, or would single them out. Choose a wider one.'
  const count = figures.drivers[asked.driver][asked.direction]
  return {
    driver: asked.driver,
    direction: asked.direction,
    view: filterParams(filters),
    x: count.all,
    n: figures.n,
    inferred: count.inferred,
    heard: figures.heard,
    firstDay: figures.firstDay,
    lastDay: figures.lastDay,
    codebook: await codebookVersion(db),
  }
}

/**
 * How many customers of a view say that we help, by driver, of how many, and the drivers that are named cut into tiers of
 * what cannot be told apart; a sentence where it may not be shown.
 */
export async function takeHelped(
  db: Db,
  user: User,
  filters: Filters,
): Promise<{ n: number; helped: Record<Driver, number>; tiers: Named[][] } | string> {
  const figures = await figuresFor(await currentLedger(db), { ...filters, suggestions: false }, isReader(user))
  if (figures.status === 'silent' || figures.status === 'unread') return 'Nobody has been heard and read there yet.'
  if (figures.status !== 'shown') return 'Fewer than five customers there are heard and read, so no figure is shown.'
  const { revenue, cost, risk, emotion } = figures.drivers
  const helped = { revenue: revenue['+'].all, cost: cost['+'].all, risk: risk['+'].all, emotion: emotion['+'].all }
  return { n: figures.n, helped, tiers: tiersOf(helped, figures.n) }
}

/** The same number from what was said after a day; '' as day for all. */
export const since = ({ driver, direction, view }: Snapshot, day: string): FigureAsked => ({
  driver,
  direction,
  filters: { ...readFilters(view), from: day, to: '' },
})

/** The page of answers behind the number as it stands now. */
export const evidenceBehind = ({ driver, direction, view }: Snapshot): string =>
  evidence(readFilters(view), { of: 'driver', driver, direction })
/** The page with the same view. */
export const viewOf = ({ view }: Snapshot): string => address('/why', view)

/** "33 % (18–53)" from ten customers on, '' below: then the count alone is said. */
export function shareWords({ x, n }: Pick<Snapshot, 'x' | 'n'>): string {
  if (precision(n) === 'hidden' || precision(n) === 'counts') return ''
  const { low, high } = wilson(x, n)
  const percent = (share: number) => Math.round(share * 100)
  return `${percent(x / n)} % (${percent(low)}–${percent(high)})`
}

/**
 * What became of a share, later less earlier, in words: a change only where its interval leaves zero (Newcombe 1998b,
 * method 10). Some customers may stand in both, which the sentence says. Below 30 a side nothing is claimed.
 */
export function changeWords(before: Pick<Snapshot, 'x' | 'n'>, after: Pick<Snapshot, 'x' | 'n'>): string {
  if (before.n < 30 || after.n < 30) return 'Too few on one side to speak of a change (30 each are needed).'
  const { difference, low, high } = shareDifference(after.x, after.n, before.x, before.n)
  const points = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(Math.round(share * 100))}`
  const ends = `${points(low)} to ${points(high)} points`
  if (low <= 0 && high >= 0) return `No detectable change (${ends}).`
  return `${difference > 0 ? 'More' : 'Fewer'} than before: ${points(difference)} points (${ends}). Some customers may stand in both.`
}

/** The newest words behind the number that this person may read with the name, at most `most`. */
export async function wordsBehind(
  db: Db,
  user: User,
  asked: FigureAsked,
  most: number,
): Promise<(AnswerRead & { customerName: string })[]> {
  const filters = { ...asked.filters, suggestions: false }
  const wanted = { of: 'driver' as const, driver: asked.driver, direction: asked.direction }
  const found = new Map([...(await behind(await currentLedger(db), filters, wanted))].slice(0, 10 * most))
  const { customers } = await readableCustomers(db, user, [...found.values()].flat(), { limit: most, offset: 0 })
  const answers = await answersIn(
    db,
    user,
    customers.flatMap(({ id }) => found.get(id) ?? []),
  )
  const names = new Map(customers.map(({ id, name }) => [id, name]))
  return answersWanted(answers, wanted, filters)
    .slice(0, most)
    .map((answer) => ({ ...answer, customerName: names.get(answer.customerId) ?? '' }))
}
