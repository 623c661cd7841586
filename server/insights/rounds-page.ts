import { type Driver, directionSigns, driverLetters, driverNames } from '../drivers.ts'
import { type SelectField, select } from '../forms.ts'
import { address } from '../lists.ts'
import { listed, plural } from '../words.ts'
import type { Change, Rounds } from './rounds.ts'

type Row = {
  driver: Driver
  letter: string
  name: string
  before: string
  after: string
  change: string
  stands: boolean
}
export type RoundsPage = {
  title: string
  part: string
  choices: SelectField[]
  lead: string
  about: string
  beforeHead: string
  afterHead: string
  rows: Row[]
  viewHrefs: { href: string; label: string }[]
}

type Campaign = { id: string; name: string }

/** What changed between two rounds, in words; a change is claimed only where its interval leaves zero. */
export function roundsPage(campaigns: Campaign[], from: string, to: string, found: Rounds | undefined): RoundsPage {
  const choices: [string, string][] = [['', 'Choose'], ...campaigns.map(({ id, name }): [string, string] => [id, name])]
  const nameOf = (id: string) => campaigns.find((campaign) => campaign.id === id)?.name ?? ''
  const shown = found?.kind === 'shown' ? found : undefined
  return {
    title: 'What changed between rounds',
    part: 'Why',
    choices: [
      select('earlier', 'Earlier round', choices, { earlier: from }, {}),
      select('later', 'Later round', choices, { later: to }, {}),
    ],
    lead: leadOf(campaigns, found),
    about: shown ? aboutOf(shown) : '',
    beforeHead: shown ? `${nameOf(from)}, ${plural(shown.nBefore, 'customer')}` : '',
    afterHead: shown ? `${nameOf(to)}, ${plural(shown.nAfter, 'customer')}` : '',
    rows: shown ? shown.changes.map((change) => rowOf(change, shown.nBefore, shown.nAfter)) : [],
    viewHrefs: shown ? [from, to].map((id) => ({ href: address('/why', { campaign: id }), label: nameOf(id) })) : [],
  }
}

function leadOf(campaigns: Campaign[], found: Rounds | undefined): string {
  if (!found)
    return campaigns.length < 2 ? 'It takes two rounds to see a change.' : 'Choose two rounds that asked the same.'
  if (found.kind === 'hidden') return found.sentence
  const standing = found.changes.filter(({ stands }) => stands)
  const claims = listed(standing.map(claim))
  if (claims) return `${claims.charAt(0).toUpperCase()}${claims.slice(1)}. Nothing else changed detectably.`
  return found.changes.every(({ interval }) => interval === undefined)
    ? 'Too few customers to speak of a change: it takes 30 in each round.'
    : 'No detectable change.'
}

const claim = ({ driver, direction, difference }: Change): string =>
  `${difference > 0 ? 'more' : 'fewer'} customers say that we ${direction === '+' ? 'help' : 'hurt'} with ${driverNames[driver].toLowerCase()}`

function aboutOf({ design, both, nBefore, nAfter }: Extract<Rounds, { kind: 'shown' }>): string {
  if (design === 'paired')
    return `Of the ${nBefore} customers heard in both rounds, each compared with itself (McNemar; Newcombe 1998c; Holm for eight).`
  const overlap =
    both > 0
      ? ` ${both} were heard in both; the interval takes them for different ones, so it is wider than need be.`
      : ''
  return `${nBefore} and ${nAfter} customers, taken for different ones (Newcombe 1998b; Holm for eight).${overlap}`
}

const points = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(Math.round(share * 100))}`

function rowOf(change: Change, nBefore: number, nAfter: number): Row {
  const { driver, direction, before, after, interval, stands } = change
  const percent = (x: number, n: number) => (n < 10 ? String(x) : `${x}, ${Math.round((100 * x) / n)} %`)
  const ends = interval ? `${points(interval.low)} to ${points(interval.high)}` : ''
  return {
    driver,
    letter: driverLetters[driver],
    name: `${driverNames[driver]} ${directionSigns[direction]}`,
    before: percent(before, nBefore),
    after: percent(after, nAfter),
    change: !interval
      ? 'too few to say'
      : stands
        ? `${points(change.difference)} points (${ends})`
        : `no detectable change (${ends})`,
    stands,
  }
}
