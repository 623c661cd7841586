import { precision, wilson } from './intervals.ts'
import { type OutcomeCell, outcomeKinds, outcomesBy, type Seen, thirdsOf } from './outcomes.ts'
import type { Table } from './tables.ts'

const head = ['part', 'group', 'outcome', 'basis', 'customers', 'of_customers', 'share', 'share_low', 'share_high']

/** The numbers of the page for a file, one row each; what is hidden there is left out here. Shares from ten customers, 0 to 1. */
export function outcomesTable(customers: Seen[]): Table {
  const thirds = thirdsOf(customers)
  return {
    head,
    rows: [
      ...rowsOf(
        'reasons',
        outcomesBy(customers, ({ k }) => k, 5),
      ),
      ...rowsOf(
        'value_third',
        outcomesBy(customers, ({ id }) => thirds.get(id), 3),
      ),
    ],
  }
}

const rowsOf = (part: string, cells: OutcomeCell[][]): Table['rows'] =>
  cells.flatMap((row, group) =>
    row.flatMap(({ x, n, status }, at) => {
      const kind = outcomeKinds[at]
      if (status !== 'shown' || kind === undefined) return []
      const hasShare = precision(n) !== 'counts'
      const { low, high } = hasShare ? wilson(x, n) : { low: '', high: '' }
      const basis = kind.startsWith('says-') ? 'said' : 'done'
      return [[part, group, kind, basis, x, n, hasShare ? x / n : '', low, high]]
    }),
  )
