import { smallList } from '../campaigns/sample-size.ts'
import { driverNames } from '../drivers.ts'
import { listed, plural } from '../words.ts'
import { type NextRound, type Standing, toAsk } from './next-round.ts'

export type NextRoundPart = {
  whom: string
  largest: { name: string; href: string }[]
  others: string
  many: string
  open: string
}

/** The next round in a few sentences. */
export const nextRoundPart = (round: NextRound): NextRoundPart => ({
  whom: whom(round),
  largest: round.largest.map(({ id, name }) => ({ name, href: `/customers/${id}` })),
  others: others(round),
  many: many(round),
  open: open(round),
})

const names: Partial<Record<Standing, string>> = {
  unasked: 'never asked',
  silent: 'asked and silent',
  old: 'with a reason older than a year',
}

function whom({ active, standings }: NextRound): string {
  if (active === 0) return 'There is no active customer yet.'
  const all = toAsk.reduce((sum, standing) => sum + standings[standing], 0)
  if (all === 0) return 'Nobody has to be asked now: whoever was asked has answered or declined within a year.'
  const parts = (['unasked', 'silent', 'old'] as const)
    .filter((standing) => standings[standing] > 0)
    .map((standing) => `${standings[standing]} ${names[standing]}`)
  return `${all} of ${plural(active, 'active customer')}: ${listed(parts)}.`
}

function others({ standings: { told, declined } }: NextRound): string {
  return [
    told > 0 ? `${told} answered, but gave no reason that may be read with their name.` : '',
    declined > 0 ? `${declined} declined, and ${declined === 1 ? 'is' : 'are'} left in peace.` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

function many({ active, needed, invites, rate }: NextRound): string {
  const talks = 'For reasons, 8 to 15 talks.'
  if (active === 0) return talks
  if (active <= smallList) return `${talks} For figures about the list, ask all ${active}.`
  const basis = rate
    ? `since ${Math.round(100 * rate.share)} of 100 customers asked so far answered`
    : 'if 30 of 100 answer; too few were asked to know'
  return `${talks} For figures about all ${active} to within 10 points, ${needed} answers from customers drawn at random: ask ${invites}, ${basis}.`
}

/** Which of the four the figures as they stand do not part. */
function open({ helped }: NextRound): string {
  if (typeof helped === 'string') return `Which of the four they name most. ${helped}`
  const { n, tiers } = helped
  if (tiers.length === 0) return `Whether we help with any of the four: none of ${n} customers says so.`
  const level = tiers.filter((tier) => tier.length > 1)
  if (level.length === 0) return `Nothing between the four: among ${n} customers each can be told apart from the next.`
  const groups = level.map((tier) => listed(tier.map(({ driver, x }) => `${driverNames[driver].toLowerCase()} (${x})`)))
  return `Which is named by more: ${groups.join('; ')} cannot be told apart among ${n} customers.`
}
