import { drivers } from '../drivers.ts'
import type { Figures } from './figures.ts'
import { precision, wilson } from './intervals.ts'
import type { Marketed } from './marketed.ts'
import type { Table } from './tables.ts'

const head = [
  'part',
  'driver',
  'claim',
  'claims',
  'of_claims',
  'customers',
  'of_customers',
  'share',
  'share_low',
  'share_high',
]

/**
 * What the company says of itself beside what customers say unprompted, for a file: a row for each driver once a person has
 * confirmed of what the claims speak, then each claim. Without figures that may be shown their cells are empty.
 */
export function marketedTable(newest: Marketed | undefined, figures: Figures): Table {
  if (!newest) return { head, rows: [] }
  const { claims, isConfirmed } = newest
  return {
    head,
    rows: [
      ...(isConfirmed
        ? drivers.map((driver): Table['rows'][number] => {
            const said = claims.filter((claim) => claim.drivers.includes(driver)).length
            return [
              'drivers',
              driver,
              '',
              said,
              claims.length,
              ...customerCells(figures.drivers[driver]['+'].all, figures),
            ]
          })
        : []),
      ...claims.map((claim): Table['rows'][number] => [
        'claims',
        isConfirmed ? claim.drivers.join('; ') : '',
        claim.text,
        ...['', '', '', '', '', '', ''],
      ]),
    ],
  }
}

function customerCells(x: number, { status, n }: Figures): (string | number)[] {
  if (status !== 'shown') return ['', '', '', '', '']
  if (precision(n) === 'counts' || precision(n) === 'hidden') return [x, n, '', '', '']
  const { low, high } = wilson(x, n)
  return [x, n, x / n, low, high]
}
