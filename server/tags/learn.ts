import { hashOf } from '../ids.ts'
import { type Decision, learn, writeAdjustment } from './adjust.ts'
import { isEnglish } from './language.ts'
import { labels, type Model } from './model.ts'
import { type Learned, modelSuggester } from './suggesters.ts'
import type { Suggester } from './suggestion.ts'
import { tokensOf } from './tokens.ts'

/** How suggestions stood against decisions: of what was suggested and of what was decided, how much was both. */
export type Standing = { right: number; said: number; decided: number }
export type LearningFigures = {
  before: Standing
  after: Standing
  drivers: { name: string; before: Standing; after: Standing }[]
}
/** What a retraining came to. `body` is '' where nothing is kept. `responseIds` are the responses that taught. */
export type Lesson = {
  outcome: 'kept' | 'worse' | 'too_few'
  decisions: number
  customers: number
  heldOut: number
  figures: LearningFigures
  body: string
  responseIds: string[]
}

/** One customer in five never teaches: what was learned is judged on their decisions, which no version has seen. */
const heldOutShare = 5
/** On fewer decisions of fewer customers than these nothing can be judged, so nothing is kept. */
export const fewestHeldOut = 10
const fewestHeldOutCustomers = 2

/** Whether a customer's decisions judge instead of teaching: the same customers for ever. */
export const isHeldOut = (customerId: string): boolean =>
  Number.parseInt(hashOf(customerId).slice(0, 8), 16) % heldOutShare === 0

/** Learns from decisions and judges it against what is in use, on customers whose decisions taught neither. */
export function retrain(all: Decision[], model: Model, current: Learned | undefined, number: number): Lesson {
  const decisions = all.filter(({ text }) => isEnglish(text, tokensOf(text), undefined))
  const teaching = decisions.filter(({ customerId }) => !isHeldOut(customerId))
  const judging = decisions.filter(({ customerId }) => isHeldOut(customerId))
  const customers = new Set(teaching.map(({ customerId }) => customerId)).size
  const counts = { decisions: teaching.length, customers, heldOut: judging.length }
  const judges = new Set(judging.map(({ customerId }) => customerId)).size
  if (teaching.length === 0 || judging.length < fewestHeldOut || judges < fewestHeldOutCustomers) {
    const none = { right: 0, said: 0, decided: 0 }
    return {
      outcome: 'too_few',
      ...counts,
      figures: { before: none, after: none, drivers: [] },
      body: '',
      responseIds: [],
    }
  }
  const adjustment = learn(teaching, model)
  const before = readingsBy(modelSuggester(model, current), judging)
  const after = readingsBy(modelSuggester(model, { number, adjustment }), judging)
  const isNoWorse = f1Of(standing(judging, after, weightOf)) >= f1Of(standing(judging, before, weightOf)) - 1e-9
  return {
    outcome: isNoWorse ? 'kept' : 'worse',
    ...counts,
    figures: {
      before: standing(judging, before),
      after: standing(judging, after),
      drivers: labels.map(({ name }) => ({
        name,
        before: standing(judging, before, () => 1, name),
        after: standing(judging, after, () => 1, name),
      })),
    },
    body: isNoWorse ? writeAdjustment(adjustment) : '',
    responseIds: isNoWorse ? [...new Set(teaching.map(({ responseId }) => responseId))] : [],
  }
}

const weightOf = ({ weight }: Decision): number => weight

const readingsBy = (suggester: Suggester, decisions: Decision[]): Set<string>[] =>
  decisions.map(
    ({ text }) =>
      new Set(
        suggester
          .suggest({ text })
          .suggestions.filter(({ about }) => about === 'us')
          .map(({ sub, direction }) => `${sub[0]}${direction}`),
      ),
  )

function standing(
  decisions: Decision[],
  readings: Set<string>[],
  weigh: (decision: Decision) => number = () => 1,
  only?: string,
): Standing {
  const sum: Standing = { right: 0, said: 0, decided: 0 }
  for (const [index, decision] of decisions.entries())
    for (const { name } of labels) {
      if (only !== undefined && name !== only) continue
      const [isSaid, isDecided] = [readings[index]?.has(name) === true, decision.labels.has(name)]
      const weight = weigh(decision)
      if (isSaid) sum.said += weight
      if (isDecided) sum.decided += weight
      if (isSaid && isDecided) sum.right += weight
    }
  return sum
}

/** The harmonic mean of precision and recall; 1 where there was nothing to say and nothing was said. */
export const f1Of = ({ right, said, decided }: Standing): number =>
  said + decided === 0 ? 1 : (2 * right) / (said + decided)
