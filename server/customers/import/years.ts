import { isCurrency, parseAmount } from '../../money.ts'
import { sentences } from '../forms.ts'
import type { Known } from './meanings.ts'
import type { YearValues } from './record.ts'

export type ReadYear = { year: number; values: Partial<YearValues> & { currency: string } }

const signs: Record<string, string> = { '€': 'EUR', '£': 'GBP', $: 'USD', '¥': 'JPY' }

/** The currency that stands beside an amount: "€ 1.234,56", "1,234.56 USD"; '' if none does. */
function currencyIn(text: string | undefined): string {
  const letters = /^\s*([a-z]{3})\b|\b([a-z]{3})\s*$/i.exec(text ?? '')
  const sign = /[€£$¥]/.exec(text ?? '')?.[0] ?? ''
  return (letters?.[1] ?? letters?.[2] ?? signs[sign] ?? '').toUpperCase()
}

/** The figures of a year in a row, or undefined if it has none. `lastYear` is the year of figures that name none. */
export function readYear(known: Known, lastYear: number, problems: string[]): ReadYear | undefined {
  const { annual_revenue: revenue, orders, margin } = known
  if (revenue === undefined && orders === undefined && margin === undefined) return undefined
  const inside = currencyIn(revenue) || currencyIn(margin)
  const currency = known.currency?.toUpperCase() ?? inside
  if (!isCurrency(currency)) {
    problems.push(
      currency === ''
        ? 'The revenue has no currency. Add a column currency, such as EUR.'
        : `"${currency.slice(0, 20)}": ${sentences.currency}`,
    )
    return undefined
  }
  if (inside && inside !== currency)
    problems.push(`The currency is ${currency}, but the amount says ${inside}. Correct one of them.`)
  const year = known.year === undefined ? lastYear : Number(known.year)
  if (!Number.isInteger(year) || year < 1990 || year > 2100)
    problems.push(`"${String(known.year).slice(0, 20)}": ${sentences.year}`)
  const amount = (text: string | undefined, name: string) => {
    if (text === undefined) return undefined
    const minor = parseAmount(text, currency)
    if (minor === undefined)
      problems.push(`${name} "${text.slice(0, 40)}" is not an amount. Write 412000 or 412,000.50.`)
    return minor
  }
  const count = orders === undefined ? undefined : countOf(orders)
  if (orders !== undefined && count === undefined)
    problems.push(`orders "${orders.slice(0, 20)}" is not a number. Write it in digits.`)
  const revenueMinor = amount(revenue, 'annual_revenue')
  const marginMinor = amount(margin, 'margin')
  return {
    year,
    values: {
      currency,
      ...(revenueMinor === undefined ? {} : { revenue_minor: revenueMinor }),
      ...(count === undefined ? {} : { orders: count }),
      ...(marginMinor === undefined ? {} : { margin_minor: marginMinor }),
    },
  }
}

/** 1200, 1,200 and 1.200 are the same number of orders. */
function countOf(text: string): number | undefined {
  if (!/^\d+$|^\d{1,3}(?:[.,'’ ]\d{3})+$/.test(text)) return undefined
  const count = Number(text.replaceAll(/\D/g, ''))
  return count <= 100_000_000 ? count : undefined
}
