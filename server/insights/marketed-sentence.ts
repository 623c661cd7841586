import { type Driver, driverNames, drivers } from '../drivers.ts'
import { listed } from '../words.ts'

/**
 * What the company says beside what customers say: two counts, no ranking. `claims` of each driver out of `all`;
 * `customers` of each driver, unprompted, out of `n`; undefined where no figure may be shown.
 */
export function marketedSentence(
  claims: Record<Driver, number>,
  all: number,
  said: { n: number; customers: Record<Driver, number> } | undefined,
): string {
  const most = Math.max(...drivers.map((driver) => claims[driver]))
  const spoken = drivers.filter((driver) => claims[driver] === most && most > 0)
  const lower = (driver: Driver) => driverNames[driver].toLowerCase()
  const yours =
    spoken.length === 0
      ? 'None of your claims speaks of any of the four.'
      : `You speak of ${listed(spoken.map(lower))} in ${most} of ${all} ${all === 1 ? 'claim' : 'claims'}${spoken.length > 1 ? ' each' : ''}`
  if (!said) return spoken.length === 0 ? yours : `${yours}.`
  const named = spoken.map(
    (driver) =>
      `${said.customers[driver]} of ${said.n} customers ${said.customers[driver] === 1 ? 'names' : 'name'} ${spoken.length > 1 ? lower(driver) : 'it'}`,
  )
  const first = spoken.length === 0 ? yours : `${yours}; ${listed(named)} unprompted.`
  const unsaid = drivers.filter((driver) => claims[driver] === 0 && said.customers[driver] > 0)
  const missed = unsaid.map(
    (driver) => `what ${said.customers[driver]} ${said.customers[driver] === 1 ? 'names' : 'name'}: ${lower(driver)}`,
  )
  return missed.length === 0 ? first : `${first} Nobody markets ${listed(missed)}.`
}
