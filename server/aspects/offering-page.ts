import { wilson } from '../insights/intervals.ts'
import { printDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { Answer, OfferingRow, OfferingTold } from './offerings.ts'

const part = 'Why'
const fewest = 5
const fewestForShares = 10
const mostListed = 200

export type OfferingLine = { href: string; name: string; known: string; worth: string; verdict: string }

/** What we sell beside what customers say of it; '' in `verdict` where the interval leaves it open. */
export function offeringLines(rows: OfferingRow[]): { lines: OfferingLine[]; hidden: string } {
  const shown = rows.filter(({ told }) => told >= fewest)
  const hidden = rows.length - shown.length
  return {
    lines: shown.map((row) => ({
      href: `/never-cut/offerings/${row.id}`,
      name: row.name,
      known: shareWords(row.known, row.asked.known),
      worth: shareWords(row.worth, row.asked.worth),
      verdict: verdictOf(row),
    })),
    hidden:
      hidden === 0 || shown.length === 0
        ? ''
        : `Of ${plural(hidden, 'other thing')} that we sell fewer than five customers have said whether they know it.`,
  }
}

function shareWords(x: number, n: number): string {
  if (n < fewest) return 'fewer than 5 said'
  if (n < fewestForShares) return `${x} of ${n}`
  const { low, high } = wilson(x, n)
  const percent = (share: number) => Math.round(share * 100)
  return `${x} of ${n}, ${percent(x / n)} % (${percent(low)}–${percent(high)})`
}

/** Less than half, as far as the interval goes: what few know is to be explained; what few want is to be repaired or dropped. */
function verdictOf({ known, worth, asked }: OfferingRow): string {
  const isFew = (x: number, n: number) => n >= fewestForShares && wilson(x, n).high < 0.5
  if (isFew(known, asked.known)) return 'Explain it'
  return isFew(worth, asked.worth) ? 'Repair it or drop it' : ''
}

const words: Record<Answer, string> = { yes: 'yes', partly: 'partly', no: 'no' }

export function offeringPage({ offering, rows, told }: OfferingTold, now: Date, reader: Reader) {
  const others = told - rows.length
  // Of so few, those who count in totals only are not even counted.
  const counted = told < fewest ? rows.length : told
  return {
    title: offering.name,
    part,
    lead:
      counted === 0
        ? 'Nobody may be shown who said anything of it.'
        : `${plural(counted, 'customer')} said whether they know it.`,
    rows: rows.slice(0, mostListed).map(({ customer, name, known, worth, on }) => ({
      href: `/customers/${customer}`,
      name,
      known: known ? words[known] : '–',
      worth: worth ? words[worth] : '–',
      on: printDay(on, now, reader),
    })),
    others:
      others > 0 && told >= fewest
        ? `${plural(others, 'customer counts', 'customers count')} in the totals and ${others === 1 ? 'is' : 'are'} not named to you.`
        : '',
    more: rows.length > mostListed ? `and ${rows.length - mostListed} more` : '',
  }
}
