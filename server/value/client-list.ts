import type { User } from '../access.ts'
import type { Db } from '../db.ts'
import { type Steps, unhurried } from '../unhurried.ts'
import { type Judgement, judge, type Known, linesApart, type RatingLine, type Verdict } from './rating-rule.ts'
import { currentRatings, isComplete, noRating, type Pair, ratingStaff, seesRatings } from './ratings.ts'
import { type Doing, type Scored, scored, type Valuation, valuations } from './value.ts'

/** What the raters answer together to “Would we take them on today?”; `unknown` also before all who are to rate it have. */
export type TakeOn = 'yes' | 'no' | 'apart' | 'unknown'

/** An active customer on the client list. Nothing of a rating stands in it before all who are to rate it have. */
export type Listed = {
  id: string
  name: string
  owner: string
  ownerId: string | null
  revenue: { minor: number; currency: string } | undefined
  /** By whom and when, as far as this person may know: who has rated is no secret, what is. */
  raters: { side: 'owner' | 'lead'; name: string; at: string }[]
  waitsFor: ('owner' | 'lead')[]
  judgement: Judgement | undefined
  /** What each rater alone comes to, where both gave a rating. */
  alone: [owner: Verdict | undefined, lead: Verdict | undefined] | undefined
  apart: { line: RatingLine; owner: number; lead: number }[]
  takeOn: TakeOn
}

/** Every active customer for one reader: those in dispute first, then those judged, those that wait, those not rated. */
export async function clientList(db: Db, user: User, now: Date): Promise<Listed[]> {
  const [all, values] = [await scored(db, now), await valuations(db, now)]
  const [ratings, staff] = [await currentRatings(db), await ratingStaff(db)]
  return unhurried(listing(user, all, new Map(values.map((one) => [one.id, one])), ratings, staff))
}

type Staff = Awaited<ReturnType<typeof ratingStaff>>

function* listing(
  user: User,
  all: Scored[],
  values: Map<string, Valuation>,
  ratings: ReadonlyMap<string, Pair>,
  { names, reps }: Staff,
): Steps<Listed[]> {
  const found: Listed[] = []
  for (const one of all) {
    if (found.length % 200 === 0) yield
    const pair = ratings.get(one.id) ?? noRating
    const ownerRates = reps.has(one.ownerId ?? '')
    const isWhole = isComplete(pair, ownerRates)
    const sees = isWhole && seesRatings(user, one.ownerId, pair, ownerRates)
    const told = sees ? judged(pair, knownOf(one, values.get(one.id))) : untold
    found.push({
      id: one.id,
      name: one.name,
      owner: one.owner,
      ownerId: one.ownerId,
      revenue: one.revenue,
      raters: pair === noRating ? nobody : ratersOf(pair, names),
      waitsFor: waits[`${ownerRates && !pair.owner} ${!pair.lead}`],
      judgement: told.judgement,
      alone: told.alone,
      apart: told.apart,
      takeOn: sees ? takenOn(pair) : 'unknown',
    })
  }
  yield
  return [...Map.groupBy(found, rank)].sort(([a], [b]) => a - b).flatMap(([, some]) => some.sort(inOrder))
}

// A long list is mostly of those of whom there is nothing to say: what is alike is there once.
const nobody: Listed['raters'] = []
const waits: Record<`${boolean} ${boolean}`, Listed['waitsFor']> = {
  'false false': [],
  'true false': ['owner'],
  'false true': ['lead'],
  'true true': ['owner', 'lead'],
}

const ratersOf = ({ owner, lead }: Pair, names: Map<string, string>): Listed['raters'] =>
  [owner, lead].flatMap((rating) =>
    rating ? [{ side: rating.side, name: names.get(rating.raterId) ?? '', at: rating.ratedAt }] : [],
  )

const inOrder = (a: Listed, b: Listed): number =>
  b.apart.length - a.apart.length || (b.revenue?.minor ?? 0) - (a.revenue?.minor ?? 0) || (a.name < b.name ? -1 : 1)

