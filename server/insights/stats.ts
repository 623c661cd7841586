import { address } from '../lists.ts'
import { decimalsOf } from '../money.ts'
import type { Figures } from './figures.ts'
import type { ListFacts } from './insights.ts'
import { evidence, type Linked } from './names.ts'
import type { Filters } from './view.ts'

/** One number on top of the page. */
export type Stat = { label: string; number: Linked; of: string; note: string; more: Linked | '' }

/** How many were heard and read, how they spoke, and the revenue behind them. `asked` is undefined where unknown. */
export function stats(figures: Figures, filters: Filters, list: ListFacts, asked: number | undefined): Stat[] {
  const answers = { text: String(figures.read), href: evidence(filters, { of: 'read' }) }
  const waiting = {
    text: `${figures.waiting} ${figures.waiting === 1 ? 'waits' : 'wait'} to be read`,
    href: evidence(filters, { of: 'waiting' }),
  }
  return [
    {
      label: 'Customers heard',
      number: { text: String(figures.heard), href: evidence(filters, { of: 'heard' }) },
      of: asked === undefined ? '' : `of ${asked} asked`,
      note: asked ? `${Math.round((figures.heard / asked) * 100)} %${asked > figures.heard ? ', ' : ''}` : '',
      more:
        asked !== undefined && asked > figures.heard
          ? { text: `${asked - figures.heard} silent`, href: silentHref(filters) }
          : '',
    },
    {
      label: 'Answers read',
      number: answers,
      of: `of ${figures.answers}`,
      note: figures.waiting === 0 ? 'none waits to be read' : '',
      more: figures.waiting === 0 ? '' : waiting,
    },
    ...channelStats(figures, filters),
    ...revenueStats(list, filters, asked !== undefined),
  ]
}

/** The page of those who were asked and said nothing, in this view. */
const silentHref = ({ campaign, segment, region, owner }: Filters): string =>
  address('/why/silent', { campaign, segment, region, owner })

function channelStats(figures: Figures, filters: Filters): Stat[] {
  const parts = [...figures.heardBy].sort(([, a], [, b]) => b - a)
  const isAllShown = parts.every(([value]) => figures.options.channel.get(value)?.status === 'shown')
  if (!isAllShown) return []
  const [first, second] = parts
  if (!first) return []
  const link = ([channel, count]: [string, number]): Linked => ({
    text: String(count),
    href: evidence(filters, { of: 'heard' }, { channel }),
  })
  const inWords: Record<string, string> = {
    survey: 'by survey',
    interview: 'in a talk',
    observation: 'seen',
    mail: 'by mail',
  }
  return [
    {
      label: 'How they spoke',
      number: link(first),
      of: inWords[first[0]] ?? first[0],
      note: second ? `${inWords[second[0]] ?? second[0]}: ` : '',
      more: second ? link(second) : '',
    },
  ]
}

/** Never summed across currencies; a currency that fewer than five heard customers pay in is left out. */
function revenueStats({ revenue }: ListFacts, filters: Filters, isAskedKnown: boolean): Stat[] {
  const known = revenue.filter((one) => one.customers >= 5 && one.heardMinor > 0)
  const [first, ...rest] = known
  if (!first) return []
  const share = (one: { heardMinor: number; askedMinor: number }) =>
    `${Math.round((one.heardMinor / one.askedMinor) * 100)} %`
  const others = rest.map((one) => `and ${roundMoney(one.heardMinor, one.currency)}`)
  const href = evidence(filters, { of: 'heard' })
  return [
    {
      label: 'Revenue behind them',
      number: { text: roundMoney(first.heardMinor, first.currency), href },
      of: 'a year',
      note: [isAskedKnown ? `${share(first)} of what is known` : 'newest year known', ...others].join(', '),
      more: '',
    },
  ]
}

/** "€12.4m": rounded, since here it says how much stands behind a figure, not what anybody paid. */
export function roundMoney(minor: number, currency: string): string {
  const format = new Intl.NumberFormat('en-GB', {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    maximumSignificantDigits: 3,
  })
  return format.format(minor / 10 ** decimalsOf(currency))
}
