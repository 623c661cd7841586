import { type Field, field, type Problems, problemsOf, type Typed } from '../forms.ts'
import { type Pager, pager } from '../lists.ts'
import { printInstantDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import { isLiftable, type listSuppressions } from './suppression.ts'

export const suppressionsAPage = 25

const reasonWords = {
  opt_out: 'They asked for no more',
  complaint: 'They complained about a mail',
  bounce: 'The address does not exist',
  staff: 'Noted by one of us',
} as const

type SuppressionsPage = Problems & {
  title: string
  part: string
  summary: string
  find: string
  rows: { address: string; reason: string; since: string; isLiftable: boolean }[]
  pager: Pager
  address: Field
}

/** Who gets no mails that ask, since when and why. */
export function suppressionsPage(
  { total, rows }: Awaited<ReturnType<typeof listSuppressions>>,
  find: string,
  page: number,
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
  reader: Reader,
): SuppressionsPage {
  return {
    title: 'No mails',
    part: 'Campaigns',
    summary: `${plural(total, 'address', 'addresses')} ${find ? 'found' : 'that no campaign writes to'}.`,
    find,
    rows: rows.map((row) => ({
      address: row.address,
      reason: reasonWords[row.reason],
      since: printInstantDay(row.created_at, now, reader),
      isLiftable: isLiftable(row.reason),
    })),
    pager: pager(total, page, suppressionsAPage, '/suppressions', { find }),
    address: field('address', 'Address', typed, errors, {
      type: 'email',
      hint: 'For somebody who told you that they want no mails. A word to you counts like a click.',
    }),
    ...problemsOf(errors),
  }
}
