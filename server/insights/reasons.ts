import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import { plural } from '../words.ts'
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
import type { Counted, Figures, Group, SideBySide } from './figures.ts'
import { precision } from './intervals.ts'
import { evidence, groupName, groupOrder, type Linked } from './names.ts'
import type { Filters } from './view.ts'

/** One direction of a driver: "8" as a link, then "helped, 33 % (18–53)". Nothing stands behind a 0: no link. */
type Told = Linked & { rest: string }
type Bar = {
  chart: ShareBar
  driver: Driver
  letter: string
  name: string
  helps: Told
  hurts: Told
  wishes: Told | ''
}
type GroupTable = {
  id: string
  title: string
  columns: { name: string; n: string }[]
  rows: { driver: Driver; letter: string; name: string; cells: GroupCell[] }[]
  hidden: string[]
}
type GroupCell = { name: string; chart: ShareBar; helps: Told; hurts: Told }

/** The four reasons, as bars and as a table, how many of them each customer names, and groups side by side. */
export type Reasons = {
  heading: string
  bars: Bar[]
  ticks: Tick[]
  hasSuggestions: boolean
  hasIntervals: boolean
  rows: ShareRow[]
  tableHead: string[]
  coverage: { chart: CoverageChart; columns: { k: string; count: Linked }[]; caption: string }
  groups: GroupTable[]
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
    groups: [
      groupTable('asked', 'Unprompted, and when asked for it', figures.groups.asked, filters),
      groupTable('channel', 'By survey or in a talk', figures.groups.channel, filters),
      groupTable('provenance', 'How we know', figures.groups.provenance, filters),
    ].filter((table) => table.columns.length + table.hidden.length > 1),
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

function told(driver: Driver, direction: '+' | '-', counted: Counted, filters: Filters): Told {
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

function groupTable(id: SideBySide, title: string, groups: Group[], filters: Filters): GroupTable {
  const order = groupOrder(id)
  const sorted = groups.filter((group) => group.n > 0).sort((a, b) => order.indexOf(a.value) - order.indexOf(b.value))
  const seen = sorted.filter((group) => group.status === 'shown')
  return {
    id,
    title,
    columns: seen.map((group) => ({ name: groupName(id, group.value), n: plural(group.n, 'customer') })),
    rows: drivers.map((driver) => ({
      driver,
      letter: driverLetters[driver],
      name: driverNames[driver],
      cells: seen.map((group) => groupCell(id, driver, group, filters)),
    })),
    hidden: sorted
      .filter((group) => group.status !== 'shown')
      .map((group) => `${groupName(id, group.value)}: ${why(group)}.`),
  }
}

const why = ({ status }: Group): string =>
  status === 'small' ? 'hidden, fewer than 5' : 'hidden, since beside the rest it would single out fewer than 5'

function groupCell(id: SideBySide, driver: Driver, group: Group, filters: Filters): GroupCell {
  const narrowed = { ...filters, [id]: group.value }
  return {
    name: groupName(id, group.value),
    chart: shareBar(`${id}-${group.value}`, driver, group),
    helps: told(driver, '+', group, narrowed),
    hurts: told(driver, '-', group, narrowed),
  }
}
