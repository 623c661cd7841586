import { type Four, places, type Weighing } from './weighing.ts'

/**
 * What can be counted of a customer: its points, its score of each driver, what is left undone, most and least, and
 * whether it both gave points and has said something unprompted. Each has a bit, in this order.
 */
export const measures = ['points', 'revenue', 'cost', 'risk', 'emotion', 'lost', 'picked', 'said'] as const
export type Measure = (typeof measures)[number]
export const bitOf: Record<Measure, number> = {
  points: 1,
  revenue: 2,
  cost: 4,
  risk: 8,
  emotion: 16,
  lost: 32,
  picked: 64,
  said: 128,
}

/** Whether a sitting may be read together with the name by whoever looks. */
export type IsOpen = (weighing: Weighing) => boolean

/** What a customer gave, as the mean of its people; NaN where it gave none. */
export type Contribution = {
  /** Which measures there are, and which of them rest on a sitting that may not be read with the name. */
  has: number
  closed: number
  points: Four | undefined
  scores: Four | undefined
  lost: Four | undefined
  picked: { score: Four; best: number; worst: number } | undefined
  /** Nobody gave points and somebody would rather not; by driver, nobody gave a score and to somebody it does not apply. */
  isDeclined: boolean
  optedOut: number
  /** The sittings that count. */
  from: Weighing[]
}

/**
 * What a customer gave in these sittings, newest first. Several people of a customer do not make several customers: of each
 * person the newest sitting that holds a thing counts, and the customer gave the mean of its people, so that its points
 * still add up to 100. Source: methods, rules for all. How it misleads: a buyer and a foreman who pull apart look like one
 * who wavers.
 */
export function contributionOf(sittings: Weighing[], isOpen: IsOpen, hasSaid: boolean): Contribution {
  const people = sittings.length === 1 ? [sittings] : byPerson(sittings)
  const newest = (holds: (one: Weighing) => boolean): Weighing[] => people.flatMap((own) => own.find(holds) ?? [])
  const weighed = newest(({ points, isDeclined }) => points !== undefined || isDeclined)
  const withPoints = weighed.filter(({ points }) => points !== undefined)
  const scored = newest(({ scores, optedOut }) => scores !== undefined || optedOut > 0)
  const withLost = newest(({ lost }) => lost !== undefined)
  const withPicked = newest(({ picked }) => picked !== undefined)
  const points = meanOf(withPoints.map((one) => one.points))
  const scores = meanOf(scored.map((one) => one.scores))
  const lost = meanOf(withLost.map((one) => one.lost))
  const score = meanOf(withPicked.map((one) => one.picked?.score))
  let [has, closed] = [0, 0]
  const mark = (bit: number, from: Weighing[]) => {
    if (from.length === 0) return
    has |= bit
    if (!from.every(isOpen)) closed |= bit
  }
  mark(bitOf.points, withPoints)
  for (const at of places)
    mark(
      bitOf.revenue << at,
      scored.filter((one) => one.scores && !Number.isNaN(one.scores[at])),
    )
  mark(bitOf.lost, withLost)
  mark(bitOf.picked, withPicked)
  if (hasSaid) mark(bitOf.said, withPoints)
  const optedOut = scored.reduce((bits, one) => bits | one.optedOut, 0)
  return {
    has,
    closed,
    points,
    scores,
    lost,
    picked: score && {
      score,
      best: withPicked.reduce((bits, { picked }) => bits | (picked?.best ?? 0), 0),
      worst: withPicked.reduce((bits, { picked }) => bits | (picked?.worst ?? 0), 0),
    },
    isDeclined: points === undefined && weighed.length > 0,
    optedOut: places.reduce<number>(
      (bits, at) => (Number.isNaN(scores?.[at] ?? Number.NaN) ? bits : bits & ~(1 << at)),
      optedOut,
    ),
    from: [...new Set([...weighed, ...scored, ...withLost, ...withPicked])],
  }
}

function byPerson(sittings: Weighing[]): Weighing[][] {
  const people = new Map<string, Weighing[]>()
  for (const one of sittings) {
    const own = people.get(one.person)
    if (own) own.push(one)
    else people.set(one.person, [one])
  }
  return [...people.values()]
}

function meanOf(given: (Four | undefined)[]): Four | undefined {
  const known = given.filter((one) => one !== undefined)
  const [only] = known
  if (known.length <= 1) return only
  const of = (at: 0 | 1 | 2 | 3) => {
    const values = known.map((one) => one[at]).filter((value) => !Number.isNaN(value))
    return values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length
  }
  return [of(0), of(1), of(2), of(3)]
}
