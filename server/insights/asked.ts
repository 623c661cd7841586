import { scaleLinear } from 'd3-scale'
import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { plural } from '../words.ts'
import { shareText } from './charts.ts'
import type { Counted, Figures } from './figures.ts'
import { precision, wilson } from './intervals.ts'
import { evidence, type Linked } from './names.ts'
import type { Filters } from './view.ts'

/** One end of a dumbbell: where its share lies, and its interval, in per cent of the width. */
type End = { at: string; low: string; high: string }
/** The model of views/partials/charts/dumbbell.hbs. */
export type Dumbbell = { id: string; title: string; desc: string; unprompted: End; prompted: End }

type Side = Linked & { rest: string }
/** What customers say before the four are named, beside what they say when asked for each. */
export type Asked = {
  heading: string
  hidden: string
  /** What the hollow end is, in words and in short. */
  other: string
  short: string
  rows: {
    driver: Driver
    letter: string
    name: string
    chart: Dumbbell | ''
    unprompted: Side
    prompted: Side
  }[]
}

/** What stands at one end: a group, or all of the view. `words` name it in a sentence, `short` beside its number. */
type Compared = { words: string; short: string; counted: Counted; value: string }

/**
 * '' where only one way of asking was used. Where the customers asked for it may not be shown (mostly since all but a few
 * were asked both ways), what is said unprompted stands beside what is said in all: both are shown elsewhere already.
 */
export function asked(figures: Figures, filters: Filters): Asked | '' {
  const find = (value: string) => figures.groups.find((group) => group.value === value && group.n > 0)
  const [first, second] = [find('unprompted'), find('prompted')]
  if (!first || !second) return ''
  if (first.status !== 'shown')
    return { ...noRows, hidden: 'Hidden: what was said unprompted would show, or single out, fewer than 5 customers.' }
  const unprompted = { words: 'unprompted', short: 'unprompted', counted: first, value: 'unprompted' }
  const isShown = second.status === 'shown'
  const other: Compared = isShown
    ? { words: 'when asked for it', short: 'asked for', counted: second, value: 'prompted' }
    : { words: 'unprompted or when asked for it', short: 'in all', counted: figures, value: '' }
  return {
    heading: isShown
      ? `${first.n} unprompted, ${plural(second.n, 'customer')} asked for it`
      : `${first.n} unprompted, ${plural(figures.n, 'customer')} in all`,
    hidden: isShown
      ? ''
      : 'What was said only when asked for it is not shown alone: beside the rest it would single out fewer than 5 customers.',
    other: other.words,
    short: other.short,
    rows: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      chart: dumbbell(driver, unprompted, other),
      unprompted: side(driver, unprompted, filters),
      prompted: side(driver, other, filters),
    })),
  }
}

const noRows: Asked = { heading: '', hidden: '', other: '', short: '', rows: [] }

function side(driver: Driver, { counted, value }: Compared, filters: Filters): Side {
  const { all } = counted.drivers[driver]['+']
  const wanted = { of: 'driver', driver, direction: '+' } as const
  const share = shareText(all, counted.n)
  return {
    text: String(all),
    rest: ` of ${counted.n}${share && `, ${share}`}`,
    href: all === 0 ? '' : evidence(filters, wanted, value === '' ? {} : { asked: value }),
  }
}

/** '' below ten customers on a side: a place on the line would be a share. */
function dumbbell(driver: Driver, unprompted: Compared, other: Compared): Dumbbell | '' {
  if (precision(unprompted.counted.n) === 'counts' || precision(other.counted.n) === 'counts') return ''
  const all = ({ counted }: Compared) => counted.drivers[driver]['+'].all
  const inWords = (one: Compared) => `${all(one)} of ${one.counted.n} ${one.words}`
  const share = (one: Compared) => shareText(all(one), one.counted.n)
  return {
    id: `asked-${driver}`,
    title: `${driverNames[driver]}: ${inWords(unprompted)}, ${inWords(other)}`,
    desc: `Customers who say that we help. The lines are 95 % intervals: ${share(unprompted)} and ${share(other)}.`,
    unprompted: end(driver, unprompted.counted),
    prompted: end(driver, other.counted),
  }
}

// A dot at 0 or 100 % needs room for its half.
const x = scaleLinear([0, 1], [2, 98])
const place = (share: number): string => `${Number(x(share).toFixed(2))}%`

function end(driver: Driver, group: Counted): End {
  const { all } = group.drivers[driver]['+']
  const { low, high } = wilson(all, group.n)
  return { at: place(all / group.n), low: place(low), high: place(high) }
}
