import type { Steps } from '../../unhurried.ts'
import { type GroupStatus, smallest } from '../small-groups.ts'
import { newStanding, type Standing, sizesOf, stand, standPlainly, statusesOf } from './groups.ts'
import { bitOf, type Contribution, contributionOf, type IsOpen, type Measure } from './weighed.ts'
import { places, type Weighing, type WeightDimension, weightDimensions } from './weighing.ts'

/** What a reader has chosen; '' for everything. */
export type WeightFilters = Record<WeightDimension, string>

/** `empty`: nobody gave it in this view. */
export type SampleStatus = GroupStatus | 'empty'

/**
 * The customers that count for one measure of the view. `isPartial`: what one to four of them gave in confidence is left
 * out, since it could be worked out from the others.
 */
export type Sample = { status: SampleStatus; isPartial: boolean; customers: Given[] }
/** `sittings` are those of the view, newest first. */
export type Given = { id: string; of: Contribution; sittings: Weighing[] }

export type WeightView = {
  samples: Record<Measure, Sample>
  /** Customers of whom nobody gave points, since at least one would rather not say. */
  declined: Given[]
  /** By driver, customers of whom nobody gave a score, since to at least one it does not apply. */
  notApplying: Given[][]
  options: Record<WeightDimension, Map<string, { n: number; status: GroupStatus }>>
  firstDay: string
  lastDay: string
}

/** What a customer has named unprompted, as bits by driver; undefined where nothing of it is read. */
export type SaidBy = (customer: string) => number | undefined

/** So many customers are counted between two places where others' requests may go first. */
const restAfter = 256

type Choice = { filters: WeightFilters; active: WeightDimension[]; standings: Record<WeightDimension, Standing> }

/**
 * Everybody who weighed something in this view; a customer counts once (see weighed.ts).
 *
 * Small groups (decision 022): a measure is hidden below five customers, and where the chosen group, or the customers whom
 * it lacks, are one to four. A mean gives away more than a count: who may read all but a few of the answers behind it can
 * take them away from it. So what one to four customers gave in confidence, here or beside here, is left out of it.
 *
 * What is hidden, or left out, in a wider view, with some of the choices only, is so here too: two choices that hold nearly
 * the same customers would otherwise tell who stands outside both, and the parts of a hidden view could be added up.
 */
export function* weightView(
  all: ReadonlyMap<string, Weighing[]>,
  filters: WeightFilters,
  isOpen: IsOpen,
  said: SaidBy,
): Steps<WeightView> {
  return yield* viewBesideWider(all, filters, isOpen, said, new Map())
}

/** `known`: the views made so far, by what they choose, so that each is made once. */
function* viewBesideWider(
  all: ReadonlyMap<string, Weighing[]>,
  filters: WeightFilters,
  isOpen: IsOpen,
  said: SaidBy,
  known: Map<string, WeightView>,
): Steps<WeightView> {
  const key = JSON.stringify(weightDimensions.map((dimension) => filters[dimension]))
  const standing = known.get(key)
  if (standing) return standing
  const active = weightDimensions.filter((dimension) => filters[dimension] !== '')
  const wider: WeightView[] = []
  // What one choice stands beside is all, with which each view is compared anyway.
  if (active.length > 1)
    for (const dimension of active)
      wider.push(yield* viewBesideWider(all, { ...filters, [dimension]: '' }, isOpen, said, known))
  const view = yield* viewBeside(all, filters, isOpen, said, wider)
  known.set(key, view)
  return view
}

function* viewBeside(
  all: ReadonlyMap<string, Weighing[]>,
  filters: WeightFilters,
  isOpen: IsOpen,
  said: SaidBy,
  wider: WeightView[],
): Steps<WeightView> {
  const active = weightDimensions.filter((dimension) => filters[dimension] !== '')
  const standings = newStandings()
  const found: Given[] = []
  const days = { first: '9999', last: '' }
  let number = 0
  // A list of its own, since somebody else may read changes between two steps.
  for (const [id, sittings] of [...all]) {
    number += 1
    if (number % restAfter === 0) yield
    const missed = active.length === 0 ? [] : sittings.map((weighing) => missedBy(weighing, filters, active))
    const inView = active.length === 0 ? sittings : sittings.filter((_, at) => missed[at] === '')
    const saidOf = said(id)
    for (const dimension of active) {
      const own = sittings.filter((_, at) => missed[at] === '' || missed[at] === dimension)
      standBy(standings[dimension], own, dimension, isOpen, saidOf)
    }
    if (inView.length === 0) continue
    for (const dimension of weightDimensions)
      if (filters[dimension] === '') standPlain(standings[dimension], inView, dimension)
    found.push({ id, sittings: inView, of: contributionOf(inView, isOpen, saidOf) })
    for (const { on } of inView) {
      if (on < days.first) days.first = on
      if (on > days.last) days.last = on
    }
  }
  const choice = { filters, active, standings }
  function* sample(measure: Measure): Steps<Sample> {
    yield
    return sampleOf(measure, found, choice, isOpen, samplesOf(wider, measure))
  }
  const points = yield* sample('points')
  return {
    samples: {
      points,
      revenue: yield* sample('revenue'),
      cost: yield* sample('cost'),
      risk: yield* sample('risk'),
      emotion: yield* sample('emotion'),
      lost: yield* sample('lost'),
      picked: yield* sample('picked'),
      said: saidAmong(points, choice, samplesOf(wider, 'said')),
    },
    declined: found.filter(({ of }) => of.isDeclined),
    notApplying: places.map((at) => found.filter(({ of }) => (of.optedOut >> at) & 1)),
    options: {
      campaign: sizesOf(standings.campaign),
      segment: sizesOf(standings.segment),
      region: sizesOf(standings.region),
      owner: sizesOf(standings.owner),
      channel: sizesOf(standings.channel),
      provenance: sizesOf(standings.provenance),
    },
    firstDay: found.length > 0 ? days.first : '',
    lastDay: days.last,
  }
}

