import { driverNames, drivers } from '../drivers.ts'
import { daysBetween } from '../time.ts'
import { plural } from '../words.ts'
import type { Facts, Said } from './facts.ts'
import type { Signs } from './vulnerability.ts'

/** What stands behind a sign: a sentence, and the sitting that it comes from ('' where it is no sitting). */
export type Evidence = { sentence: string; on: string; responseId: string }
export type Read = { signs: Signs; evidence: Partial<Record<keyof Signs, Evidence>> }

/** A reason in their own words is fresh for a year. */
const freshDays = 365

/** What a supplier's rival, a doubtful renewal and so on come to, as far as they are known. `open` counts what is owed. */
export function signsOf(facts: Facts, open: number, today: string, offerings: Map<string, string>): Read {
  const evidence: Read['evidence'] = {}
  const tell = (sign: keyof Signs, sentence: string, said?: Said<unknown>) => {
    evidence[sign] = { sentence, on: said?.on ?? '', responseId: said?.responseId ?? '' }
  }

  const competitor = competitorOf(facts)
  if (competitor === 'comparing') tell('competitor', 'Is comparing another supplier', facts.competitor)
  if (competitor === 'listened') tell('competitor', 'Listened to another supplier', facts.competitor)

  const stay = facts.stay?.value
  const leaving = stay === undefined ? undefined : stay <= 6 ? 'stated' : 'no'
  if (leaving === 'stated') tell('leaving', `Puts going on at ${stay} of 10`, facts.stay)

  const why = whyOf(facts, today)
  if (why === 'none') tell('why', 'No reason in their own words')
  if (why === 'old') tell('why', 'The reason in their own words is older than a year', facts.why)

  const weak = weakDriver(facts)
  if (weak && weak.score <= 6)
    tell(
      'worstScore',
      `${driverNames[weak.driver]} weighs ${weak.points} points and scores ${weak.score}`,
      facts.scores,
    )

  if (open > 0) tell('open', `${plural(open, 'open thing')} that we owe`)
  const { help } = facts
  if (help && (help.k <= 1 || help.isPriceOnly))
    tell(
      'help',
      help.isPriceOnly ? 'Names only the price' : help.k === 0 ? 'Names no help of ours' : 'Names one reason only',
    )
  if (help?.isInertia) tell('isInertia', 'Stays from habit or contract, and names no help')
  const wasted = (facts.wasted?.value ?? []).flatMap((id) => offerings.get(id) ?? [])
  if (wasted.length > 0)
    tell('isOfferingWasted', `Not understood or not worth having: ${wasted.join(', ')}`, facts.wasted)
  if (help?.isHurt) tell('isHurt', 'Says that we hurt how people there feel')

  return {
    signs: {
      competitor,
      leaving,
      why,
      worstScore: worstScoreOf(facts),
      open,
      help: help && { k: help.k, isPriceOnly: help.isPriceOnly },
      isInertia: help?.isInertia,
      isOfferingWasted: facts.wasted ? wasted.length > 0 : undefined,
      isHurt: help?.isHurt,
    },
    evidence,
  }
}

function competitorOf({ competitor }: Facts): Signs['competitor'] {
  if (!competitor) return undefined
  return competitor.value === 'comparing' || competitor.value === 'listened' ? competitor.value : 'none'
}

export function whyOf({ why }: Facts, today: string): Signs['why'] {
  if (!why) return 'none'
  return daysBetween(why.on, today) > freshDays ? 'old' : 'fresh'
}

/** Unknown where a driver that weighs much has no score, unless another one scores badly anyway; 10 where none weighs much. */
function worstScoreOf(facts: Facts): number | undefined {
  const { points, scores } = facts
  if (!points || !scores) return undefined
  const weak = weakDriver(facts)
  const isOpen = drivers.some((driver) => points.value[driver] >= heavy && scores.value[driver] === undefined)
  return isOpen && !(weak && weak.score <= 6) ? undefined : (weak?.score ?? 10)
}

/** From so many of 100 points a driver weighs much. */
const heavy = 25

/** The driver with at least 25 points that scores worst, once both are known. */
export function weakDriver({ points, scores }: Facts) {
  const scored = drivers.flatMap((driver) => {
    const [weight, score] = [points?.value[driver] ?? 0, scores?.value[driver]]
    return weight >= heavy && score !== undefined ? [{ driver, points: weight, score }] : []
  })
  return scored.sort((a, b) => a.score - b.score)[0]
}
