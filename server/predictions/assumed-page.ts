import type { User } from '../access.ts'
import { type Driver, driverLetters, driverNames } from '../drivers.ts'
import { holm, mcnemar } from '../insights/differences.ts'
import { wilson } from '../insights/intervals.ts'
import { type Section, whySections } from '../sections.ts'
import { listed, plural } from '../words.ts'
import type { Assumed, Expected } from './assumed.ts'
import type { CasesQuery } from './forms.ts'

/** A number and the customers behind it. */
type Linked = { text: string; href: string }
type Row = {
  driver: Driver
  letter: string
  name: string
  expected: Linked
  said: Linked
  hits: Linked
  blindSpots: Linked
  overAssumed: Linked
  bias: string
  chart: { label: string; expected: string; said: string; low: string; high: string } | ''
}
export type AssumedPage = {
  sections: Section[]
  title: string
  part: string
  lead: string
  rows: Row[]
  scores: { name: string; text: string }[]
  segments: { id: string; name: string; n: string; rows: Row[] }[]
  hidden: string
}

/** What we supposed beside what they said, everybody's guesses together: no name of a guesser stands anywhere. */
export function assumedPage(user: User, found: Assumed): AssumedPage {
  const hidden = found.segments.filter(({ status }) => status !== 'shown').length
  return {
    sections: whySections(user, '/assumed'),
    title: 'Assumed against real',
    part: 'Why',
    lead: lead(found),
    rows: found.rows.map((row) => rowOf(row, found.n, undefined)),
    scores: scoresOf(found),
    segments:
      found.status === 'shown'
        ? found.segments
            .filter(({ status }) => status === 'shown')
            .map(({ name, n, rows }, index) => ({
              id: `segment-${index}`,
              name: name || 'No segment given',
              n: plural(n, 'customer'),
              rows: rows.map((row) => rowOf(row, n, name)),
            }))
        : [],
    hidden:
      found.status === 'shown' && hidden > 0
        ? `${plural(hidden, 'segment is', 'segments are')} not shown: fewer than five customers, or the rest would be.`
        : '',
  }
}

function lead({ n, isNone, rows, status }: Assumed): string {
  if (isNone)
    return 'No guess can be checked yet: it takes a guess that was sealed before asking, and answers that are read.'
  if (status !== 'shown') return 'Fewer than five customers were guessed about, asked and read, so no figure is shown.'
  const stands = holm(rows.map(({ overAssumed, blindSpots }) => mcnemar({ first: overAssumed, second: blindSpots }).p))
  const wrong = rows.filter((_row, index) => n >= 10 && stands[index])
  const over = wrong.filter((row) => row.overAssumed > row.blindSpots).map(nameOf)
  const under = wrong.filter((row) => row.overAssumed < row.blindSpots).map(nameOf)
  const were = (names: string[], how: string) =>
    names.length > 0 ? `${listed(names)} ${names.length === 1 ? 'was' : 'were'} expected ${how} often than said` : ''
  const parts = [were(over, 'more'), were(under, 'less')].filter(Boolean)
  const found =
    parts.length > 0
      ? capital(parts.join('; '))
      : n < 10
        ? 'Too few to say where we were wrong'
        : 'No driver can be told to be expected too often or too seldom'
  return `Of ${plural(n, 'customer')} guessed about before asking: ${found.charAt(0).toLowerCase()}${found.slice(1)}.`
}

const nameOf = ({ driver }: Expected): string => driverNames[driver].toLowerCase()
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
/** "+4", "−4"; what rounds to nothing has no sign. */
function points(share: number): string {
  const whole = Math.round(Math.abs(share) * 100)
  return whole === 0 ? '0' : `${share < 0 ? '−' : '+'}${whole}`
}
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`

/** The segment is named even where it is ''. */
const caseAddress = ({ driver, show, segment }: CasesQuery): string =>
  `/assumed/customers?${new URLSearchParams({ driver, show, ...(segment === undefined ? {} : { segment }) })}`

function rowOf(row: Expected, n: number, segment: string | undefined): Row {
  const linked = (count: number, show: CasesQuery['show']): Linked => ({
    text: String(count),
    href: count === 0 ? '' : caseAddress({ driver: row.driver, show, segment }),
  })
  const said = wilson(row.said, n)
  return {
    driver: row.driver,
    letter: driverLetters[row.driver],
    name: driverNames[row.driver],
    expected: linked(row.expected, 'expected'),
    said: linked(row.said, 'said'),
    hits: linked(row.hits, 'both'),
    blindSpots: linked(row.blindSpots, 'blind'),
    overAssumed: linked(row.overAssumed, 'over'),
    bias: biasWords(row.bias),
    chart:
      n < 10
        ? ''
        : {
            label: `${driverNames[row.driver]}: expected of ${row.expected} and said by ${row.said} of ${n} customers`,
            expected: percent(row.expected / n),
            said: percent(row.said / n),
            low: percent(said.low),
            high: percent(said.high),
          },
  }
}

/** Where all customers were off by the same there is nothing to resample, and no interval. */
function biasWords(bias: Expected['bias']): string {
  if (!bias) return 'too few'
  const ends = bias.low === bias.high ? 'all alike' : `${points(bias.low)} to ${points(bias.high)}`
  return `${points(bias.value)} (${ends})`
}

function scoresOf({ n, brier, skill, status }: Assumed): AssumedPage['scores'] {
  if (status !== 'shown') return []
  if (brier === undefined) return [{ name: 'Scores', text: `From ten customers on; there are ${n}.` }]
  return [
    { name: 'Brier score', text: `${brier.toFixed(3)}. 0 is sure and right; always saying 50 % scores 0.250.` },
    {
      name: 'Skill',
      text:
        skill === undefined
          ? 'Undefined: everybody named the same.'
          : `${skill.toFixed(2).replace('-', '−')}. Above 0 is better than knowing only how often each is named.`,
    },
    {
      name: 'Off by',
      text: 'The chance guessed on average, less the share who said it. In brackets the middle 95 % of 1,000 resamples of the customers; below ten there are too few.',
    },
    {
      name: 'Test',
      text: 'A driver is called wrong where over-assumed and blind spots differ by more than chance (McNemar, Holm for four).',
    },
  ]
}
