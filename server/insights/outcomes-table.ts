import { precision, wilson } from './intervals.ts'
import {
  associationOf,
  meanCoverage,
  type OutcomeCell,
  outcomeKinds,
  outcomesBy,
  type Seen,
  type Test,
  thirdsOf,
} from './outcomes.ts'
import type { Chosen, OutcomesQuery } from './outcomes-choice.ts'
import { seedOf } from './outcomes-words.ts'
import type { Table } from './tables.ts'

const head = [
  'part',
  'group',
  'outcome',
  'basis',
  'customers',
  'of_customers',
  'share',
  'share_low',
  'share_high',
  'r',
  'r_low',
  'r_high',
]

/**
 * The numbers of the page for a file, one row each; what is hidden there is left out here. Shares from ten customers, 0 to 1;
 * r is Spearman's rank correlation with its interval, from twenty.
 */
export function outcomesTable(chosen: Chosen, query: OutcomesQuery): Table {
  if (chosen.isHidden) return { head, rows: [] }
  const { customers, mayCount } = chosen
  const thirds = thirdsOf(customers)
  const distinct = customers.filter((one) => one.distinct !== undefined)
  const only = distinct.filter((one) => one.distinct).length
  return {
    head,
    rows: [
      ...(mayCount ? coverageRows(customers, query) : []),
      testRow(
        'reasons_and_staying',
        associationOf(
          customers,
          ({ k }) => k,
          ({ stay }) => stay,
        ),
      ),
      testRow(
        'reasons_and_value',
        associationOf(
          customers,
          ({ k }) => k,
          ({ y }) => y,
        ),
      ),
      testRow(
        'value_and_staying',
        associationOf(
          customers,
          ({ y }) => y,
          ({ stay }) => stay,
        ),
      ),
      ...rowsOf(
        'reasons',
        outcomesBy(customers, ({ k }) => k, 5),
      ),
      ...rowsOf(
        'value_third',
        outcomesBy(customers, ({ id }) => thirds.get(id), 3),
      ),
      countRow('first_answer', 'only from us', only, distinct.length),
      countRow('first_answer', 'at parity', distinct.length - only, distinct.length),
    ].filter((row) => row.length > 0),
  }
}

type Cells = Table['rows'][number]

const rowsOf = (part: string, cells: OutcomeCell[][]): Cells[] =>
  cells.flatMap((row, group) =>
    row.flatMap(({ x, n, status }, at) => {
      const kind = outcomeKinds[at]
      if (status !== 'shown' || kind === undefined) return []
      const basis = kind.startsWith('says-') ? 'said' : 'done'
      return [[part, group, kind, basis, x, n, ...shareCells(x, n), '', '', '']]
    }),
  )

function coverageRows(customers: Seen[], query: OutcomesQuery): Cells[] {
  const { n, counts, share, interval } = meanCoverage(
    customers.flatMap(({ k }) => (k === undefined ? [] : [k])),
    seedOf(query),
  )
  if (n < 5) return []
  const several = n - (counts[0] ?? 0) - (counts[1] ?? 0)
  const mean: Cells =
    share === undefined
      ? []
      : [
          'coverage',
          'mean share of the four',
          '',
          '',
          '',
          n,
          share,
          interval?.low ?? '',
          interval?.high ?? '',
          '',
          '',
          '',
        ]
  return [mean, countRow('coverage', 'two or more', several, n)]
}

/** Nothing below five customers. */
const countRow = (part: string, group: string, x: number, n: number): Cells =>
  precision(n) === 'hidden' ? [] : [part, group, '', '', x, n, ...shareCells(x, n), '', '', '']

const testRow = (group: string, { n, found }: Test): Cells =>
  found ? ['tested', group, '', '', '', n, '', '', '', found.r, found.low, found.high] : []

function shareCells(x: number, n: number): Cells {
  if (precision(n) === 'counts' || precision(n) === 'hidden') return ['', '', '']
  const { low, high } = wilson(x, n)
  return [x / n, low, high]
}
