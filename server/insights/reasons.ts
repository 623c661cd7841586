import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { plural } from '../words.ts'
import { type Asked, asked } from './asked.ts'
import {
  axisTicks,
  type CoverageChart,
  coverageChart,
  intervalText,
  type ShareBar,
  type ShareRow,
  shareBar,
  shareRows,
  shareText,
  type Tick,
} from './charts.ts'
import type { Counted, Figures } from './figures.ts'
import { precision } from './intervals.ts'
import { evidence, type Linked } from './names.ts'
import type { Filters } from './view.ts'

/** One direction of a driver: "8" as a link, then "helped, 33 % (18–53)". Nothing stands behind a 0: no link. */
export type Told = Linked & { rest: string }
type Bar = {
  chart: ShareBar
  driver: Driver
  letter: string
  name: string
  helps: Told
  hurts: Told
  wishes: Told | ''
}
/** The four reasons, as bars and as a table, how many of them each customer names, and how they were asked. */
export type Reasons = {
  heading: string
  bars: Bar[]
  ticks: Tick[]
  hasSuggestions: boolean
  hasIntervals: boolean
  rows: ShareRow[]
  tableHead: string[]
  coverage: { chart: CoverageChart; columns: { k: string; count: Linked }[]; caption: string }
  asked: Asked | ''
}

/** Everything that the view says about the four; only for a view that may be shown. */
export function reasons(figures: Figures, filters: Filters): Reasons {
  const { n } = figures
  const kind = { hidden: '', counts: '; too few for shares', indicative: '; indicative', full: '' }[precision(n)]
  return {
    heading: `${plural(n, 'customer')}, each may name several${kind}`,
    bars: drivers.map((driver) => bar(driver, figures, filters)),
    ticks: axisTicks(n),
    hasSuggestions: filters.suggestions,
    hasIntervals: precision(n) !== 'counts',
    rows: shareRows(figures),
    tableHead: ['Helped', 'Inferred', 'Not confirmed', 'Hurt', 'Inferred', 'Not confirmed', 'Wished'],
    coverage: coverage(figures, filters),
    asked: asked(figures, filters),
  }
}

function bar(driver: Driver, figures: Figures, filters: Filters): Bar {
  const { wishes } = figures.drivers[driver]
  return {
    chart: shareBar('share', driver, figures),
    driver,
    letter: driverLetters[driver],
    name: driverNames[driver],
    helps: told(driver, '+', figures, filters),
    hurts: told(driver, '-', figures, filters),
    wishes:
      wishes === 0
        ? ''
        : {
            text: String(wishes),
            rest: wishes === 1 ? 'wishes for more' : 'wish for more',
            href: evidence(filters, { of: 'wishes', driver }),
          },
  }
}

/** A number with its share, and the answers behind it. */
export function told(driver: Driver, direction: '+' | '-', counted: Counted, filters: Filters): Told {
  const { all } = counted.drivers[driver][direction]
  const share = shareText(all, counted.n)
  return {
    text: String(all),
    rest: `${direction === '+' ? 'helped' : 'hurt'}${share ? `, ${share}` : ''}`,
    href: all === 0 ? '' : evidence(filters, { of: 'driver', driver, direction }),
  }
}

function coverage({ coverage: counts, n }: Figures, filters: Filters) {
  const several = n - (counts[0] ?? 0) - (counts[1] ?? 0)
  const share = precision(n) === 'counts' ? '' : ` (${intervalText(several, n)} %)`
  return {
    chart: coverageChart(counts),
    columns: counts.map((count, k) => ({
      k: String(k),
      count: { text: String(count), href: count === 0 ? '' : evidence(filters, { of: 'coverage', count: k }) },
    })),
    caption: `How many of the four each customer says we help with. ${several} of ${n}${share} get two or more.`,
  }
}
