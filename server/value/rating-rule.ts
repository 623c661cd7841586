/** What raters are asked, each line 1 to 5. What the system knows by itself is not asked (see `Known`). */
export const ratingLines = [
  'margin',
  'room',
  'pays',
  'name',
  'teaches',
  'leader',
  'results',
  'direction',
  'dealings',
  'value',
  'deciders',
] as const
export type RatingLine = (typeof ratingLines)[number]
export type Scores = Partial<Record<RatingLine, number>>
export type RatingGroup = 'us' | 'them' | 'fit'

/** Worth to us; worth to them; fit and character. */
export const groupLines: Record<RatingGroup, readonly RatingLine[]> = {
  us: ['margin', 'room', 'pays', 'name', 'teaches', 'leader'],
  them: ['results'],
  fit: ['direction', 'dealings', 'value', 'deciders'],
}

/** What stands on record beside the ratings; undefined is unknown. */
export type Known = {
  /** Value that we get, a percentile of margin or revenue, and value that they get, both 0 to 100. */
  weGet: number | undefined
  theyGet: number | undefined
  /** How many of the four drivers we help with, 0 to 4. */
  drivers: number | undefined
  /** Whether it stays, grows, tells. */
  doing: (boolean | undefined)[]
  /** Points of vulnerability that are known, 0 to 100. */
  points: number
}

export const verdicts = ['grow', 'keep', 'fix', 'part'] as const
export type Verdict = (typeof verdicts)[number]
/** `missing`: what has to be known before anything can be said; then there is no verdict. */
export type Judgement = {
  verdict: Verdict | undefined
  means: Record<RatingGroup, number | undefined>
  missing: (RatingGroup | 'room')[]
}

const low = 2.5
const high = 3.5
const roomToGrow = 4
const atRisk = 50

/**
 * What to do about a customer, at a quick look: grow, keep, fix, or reprice or part.
 *
 * Inputs: the lines that each rater gave, 1 to 5; where both know a line, their mean. Beside them what is on record, on
 * the same scale: the value that we get (1 + percentile/25) belongs to “worth to us”; the value that they get
 * (1 + value/25), the drivers that we help with (1 + number) and whether they stay, grow and tell (5 where so, 1 where
 * not, the mean of what is known) belong to “worth to them”. Each of the three groups is the mean of its known lines, all
 * weighing alike; it is known once at least half of its lines are (4 of 7, 2 of 4, 2 of 4).
 *
 * Thresholds, the first that holds:
 * 1. a group is unknown: no verdict;
 * 2. worth to us or fit below 2.5: reprice or part;
 * 3. worth to them below 2.5, or 50 known points of vulnerability: fix;
 * 4. worth to them and fit from 3.5: grow where the room to grow is 4 or more; no verdict where that room is unknown;
 * 5. otherwise keep.
 *
 * Source: account-portfolio practice; plain weights after Dawes 1979. The thresholds are ours, not measured. Units: scale
 * points. Minimum n: one rater.
 * How it misleads: a rating is an opinion, and one good impression colours the lines beside it. Equal weights and sharp
 * thresholds make neighbours look different: 2.4 and 2.6 are not two kinds of customer. The margin is rated and, where it
 * is on record, counted too. Whoever was never asked has no verdict, which is not a bad one.
 */
export function judge(given: Scores[], known: Known): Judgement {
  const lines = meanScores(given)
  const of = (group: RatingGroup) => groupLines[group].map((line) => lines[line])
  const doing = known.doing.map((does) => (does === undefined ? undefined : does ? 5 : 1))
  const means = {
    us: meanOfHalf([...of('us'), known.weGet === undefined ? undefined : 1 + known.weGet / 25]),
    them: meanOfHalf([
      ...of('them'),
      known.theyGet === undefined ? undefined : 1 + known.theyGet / 25,
      known.drivers === undefined ? undefined : 1 + known.drivers,
      meanOf(doing),
    ]),
    fit: meanOfHalf(of('fit')),
  }
  const { us, them, fit } = means
  if (us === undefined || them === undefined || fit === undefined) {
    const groups = ['us', 'them', 'fit'] as const
    return { verdict: undefined, means, missing: groups.filter((group) => means[group] === undefined) }
  }
  if (us < low || fit < low) return { verdict: 'part', means, missing: [] }
  if (them < low || known.points >= atRisk) return { verdict: 'fix', means, missing: [] }
  if (them < high || fit < high) return { verdict: 'keep', means, missing: [] }
  if (lines.room === undefined) return { verdict: undefined, means, missing: ['room'] }
  return { verdict: lines.room >= roomToGrow ? 'grow' : 'keep', means, missing: [] }
}

/** By line the mean of those who know it. */
function meanScores(given: Scores[]): Scores {
  const found: Scores = {}
  for (const line of ratingLines) {
    const mean = meanOf(given.map((scores) => scores[line]))
    if (mean !== undefined) found[line] = mean
  }
  return found
}

function meanOf(values: (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length
}

const meanOfHalf = (values: (number | undefined)[]): number | undefined =>
  2 * values.filter((value) => value !== undefined).length < values.length ? undefined : meanOf(values)

/** Two ratings that lie so far apart are talked about. */
const apart = 2

/** The lines on which two raters lie two points or more apart; a line that only one of them knows is none. */
export const linesApart = (one: Scores, other: Scores): RatingLine[] =>
  ratingLines.filter((line) => {
    const [a, b] = [one[line], other[line]]
    return a !== undefined && b !== undefined && Math.abs(a - b) >= apart
  })
