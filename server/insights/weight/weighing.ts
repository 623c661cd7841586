import { sql } from 'kysely'
import { z } from 'zod'
import { byCustomer } from '../../by-customer.ts'
import type { Db } from '../../db.ts'
import { drivers } from '../../drivers.ts'
import type { ConsentLevel } from '../../tables.ts'
import { getTemplateVersion } from '../../templates/templates.ts'
import { notGiven } from '../ledger.ts'
import { shortfall } from '../shortfall.ts'

/** By what the weights can be filtered; a sitting stands in one value of each. */
export const weightDimensions = ['campaign', 'segment', 'region', 'owner', 'channel', 'provenance'] as const
export type WeightDimension = (typeof weightDimensions)[number]

/** A number for each driver, in the order of `drivers`; NaN where there is none. */
export type Four = [number, number, number, number]

/** A number for each driver, and for all together. */
export type Five = [number, number, number, number, number]

/** What one person weighed in one sitting: 100 points (DRIV-1), how well we do (DRIV-2), or most and least (DRIV-4). */
export type Weighing = Record<WeightDimension, string> & {
  response: string
  /** The contact; '' where nobody is named. */
  person: string
  on: string
  level: ConsentLevel
  author: string
  /** 100 points by driver, and whether this person would rather not say. */
  points: Four | undefined
  isDeclined: boolean
  /** 0 to 10 by driver; for the drivers in `optedOut` (bits) the answer is “does not apply”. */
  scores: Four | undefined
  optedOut: number
  /** Points of 100 left undone, by driver and in all (see shortfall.ts); only where points and scores were given together. */
  lost: Five | undefined
  /** (times best − times worst) / times shown, by driver, and which were best and worst at all (bits). */
  picked: { score: Four; best: number; worst: number } | undefined
}

const questions = ['DRIV-1', 'DRIV-2', 'DRIV-4']
const storedValue = z.object({
  points: z.number().optional(),
  declined: z.boolean().optional(),
  score: z.number().optional(),
  opted_out: z.boolean().optional(),
  pick: z.enum(['best', 'worst']).optional(),
})

