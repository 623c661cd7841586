import { printMoney } from '../money.ts'
import type { TakeOn } from './client-list.ts'
import { concentration, revenueBehind } from './portfolio.ts'
import type { Valuation } from './value.ts'

const fewestForShare = 10

/** How much rests on few, by currency: amounts of several are never added up. Nothing below ten customers. */
export function portfolioWords(all: Valuation[], again: ReadonlyMap<string, TakeOn>): string[] {
  const byCurrency = Map.groupBy(
    all.flatMap(({ id, why, revenue }) => (revenue ? [{ ...revenue, why, again: again.get(id) ?? 'unknown' }] : [])),
    ({ currency }) => currency,
  )
  return [...byCurrency].flatMap(([currency, customers]) => {
    const amounts = customers.map(({ minor }) => minor).sort((a, b) => b - a)
    const index = concentration(amounts)
    if (amounts.length < fewestForShare || index === undefined) return []
    const sum = (some: number[]) => some.reduce((total, amount) => total + amount, 0)
    const share = Math.round((100 * sum(amounts.slice(0, 5))) / sum(amounts))
    const total = printMoney({ minor: sum(amounts), currency })
    return [
      `The five largest of ${amounts.length} bring ${share} % of ${total} a year (Herfindahl index ${index.toFixed(2)}: 0 is spread evenly over very many, 1 a single customer).`,
      againWords(customers),
      whyWords(customers),
    ]
  })
}

function againWords(customers: { minor: number; again: TakeOn }[]): string {
  const parts = revenueBehind(customers.map(({ minor, again }) => ({ minor, answer: again })))
  if (!parts || (parts.get('unknown') ?? 0) === 1)
    return 'Whether we would take them on again is not known: no customer is rated on it by its owner and the lead yet.'
  return `We would take on again customers with ${percent(parts.get('yes'))} of that revenue, and not those with ${percent(parts.get('no'))}; on ${percent(parts.get('apart'))} the raters differ, on ${percent(parts.get('unknown'))} it is not known.`
}

function whyWords(customers: { minor: number; why: Valuation['why'] }[]): string {
  const parts = revenueBehind(customers.map(({ minor, why }) => ({ minor, answer: why })))
  const older = (parts?.get('old') ?? 0) + (parts?.get('undated') ?? 0)
  return `Customers with ${percent(parts?.get('fresh'))} of it told us why in their own words within a year, with ${percent(older)} longer ago; with ${percent(parts?.get('none'))} never.`
}

/** Whole per cent; something is never printed as nothing, nor all but something as all. */
function percent(share = 0): string {
  const whole = Math.round(100 * share)
  if (share > 0 && whole === 0) return 'less than 1 %'
  return share < 1 && whole === 100 ? 'more than 99 %' : `${whole} %`
}
