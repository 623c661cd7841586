import { type Combination, type GroupStatus, groupStatuses, smallest } from '../small-groups.ts'
import { bitOf, type Contribution, contributionOf, type IsOpen, type Measure, measures } from './weighed.ts'
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
export type Given = { id: string; of: Contribution }

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

/** How many customers stand in exactly these groups, for each way of grouping. */
type Groups = Map<string, Map<string, Combination<string>>>
type Found = Given & { sittings: Weighing[] }

/**
 * Everybody who weighed something in this view; a customer counts once (see weighed.ts). `said` tells whether a customer
 * has said anything unprompted that a person has read.
 *
 * Small groups (decision 022): a measure is hidden below five customers, and where the chosen group, or the customers whom
 * it lacks, are one to four. A mean gives away more than a count: who may read all but a few of the answers behind it can
 * take them away from it. So what one to four customers gave in confidence, here or beside here, is left out of it.
 */
export function weightView(
  all: ReadonlyMap<string, Weighing[]>,
  filters: WeightFilters,
  isOpen: IsOpen,
  said: (customer: string) => boolean,
): WeightView {
  const active = weightDimensions.filter((dimension) => filters[dimension] !== '')
  const options: Groups = new Map()
  const groups: Groups = new Map()
  const found: Found[] = []
  const days = { first: '9999', last: '' }
  for (const [id, sittings] of all) {
    const missed = active.length === 0 ? [] : sittings.map((weighing) => missedBy(weighing, filters, active))
    const fitting = (dimension: WeightDimension | '') =>
      active.length === 0 ? sittings : sittings.filter((_, at) => missed[at] === '' || missed[at] === dimension)
    const hasSaid = said(id)
    for (const dimension of weightDimensions) {
      const own = fitting(dimension)
      combine(
        options,
        dimension,
        own.map((weighing) => weighing[dimension]),
      )
      if (filters[dimension] !== '') addParts(groups, dimension, own, isOpen, hasSaid)
    }
    const inView = fitting('')
    if (inView.length === 0) continue
    found.push({ id, sittings: inView, of: contributionOf(inView, isOpen, hasSaid) })
    for (const { on } of inView) {
      if (on < days.first) days.first = on
      if (on > days.last) days.last = on
    }
  }
  const sample = (measure: Measure) => sampleOf(measure, found, filters, groups, isOpen, said)
  const points = sample('points')
  return {
    samples: {
      points,
      revenue: sample('revenue'),
      cost: sample('cost'),
      risk: sample('risk'),
      emotion: sample('emotion'),
      lost: sample('lost'),
      picked: sample('picked'),
      said: saidAmong(points, filters, groups),
    },
    declined: found.filter(({ of }) => of.isDeclined),
    notApplying: places.map((at) => found.filter(({ of }) => (of.optedOut >> at) & 1)),
    options: {
      campaign: sizesOf(options, 'campaign'),
      segment: sizesOf(options, 'segment'),
      region: sizesOf(options, 'region'),
      owner: sizesOf(options, 'owner'),
      channel: sizesOf(options, 'channel'),
      provenance: sizesOf(options, 'provenance'),
    },
    firstDay: found.length > 0 ? days.first : '',
    lastDay: days.last,
  }
}

function missedBy(
  weighing: Weighing,
  filters: WeightFilters,
  active: WeightDimension[],
): WeightDimension | '' | 'several' {
  let missed: WeightDimension | '' = ''
  for (const dimension of active)
    if (weighing[dimension] !== filters[dimension]) {
      if (missed !== '') return 'several'
      missed = dimension
    }
  return missed
}

/** In which groups of a dimension a customer stands with each measure, and in which with something in confidence. */
function addParts(groups: Groups, dimension: WeightDimension, own: Weighing[], isOpen: IsOpen, hasSaid: boolean): void {
  const parts = new Map<string, Weighing[]>()
  for (const one of own) parts.set(one[dimension], [...(parts.get(one[dimension]) ?? []), one])
  const of = [...parts].map(([value, some]) => ({ value, ...contributionOf(some, isOpen, hasSaid) }))
  for (const measure of measures) {
    const bit = bitOf[measure]
    const having = of.filter(({ has }) => has & bit)
    if (having.length === 0) continue
    combine(
      groups,
      `${dimension} ${measure}`,
      having.map(({ value }) => value),
    )
    const withheld = having.filter(({ closed }) => closed & bit)
    if (withheld.length > 0)
      combine(
        groups,
        `${dimension} ${measure} closed`,
        withheld.map(({ value }) => value),
      )
  }
}

function sampleOf(
  measure: Measure,
  found: Found[],
  filters: WeightFilters,
  groups: Groups,
  isOpen: IsOpen,
  said: (customer: string) => boolean,
): Sample {
  const bit = bitOf[measure]
  const members = found.filter(({ of }) => of.has & bit)
  const closed = members.reduce((count, { of }) => count + Number((of.closed & bit) > 0), 0)
  const statuses = (kind: string) => chosenStatuses(`${measure}${kind}`, filters, groups)
  const isPartial = closed > 0 && (closed < smallest || statuses(' closed').some((status) => status !== 'shown'))
  const customers = isPartial
    ? members.flatMap((one): Given[] => {
        if (!(one.of.closed & bit)) return [one]
        const of = contributionOf(one.sittings.filter(isOpen), isOpen, said(one.id))
        return of.has & bit ? [{ id: one.id, of }] : []
      })
    : members
  const hidden = statuses('').find((status) => status !== 'shown')
  const status = members.length === 0 ? 'empty' : customers.length < smallest ? 'small' : (hidden ?? 'shown')
  return { status, isPartial, customers }
}

/** Those who count for the points and have said something: how many named a driver is a count, which gives away no more. */
function saidAmong({ isPartial, customers: all }: Sample, filters: WeightFilters, groups: Groups): Sample {
  const customers = all.filter(({ of }) => of.has & bitOf.said)
  const hidden = chosenStatuses('said', filters, groups).find((status) => status !== 'shown')
  const status = customers.length === 0 ? 'empty' : customers.length < smallest ? 'small' : (hidden ?? 'shown')
  return { status, isPartial, customers }
}

/** Of each chosen group, whether it may be shown beside the others of its dimension. */
const chosenStatuses = (measure: string, filters: WeightFilters, groups: Groups): SampleStatus[] =>
  weightDimensions
    .filter((dimension) => filters[dimension] !== '')
    .map((dimension) => statusesOf(groups, `${dimension} ${measure}`).get(filters[dimension]) ?? 'empty')

/** One more customer who stands in exactly these groups. */
function combine(all: Groups, way: string, values: string[]): void {
  const [only] = values
  if (only === undefined) return
  const combinations = all.get(way) ?? new Map<string, Combination<string>>()
  all.set(way, combinations)
  const once = values.length === 1 ? values : [...new Set(values)].sort()
  const key = once.length === 1 ? only : once.join('\n')
  const known = combinations.get(key)
  if (known) known.count += 1
  else combinations.set(key, { groups: once, count: 1 })
}

const statusesOf = (all: Groups, way: string): Map<string, GroupStatus> =>
  groupStatuses([...(all.get(way)?.values() ?? [])])

function sizesOf(all: Groups, way: string): Map<string, { n: number; status: GroupStatus }> {
  const sizes = new Map<string, number>()
  for (const { groups, count } of all.get(way)?.values() ?? [])
    for (const value of groups) sizes.set(value, (sizes.get(value) ?? 0) + count)
  const statuses = statusesOf(all, way)
  return new Map([...sizes].map(([value, n]) => [value, { n, status: statuses.get(value) ?? 'small' }]))
}
