import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import type { Section } from '../sections.ts'
import { printInstantDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { Figures } from './figures.ts'
import type { Marketed } from './marketed.ts'
import { marketedSentence } from './marketed-sentence.ts'
import { evidence, type Linked } from './names.ts'
import { type Told, told } from './reasons.ts'
import type { Filters } from './view.ts'

type DriverMark = { driver: Driver; letter: string; name: string }
const markOf = (driver: Driver): DriverMark => ({ driver, letter: driverLetters[driver], name: driverNames[driver] })

type VersionView = { id: string; when: string; claims: { text: string; drivers: DriverMark[] }[] }

export type MarketedPage = Problems & {
  title: string
  part: string
  lead: string
  note: string
  rows: (DriverMark & { claims: string; customers: Told })[]
  claimsHead: string
  customersHead: string
  n: Linked | ''
  newest: VersionView | ''
  toConfirm:
    | { id: string; claims: { text: string; boxes: (DriverMark & { field: string; checked: boolean })[] }[] }
    | ''
  confirmLabel: string
  ticked: string
  write: Field | ''
  earlier: VersionView[]
  takeAway: string
  mayErase: boolean
  eraseError: string
  sections: Section[]
  closer: Section[]
}

export type MarketedFacts = {
  versions: Marketed[]
  figures: Figures
  filters: Filters
  mayEdit: boolean
  typed: Typed
  errors: Record<string, string>
  sections: Section[]
  closer: Section[]
}

/** What the company says of itself beside what customers say unprompted. */
export function marketedPage(facts: MarketedFacts, now: Date, reader: Reader): MarketedPage {
  const { versions, figures, filters, mayEdit, typed, errors } = facts
  const [newest, ...earlier] = versions
  const isShown = figures.status === 'shown'
  const view = (version: Marketed): VersionView => ({
    id: version.id,
    when: `${printInstantDay(version.at, now, reader)}, ${version.by}`,
    claims: version.claims.map((claim) => ({
      text: claim.text,
      drivers: version.isConfirmed ? claim.drivers.map(markOf) : [],
    })),
  })
  const counts = (driver: Driver) => newest?.claims.filter((claim) => claim.drivers.includes(driver)).length ?? 0
  const said = {
    n: figures.n,
    customers: {
      revenue: figures.drivers.revenue['+'].all,
      cost: figures.drivers.cost['+'].all,
      risk: figures.drivers.risk['+'].all,
      emotion: figures.drivers.emotion['+'].all,
    },
  }
  const all = newest?.claims.length ?? 0
  const claimed = { revenue: counts('revenue'), cost: counts('cost'), risk: counts('risk'), emotion: counts('emotion') }
  return {
    title: 'What we say, what they say',
    part: 'Why',
    lead: !newest
      ? 'Nobody has written down yet what the company says of itself.'
      : newest.isConfirmed
        ? marketedSentence(claimed, all, isShown ? said : undefined)
        : 'These claims count once a person has said which of the four each speaks of.',
    note: noteOf(newest, isShown, mayEdit),
    rows: newest?.isConfirmed
      ? drivers.map((driver) => ({
          ...markOf(driver),
          claims: `${claimed[driver]} of ${all}`,
          customers: isShown ? told(driver, '+', figures, filters) : { text: 'hidden', rest: '', href: '' },
        }))
      : [],
    claimsHead: 'Claims of ours',
    customersHead: isShown ? `Of ${plural(figures.n, 'customer')}, unprompted` : 'Customers, unprompted',
    n: isShown ? { text: plural(figures.n, 'customer'), href: evidence(filters, { of: 'read' }) } : '',
    newest: newest ? view(newest) : '',
    toConfirm: newest && mayEdit ? choices(newest) : '',
    ticked: newest?.isConfirmed ? 'as a person said' : 'ticked as software reads it, until a person says otherwise',
    confirmLabel: newest?.isConfirmed ? 'Change' : 'Confirm',
    write: mayEdit
      ? field('claims', newest ? 'Write a new version' : 'What do you say of yourselves?', typed, errors, {
          type: 'textarea',
          hint: 'From the website, a brochure, an offer. One claim a line, 12 at most.',
        })
      : '',
    earlier: earlier.map(view),
    takeAway: mayEdit && newest ? '/why/words.csv' : '',
    mayErase: mayEdit,
    eraseError: errors.erase ?? '',
    ...problemsOf(errors),
    sections: facts.sections,
    closer: facts.closer,
  }
}

function choices(version: Marketed) {
  return {
    id: version.id,
    claims: version.claims.map((claim) => ({
      text: claim.text,
      boxes: drivers.map((driver) => ({
        ...markOf(driver),
        field: `claim${claim.place}`,
        checked: claim.drivers.includes(driver),
      })),
    })),
  }
}

function noteOf(newest: Marketed | undefined, isShown: boolean, mayEdit: boolean): string {
  if (!newest)
    return mayEdit
      ? 'Copy a few sentences from your website below. Beside the reasons that customers give you see what you praise and nobody buys for, and what they buy for and nobody says.'
      : 'A lead or an admin can write it down. Then it stands here beside the reasons that customers give.'
  return isShown ? '' : 'What customers say is not shown: too few have been heard unprompted and read.'
}
