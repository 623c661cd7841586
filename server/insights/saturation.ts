import { seeded } from './resampling.ts'

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

/**
 * After how many talks (run included) it is reached in other orders of the same talks: the median and the 95th percentile;
 * undefined where that order never reaches it.
 *
 * Formula: `saturation` for `orders` random orders that follow from `seed`, each followed only as far as needed.
 * Source: methods 4.6; Guest, Namey & Chen 2020. Units: talks. Minimum n: 6 talks.
 * How it misleads: random orders of the talks held say nothing of the customers whom nobody talked to.
 */
export function saturationInOrders(
  talks: string[][],
  seed: string,
  orders = 1000,
  base = 4,
  run = 2,
  threshold = 0.05,
) {
  const random = seeded(seed)
  const numbers = new Map<string, number>()
  const numbered = talks.map((themes) =>
    themes.map((theme) => {
      const number = numbers.get(theme) ?? numbers.size
      numbers.set(theme, number)
      return number
    }),
  )
  const order = Int32Array.from(talks, (_, index) => index)
  const heardIn = new Int32Array(numbers.size)
  const reached: number[] = []
  for (let round = 1; round <= orders; round += 1) {
    let baseThemes = 0
    let at = Number.POSITIVE_INFINITY
    const fresh: number[] = []
    for (let place = 0; place < order.length && at === Number.POSITIVE_INFINITY; place += 1) {
      // The next of a random order, drawn only once it is needed.
      const drawn = place + Math.floor(random() * (order.length - place))
      const talk = order[drawn] ?? 0
      order[drawn] = order[place] ?? 0
      order[place] = talk
      let found = 0
      for (const theme of numbered[talk] ?? []) {
        if (heardIn[theme] === round) continue
        heardIn[theme] = round
        found += 1
      }
      if (place < base) baseThemes += found
      else fresh.push(found)
      if (fresh.length < run) continue
      const sum = fresh.slice(-run).reduce((total, count) => total + count, 0)
      if (baseThemes === 0 || sum / baseThemes <= threshold) at = place + 1
    }
    reached.push(at)
  }
  reached.sort((a, b) => a - b)
  const ofShare = (share: number) => {
    const value = reached[Math.min(orders - 1, Math.ceil(share * orders) - 1)]
    return value === undefined || value === Number.POSITIVE_INFINITY ? undefined : value
  }
  return { median: ofShare(0.5), high: ofShare(0.95) }
}

/**
 * The smallest share of customers that must hold a theme for n talks to have heard it once with probability 0.95.
 *
 * Formula: p = 1 − 0.05^(1/n), the inverse of `talksToHear`. Source: elementary; methods 4.6. Units: share, 0 to 1.
 * Minimum n: 1. How it misleads: as `talksToHear`.
 */
export const shareHeard = (n: number): number => 1 - 0.05 ** (1 / n)
