import { address, type Pager, pager } from '../lists.ts'
import { printMoney } from '../money.ts'
import type { Section } from '../sections.ts'
import { listed, plural } from '../words.ts'
import { groupName, type Names } from './names.ts'
import type { AskedCustomer } from './silent.ts'
import type { Filters } from './view.ts'

const pageSize = 50
const top = 10

export type SilentPage = {
  title: string
  part: string
  lead: string
  finding: string
  chosen: string
  rows: { name: string; href: string; revenue: string; owner: string; isTop: boolean }[]
  pages: Pager
  hasCurrencies: boolean
  back: string
  takeAway: string
  sections: Section[]
  closer: Section[]
}

/** "Who is silent": those asked who have said nothing yet, the largest accounts first. */
export function silentPage(
  asked: AskedCustomer[],
  filters: Filters,
  names: Names,
  page: number,
  ways: { sections: Section[]; closer: Section[]; isOwn: boolean; mayTake: boolean },
): SilentPage {
  const silent = asked.filter(({ isHeard }) => !isHeard)
  const main = asked[0]?.currency ?? ''
  const largest = main === '' ? [] : asked.filter(({ currency }) => currency === main).slice(0, top)
  const quiet = largest.filter(({ isHeard }) => !isHeard)
  const isTop = new Set(quiet.map(({ id }) => id))
  const { campaign, segment, region, owner } = filters
  const query = { campaign, segment, region, owner }
  return {
    title: 'Who is silent',
    part: 'Why',
    lead: leadOf(silent.length, asked.length, ways.isOwn),
    finding: findingOf(quiet, largest.length, main),
    chosen: (['campaign', 'segment', 'region', 'owner'] as const)
      .filter((name) => filters[name] !== '')
      .map((name) => groupName(name, filters[name], names))
      .join(', '),
    rows: silent.slice((page - 1) * pageSize, page * pageSize).map((one) => ({
      name: one.name,
      href: `/customers/${one.id}`,
      revenue: one.currency ? printMoney({ minor: one.revenueMinor, currency: one.currency }) : 'not known',
      owner: one.owner || 'Nobody',
      isTop: isTop.has(one.id),
    })),
    pages: pager(silent.length, page, pageSize, '/why/silent', query),
    hasCurrencies: new Set(silent.map(({ currency }) => currency).filter(Boolean)).size > 1,
    back: address('/why', query),
    takeAway: ways.mayTake && silent.length > 0 ? address('/why/silent.csv', query) : '',
    sections: ways.sections,
    closer: ways.closer,
  }
}

function leadOf(silent: number, asked: number, isOwn: boolean): string {
  const whose = isOwn ? ' of yours' : ''
  if (asked === 0) return `No customer${whose} has been invited here.`
  if (silent === 0)
    return `${asked === 1 ? 'The one customer' : `All ${asked} customers`}${whose} invited here ${asked === 1 ? 'has' : 'have'} been heard.`
  return `${silent} of ${plural(asked, 'customer')}${whose} invited ${silent === 1 ? 'has' : 'have'} said nothing yet.`
}

function findingOf(quiet: AskedCustomer[], largest: number, currency: string): string {
  if (largest < 3) return ''
  if (quiet.length === 0) return `Each of the ${largest} largest (revenue in ${currency}) has been heard.`
  const few = quiet.map(({ name }) => name)
  return `Of the ${largest} largest (revenue in ${currency}) ${quiet.length} ${quiet.length === 1 ? 'is' : 'are'} silent: ${listed(few)}. Silence of a top account is itself a finding: a talk will tell more than another mail.`
}
