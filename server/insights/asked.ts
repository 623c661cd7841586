import { scaleLinear } from 'd3-scale'
import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { plural } from '../words.ts'
import { shareText } from './charts.ts'
import type { Figures, Group } from './figures.ts'
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
  rows: {
    driver: Driver
    letter: string
    name: string
    chart: Dumbbell | ''
    unprompted: Side
    prompted: Side
  }[]
}

/** '' where only one way of asking was used. */
export function asked({ groups }: Figures, filters: Filters): Asked | '' {
  const unprompted = groups.find(({ value, n }) => value === 'unprompted' && n > 0)
  const prompted = groups.find(({ value, n }) => value === 'prompted' && n > 0)
  if (!unprompted || !prompted) return ''
  if (unprompted.status !== 'shown' || prompted.status !== 'shown')
    return {
      heading: '',
      hidden: 'Hidden: one of the two would show, or single out, fewer than 5 customers.',
      rows: [],
    }
  return {
    heading: `${unprompted.n} unprompted, ${plural(prompted.n, 'customer')} asked for it`,
    hidden: '',
    rows: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      chart: dumbbell(driver, unprompted, prompted),
      unprompted: side(driver, unprompted, filters),
      prompted: side(driver, prompted, filters),
    })),
  }
}

function side(driver: Driver, group: Group, filters: Filters): Side {
  const { all } = group.drivers[driver]['+']
  const wanted = { of: 'driver', driver, direction: '+' } as const
  return {
    text: String(all),
    rest: ` of ${group.n}${shareText(all, group.n) && `, ${shareText(all, group.n)}`}`,
    href: all === 0 ? '' : evidence(filters, wanted, { asked: group.value }),
  }
}

/** '' below ten customers on a side: a place on the line would be a share. */
function dumbbell(driver: Driver, unprompted: Group, prompted: Group): Dumbbell | '' {
  if (precision(unprompted.n) === 'counts' || precision(prompted.n) === 'counts') return ''
  const inWords = (group: Group) => `${group.drivers[driver]['+'].all} of ${group.n}`
  return {
    id: `asked-${driver}`,
    title: `${driverNames[driver]}: ${inWords(unprompted)} unprompted, ${inWords(prompted)} when asked for it`,
    desc: `Customers who say that we help. The lines are 95 % intervals: ${shareText(unprompted.drivers[driver]['+'].all, unprompted.n)} and ${shareText(prompted.drivers[driver]['+'].all, prompted.n)}.`,
    unprompted: end(driver, unprompted),
    prompted: end(driver, prompted),
  }
}

// A dot at 0 or 100 % needs room for its half.
const x = scaleLinear([0, 1], [2, 98])
const place = (share: number): string => `${Number(x(share).toFixed(2))}%`

function end(driver: Driver, group: Group): End {
  const { all } = group.drivers[driver]['+']
  const { low, high } = wilson(all, group.n)
  return { at: place(all / group.n), low: place(low), high: place(high) }
}
