import type { User } from '../access.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { address, type Pager, type SortLink } from '../lists.ts'
import { type Section, whySections } from '../sections.ts'
import { printDay, type Reader } from '../time.ts'
import { listed, plural, sentenceNumber } from '../words.ts'
import type { AspectRow, Quotes, Register, WhatIf } from './aspects.ts'
import type { AspectWords } from './naming.ts'

const part = 'Why'
export const pageSize = 25

type Quoted = { text: string; lang: string; customer: string; isVoice: boolean }
type Behind = { customers: string; first: string; revenue: string }
export type RegisterPage = {
  sections: Section[]
  title: string
  part: string
  about: string
  rows: (Behind & {
    id: string
    href: string
    name: string
    offering: string
    isCut: boolean
    none: boolean
    quote: Quoted | ''
  })[]
  sorts: { customers: SortLink; revenue: SortLink }
  sort: string
  whatIf: { heading: string; sentence: string; names: string } | ''
  offeringsUnnamed: string
  waiting: string
  empty: string
}

type Sort = 'customers' | 'revenue'

/** The largest share that any one currency has: what is sorted by; currencies are never added up. */
const weight = ({ revenue }: AspectRow): number => Math.max(0, ...revenue.map(({ share }) => share))

/** What must never be cut, with what stands behind it, and what would go with the ticked ones. */
export function registerPage(
  user: User,
  found: Register,
  quotes: Quotes,
  sort: Sort,
  cut: string[],
  whatIf: WhatIf | undefined,
): RegisterPage {
  const rows = [...found.rows].sort((a, b) =>
    sort === 'revenue'
      ? weight(b) - weight(a) || b.customers - a.customers
      : b.customers - a.customers || b.first - a.first,
  )
  const sortOf = (column: Sort): SortLink => ({
    href: address('/never-cut', { sort: column }),
    direction: sort === column ? 'descending' : '',
  })
  return {
    sections: whySections(user, '/never-cut'),
    title: 'Never cut',
    part,
    about:
      found.asked === 0
        ? 'Nobody has said yet what would have to stay.'
        : `${plural(found.asked, 'customer')} said what would have to stay for them not to leave. Counts are at least: who was not asked is not known.`,
    rows: rows.map((row) => ({
      id: row.id,
      href: `/never-cut/${row.id}`,
      name: row.name,
      offering: row.offering,
      isCut: cut.includes(row.id),
      none: row.customers === 0,
      quote: quoted(quotes, row.id),
      ...behindWords(row),
    })),
    sorts: { customers: sortOf('customers'), revenue: sortOf('revenue') },
    sort,
    whatIf: whatIf ? whatIfWords(found, cut, whatIf) : '',
    offeringsUnnamed: listed(found.offeringsUnnamed),
    waiting:
      found.unnamed === 0
        ? ''
        : `${sentenceNumber(found.unnamed)} ${found.unnamed === 1 ? 'answer waits' : 'answers wait'} for somebody to name what must stay.`,
    empty:
      rows.length === 0 ? 'Nothing is named yet. Read what customers said must stay, and name it in a few words.' : '',
  }
}

const longest = 160

function quoted(quotes: Quotes, id: string): Quoted | '' {
  const found = quotes.get(id)
  if (!found) return ''
  const { text, lang, customer, provenance } = found
  return {
    text: text.length > longest ? `${Array.from(text).slice(0, longest).join('')} …` : text,
    lang,
    customer,
    isVoice: provenance !== 'paraphrase' && provenance !== 'observed',
  }
}

function behindWords({ customers, first, revenue }: Pick<AspectRow, 'customers' | 'first' | 'revenue'>): Behind {
  return {
    customers: String(customers),
    first: String(first),
    revenue: revenue.map(({ currency, share }) => `${Math.round(share * 100)} % of ${currency}`).join(', '),
  }
}

