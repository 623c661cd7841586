import { driverNames } from '../drivers.ts'
import { listed, plural } from '../words.ts'
import type { Names } from './names.ts'
import { groupName } from './names.ts'
import type { Mode } from './spoken.ts'
import { countOf, type Difference, differencesOf, harmApart, type Line, lines } from './spoken-differences.ts'
import type { Told, ToldGroup } from './spoken-groups.ts'
import type { TrustFacts } from './trust.ts'
import { counted } from './trust-coding-page.ts'
import {
  type Check,
  differenceText,
  driverRow,
  percent,
  plainRow,
  points,
  type Row,
  type TrustTable,
} from './trust-parts.ts'

const modeNames: Record<Mode, string> = {
  mail: 'By survey',
  own: 'Talk with their own rep',
  other: 'Talk with somebody else of ours',
  seen: 'Seen by us',
  reply: 'Reply by mail',
}
const asked: Mode[] = ['mail', 'own', 'other']

/** Whether what customers say depends on how they were asked, and by whom. `seesAll`: figures of all interviewers, else the own. */
export function modesCheck(facts: TrustFacts, names: Names, reader: { id: string; seesAll: boolean }): Check {
  const { modes, severalModes } = facts.spoken
  const shown = asked.flatMap((mode): [Mode, ToldGroup][] => {
    const group = modes.get(mode)
    return group && group.status === 'shown' ? [[mode, group]] : []
  })
  const hidden = asked.filter((mode) => (modes.get(mode)?.n ?? 0) > 0 && !shown.some(([one]) => one === mode)).length
  const of = (mode: Mode): Told | undefined => shown.find(([one]) => one === mode)?.[1]
  const pairs = pairsOf(shown)
  const apart = ownApart(of)
  const lessHarm = apart.filter(({ stands, difference }) => stands && difference < 0)
  const standing = pairs.flatMap(({ differences }) => differences.filter(({ stands }) => stands))
  return {
    id: 'modes',
    heading: 'Does it matter how we asked',
    verdict: verdictOf(shown, hidden, pairs, apart),
    care: lessHarm.length > 0 || standing.length > 0 ? 'how customers were asked' : '',
    texts: [
      ...(severalModes > 0 && shown.length > 1
        ? [
            `${plural(severalModes, 'customer')} spoke in more than one way and ${severalModes === 1 ? 'stands' : 'stand'} in each, with what was said there; the intervals take them for different ones.`,
          ]
        : []),
      ...(hidden > 0
        ? [
            `${hidden === 1 ? 'One way is' : `${hidden} ways are`} hidden: fewer than 5 customers, or beside the rest it shows fewer than 5.`,
          ]
        : []),
      ...(shown.length > 1
        ? [
            'Expect politeness to one’s own rep. Who is talked with is chosen, so a difference need not come from the way of asking.',
          ]
        : []),
    ],
    facts: [],
    tables: [...modesTable(shown, pairs), ...interviewersTable(facts, names, reader)],
    link: of('own') || of('other') ? { href: '/why/groups?by=channel', text: 'Ways of asking side by side' } : '',
  }
}

type Pair = { name: string; first: Mode; second: Mode; differences: Difference[] }

function pairsOf(shown: [Mode, ToldGroup][]): Pair[] {
  const wanted: [Mode, Mode, string][] = [
    ['mail', 'own', 'Own rep less survey'],
    ['other', 'own', 'Own rep less somebody else'],
    ['mail', 'other', 'Somebody else less survey'],
  ]
  return wanted.flatMap(([first, second, name]) => {
    const [one, other] = [shown.find(([mode]) => mode === first)?.[1], shown.find(([mode]) => mode === second)?.[1]]
    const differences = one && other ? differencesOf(lines, one, other) : []
    return differences.length > 0 ? [{ name, first, second, differences }] : []
  })
}

type Apart = Difference & { than: Mode; share: number; otherShare: number }

function ownApart(of: (mode: Mode) => Told | undefined): Apart[] {
  const own = of('own')
  if (!own) return []
  const others = (['mail', 'other'] as const).flatMap((than) => {
    const told = of(than)
    return told ? [{ than, told }] : []
  })
  const found = harmApart(others.map(({ told }): [Told, Told] => [own, told]))
  return others.flatMap(({ than, told }, at) => {
    const one = found[at]
    return one ? [{ ...one, than, share: own.anyHurt / own.n, otherShare: told.anyHurt / told.n }] : []
  })
}

