import { bom, writeRows } from '../csv.ts'
import { type Direction, directions, drivers } from '../drivers.ts'
import type { Count, Counted, Figures } from './figures.ts'
import { precision, wilson } from './intervals.ts'
import { groupName, type Names } from './names.ts'

/** A table for a file: names of columns, then rows; a number stays a number. */
export type Table = { head: string[]; rows: (string | number)[][] }

export const csvOf = ({ head, rows }: Table): string => bom + writeRows([head, ...rows.map((row) => row.map(String))])

const head = [
  'part',
  'group',
  'driver',
  'direction',
  'customers',
  'of_customers',
  'share',
  'share_low',
  'share_high',
  'inferred',
  'not_confirmed',
]

/**
 * The figures of a view as on the screen, one row each: every driver and direction, wishes, how many of the four each
 * customer names, and the groups of `figures.by` that may be shown. Shares are 0 to 1 with Wilson's interval, empty below ten customers.
 */
export function figuresTable(figures: Figures, names: Names): Table {
  const groups = figures.groups
    .filter(({ status, n }) => status === 'shown' && n > 0)
    .flatMap((group) => driverRows(figures.by, groupName(figures.by, group.value, names), group))
  const coverage = figures.coverage.map((count, k) => row('coverage', `${k} of four`, '', '', plain(count), figures.n))
  return { head, rows: [...driverRows('all', '', figures), ...coverage, ...groups] }
}

const plain = (all: number): Count => ({ confirmed: all, inferred: 0, suggested: 0, all })

const driverRows = (part: string, group: string, counted: Counted): Table['rows'] =>
  drivers.flatMap((driver) => [
    ...directions.map((direction) =>
      row(part, group, driver, direction, counted.drivers[driver][direction], counted.n),
    ),
    row(part, group, driver, 'wish', plain(counted.drivers[driver].wishes), counted.n),
  ])

function row(
  part: string,
  group: string,
  driver: string,
  direction: Direction | 'wish' | '',
  count: Count,
  n: number,
): Table['rows'][number] {
  const hasShare = n > 0 && precision(n) !== 'counts' && precision(n) !== 'hidden'
  const { low, high } = hasShare ? wilson(count.all, n) : { low: '', high: '' }
  const share = hasShare ? count.all / n : ''
  // A lone sign would be taken for the beginning of a formula.
  const words = direction === '+' ? 'helps' : direction === '-' ? 'hurts' : direction
  return [part, group, driver, words, count.all, n, share, low, high, count.inferred, count.suggested]
}
