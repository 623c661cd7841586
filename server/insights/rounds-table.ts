import { precision, wilson } from './intervals.ts'
import type { Rounds } from './rounds.ts'
import type { Table } from './tables.ts'

const head = [
  'driver',
  'direction',
  'earlier_round',
  'earlier_customers',
  'earlier_of',
  'earlier_share',
  'earlier_low',
  'earlier_high',
  'later_round',
  'later_customers',
  'later_of',
  'later_share',
  'later_low',
  'later_high',
  'change',
  'change_low',
  'change_high',
  'stands',
]

/**
 * What changed between two rounds for a file, a row for each driver and direction; no row where the page shows none. Shares
 * and changes are 0 to 1: shares with Wilson's interval from ten customers, changes from 30 a side.
 */
export function roundsTable(found: Rounds | undefined, earlier: string, later: string): Table {
  if (found?.kind !== 'shown') return { head, rows: [] }
  const { nBefore, nAfter, changes } = found
  return {
    head,
    rows: changes.map(({ driver, direction, before, after, difference, interval, stands }) => [
      driver,
      direction === '+' ? 'helps' : 'hurts',
      ...[earlier, before, nBefore, ...shareCells(before, nBefore)],
      ...[later, after, nAfter, ...shareCells(after, nAfter)],
      ...(interval ? [difference, interval.low, interval.high, stands ? 'yes' : 'no'] : ['', '', '', 'too few to say']),
    ]),
  }
}

function shareCells(x: number, n: number): (string | number)[] {
  if (precision(n) === 'counts' || precision(n) === 'hidden') return ['', '', '']
  const { low, high } = wilson(x, n)
  return [x / n, low, high]
}
