/**
 * Where a customer stands within the list, 0 to 100, given how many of those with a known value lie below and level.
 *
 * Formula: 100·(below + ½·level)/n, where `level` counts the customer itself (the mid-rank percentile).
 * Source: Hazen 1914 (plotting position (i − ½)/n); tied values share their mid-rank.
 * Units: customers. Compared are customers whose amounts have one currency, never amounts of two.
 * Minimum n: 5 customers with a known value; below, `undefined`: a rank among so few says nothing.
 * How it misleads: it tells order, not distance. The first may be a hundred times the second; in a small currency group
 * the 90th percentile may be a small customer. An unknown value is no low value: whoever has none has no percentile.
 */
export function percentile(below: number, level: number, n: number): number | undefined {
  if (n < 5 || level < 1) return undefined
  return (100 * (below + level / 2)) / n
}

/**
 * One order from the value that we get and the value that they get, both 0 to 100.
 *
 * Formula: the mean of those that are known; `undefined` where neither is.
 * Source: capabilities, source 000 ("best by both values"); equal weights after Dawes 1979.
 * Minimum n: 1.
 * How it misleads: a customer known by one value alone is ranked by that one, which favours those about whom little is
 * asked; so whatever is unknown is said beside each name.
 */
export function worth(weGet: number | undefined, theyGet: number | undefined): number | undefined {
  const known = [weGet, theyGet].filter((value) => value !== undefined)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0) / known.length
}
