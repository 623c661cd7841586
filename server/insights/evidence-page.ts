import { driverNames, drivers } from '../drivers.ts'
import { address, type Pager, pager } from '../lists.ts'
import type { Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { Wanted } from './behind.ts'
import { filterParams, wantedParams } from './forms.ts'
import type { AnswerRead } from './insights.ts'
import { evidence } from './names.ts'
import { type Quote, quote } from './quotes.ts'
import type { Filters } from './view.ts'

export type EvidencePage = {
  title: string
  part: string
  heading: string
  summary: string
  back: string
  wantedLinks: { text: string; href: string; isCurrent: boolean }[]
  customers: { name: string; href: string; quotes: Quote[]; more: string }[]
  confidence: string
  pager: Pager
  review: string
  decide: string
}

export type EvidenceFacts = {
  filters: Filters
  wanted: Wanted
  isShown: boolean
  /** Nobody at all was heard in this view. */
  isSilent: boolean
  /** The number on the screen: customers, readable or not. */
  total: number
  readable: number
  customers: { id: string; name: string }[]
  answers: AnswerRead[]
  page: number
  pageSize: number
  seesAll: boolean
  /** Somebody on this page is left out, since two people still read the words without the suggestion. */
  isCovered: boolean
  mayReview: boolean
  mayDecide: boolean
}

const mostQuotes = 6

/** The answers behind one number, by customer. */
export function evidencePage(facts: EvidenceFacts, now: Date, reader: Reader): EvidencePage {
  const { filters, wanted, customers, answers } = facts
  const params = { ...wantedParams(wanted), ...filterParams(filters) }
  return {
    title: headingOf(wanted),
    part: 'Why',
    heading: headingOf(wanted),
    summary: summaryOf(facts),
    back: address('/why', filterParams(filters)),
    wantedLinks:
      wanted.of === 'driver'
        ? drivers.flatMap((driver) =>
            (['+', '-'] as const).map((direction) => ({
              text: `${driverNames[driver]} ${direction === '+' ? '+' : '−'}`,
              href: evidence(filters, { of: 'driver', driver, direction }),
              isCurrent: driver === wanted.driver && direction === wanted.direction,
            })),
          )
        : [],
    customers: customers.map(({ id, name }) => {
      const own = answers.filter((answer) => answer.customerId === id)
      return {
        name,
        href: `/customers/${id}`,
        quotes: own.slice(0, mostQuotes).map((answer) => quote(answer, wanted, now, reader)),
        more: own.length > mostQuotes ? `and ${plural(own.length - mostQuotes, 'more answer')}` : '',
      }
    }),
    confidence: confidenceOf(facts),
    pager: pager(facts.readable, facts.page, facts.pageSize, '/why/answers', params),
    review: wanted.of === 'waiting' && facts.mayReview ? '/review' : '',
    decide: facts.isShown && wanted.of === 'driver' && facts.mayDecide ? address('/decisions/new', params) : '',
  }
}

function headingOf(wanted: Wanted): string {
  switch (wanted.of) {
    case 'driver':
      return `${driverNames[wanted.driver]}: who says we ${wanted.direction === '+' ? 'help' : 'hurt'}`
    case 'wishes':
      return `${driverNames[wanted.driver]}: who wishes for more`
    case 'coverage':
      return `Customers whom we help with ${['none', 'one', 'two', 'three', 'all'][wanted.count]} of the four`
    case 'heard':
      return 'Customers heard'
    case 'read':
      return 'Customers whose words are read'
    case 'waiting':
      return 'Waiting to be read'
  }
}

function summaryOf({ isShown, isSilent, total, filters, wanted }: EvidenceFacts): string {
  if (isSilent) return 'Nobody has answered in this view.'
  if (!isShown)
    return 'No figure is shown: it would be about fewer than 5 customers, or single out so few. Here are the words that may be read with their name.'
  const unconfirmed = filters.suggestions && wanted.of === 'driver' ? ', counting what nobody has confirmed' : ''
  return `${plural(total, 'customer')}${unconfirmed}`
}

const covered = 'Words that two people still read apart are not listed with what is suggested for them.'

/** What is not listed. */
const confidenceOf = (facts: EvidenceFacts): string =>
  [facts.isCovered ? covered : '', keptBack(facts)].filter(Boolean).join(' ')

/**
 * What was given in confidence. Fewer than five are never counted by themselves, and where no figure is shown the sentence
 * is the same whether anything is kept back or not: of a single customer it would tell what it said.
 */
function keptBack({ isShown, isSilent, total, readable, seesAll }: EvidenceFacts): string {
  const confidence = seesAll ? 'in confidence' : 'in confidence or to colleagues'
  if (isSilent) return ''
  if (!isShown) return `What was given ${confidence} is not listed.`
  const rest = total - readable
  if (rest <= 0) return ''
  return `${rest < 5 ? 'Some' : rest} further customers gave this ${confidence}.`
}