export const isInDispute = ({ apart, takeOn }: Listed): boolean => apart.length > 0 || takeOn === 'apart'
const rank = (one: Listed): number => (one.judgement ? (isInDispute(one) ? 0 : 1) : one.raters.length > 0 ? 2 : 3)

type Told = Pick<Listed, 'judgement' | 'alone' | 'apart'>
const untold: Told = { judgement: undefined, alone: undefined, apart: [] }

/** A pair is another object once somebody rates again, so what it comes to is kept beside it. */
const kept = new WeakMap<Pair, { known: Known; told: Told }>()

export function judged(pair: Pair, known: Known): Told {
  const before = kept.get(pair)
  if (before && isSame(before.known, known)) return before.told
  const told = judgedAnew(pair, known)
  kept.set(pair, { known, told })
  return told
}

const isSame = (one: Known, other: Known): boolean =>
  one.weGet === other.weGet &&
  one.theyGet === other.theyGet &&
  one.drivers === other.drivers &&
  one.points === other.points &&
  one.doing.length === other.doing.length &&
  one.doing.every((does, at) => does === other.doing[at])

function judgedAnew({ owner, lead }: Pair, known: Known): Told {
  const given = [owner, lead].flatMap((rating) => (rating ? [rating.scores] : []))
  const both = owner && lead
  return {
    judgement: judge(given, known),
    alone: both && [judge([owner.scores], known).verdict, judge([lead.scores], known).verdict],
    apart: both
      ? linesApart(owner.scores, lead.scores).map((line) => ({
          line,
          owner: owner.scores[line] ?? 0,
          lead: lead.scores[line] ?? 0,
        }))
      : [],
  }
}

function takenOn({ owner, lead }: Pair): TakeOn {
  const given = [owner, lead].flatMap((rating) => (rating ? [rating.takeOn ?? 'unknown'] : []))
  if (given.length === 0 || given.includes('unknown')) return 'unknown'
  return given.every((one) => one === 'yes') ? 'yes' : given.every((one) => one === 'no') ? 'no' : 'apart'
}

/** What the record says of a customer, for the rule and beside the form. */
function knownOf(one: Scored, value: Valuation | undefined): Known {
  return {
    weGet: value?.weGet,
    theyGet: value?.theyGet,
    drivers: one.facts.help?.k,
    doing: value ? [does(value.stays), does(value.grows), does(value.tells)] : [],
    points: one.score.low,
  }
}

const does = ({ stated, actual }: Doing): boolean | undefined => (actual ? true : stated)

/** How the raters answer for each customer whether we would take it on again; only where all who are to rate it have. */
export async function takenOnAgain(db: Db, values: Valuation[]): Promise<Map<string, TakeOn>> {
  const [ratings, { reps }] = [await currentRatings(db), await ratingStaff(db)]
  return new Map(
    values.map(({ id, ownerId }) => {
      const pair = ratings.get(id) ?? noRating
      return [id, isComplete(pair, reps.has(ownerId ?? '')) ? takenOn(pair) : 'unknown']
    }),
  )
}

/** What is on record of one customer; undefined where it is not active. */
export async function knownAbout(db: Db, id: string, now: Date) {
  const one = (await scored(db, now)).find((other) => other.id === id)
  const values = await valuations(db, now)
  const value = values.find((other) => other.id === id)
  if (!one || !value) return undefined
  const revenues = values.flatMap(({ revenue }) => revenue ?? [])
  const total = revenues
    .filter(({ currency }) => currency === one.revenue?.currency)
    .reduce((sum, { minor }) => sum + minor, 0)
  return {
    known: knownOf(one, value),
    value,
    score: one.score,
    why: one.facts.why,
    share: one.revenue && total > 0 ? one.revenue.minor / total : undefined,
  }
}
export type KnownAbout = NonNullable<Awaited<ReturnType<typeof knownAbout>>>
