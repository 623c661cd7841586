import { stemOf } from './features.ts'
import type { Token } from './tokens.ts'

/** A word written with a capital in at least this share of its places inside sentences is taken for a name. */
const nameShare = 0.4

/** The stems of the words that the texts use as names: of people, firms, products, places. No model may keep them. */
export function properNames(texts: Token[][]): Set<string> {
  const seen = new Map<string, { capital: number; all: number }>()
  for (const tokens of texts)
    for (const [at, token] of tokens.entries()) {
      if (token.sentence !== tokens[at - 1]?.sentence) continue
      const stem = stemOf(token.text)
      const entry = seen.get(stem) ?? { capital: 0, all: 0 }
      entry.all += 1
      if (token.isCapital) entry.capital += 1
      seen.set(stem, entry)
    }
  const names = [...seen].filter(([stem, { capital, all }]) => stem !== 'i' && capital / all >= nameShare)
  return new Set(names.map(([stem]) => stem))
}
