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
 * Formula: the larger of those that are known; `undefined` where neither is.
 * Source: capabilities, sources 000 and 003 ("best by both values"): whoever is among the best by either is worth asking,
 * also where the two are far apart (a hidden gem, a hollow giant). A mean would put both behind the unremarkable.
 * Minimum n: 1.
 * How it misleads: who is known by both values has two chances to stand high; so whatever is unknown is said beside each
 * name, and an unknown value is never read as a low one.
 */
export function worth(weGet: number | undefined, theyGet: number | undefined): number | undefined {
  const known = [weGet, theyGet].filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}
