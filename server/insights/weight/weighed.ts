import { type Five, type Four, places, type Weighing } from './weighing.ts'

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
  lost: Five | undefined
  picked: { score: Four; best: number; worst: number } | undefined
  /** Nobody gave points and somebody would rather not; by driver, nobody gave a score and to somebody it does not apply. */
  isDeclined: boolean
  optedOut: number
  /** What it has named unprompted, as bits by driver; undefined where nothing of it is read. */
  said: number | undefined
}

/**
 * What a customer gave in these sittings, newest first. Several people of a customer do not make several customers: of each
 * person the newest sitting that holds a thing counts, and the customer gave the mean of its people, so that its points
 * still add up to 100. Source: methods, rules for all. How it misleads: a buyer and a foreman who pull apart look like one
 * who wavers.
 */
export function contributionOf(sittings: Weighing[], isOpen: IsOpen, said: number | undefined): Contribution {
  if (isOfOne(sittings)) return ofOnePerson(sittings, isOpen, said)
  const each = byPerson(sittings).map((own) => ofOnePerson(own, isOpen, said))
  const has = each.reduce((bits, one) => bits | one.has, 0)
  const picked = each.flatMap((one) => one.picked ?? [])
  const score = meanOfFour(picked.map((one) => one.score))
  return {
    has,
    closed: each.reduce((bits, one) => bits | one.closed, 0),
    points: meanOfFour(each.flatMap((one) => (one.points ? [one.points] : []))),
    scores: meanOfFour(each.flatMap((one) => (one.scores ? [one.scores] : []))),
    lost: meanOfFive(each.flatMap((one) => (one.lost ? [one.lost] : []))),
    picked: score && {
      score,
      best: picked.reduce((bits, { best }) => bits | best, 0),
      worst: picked.reduce((bits, { worst }) => bits | worst, 0),
    },
    isDeclined: !(has & bitOf.points) && each.some((one) => one.isDeclined),
    // What applies to one of them applies to the customer.
    optedOut: each.reduce((bits, one) => bits | one.optedOut, 0) & ~(has >> 1),
    said,
  }
}

/** Nearly every customer answers by one person, and there are many customers: for them nothing is grouped. */
function isOfOne(sittings: Weighing[]): boolean {
  for (const one of sittings) if (one.person !== sittings[0]?.person) return false
  return true
}

/** Whether a sitting says anything of a measure, be it that a person would rather not say or that it does not apply. */
const speaksOf = {
  points: (one: Weighing) => one.points !== undefined || one.isDeclined,
  scores: (one: Weighing) => one.scores !== undefined || one.optedOut > 0,
  lost: (one: Weighing) => one.lost !== undefined,
  picked: (one: Weighing) => one.picked !== undefined,
}
export type Spoken = keyof typeof speaksOf

/** Of each person the newest sitting that says something of it: what counts. */
export function countingFor(sittings: Weighing[], of: Spoken): Weighing[] {
  const people = isOfOne(sittings) ? [sittings] : byPerson(sittings)
  return people.flatMap((own) => own.find(speaksOf[of]) ?? [])
}

function ofOnePerson(sittings: Weighing[], isOpen: IsOpen, said: number | undefined): Contribution {
  const weighed = sittings.find(speaksOf.points)
  const scored = sittings.find(speaksOf.scores)
  const losing = sittings.find(speaksOf.lost)
  const picking = sittings.find(speaksOf.picked)
  const points = weighed?.points
  const scores = scored?.scores
  let [has, closed] = [0, 0]
  if (weighed && points) {
    has = said === undefined ? bitOf.points : bitOf.points | bitOf.said
    if (!isOpen(weighed)) closed = has
  }
  if (scored && scores) {
    let bits = 0
    for (const at of places) if (!Number.isNaN(scores[at])) bits |= bitOf.revenue << at
    has |= bits
    if (!isOpen(scored)) closed |= bits
  }
  if (losing) {
    has |= bitOf.lost
    if (!isOpen(losing)) closed |= bitOf.lost
  }
  if (picking) {
    has |= bitOf.picked
    if (!isOpen(picking)) closed |= bitOf.picked
  }
  return {
    has,
    closed,
    points,
    scores,
    lost: losing?.lost,
    picked: picking?.picked,
    isDeclined: weighed !== undefined && !points,
    optedOut: scored?.optedOut ?? 0,
    said,
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

function meanOfFour(given: Four[]): Four | undefined {
  const [only] = given
  if (given.length <= 1) return only
  const at = (place: 0 | 1 | 2 | 3) => mean(given.map((one) => one[place]))
  return [at(0), at(1), at(2), at(3)]
}

function meanOfFive(given: Five[]): Five | undefined {
  const [only] = given
  if (given.length <= 1) return only
  const at = (place: 0 | 1 | 2 | 3 | 4) => mean(given.map((one) => one[place]))
  return [at(0), at(1), at(2), at(3), at(4)]
}

/** Of those who gave a number; NaN where nobody did. */
function mean(values: number[]): number {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.reduce((sum, value) => sum + value, 0) / known.length
}
