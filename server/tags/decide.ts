import { codebook, driverOf } from './codebook.ts'
import type { Found, Hit } from './evidence.ts'
import { featuresOf, type Read, stemOf } from './features.ts'
import { calibrated, judge, labels, type Model } from './model.ts'
import type { Token } from './tokens.ts'

/** Up to this many words the phrases of the codebook decide: the model has learned from longer statements. */
const shortAnswer = 8
/** In a short answer without a phrase the model must be surer than its own threshold. */
const sureAlone = 0.5
/** A second sub-code of the same driver and direction needs a phrase as sure as this. */
const sureBeside = 0.75
const topWords = 3

/**
 * Which of the phrases found are suggested, and what the model suggests where no phrase speaks. The model's probability
 * decides in longer answers, the phrases in short ones; labels that could not be learned are left to the phrases.
 */
export function decide(tokens: Token[], found: Found, model: Model): Hit[] {
  const read = featuresOf(tokens, found)
  const { scores, bySentence } = judge(tokens, read, model)
  const isShort = tokens.length <= shortAnswer
  const isPhrased = isShort && found.hits.length > 0
  const isInertia = found.matches.some(
    ({ pattern: { meaning } }) => meaning.kind === 'none' && meaning.none === 'INERTIA',
  )
  const apart = found.hits.filter((hit) => hit.about !== 'us')
  const chosen = labels.flatMap(({ driver, direction }, label) => {
    const hits = found.hits.filter(
      (hit) => hit.about === 'us' && hit.direction === direction && driverOf(hit.sub) === driver,
    )
    const probability = calibrated(model, label, scores[label] ?? 0)
    const threshold = model.thresholds[label] ?? null
    if (threshold === null) return hits.filter((hit) => !hit.flags.has('inferred'))
    if (isPhrased) return hits
    if (probability < (isShort ? Math.max(threshold, sureAlone) : threshold)) return []
    const sentenceOf = (at: number) => read.sentences.findIndex(({ from, to }) => at >= from && at < to)
    const chanceOf = (sentence: number) => bySentence[sentence]?.[label] ?? 0
    if (hits.length === 0 && isInertia) return []
    if (hits.length === 0) return [unphrased(tokens, read, found, model, label, chanceOf, probability)]
    const ranked = [...hits].sort(
      (a, b) => b.probability * chanceOf(sentenceOf(b.from)) - a.probability * chanceOf(sentenceOf(a.from)),
    )
    const [first, ...rest] = ranked
    const beside = rest.filter((hit) => hit.probability >= sureBeside && chanceOf(sentenceOf(hit.from)) >= threshold)
    return [first, ...beside].flatMap((hit) => (hit ? [{ ...hit, probability }] : []))
  })
  return [...chosen, ...apart].sort((a, b) => a.from - b.from)
}

/** A suggestion where no phrase stands: the clause that speaks most for it, and the words that do. */
function unphrased(
  tokens: Token[],
  read: Read,
  found: Found,
  model: Model,
  label: number,
  chanceOf: (sentence: number) => number,
  probability: number,
): Hit {
  const { name, direction } = labels[label] ?? { name: 'R+', direction: '+' as const }
  const best = read.sentences.reduce((best, _, index) => (chanceOf(index) > chanceOf(best) ? index : best), 0)
  const { from = 0, to = tokens.length } = read.sentences[best] ?? {}
  const weightOf = (at: number): number => {
    const column = model.terms.get(`w:${stemOf(tokens[at]?.text ?? '')}`)
    return column === undefined ? 0 : (model.sentence.weights[label]?.[column] ?? 0) * (model.scales[column] ?? 1)
  }
  const places = Array.from({ length: to - from }, (_, step) => from + step)
  const clauses = [...Map.groupBy(places, (at) => tokens[at]?.clause).values()]
  const weightOfAll = (clause: number[]) => clause.reduce((sum, at) => sum + weightOf(at), 0)
  const clause = clauses.reduce((best, next) => (weightOfAll(next) > weightOfAll(best) ? next : best))
  const words = places
    .filter((at) => weightOf(at) > 0)
    .sort((a, b) => weightOf(b) - weightOf(a))
    .slice(0, topWords)
    .map((at) => `“${tokens[at]?.text}”`)
  return {
    sub: likelySub(found, model, label, name, from, to),
    direction,
    from: clause[0] ?? from,
    to: (clause.at(-1) ?? to - 1) + 1,
    probability,
    flags: new Set(),
    about: 'us',
    notes: [words.length > 0 ? `learned from words like ${words.join(', ')}` : 'learned from the wording as a whole'],
  }
}

/** The sub-code whose noun or overlapped phrase stands in the sentence; otherwise the usual one of the label. */
function likelySub(found: Found, model: Model, label: number, name: string, from: number, to: number): string {
  for (const { pattern, from: at } of found.matches) {
    const { meaning } = pattern
    if (at < from || at >= to) continue
    if ((meaning.kind === 'value' || meaning.kind === 'aspect') && meaning.sub[0] === name[0]) return meaning.sub
  }
  return model.usualSubs[label] ?? codebook.subs[0]?.code ?? name
}
