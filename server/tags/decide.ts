import { type Adjustment, shifted, shiftsOf } from './adjust.ts'
import { driverOf } from './codebook.ts'
import type { Found, Hit } from './evidence.ts'
import { featuresOf, type Part, type Read, stemOf } from './features.ts'
import { calibrated, judge, labels, type Model, subChances } from './model.ts'
import { isSmallWord } from './small-words.ts'
import type { Token } from './tokens.ts'

/** Up to this many words the phrases of the codebook decide: the model has learned from longer statements. */
const shortAnswer = 8
/** In a short answer without a phrase the model must be surer than its own threshold. */
const sureAlone = 0.5
/** A second sub-code of the same driver and direction needs a phrase as sure as this. */
const sureBeside = 0.75
const topWords = 3
/** So far, in log-odds, what people decided here must move a label to overrule a phrase in a short answer. */
const strongShift = 1
/** How surely a phrase's sub-code is meant when it is none of the codebook that the model learned. */
const unknownSub = 0.5

/**
 * Which of the phrases found are suggested, and what the model suggests where no phrase speaks. The model's probability
 * decides in longer answers, the phrases in short ones; labels that could not be learned are left to the phrases.
 */
export function decide(tokens: Token[], found: Found, model: Model, adjustment?: Adjustment): Hit[] {
  const read = featuresOf(tokens, found)
  const { scores, bySentence, byClause } = judge(tokens, read, model)
  const shifts = adjustment ? shiftsOf(read.whole, adjustment) : []
  const isShort = tokens.length <= shortAnswer
  const isPhrased = isShort && found.hits.length > 0
  const isInertia = found.matches.some(
    ({ pattern: { meaning } }) => meaning.kind === 'none' && meaning.none === 'INERTIA',
  )
  const clauseOf = placesOf(read.clauses, tokens.length)
  const sentenceOf = placesOf(read.sentences, tokens.length)
  const known = new Map<number, Map<string, number>>()
  const subsOf = (clause: number): Map<string, number> => {
    const part = read.clauses[clause]
    const chances = known.get(clause) ?? (part ? subChances(tokens, part, model) : new Map())
    known.set(clause, chances)
    return chances
  }
  const apart = found.hits.filter((hit) => hit.about !== 'us')
  const chosen = labels.flatMap(({ driver, direction }, label) => {
    const hits = found.hits.filter(
      (hit) => hit.about === 'us' && hit.direction === direction && driverOf(hit.sub) === driver,
    )
    const shift = shifts[label] ?? 0
    const probability = shifted(calibrated(model, label, scores[label] ?? 0), shift)
    const threshold = model.thresholds[label] ?? null
    if (threshold === null) return hits.filter((hit) => !hit.flags.has('inferred'))
    const isLearnedHere = isPhrased && hits.length === 0 && shift > strongShift
    if (isPhrased && !isLearnedHere)
      return hits
        .map((hit) => ({ ...hit, probability: shifted(hit.probability, shift) }))
        .filter((hit) => shift > -strongShift || hit.probability >= sureAlone)
    if (probability < (isShort ? Math.max(threshold, sureAlone) : threshold)) return []
    if (hits.length === 0 && isInertia) return []
    const notes = shift > strongShift ? ['raised by what people decided here'] : []
    if (hits.length === 0) return [unphrased(tokens, read, model, label, byClause, probability, notes)]
    const chanceOf = ({ from }: Hit) => bySentence[sentenceOf[from] ?? 0]?.[label] ?? 0
    const ranks = new Map(
      hits.map((hit) => {
        const clause = clauseOf[hit.from] ?? 0
        const chance = (byClause[clause]?.[label] ?? 0) * chanceOf(hit)
        return [hit, hit.probability * chance * (subsOf(clause).get(hit.sub) ?? unknownSub)]
      }),
    )
    const [first, ...rest] = [...hits].sort((a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0))
    const beside = rest.filter((hit) => hit.probability >= sureBeside && chanceOf(hit) >= threshold)
    return [first, ...beside].flatMap((hit) => (hit ? [{ ...hit, probability, notes: [...hit.notes, ...notes] }] : []))
  })
  return [...chosen, ...apart].sort((a, b) => a.from - b.from)
}

/** For each token the part that it stands in. */
function placesOf(parts: Part[], length: number): Int32Array {
  const places = new Int32Array(length)
  for (const [index, { from, to }] of parts.entries()) places.fill(index, from, to)
  return places
}

/** A suggestion where no phrase stands: the clause that speaks most for it, and the words that do. */
function unphrased(
  tokens: Token[],
  read: Read,
  model: Model,
  label: number,
  byClause: number[][],
  probability: number,
  notes: string[],
): Hit {
  const { name, direction } = labels[label] ?? { name: 'R+', direction: '+' as const }
  const chanceOf = (clause: number) => byClause[clause]?.[label] ?? 0
  const best = read.clauses.reduce((best, _, index) => (chanceOf(index) > chanceOf(best) ? index : best), 0)
  const clause = read.clauses[best] ?? { from: 0, to: tokens.length, features: read.whole }
  const subs = [...subChances(tokens, clause, model)].filter(([sub]) => sub[0] === name[0])
  const [sub] = subs.reduce((best, next) => (next[1] > best[1] ? next : best), subs[0] ?? [`${name[0]}1`, 0])
  return {
    sub,
    direction,
    from: clause.from,
    to: clause.to,
    probability,
    flags: new Set(),
    about: 'us',
    notes: [wordsThatSpeak(tokens, clause, model, label), ...notes],
  }
}

/** The words that weigh most for a label; small words that mean nothing to a reader are passed over. */
function wordsThatSpeak(tokens: Token[], { from, to }: Part, model: Model, label: number): string {
  const weightOf = (word: string): number => {
    const column = model.terms.get(`w:${stemOf(word)}`)
    return column === undefined ? 0 : (model.sentence.weights[label]?.[column] ?? 0) * (model.scales[column] ?? 1)
  }
  const words = [...new Set(tokens.slice(from, to).map(({ text }) => text))]
    .filter((word) => weightOf(word) > 0 && !isSmallWord(word))
    .sort((a, b) => weightOf(b) - weightOf(a))
    .slice(0, topWords)
    .map((word) => `“${word}”`)
  return words.length > 0 ? `learned from words like ${words.join(', ')}` : 'learned from the wording as a whole'
}
