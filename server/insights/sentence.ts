import { type Driver, driverNames, drivers } from '../drivers.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import { cannotTellApart, precision } from './intervals.ts'

/** What the sentence is made from: customers, never answers. `asked` is undefined where the filter leaves it unknown. */
export type Spoken = {
  status: 'shown' | 'silent' | 'unread' | 'small' | 'near'
  heard: number
  asked: number | undefined
  n: number
  hasSuggestions: boolean
  helps: Record<Driver, number>
  hurts: Record<Driver, number>
}

/** A part of the sentence; the finding is strong. */
export type Part = { text: string; isStrong: boolean }

const help: Record<Driver, string> = {
  revenue: 'we help them earn more',
  cost: 'we save them money, time or effort',
  risk: 'we keep trouble away',
  emotion: 'we leave them confident and looked after',
}

/** What the page says before it shows anything. */
export function sentence(spoken: Spoken): Part[] {
  switch (spoken.status) {
    case 'silent':
      return [plain(silence(spoken.asked))]
    case 'small':
      return [plain('Fewer than 5 customers are read in this view, so no figure is shown.')]
    case 'near':
      return [
        plain(
          'This view is not shown: beside another one it would single out fewer than 5 customers. Choose a wider one.',
        ),
      ]
    case 'unread':
      return [plain(`${plural(spoken.heard, 'customer')} heard, and nobody has read their words yet.`)]
    case 'shown':
      return finding(spoken)
  }
}

function silence(asked: number | undefined): string {
  if (asked === undefined) return 'Nobody has answered in this view.'
  if (asked === 0) return 'Nobody has been asked yet.'
  return asked === 1
    ? 'The one customer asked has not answered yet.'
    : `None of the ${asked} customers asked has answered yet.`
}

const plain = (text: string): Part => ({ text, isStrong: false })
const strong = (text: string): Part => ({ text, isStrong: true })

function finding(spoken: Spoken): Part[] {
  const { n, helps, hurts } = spoken
  const tiers = tiersOf(helps, n)
  const [top, ...rest] = tiers
  const start = opening(spoken)
  if (!top)
    return [plain(`${start}, `), strong('none says that we help'), plain(' with any of the four.'), ...harm(hurts, n)]
  const first =
    top.length === 1
      ? [plain(`${start}, `), strong(`${top[0]?.x} say ${help[top[0]?.driver ?? 'revenue']}`), plain('.')]
      : [plain(`${start}, `), strong(`${counted(top)} cannot be told apart`), plain('.')]
  return [...first, ...rest.map((tier) => plain(` ${later(tier)}`)), ...nobody(helps), ...harm(hurts, n)]
}

function opening({ n, heard, asked, hasSuggestions }: Spoken): string {
  if (hasSuggestions) return `Of ${n} customers heard, counting what nobody has confirmed`
  const ofAsked = asked !== undefined && asked > heard ? ` (${asked} asked)` : ''
  return n === heard ? `Of ${n} customers heard${ofAsked}` : `Of ${n} customers read so far (${heard} heard)`
}

export type Named = { driver: Driver; x: number }

/**
 * The named drivers from most to least, cut into tiers: a tier holds what cannot be told apart from its first. Below ten
 * customers there are no intervals, so all that are named stand in one tier.
 */
export function tiersOf(counts: Record<Driver, number>, n: number): Named[][] {
  const named = drivers
    .map((driver) => ({ driver, x: counts[driver] }))
    .filter(({ x }) => x > 0)
    .sort((a, b) => b.x - a.x)
  const tiers: Named[][] = []
  for (const one of named) {
    const tier = tiers.at(-1)
    const first = tier?.[0]
    if (tier && first && isLevel(first.x, one.x, n)) tier.push(one)
    else tiers.push([one])
  }
  // Within a tier the order says nothing, so it is the one that they always have.
  return tiers.map((tier) => tier.sort((a, b) => drivers.indexOf(a.driver) - drivers.indexOf(b.driver)))
}

const isLevel = (x: number, y: number, n: number): boolean =>
  precision(n) === 'counts' ? true : cannotTellApart(x, y, n)

const counted = (tier: Named[]): string => listed(tier.map(({ driver, x }) => `${lower(driver)} (${x})`))
const lower = (driver: Driver): string => driverNames[driver].toLowerCase()
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

function later(tier: Named[]): string {
  const [only] = tier
  if (tier.length === 1 && only)
    return `${sentenceNumber(only.x)} ${only.x === 1 ? 'names' : 'name'} ${lower(only.driver)}.`
  return `${capital(counted(tier))} cannot be told apart.`
}

function nobody(helps: Record<Driver, number>): Part[] {
  const missing = drivers.filter((driver) => helps[driver] === 0).map(lower)
  return missing.length > 0 ? [plain(` Nobody names ${listed(missing).replace(/ and ([^ ]+)$/, ' or $1')}.`)] : []
}

function harm(hurts: Record<Driver, number>, n: number): Part[] {
  const [top] = tiersOf(hurts, n)
  const [only] = top ?? []
  if (!top || !only) return [plain(' Nobody says that we hurt.')]
  if (top.length > 1) return [plain(` Where we hurt, ${counted(top)} cannot be told apart.`)]
  return [plain(` Where we hurt it is most often ${lower(only.driver)}, ${only.x}.`)]
}
