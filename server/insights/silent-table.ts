import { writeAmount } from '../money.ts'
import type { AskedCustomer } from './silent.ts'
import type { Table } from './tables.ts'

const head = ['customer', 'annual_revenue', 'currency', 'looked_after_by', 'customer_id']

/** Who was asked and has said nothing yet, for a file, in the order of the page: the largest first. */
export const silentTable = (asked: AskedCustomer[]): Table => ({
  head,
  rows: asked
    .filter(({ isHeard }) => !isHeard)
    .map(({ id, name, owner, currency, revenueMinor }) => [
      name,
      currency ? Number(writeAmount({ minor: revenueMinor, currency })) : '',
      currency,
      owner,
      id,
    ]),
})
