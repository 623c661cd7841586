import type { User } from '../access.ts'
import { type Section, whySections } from '../sections.ts'
import { readerOf } from '../time.ts'
import { plural, sentenceNumber } from '../words.ts'
import type { TakeOn } from './client-list.ts'
import { type Mark, namesThatFit } from './map-labels.ts'
import { portfolioWords } from './portfolio-words.ts'
import { type SuccessPart, successPart } from './success-page.ts'
import type { Doing, Valuation } from './value.ts'

const part = 'Why'
const mostNamed = 12
/** So many marks can be told apart on one map; beyond it those that give most are drawn. */
const mostDrawn = 200
const height = 320
const strip = 30
const cornerHeight = 32

/** What the four quarters are called, each in its corner. */
const corners = [
  { text: 'They get much, we get little', isEnd: false, down: 16 },
  { text: 'Partners', isEnd: true, down: 16 },
  { text: 'Open question', isEnd: false, down: height - 8 },
  { text: 'Exposed', isEnd: true, down: height - 8 },
]

type Point = {
  x: string
  y: string
  name: string
  isNamed: boolean
  isEnd: boolean
  /** How far the name stands from its mark. */
  dx: string
  /** Solid once it renewed, hollow while it only says so or nothing is known. */
  dot: 'fill' | 'hollow'
  grows: boolean
  growsStated: boolean
  tells: boolean
  tellsStated: boolean
}
type Listed = {
  name: string
  href: string
  weGet: string
  theyGet: string
  stays: string
  grows: string
  tells: string
  mark: string
}

export type MapPage = {
  sections: Section[]
  title: string
  part: string
  lead: string
  map: { height: number; whole: number; middle: number; points: Point[]; desc: string; about: string } | ''
  groups: { title: string; id: string; about: string; rows: Listed[]; more: string }[]
  portfolio: string[]
  edge: { y: string; marks: { x: string; name: string; href: string }[]; label: string } | ''
  success: SuccessPart | ''
  unknown: string
}

/** Everybody by the value that we get and the value that they get; exposed ones first. */
export function mapPage(user: User, all: Valuation[], again: ReadonlyMap<string, TakeOn>, now: Date): MapPage {
  const known = all.filter(isKnown)
  const drawn = [...known].sort((a, b) => b.weGet - a.weGet).slice(0, mostDrawn)
  const exposed = known.filter(({ weGet, theyGet }) => weGet >= 50 && theyGet < 50).sort((a, b) => b.weGet - a.weGet)
  const partners = known.filter(({ weGet, theyGet }) => weGet >= 50 && theyGet >= 50)
  const fans = known.filter(({ weGet, theyGet }) => weGet < 50 && theyGet >= 50)
  const questions = known.filter(({ weGet, theyGet }) => weGet < 50 && theyGet < 50)
  // Exposed ones first, then whoever has a mark of its own, then everybody else; in each the largest first.
  const byNeed = [...drawn].sort((a, b) => needOf(a) - needOf(b) || b.weGet - a.weGet)
  const named = namesThatFit(byNeed.map(markOf), drawn.map(markOf), corners, mostNamed)
  const unknown = all.length - known.length
  // Unknown is drawn at the edge, never as nothing.
  const notTold = all.filter(({ weGet, theyGet }) => weGet !== undefined && theyGet === undefined)
  return {
    sections: whySections(user, '/value'),
    title: 'Value both ways',
    part,
    lead:
      known.length === 0
        ? 'Of nobody both sides are known yet: their results come from the relationship check, our value from revenue or margin.'
        : exposed.length === 0
          ? `${plural(known.length, 'customer')} known on both sides. Nobody gives us much and gets little.`
          : `${sentenceNumber(exposed.length)} ${exposed.length === 1 ? 'customer gives' : 'customers give'} us much and ${exposed.length === 1 ? 'gets' : 'get'} little. Start with ${exposed[0]?.name}.`,
    map:
      known.length === 0
        ? ''
        : {
            height,
            whole: height + (notTold.length > 0 ? strip : 0),
            middle: height / 2,
            points: drawn.map((one) => point(one, named.has(one.id))),
            desc: `Across: value we get. Up: value they get. ${plural(exposed.length, 'customer')} low on the right, ${partners.length} high on the right, ${fans.length} high on the left, ${questions.length} low on the left.`,
            about: drawn.length < known.length ? `The ${mostDrawn} that give most are drawn.` : '',
          },
    groups: [
      group('exposed', 'Exposed: we gain, they do not', 'Act here first.', exposed),
      group('partners', 'Partners', 'Both sides gain.', partners),
      group('fans', 'They get much, we get little', 'Ask for more, or for their word to others.', fans),
      group('questions', 'Open questions', 'Neither side gains much.', questions),
    ].filter(({ rows }) => rows.length > 0),
    portfolio: portfolioWords(all, again),
    edge:
      notTold.length === 0 || known.length === 0
        ? ''
        : {
            y: (height + strip / 2).toFixed(1),
            marks: notTold.slice(0, mostDrawn).map(({ id, name, weGet }) => ({
              x: `${(weGet ?? 0).toFixed(1)}%`,
              name,
              href: `/customers/${id}`,
            })),
            label: `What ${plural(notTold.length, 'customer gets', 'customers get')} from us is not known: hollow, below the line.`,
          },
    success: successPart(all, now, readerOf(user)),
    unknown:
      unknown === 0
        ? ''
        : `${plural(unknown, 'customer is', 'customers are')} not on the map: what they get, or what we get, is not known. Unknown is not little.`,
  }
}

type Known = Valuation & { weGet: number; theyGet: number }
const isKnown = (one: Valuation): one is Known => one.weGet !== undefined && one.theyGet !== undefined

/** How far down the map somebody stands, in pixels: no mark reaches the words in the corners. */
const downOf = (one: Known): number => cornerHeight + (height - 2 * cornerHeight) * (1 - one.theyGet / 100)
const markOf = (one: Known): Mark => ({ id: one.id, name: one.name, across: one.weGet, down: downOf(one) })
const needOf = ({ weGet, theyGet, mark }: Known): number => (weGet >= 50 && theyGet < 50 ? 0 : mark ? 1 : 2)

const does = ({ stated, actual }: Doing): boolean => actual || stated === true
const words = (doing: Doing): string =>
  doing.actual ? 'did' : doing.stated === undefined ? 'not known' : doing.stated ? 'says so' : 'says no'

function point(one: Known, isNamed: boolean): Point {
  return {
    x: `${one.weGet.toFixed(1)}%`,
    y: downOf(one).toFixed(1),
    name: one.name,
    isNamed,
    isEnd: one.weGet > 50,
    dx: one.weGet > 50 ? '-12' : '12',
    dot: one.stays.actual ? 'fill' : 'hollow',
    grows: does(one.grows),
    growsStated: !one.grows.actual,
    tells: does(one.tells),
    tellsStated: !one.tells.actual,
  }
}

const mostListed = 50
function group(id: string, title: string, about: string, all: Known[]): MapPage['groups'][number] {
  const rows = [...all].sort((a, b) => b.weGet - a.weGet || (a.name < b.name ? -1 : 1))
  return {
    id,
    title,
    about,
    rows: rows.slice(0, mostListed).map((one) => ({
      name: one.name,
      href: `/customers/${one.id}`,
      weGet: String(Math.round(one.weGet)),
      theyGet: String(Math.round(one.theyGet)),
      stays: words(one.stays),
      grows: words(one.grows),
      tells: words(one.tells),
      mark: one.mark ?? '',
    })),
    more: rows.length > mostListed ? `and ${rows.length - mostListed} more` : '',
  }
}
