/** Where a window of talks ends and how much of it was new. */
export type Window = { base: number; upTo: number; fresh: number; ratio: number }

/**
 * Whether further talks still bring new themes: for each window of `run` talks after the first `base`, new themes against
 * those of the base.
 *
 * Formula: ratio = themes first heard in the run/different themes in the base; windows slide by one. Reached at the first
 * ratio ≤ `threshold`: "base 4, run 2, ≤ 5 %, reached at 6+2".
 * Source: after Guest, Namey & Chen 2020, PLoS ONE 15(5) e0232076.
 * Units: talks; `talks` holds each talk's themes in the order of talking. Minimum n: 6 talks, within one segment.
 * How it misleads: the four drivers saturate at once, so it is for sub-codes; short answers by mail bring few themes and
 * so seem saturated early; it says nothing about shares. The order of talks matters: redo it for other orders.
 */
export function saturation(talks: string[][], base = 4, run = 2, threshold = 0.05) {
  const heard = new Set(talks.slice(0, base).flat())
  const baseThemes = heard.size
  const freshBy = talks.slice(base).map((themes) => {
    const fresh = [...new Set(themes)].filter((theme) => !heard.has(theme))
    for (const theme of fresh) heard.add(theme)
    return fresh.length
  })
  const windows: Window[] = freshBy.slice(run - 1).map((_, index) => {
    const fresh = freshBy.slice(index, index + run).reduce((sum, count) => sum + count, 0)
    return { base, upTo: base + index + run, fresh, ratio: baseThemes === 0 ? 0 : fresh / baseThemes }
  })
  const reached = windows.find(({ ratio }) => ratio <= threshold)
  return { windows, reachedAt: reached && { heard: reached.upTo - run, run } }
}

/**
 * How many talks let one hear, with probability 0.95, at least once of something that this share of customers holds.
 *
 * Formula: n = ln 0.05/ln(1 − p). Source: elementary; methods 4.6 (20, 10, 5 % → 14, 29, 59). Units: talks, rounded up.
 * Minimum n: none. How it misleads: it takes customers for drawn at random, and a theme for one that is told if held.
 */
export const talksToHear = (share: number): number => Math.ceil(Math.log(0.05) / Math.log(1 - share) - 1e-9)
