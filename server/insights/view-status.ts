import type { Options } from './combinations.ts'
import { dimensions } from './ledger.ts'
import { type GroupStatus, smallest } from './small-groups.ts'
import type { Filters } from './view.ts'

/**
 * `shown`: at least five customers. `silent`: nobody was heard. `unread`: heard, but nothing read. `small`: fewer than
 * five. `near`: showing it would single out fewer than five by subtraction from another view.
 */
export type ViewStatus = 'shown' | 'silent' | 'unread' | 'small' | 'near'

/** Whether suggestions may be added for this reader, who sees them alone where few customers have answers that wait. */
export const statusOfSuggestions = (waitingCustomers: number, mayReadWaiting: boolean): GroupStatus =>
  !mayReadWaiting && waitingCustomers > 0 && waitingCustomers < smallest ? 'near' : 'shown'

/** Whether a view may be shown; `beside` tells how it stands next to every wider view. */
export function statusOf(
  filters: Filters,
  options: Options,
  heard: number,
  n: number,
  window: GroupStatus,
  suggestionsStatus: GroupStatus,
  beside: GroupStatus,
): ViewStatus {
  if (heard === 0) return 'silent'
  if (heard < smallest) return 'small'
  if (n === 0) return 'unread'
  if (n < smallest) return 'small'
  const isNear = dimensions.some(
    (dimension) => filters[dimension] !== '' && options[dimension].get(filters[dimension])?.status === 'near',
  )
  return isNear || beside !== 'shown' || window === 'near' || (filters.suggestions && suggestionsStatus === 'near')
    ? 'near'
    : 'shown'
}