/** What customers weighed, newest first, whatever they allow: who may read it is for whoever shows it to say. */
async function weighingsOf(db: Db, customers: string[]): Promise<Map<string, Weighing[]>> {
  changed(db)
  const rows = await db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select(['response.id', 'response.customer_id as customer', 'response.contact_id as contact'])
    .select(['response.template_version_id as version', 'response.campaign_id as campaign', 'response.channel'])
    .select(['response.segment', 'response.region', 'response.owner_id as owner', 'response.author_id as author'])
    .select(['response.consent_level as level', 'response.took_place_on as on', 'answer.question', 'answer.item'])
    .select(['answer.row', 'answer_revision.value', 'answer_revision.provenance'])
    .where('response.customer_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(customers)}))`)
    .where('response.state', '=', 'submitted')
    .where('answer.voice', '=', 'customer')
    .where('answer.question', 'in', questions)
    .orderBy('response.took_place_on', 'desc')
    .orderBy('response.id', 'desc')
    .execute()
  const found = new Map<string, Sitting>()
  for (const row of rows) {
    const sitting = found.get(row.id) ?? newSitting(row)
    found.set(row.id, sitting)
    await take(db, sitting, row)
  }
  const byOne = new Map<string, Weighing[]>()
  for (const sitting of found.values()) {
    const weighing = weighingIn(sitting)
    if (weighing) byOne.set(sitting.customer, [...(byOne.get(sitting.customer) ?? []), weighing])
  }
  // Once more when it is in its place: who counts in between counts what was there before.
  setImmediate(() => changed(db))
  return byOne
}
export const currentWeighings = byCustomer(weighingsOf)

const versions = new WeakMap<Db, number>()
/** Another number each time that something of it was read anew. */
export const weighingsVersion = (db: Db): number => versions.get(db) ?? 0
const changed = (db: Db) => versions.set(db, weighingsVersion(db) + 1)

type Row = {
  id: string
  customer: string
  contact: string | null
  version: string
  campaign: string | null
  segment: string | null
  region: string | null
  owner: string | null
  channel: string
  provenance: string
  author: string | null
  level: ConsentLevel
  on: string
  question: string
  item: string
  row: number
  value: string
}

/** One sitting while it is read. */
type Sitting = {
  customer: string
  weighing: Weighing
  points: Four
  hasPoints: boolean
  scores: Four
  counts: Four
  best: Four
  worst: Four
  /** How often each driver was shown in the sets that were answered. */
  sets: Map<number, Four>
  answeredSets: Set<number>
}

const none = (): Four => [Number.NaN, Number.NaN, Number.NaN, Number.NaN]
const zeros = (): Four => [0, 0, 0, 0]

function newSitting(row: Row): Sitting {
  return {
    customer: row.customer,
    weighing: {
      response: row.id,
      person: row.contact ?? '',
      on: row.on,
      level: row.level,
      author: row.author ?? '',
      // Many sittings say the same, and one text of it is enough.
      campaign: once(row.campaign ?? notGiven),
      segment: once(row.segment ?? notGiven),
      region: once(row.region ?? notGiven),
      owner: once(row.owner ?? notGiven),
      channel: once(row.channel),
      provenance: once(row.provenance),
      points: undefined,
      isDeclined: false,
      scores: undefined,
      optedOut: 0,
      lost: undefined,
      picked: undefined,
    },
    points: zeros(),
    hasPoints: false,
    scores: zeros(),
    counts: zeros(),
    best: zeros(),
    worst: zeros(),
    sets: new Map(),
    answeredSets: new Set(),
  }
}

const texts = new Map<string, string>()
function once(text: string): string {
  const known = texts.get(text)
  if (known !== undefined) return known
  texts.set(text, text)
  return text
}

/** Puts one answer where it belongs. Two items of one driver are added up, or averaged where they are scores. */
async function take(db: Db, sitting: Sitting, row: Row): Promise<void> {
  const { points, declined, score, opted_out, pick } = storedValue.parse(JSON.parse(row.value))
  if (row.question === 'DRIV-1' && declined) sitting.weighing.isDeclined = true
  const at = await driverOf(db, row)
  if (at === undefined) return
  if (row.question === 'DRIV-1' && points !== undefined) {
    sitting.points[at] += points
    sitting.hasPoints = true
  } else if (row.question === 'DRIV-2') {
    if (opted_out) sitting.weighing.optedOut |= 1 << at
    if (score === undefined) return
    sitting.scores[at] += score
    sitting.counts[at] += 1
  } else if (row.question === 'DRIV-4') {
    const shown = sitting.sets.get(row.row) ?? zeros()
    sitting.sets.set(row.row, shown)
    shown[at] += 1
    if (!pick) return
    sitting[pick][at] += 1
    sitting.answeredSets.add(row.row)
  }
}

/** The place among `drivers` of the driver that an item asks about, as the frozen version says. */
async function driverOf(db: Db, { version, question, item }: Row): Promise<0 | 1 | 2 | 3 | undefined> {
  const { template } = await getTemplateVersion(db, version)
  const asked = template.questions.find(({ id }) => id === question)
  if (!asked || !('items' in asked)) return undefined
  const found = asked.items?.find(({ id }) => id === item)
  const home = found && 'home' in found ? found.home : undefined
  return places.find((at) => drivers[at] === home)
}
export const places = [0, 1, 2, 3] as const

/** Undefined where nothing of it was answered. */
function weighingIn(sitting: Sitting): Weighing | undefined {
  const { weighing } = sitting
  if (sitting.hasPoints && !weighing.isDeclined) weighing.points = sitting.points
  if (sitting.counts.some((count) => count > 0)) {
    const scores = none()
    for (const at of places) if (sitting.counts[at] > 0) scores[at] = sitting.scores[at] / sitting.counts[at]
    weighing.scores = scores
    // Whoever gave one of two items of a driver a score says that it applies.
    for (const at of places) if (sitting.counts[at] > 0) weighing.optedOut &= ~(1 << at)
  }
  if (weighing.points && weighing.scores) weighing.lost = lostBy(weighing.points, weighing.scores)
  if (sitting.answeredSets.size > 0) weighing.picked = pickedIn(sitting)
  const { points, isDeclined, scores, optedOut, picked } = weighing
  return points || isDeclined || scores || optedOut > 0 || picked ? weighing : undefined
}

function lostBy(points: Four, scores: Four): Five | undefined {
  const given = (at: 0 | 1 | 2 | 3) => (Number.isNaN(scores[at]) ? undefined : scores[at])
  const found = shortfall({
    points: { revenue: points[0], cost: points[1], risk: points[2], emotion: points[3] },
    scores: { revenue: given(0), cost: given(1), risk: given(2), emotion: given(3) },
  })
  if (!found) return undefined
  const { revenue, cost, risk, emotion } = found.by
  return [100 * revenue, 100 * cost, 100 * risk, 100 * emotion, 100 * found.all]
}

function pickedIn({ best, worst, sets, answeredSets }: Sitting): NonNullable<Weighing['picked']> {
  const picked = { score: none(), best: 0, worst: 0 }
  for (const at of places) {
    let shown = 0
    for (const set of answeredSets) shown += sets.get(set)?.[at] ?? 0
    if (shown > 0) picked.score[at] = (best[at] - worst[at]) / shown
    if (best[at] > 0) picked.best |= 1 << at
    if (worst[at] > 0) picked.worst |= 1 << at
  }
  return picked
}