function verdictOf(shown: [Mode, ToldGroup][], hidden: number, pairs: Pair[], apart: Apart[]): string {
  const [only] = shown
  if (!only) return 'Too few customers in any one way of asking to compare.'
  if (shown.length === 1 && hidden > 0) return 'Nothing to compare: only one way of asking may be shown.'
  if (shown.length === 1)
    return `Nothing to compare: ${only[0] === 'mail' ? 'customers answered surveys' : 'customers spoke in one way of talking'} alone.`
  if (pairs.length === 0) return 'Too few to compare ways of asking: it takes 10 customers in each of two.'
  const less = apart.filter(({ stands, difference }) => stands && difference < 0)
  const [first] = less
  if (first)
    return `To their own rep customers name harm less often: ${percent(first.share)}, against ${less
      .map(
        ({ than, otherShare, difference, low, high }) =>
          `${percent(otherShare)} ${than === 'mail' ? 'by survey' : 'to somebody else'} (${points(difference)} points, ${points(low)} to ${points(high)})`,
      )
      .join(' and ')}. Read talks with the own rep apart.`
  const told = pairs.flatMap(({ name, differences }) => {
    const standing = differences.flatMap((found, at) => (found.stands && lines[at] ? [lineName(lines[at])] : []))
    return standing.length > 0 ? [`${name.toLowerCase()}: ${listed(standing)}`] : []
  })
  const few = shown.some(([, { n }]) => n < 30) ? ' Indicative: fewer than 30 in one way.' : ''
  return told.length > 0
    ? `Ways of asking differ (${told.join('; ')}). Read them apart.${few}`
    : `No detectable difference between ways of asking.${few}`
}

const lineName = (line: Line): string =>
  line.of === 'anyHurt'
    ? 'any harm'
    : line.of === 'several'
      ? 'two or more of the four'
      : `${driverNames[line.driver]} ${line.direction === '+' ? '+' : '−'}`

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

function lineRow(line: Line, heads: string[], cells: string[]): Row {
  return line.of === 'driver'
    ? driverRow(line.driver, line.direction, heads, cells)
    : plainRow(sentence(lineName(line)), heads, cells)
}

function modesTable(shown: [Mode, ToldGroup][], pairs: Pair[]): TrustTable[] {
  if (shown.length < 2) return []
  const heads = [...shown.map(([mode, { n }]) => `${modeNames[mode]} (${n})`), ...pairs.map(({ name }) => name)]
  return [
    {
      id: 'modes-table',
      caption: 'What customers say, by way of asking',
      heads,
      rows: lines.map((line, at) =>
        lineRow(line, heads, [
          ...shown.map(([, told]) => counted(countOf(line, told), told.n)),
          ...pairs.map(({ differences }) => {
            const found = differences[at]
            return found ? differenceText(found, found.stands) : ''
          }),
        ]),
      ),
      note: 'Newcombe’s interval of the difference, in points; claimed where it leaves zero and Holm’s rule bears it among the ten of a column.',
    },
  ]
}

/** By interviewer in the order of names, never of results; only from five customers each. */
function interviewersTable(
  { spoken }: TrustFacts,
  names: Names,
  reader: { id: string; seesAll: boolean },
): TrustTable[] {
  const shown = [...spoken.interviewers]
    .filter(([id, { status }]) => status === 'shown' && (reader.seesAll || id === reader.id))
    .map(([id, told]) => ({ name: groupName('owner', id, names), told }))
    .sort((a, b) => a.name.localeCompare(b.name, 'en'))
  if (shown.length === 0) return []
  const heads = ['Customers', 'Name any harm', 'Two or more of the four', 'Harm, less all other talks']
  const kept = harmApart(shown.map(({ told }): [Told, Told] => [told, told.rest]))
  return [
    {
      id: 'interviewers-table',
      caption: reader.seesAll ? 'By who talked with them' : 'Your talks',
      heads,
      rows: shown.map(({ name, told }, at) => {
        const found = kept[at]
        return plainRow(name, heads, [
          String(told.n),
          counted(told.anyHurt, told.n),
          counted(told.several, told.n),
          found ? differenceText(found, found.stands) : 'too few to say',
        ])
      }),
      note: 'In the order of names: customers differ, so this is no measure of anybody’s work. From five customers each.',
    },
  ]
}
