import { z } from 'zod'
import type { Ledger } from './ledger.ts'
import { type OutcomeKind, outcomeKinds, type Seen, thirdsOf } from './outcomes.ts'
import { type GroupStatus, groupStatuses, smallest } from './small-groups.ts'
import { add, coverageOf, type Tally } from './view.ts'

export const outcomeFilters = ['segment', 'region', 'owner'] as const
type FilterName = (typeof outcomeFilters)[number]

const text = z.string().trim().max(200).catch('').default('')
const outcomesQuery = z.object({
  segment: text,
  region: text,
  owner: text,
  from: z.enum(['', 'unprompted']).catch('').default(''),
  k: z.enum(['', '0', '1', '2', '3', '4']).catch('').default(''),
  third: z.enum(['', '0', '1', '2']).catch('').default(''),
  outcome: z
    .enum(['', ...outcomeKinds])
    .catch('')
    .default(''),
  is: z.enum(['', 'yes']).catch('').default(''),
  distinct: z.enum(['', 'yes', 'no']).catch('').default(''),
  page: text,
})
export type OutcomesQuery = z.infer<typeof outcomesQuery>

/** What the address asks for. Filters are for those who may read by name; for others they filter nothing. */
export function readOutcomesQuery(query: unknown, reads: boolean): OutcomesQuery {
  const found = outcomesQuery.parse(query ?? {})
  return reads ? found : { ...found, segment: '', region: '', owner: '', from: '' }
}

export type Option = { value: string; n: number; status: GroupStatus | 'empty' }
export type Chosen = {
  customers: Seen[]
  options: Record<FilterName, Option[]>
  /** Whether one of the chosen groups may not be shown. */
  isHidden: boolean
  /** Whether how many reasons each names may be counted here: beside /why it must not single out one to four. */
  mayCount: boolean
}

const isKnown = (one: Seen): boolean => one.k !== undefined || one.y !== undefined || one.stay !== undefined

/** The customers of the view, with the k that was asked for, and what each filter could be set to. */
export function chosenCustomers(all: Seen[], query: OutcomesQuery, ledger: Ledger): Chosen {
  const counting = query.from === 'unprompted' ? all.map((one) => ({ ...one, k: one.unprompted })) : all
  const active = outcomeFilters.filter((name) => query[name] !== '')
  const fits = (one: Seen, except?: FilterName) => active.every((name) => name === except || one[name] === query[name])
  const customers = counting.filter((one) => fits(one))
  const options = {
    segment: optionsOf(counting, 'segment', fits),
    region: optionsOf(counting, 'region', fits),
    owner: optionsOf(counting, 'owner', fits),
  }
  const isHidden = outcomeFilters.some(
    (name) => query[name] !== '' && options[name].find(({ value }) => value === query[name])?.status !== 'shown',
  )
  return {
    customers,
    options,
    isHidden,
    mayCount: mayCount(
      all.filter((one) => fits(one)),
      ledger,
    ),
  }
}

function optionsOf(all: Seen[], name: FilterName, fits: (one: Seen, except?: FilterName) => boolean): Option[] {
  const sizes = new Map<string, number>()
  for (const one of all) if (fits(one, name)) sizes.set(one[name], (sizes.get(one[name]) ?? 0) + Number(isKnown(one)))
  const statuses = groupStatuses(
    [...sizes].flatMap(([value, count]) => (count > 0 ? [{ groups: [value], count }] : [])),
  )
  return [...sizes].map(([value, n]) => ({ value, n, status: statuses.get(value) ?? 'empty' }))
}

/** /why counts what was said for totals only too; if one to four customers make the difference, it would tell of them. */
function mayCount(customers: Seen[], ledger: Ledger): boolean {
  let differing = 0
  for (const { id, k } of customers) {
    const rows = ledger.customers.get(ledger.numbers.get(id) ?? -1) ?? []
    const of: Tally = { bits: 0, settled: 0, answers: 0 }
    for (const row of rows) add(of, row)
    if ((of.settled > 0 ? coverageOf(of.bits, false) : undefined) !== k) differing += 1
  }
  return differing === 0 || differing >= smallest
}

/** The customers behind a number of the page. */
export function customersBehind(customers: Seen[], query: OutcomesQuery): Seen[] {
  const thirds = query.third === '' ? new Map<string, number>() : thirdsOf(customers)
  const kind: OutcomeKind | '' = query.outcome
  return customers
    .filter(
      (one) =>
        (query.k === '' || one.k === Number(query.k)) &&
        (query.third === '' || thirds.get(one.id) === Number(query.third)) &&
        (query.distinct === '' || one.distinct === (query.distinct === 'yes')) &&
        (kind === '' || (query.is === 'yes' ? one.outcomes[kind] === true : one.outcomes[kind] !== undefined)),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
