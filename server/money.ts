/** An amount in integer minor units (cents) of an ISO 4217 currency. Amounts of different currencies are never added. */
export type Money = { minor: number; currency: string }

const known = new Set(Intl.supportedValuesOf('currency'))

/** True for an ISO 4217 code that this machine knows, in capitals: 'EUR'. */
export const isCurrency = (code: string): boolean => known.has(code)

/** How many decimals the currency's minor unit has: 2 for EUR, 0 for JPY, 3 for KWD (ISO 4217, by Intl). */
export function decimalsOf(currency: string): number {
  const digits =
    decimals.get(currency) ??
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ??
    2
  decimals.set(currency, digits)
  return digits
}

const decimals = new Map<string, number>()

/**
 * Reads an amount as people write it into minor units: '412000', '412,000.50', '412.000,50', "412'000", '€ 1 200',
 * '(300)' and '−300'. A single comma or point is a decimal sign, unless exactly three digits follow it
 * and the currency has not three decimals.
 * `undefined` if it is no amount, has more decimals than the currency, or is beyond what can be kept exactly.
 */
export function parseAmount(text: string, currency: string): number | undefined {
  const signed = text.replace(/[\p{Sc}\s'’]/gu, '').replace(/^[A-Za-z]{3}|[A-Za-z]{3}$/g, '')
  const isNegative = /^\(.*\)$|^[-−]|[-−]$/.test(signed)
  const places = decimalsOf(currency)
  const plain = withPoint(signed.replace(/^\((.*)\)$/, '$1').replace(/^[-−]|[-−]$/, ''), places)
  if (plain === undefined) return undefined
  const [whole = '', fraction = ''] = plain.split('.')
  if (fraction.replace(/0+$/, '').length > places) return undefined
  const minor = Number(whole + fraction.slice(0, places).padEnd(places, '0'))
  return Number.isSafeInteger(minor) ? (isNegative && minor !== 0 ? -minor : minor) : undefined
}

/** Digits with at most one point for decimals; '' and what is ambiguous or no number give `undefined`. */
function withPoint(bare: string, places: number): string | undefined {
  if (/^\d+$/.test(bare)) return bare
  if (/^[1-9]\d{0,2}(?:,\d{3}|\.\d{3})$/.test(bare) && places !== 3) return bare.replace(/[,.]/, '')
  if (/^[1-9]\d{0,2}([,.])\d{3}(?:\1\d{3})+$/.test(bare)) return bare.replace(/[,.]/g, '')
  if (/^\d+[,.]\d+$/.test(bare)) return bare.replace(',', '.')
  if (/^\d{1,3}(?:,\d{3})+\.\d+$/.test(bare)) return bare.replaceAll(',', '')
  if (/^\d{1,3}(?:\.\d{3})+,\d+$/.test(bare)) return bare.replaceAll('.', '').replace(',', '.')
  return undefined
}

/** "€412,000", with decimals only where there are any; the minus is U+2212. */
export function printMoney({ minor, currency }: Money, language = 'en'): string {
  const places = decimalsOf(currency)
  const isWhole = minor % 10 ** places === 0
  const format = new Intl.NumberFormat(language === 'en' ? 'en-GB' : language, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: isWhole ? 0 : places,
    maximumFractionDigits: places,
  })
  return format.format(minor / 10 ** places).replace('-', '−')
}

/** "412000.50", as a form field holds it and `parseAmount` reads it back. */
export function writeAmount({ minor, currency }: Money): string {
  const places = decimalsOf(currency)
  const fixed = (minor / 10 ** places).toFixed(places)
  return minor % 10 ** places === 0 ? fixed.replace(/\.\d+$/, '') : fixed
}
