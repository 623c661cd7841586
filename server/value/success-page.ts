import { printMoney } from '../money.ts'
import { printDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import { isLoyal, loyalAndSuccessful } from './success.ts'
import type { Valuation } from './value.ts'

const mostNamed = 12

type Named = { name: string; href: string }
type Cell = { title: string; count: string; about: string; names: Named[]; more: string }
export type SuccessPart = {
  cells: Cell[]
  unknown: string
  falling: (Named & { sentence: string; on: string; revenue: string })[]
  more: string
}

const titles: Record<string, [title: string, about: string]> = {
  'true true': ['Loyal, and doing well', 'They gain and stay: value them first.'],
  'true false': ['Loyal, under pressure', 'They stay and buy less: help them get through.'],
  'false true': ['Doing well, not loyal', 'They will buy, from whoever serves them better.'],
  'false false': ['Under pressure, not loyal', 'Ask what would help before offering anything.'],
}

/** Loyal by successful, and whose own success is falling: our exposure. '' where nobody told how their business goes. */
export function successPart(all: Valuation[], now: Date, reader: Reader): SuccessPart | '' {
  const told = all.filter(({ success }) => success.state !== '' || success.isFalling)
  if (told.length === 0) return ''
  const unknown = all.filter((one) => one.success.state === '' || isLoyal(one) === undefined).length
  const falling = told
    .filter(({ success }) => success.isFalling || success.state === 'pressure')
    .sort((a, b) => (b.weGet ?? 0) - (a.weGet ?? 0) || (a.name < b.name ? -1 : 1))
  return {
    cells: loyalAndSuccessful(all).map(({ loyal, well, customers }) => {
      const [title = '', about = ''] = titles[`${loyal} ${well}`] ?? []
      return {
        title,
        about,
        count: String(customers.length),
        names: customers.slice(0, mostNamed).map(named),
        more: customers.length > mostNamed ? `and ${customers.length - mostNamed} more` : '',
      }
    }),
    unknown:
      unknown === 0
        ? ''
        : `Of ${plural(unknown, 'customer')} one or the other is not known. Ask where their business stands.`,
    falling: falling.slice(0, mostNamed).map((one) => ({
      ...named(one),
      sentence: one.success.sentence,
      on: printDay(one.success.on, now, reader),
      revenue: one.revenue ? printMoney(one.revenue) : '',
    })),
    more: falling.length > mostNamed ? `and ${falling.length - mostNamed} more` : '',
  }
}

const named = ({ id, name }: Valuation): Named => ({ name, href: `/customers/${id}` })
