import type { User } from '../access.ts'
import { answersNeeded, invitesNeeded } from '../campaigns/sample-size.ts'
import type { Db } from '../db.ts'
import { askedList, type InvitationState } from '../insights/asked-list.ts'
import { readFilters } from '../insights/forms.ts'
import { takeHelped } from '../insights/snapshot.ts'
import { currentList } from '../on-list.ts'
import { dayAt, daysBetween } from '../time.ts'
import { currentFacts } from '../value/facts.ts'

/** A reason in their own words is fresh for a year. */
const freshDays = 365
/** From so many customers asked on, how many answered says something of the next round. */
const fewestAsked = 30
const usualRate = 0.3
const margin = 0.1

/**
 * Where an active customer stands before the next round. `fresh` and `declined` are not asked: who said no is left in
 * peace; `told` answered something, yet no reason that may be read with the name, and is asked only by choice.
 */
export type Standing = 'fresh' | 'old' | 'silent' | 'unasked' | 'told' | 'declined'
/** Those who are asked next. */
export const toAsk: readonly Standing[] = ['old', 'silent', 'unasked']

export type NextRound = {
  active: number
  standings: Record<Standing, number>
  /** The largest of those to ask, by revenue in the currency that most of them pay in. */
  largest: { id: string; name: string }[]
  /** For figures about the whole list to within ten points: answers needed, and how many to invite at this rate. */
  needed: number
  invites: number
  rate: { share: number; asked: number } | undefined
  helped: Awaited<ReturnType<typeof takeHelped>>
}

/** Whom to ask next, how many, and what the figures as they stand leave open; names only for readers. */
export async function nextRound(db: Db, user: User, now: Date): Promise<NextRound> {
  const [list, facts, asked] = [await currentList(db), await currentFacts(db), await askedList(db)]
  const states = new Map(asked.map(({ id, invitations }) => [id, invitations.map(({ state }) => state)]))
  const standings = { fresh: 0, old: 0, silent: 0, unasked: 0, told: 0, declined: 0 }
  const waiting: { id: string; name: string; minor: number; currency: string }[] = []
  const today = dayAt(now)
  let active = 0
  let invited = 0
  let answered = 0
  for (const one of list.values()) {
    const invitations = (states.get(one.id) ?? []).filter((state) => state !== 'not_asked')
    if (invitations.length > 0) invited += 1
    if (invitations.includes('complete')) answered += 1
    if (one.status !== 'active' || one.isArchived) continue
    active += 1
    const standing = standingOf(facts.get(one.id)?.why?.on, invitations, today)
    standings[standing] += 1
    if (toAsk.includes(standing))
      waiting.push({
        id: one.id,
        name: one.name,
        minor: one.revenue?.minor ?? 0,
        currency: one.revenue?.currency ?? '',
      })
  }
  const needed = answersNeeded(active, margin)
  const rate = invited < fewestAsked ? undefined : { share: answered / invited, asked: invited }
  return {
    active,
    standings,
    largest: largestOf(waiting).map(({ id, name }) => ({ id, name })),
    needed,
    // Where nobody answered yet all are asked.
    invites: rate?.share === 0 ? active : invitesNeeded(needed, rate?.share ?? usualRate, active),
    rate,
    helped: await takeHelped(db, user, readFilters({})),
  }
}

export function standingOf(whyOn: string | undefined, invitations: InvitationState[], today: string): Standing {
  if (whyOn !== undefined) return daysBetween(whyOn, today) > freshDays ? 'old' : 'fresh'
  if (invitations.includes('complete')) return 'told'
  if (invitations.includes('refused')) return 'declined'
  return invitations.length > 0 ? 'silent' : 'unasked'
}

/** Three at most; amounts of several currencies are not compared. */
function largestOf<T extends { name: string; minor: number; currency: string }>(waiting: T[]): T[] {
  const byCurrency = [...Map.groupBy(waiting, ({ currency }) => currency)].filter(([currency]) => currency !== '')
  const [most] = byCurrency.sort(([, a], [, b]) => b.length - a.length)
  return (most?.[1] ?? []).sort((a, b) => b.minor - a.minor || (a.name < b.name ? -1 : 1)).slice(0, 3)
}
