import { createHash, randomBytes } from 'node:crypto'

/** A new seed, short enough to be read out and typed: 48 random bits in hex. */
export const newSeed = (): string => randomBytes(6).toString('hex')

/**
 * Numbers from 0 to below 1 that follow from a seed alone, so that a draw can be repeated and checked.
 *
 * Formula: the first 52 bits of SHA-256(seed, counter), divided by 2⁵².
 * Source: hash-based generation after NIST SP 800-90A (Hash_DRBG), without its reseeding.
 * How it misleads: whoever knows the seed beforehand can tell the draw; so the seed is made when the draw is, once.
 */
export function randomFrom(seed: string): () => number {
  let count = 0
  return () => {
    const hash = createHash('sha256').update(`${seed} ${count}`).digest('hex')
    count += 1
    return Number.parseInt(hash.slice(0, 13), 16) / 2 ** 52
  }
}

/**
 * `size` different places from 1 to `list`, each set of places as likely as any other, in rising order.
 *
 * Formula: for j = N − n + 1 … N take a random t from 1 to j, or j itself where t is taken already.
 * Source: Floyd, in Bentley & Floyd 1987, Programming pearls: a sample of brilliance, CACM 30(9).
 * Units: places in a list of customers that is in a fixed order (by id).
 * Minimum n: none; all places where `size` reaches the list.
 * How it misleads: random is not typical. One draw may well hold no customer of a small segment; the mix says so, and
 * drawing again until the mix pleases makes it a hand-picked sample.
 */
export function samplePlaces(list: number, size: number, seed: string): number[] {
  const random = randomFrom(seed)
  const places = new Set<number>()
  for (let last = list - Math.min(size, list) + 1; last <= list; last += 1) {
    const place = 1 + Math.floor(random() * last)
    places.add(places.has(place) ? last : place)
  }
  return [...places].sort((a, b) => a - b)
}
