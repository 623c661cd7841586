import type { Facts } from './facts.ts'

/** How a customer's own business goes, as it said itself; `isFalling` once it told better before. '' where nothing is known. */
export type Success = {
  state: 'well' | 'pressure' | ''
  isFalling: boolean
  sentence: string
  on: string
  responseId: string
}

/** REL-1 “progress towards your goals” has fallen for us once it lost so many of ten. */
const fall = 2

/**
 * What a customer says of its own success: where its business stands (SUCC-1), and whether we help it to progress as we
 * did (REL-1). Whoever is under pressure buys less, however content it is: its falling success is our exposure.
 *
 * Source: founding article “Loyal or valuable customers?”. Units: one customer. Minimum n: 1.
 * How it misleads: it is what one person there said on one day; who says nothing is not known, not well.
 */
export function successOf({ success, progress }: Facts): Success {
  const lost = (progress?.before ?? 0) - (progress?.value ?? 0)
  const hasLost = progress?.before !== undefined && lost >= fall
  const state = success?.value ?? ''
  if (state === 'pressure')
    return {
      state,
      isFalling: success?.wasWell === true || hasLost,
      sentence: success?.wasWell ? 'Is under pressure, and was not before' : 'Is under pressure',
      on: success?.on ?? '',
      responseId: success?.responseId ?? '',
    }
  const { on = '', responseId = '' } = hasLost ? (progress ?? {}) : (success ?? {})
  return {
    state,
    isFalling: hasLost,
    sentence: hasLost ? `Progress went from ${progress?.before} to ${progress?.value} of 10` : '',
    on,
    responseId,
  }
}

/** Loyal in what it says (it stays, 9 of 10 or more) or in what it did (it renewed); undefined where neither is known. */
export const isLoyal = ({ stays }: { stays: { stated: boolean | undefined; actual: boolean } }): boolean | undefined =>
  stays.actual ? true : stays.stated

/** Both at once, for the two by two; undefined where either is not known. */
export function loyalAndSuccessful<
  T extends { stays: { stated: boolean | undefined; actual: boolean }; success: Success },
>(all: T[]): { loyal: boolean; well: boolean; customers: T[] }[] {
  const cells = [
    { loyal: true, well: true },
    { loyal: true, well: false },
    { loyal: false, well: true },
    { loyal: false, well: false },
  ]
  return cells.map((cell) => ({
    ...cell,
    customers: all.filter(
      (one) => isLoyal(one) === cell.loyal && one.success.state !== '' && (one.success.state === 'well') === cell.well,
    ),
  }))
}