const newStandings = (): Choice['standings'] => ({
  campaign: newStanding(),
  segment: newStanding(),
  region: newStanding(),
  owner: newStanding(),
  channel: newStanding(),
  provenance: newStanding(),
})

type Missed = WeightDimension | '' | 'several'

/** The one dimension in which a sitting misses what is chosen; '' if it fits. */
function missedBy(weighing: Weighing, filters: WeightFilters, active: WeightDimension[]): Missed {
  let missed: WeightDimension | '' = ''
  for (const dimension of active)
    if (weighing[dimension] !== filters[dimension]) {
      if (missed !== '') return 'several'
      missed = dimension
    }
  return missed
}

/** In which groups of a dimension a customer stands, other choices being as they are. */
function standPlain(standing: Standing, inView: Weighing[], dimension: WeightDimension): void {
  const first = inView[0]?.[dimension]
  if (first === undefined) return
  let isOne = true
  for (const weighing of inView) if (weighing[dimension] !== first) isOne = false
  if (isOne) standPlainly(standing, first)
  else {
    const values = new Set(inView.map((weighing) => weighing[dimension]))
    stand(
      standing,
      [...values].map((value) => ({ value, has: 0, closed: 0 })),
    )
  }
}

/** The same where one of the groups is chosen, with what the customer gave in each. */
function standBy(
  standing: Standing,
  own: Weighing[],
  dimension: WeightDimension,
  isOpen: IsOpen,
  said: number | undefined,
): void {
  const values = [...new Set(own.map((weighing) => weighing[dimension]))]
  stand(
    standing,
    values.map((value) => {
      const some = values.length === 1 ? own : own.filter((weighing) => weighing[dimension] === value)
      const { has, closed } = contributionOf(some, isOpen, said)
      return { value, has, closed }
    }),
  )
}

const samplesOf = (views: WeightView[], measure: Measure): Sample[] => views.map(({ samples }) => samples[measure])

/** Whether this may be shown, given the choices that hold it and the wider views. */
function statusBeside(n: number, counted: number, chosen: SampleStatus[], wider: Sample[]): SampleStatus {
  if (n === 0) return 'empty'
  if (counted < smallest) return 'small'
  const isHiddenWider = wider.some(({ status }) => status === 'small' || status === 'near')
  return chosen.find((status) => status !== 'shown') ?? (isHiddenWider ? 'near' : 'shown')
}

function sampleOf(measure: Measure, found: Given[], choice: Choice, isOpen: IsOpen, wider: Sample[]): Sample {
  const bit = bitOf[measure]
  const members: Given[] = []
  let closed = 0
  for (const one of found) {
    if (!(one.of.has & bit)) continue
    members.push(one)
    if (one.of.closed & bit) closed += 1
  }
  const isPartial =
    closed > 0 &&
    (closed < smallest ||
      wider.some((sample) => sample.isPartial) ||
      chosenStatuses(bit, choice, 'closed').some((status) => status !== 'shown'))
  const customers = isPartial ? members.flatMap((one) => openPart(one, bit, isOpen)) : members
  const status = statusBeside(members.length, customers.length, chosenStatuses(bit, choice), wider)
  return { status, isPartial, customers }
}

/** What a customer gave without what it gave in confidence; none if nothing is left. */
function openPart(one: Given, bit: number, isOpen: IsOpen): Given[] {
  if (!(one.of.closed & bit)) return [one]
  const sittings = one.sittings.filter(isOpen)
  const of = contributionOf(sittings, isOpen, one.of.said)
  return of.has & bit ? [{ id: one.id, of, sittings }] : []
}

/** Those who count for the points and have said something: how many named a driver is a count, which gives away no more. */
function saidAmong({ isPartial, customers: all }: Sample, choice: Choice, wider: Sample[]): Sample {
  const customers = all.filter(({ of }) => of.has & bitOf.said)
  const status = statusBeside(customers.length, customers.length, chosenStatuses(bitOf.said, choice), wider)
  return { status, isPartial, customers }
}

/** Of each chosen group, whether it may be shown beside the others of its dimension. */
const chosenStatuses = (
  bit: number,
  { filters, active, standings }: Choice,
  kind: 'has' | 'closed' = 'has',
): SampleStatus[] =>
  active.map((dimension) => statusesOf(standings[dimension], bit, kind).get(filters[dimension]) ?? 'empty')
