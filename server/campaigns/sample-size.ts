/** The 97.5th percentile of the normal distribution: precision here is at 95 %. */
const z = 1.959963984540054

/**
 * How many customers must answer so that a share about the whole list is right to within ± `margin`, 95 times in 100.
 *
 * Formula: n = n₀/(1 + (n₀ − 1)/N), n₀ = z²p(1 − p)/e², rounded up; p = ½ is the worst case, N the size of the list.
 * Source: Cochran 1977, Sampling Techniques, 3rd ed., ch. 4.
 * Units: customers. `list` ≥ 0; `margin` is a share, 0.1 for ±10 points.
 * Minimum n: none; never more than the list. Below five answers nothing is shown all the same.
 * How it misleads: it buys precision only where customers are drawn at random and most of those drawn answer. Hand-picked
 * customers, or the few who choose to answer, are no random sample however many they are. To find reasons, not to count
 * them, 8 to 15 conversations serve better than any such number (methods 4.6).
 */
export function answersNeeded(list: number, margin: number): number {
  if (list <= 0) return 0
  const endless = (z ** 2 * 0.25) / margin ** 2
  return Math.min(list, Math.ceil(endless / (1 + (endless - 1) / list)))
}

/**
 * The table of Krejcie and Morgan, by which others may check the size of a sample: ±5 points at 95 %.
 *
 * Formula: s = χ²NP(1 − P)/(d²(N − 1) + χ²P(1 − P)), χ² = 3.841 (one degree of freedom), P = ½, rounded to nearest.
 * Source: Krejcie & Morgan 1970, Educational and Psychological Measurement 30, 607–610.
 * Units: customers. Minimum n: none.
 * How it misleads: as `answersNeeded`. It rounds to nearest, so its samples may fall short of d by a hair; the table is
 * often quoted as a rule for any survey, though it speaks of random samples in which everybody answers.
 */
export function krejcieMorgan(list: number, d = 0.05): number {
  const chi = 3.841
  return Math.round((chi * list * 0.25) / (d ** 2 * (list - 1) + chi * 0.25))
}

/** From so few nobody is left out: asking everybody costs less than explaining a sample. */
export const smallList = 30

/**
 * How many customers to invite, so that about `needed` answer.
 *
 * Formula: needed/rate, rounded up and at most the list; everybody where the list has 30 customers or fewer.
 * Source: Cochran 1977 (ch. 13 on non-response); the product's own rule for small lists.
 * Units: customers; `rate` is the share expected to answer, above 0 and at most 1.
 * Minimum n: none.
 * How it misleads: inviting more makes up for the number of answers, never for who stays silent. A rate that was guessed
 * too high leaves the figure wider than promised.
 */
export function invitesNeeded(needed: number, rate: number, list: number): number {
  if (list <= smallList) return list
  return Math.min(list, Math.ceil(needed / rate))
}
