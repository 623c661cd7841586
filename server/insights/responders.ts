import { daysBetween } from '../time.ts'
import type { InvitationState, Listed } from './asked-list.ts'
import { notGiven } from './ledger.ts'
import { standardisedDifference, standardisedShare } from './non-response.ts'
import type { Filters } from './view.ts'

/** How a kind of customer, or an amount, stands among those heard and among the rest of those asked. */
export type Contrast =
  | {
      of: 'revenue' | 'margin' | 'tenure'
      heard: number
      rest: number
      nHeard: number
      nRest: number
      d: number | undefined
    }
  | { of: Kind; value: string; heard: number; rest: number; nHeard: number; nRest: number; d: number | undefined }
export const kinds = ['segment', 'region', 'owner', 'status'] as const
export type Kind = (typeof kinds)[number]

export type Responders = {
  /** People invited, by what became of it. */
  people: Record<InvitationState, number>
  /** Customers asked (invited, or heard without an invitation), and those of them heard. */
  asked: number
  heard: number
  /** The currency that most of those asked pay in; amounts are told in it alone. */
  currency: string
  contrasts: Contrast[]
  /** The ids of the ten largest in that currency that are silent, the largest first, and how many large ones there are. */
  silentTop: string[]
  top: number
}

const topSize = 10
/** A mean, or a share, of fewer on one side says too little. */
const enough = 10
/** A kind of which fewer were asked is left out. */
const smallestKind = 5

/**
 * Who answered, and how those heard differ from the rest of those asked in what the list knows. Of the filters it knows
 * campaign, segment, region and owner, as they are today. `mayOpen` limits the large silent ones to whom the reader may see.
 */
export function respondersOf(
  list: Listed[],
  filters: Filters,
  heard: ReadonlySet<string>,
  today: string,
  mayOpen: (id: string) => boolean,
): Responders {
  const people = { complete: 0, partial: 0, refused: 0, undelivered: 0, silent: 0, not_asked: 0 }
  const asked: Listed[] = []
  for (const customer of list) {
    const fits =
      (filters.segment === '' || customer.segment === filters.segment) &&
      (filters.region === '' || customer.region === filters.region) &&
      (filters.owner === '' || customer.owner === filters.owner)
    let isInvited = false
    if (fits)
      for (const { campaign, state } of customer.invitations) {
        if (filters.campaign !== '' && campaign !== filters.campaign) continue
        isInvited = true
        people[state] += 1
      }
    if (isInvited || heard.has(customer.id)) asked.push(customer)
  }
  const currency = mainCurrency(asked)
  const isHeard = (one: Listed) => heard.has(one.id)
  const seen = asked.filter(({ id, currency: own }) => own === currency && currency !== '' && mayOpen(id))
  const largest = seen
    .sort((a, b) => (b.revenueMinor ?? 0) - (a.revenueMinor ?? 0) || (a.id < b.id ? -1 : 1))
    .slice(0, topSize)
  return {
    people,
    asked: asked.length,
    heard: asked.filter(isHeard).length,
    currency,
    contrasts: [
      ...amounts(
        asked.filter(isHeard),
        asked.filter((one) => !isHeard(one)),
        currency,
        today,
      ),
      ...kinds.flatMap((kind) => shares(kind, asked, isHeard)),
    ],
    silentTop: largest.filter((one) => !isHeard(one)).map(({ id }) => id),
    top: largest.length,
  }
}

function mainCurrency(asked: Listed[]): string {
  const payers = new Map<string, number>()
  for (const { currency } of asked) if (currency !== '') payers.set(currency, (payers.get(currency) ?? 0) + 1)
  return [...payers].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))[0]?.[0] ?? ''
}

function amounts(heard: Listed[], rest: Listed[], currency: string, today: string): Contrast[] {
  const measures: ['revenue' | 'margin' | 'tenure', (one: Listed) => number | undefined][] = [
    ['revenue', (one) => (one.currency === currency ? one.revenueMinor : undefined)],
    ['margin', (one) => one.margin],
    ['tenure', (one) => (one.since ? daysBetween(one.since, today) / 365.25 : undefined)],
  ]
  return measures.flatMap(([of, measure]) => {
    const known = (some: Listed[]) => some.map(measure).filter((value) => value !== undefined)
    const [one, other] = [known(heard), known(rest)]
    if (one.length < enough || other.length < enough) return []
    const d = standardisedDifference(one, other)
    return [{ of, heard: mean(one), rest: mean(other), nHeard: one.length, nRest: other.length, d }]
  })
}

function shares(of: Kind, asked: Listed[], isHeard: (one: Listed) => boolean): Contrast[] {
  const counts = new Map<string, { heard: number; rest: number }>()
  let nHeard = 0
  for (const one of asked) {
    const count = counts.get(one[of]) ?? { heard: 0, rest: 0 }
    counts.set(one[of], count)
    if (isHeard(one)) {
      count.heard += 1
      nHeard += 1
    } else count.rest += 1
  }
  const nRest = asked.length - nHeard
  if (nHeard < enough || nRest < enough || counts.size < 2) return []
  return [...counts]
    .filter(([value, { heard, rest }]) => heard + rest >= smallestKind && value !== notGiven)
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([value, { heard, rest }]) => ({
      of,
      value,
      heard: heard / nHeard,
      rest: rest / nRest,
      nHeard,
      nRest,
      d: standardisedShare(heard, nHeard, rest, nRest),
    }))
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