function whatIfWords(found: Register, cut: string[], whatIf: WhatIf): RegisterPage['whatIf'] {
  const names = found.rows.filter(({ id }) => cut.includes(id)).map(({ name }) => `“${name}”`)
  const { customers, first, revenue } = behindWords(whatIf)
  const behind = revenue ? `, with ${revenue} revenue of those who answered` : ''
  const more = whatIf.others > 0 ? plural(whatIf.others, 'other, not named here', 'others, not named here') : ''
  return {
    heading: `If ${listed(names)} went`,
    sentence:
      whatIf.customers === 0
        ? 'Nobody who may be counted has named this.'
        : `At least ${customers} ${whatIf.customers === 1 ? 'customer' : 'customers'} named it as what would have to stay, ${first} of them first${behind}. Answers for totals only are left out here.`,
    names: whatIf.customers === 0 ? '' : listed([...whatIf.names, more].filter(Boolean)),
  }
}

export type WaitingPage = {
  title: string
  part: string
  rows: { href: string; text: string; lang: string; isChanged: boolean }[]
  pager: Pager
  hasPages: boolean
}

export const waitingPage = (
  rows: { id: string; text: string; language: string; changed: number }[],
  pages: Pager,
): WaitingPage => ({
  title: 'What must stay, to be named',
  part,
  rows: rows.map(({ id, text, language, changed }) => ({
    href: `/never-cut/answers/${id}`,
    text: text.length > 220 ? `${Array.from(text).slice(0, 200).join('')} …` : text,
    lang: language,
    isChanged: changed === 1,
  })),
  pager: pages,
  hasPages: pages.previous !== '' || pages.next !== '',
})

export type NamingPage = Problems & {
  title: string
  part: string
  text: string
  lang: string
  isChanged: boolean
  action: string
  revision: string
  names: Field[]
  known: string[]
}

export function namingPage(
  answer: { id: string; revisionId: string; text: string; language: string; names: string[]; isChanged: boolean },
  known: string[],
  typed: Typed,
  errors: Record<string, string>,
): NamingPage {
  const filled = { ...Object.fromEntries(answer.names.map((name, index) => [`aspect${index + 1}`, name])), ...typed }
  const labels = ['Named first', 'Also named', 'Also named, third']
  return {
    title: 'Name what must stay',
    part,
    text: answer.text,
    lang: answer.language,
    isChanged: answer.isChanged,
    action: `/never-cut/answers/${answer.id}`,
    revision: answer.revisionId,
    names: labels.map((label, index) => field(`aspect${index + 1}`, label, filled, errors)),
    known,
    ...problemsOf(errors),
  }
}

export type AspectPage = Problems & {
  title: string
  part: string
  action: string
  name: Field
  offering: SelectField
  quotes: { href: string; customer: string; customerHref: string; text: string; who: string; isVoice: boolean }[]
}

export function aspectPage(
  aspect: { id: string; name: string; offering_id: string | null },
  words: AspectWords[],
  offerings: { id: string; name: string }[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
  reader: Reader,
): AspectPage {
  const filled = { name: aspect.name, offering: aspect.offering_id ?? '', ...typed }
  return {
    title: aspect.name,
    part,
    action: `/never-cut/${aspect.id}`,
    name: field('name', 'Name', filled, errors, { hint: 'The name of another one joins the two.' }),
    offering: select(
      'offering',
      'Belongs to',
      [['', 'Nothing that we sell by itself'], ...offerings.map(({ id, name }): [string, string] => [id, name])],
      filled,
      errors,
    ),
    quotes: words.map((one) => ({
      href: `/never-cut/answers/${one.id}`,
      customer: one.customer,
      customerHref: `/customers/${one.customerId}`,
      text: one.text,
      who: [one.contact, printDay(one.tookPlaceOn, now, reader), one.place === 1 ? 'named it first' : '']
        .filter(Boolean)
        .join(', '),
      isVoice: one.provenance !== 'paraphrase' && one.provenance !== 'observed',
    })),
    ...problemsOf(errors),
  }
}
