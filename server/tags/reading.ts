import type { Direction, Driver } from '../drivers.ts'
import { driverOf, subCode } from './codebook.ts'
import { evidenceIn, type Found, type Hit } from './evidence.ts'
import { isEnglish } from './language.ts'
import { isPlainNone, noneOf } from './none.ts'
import type { AnswerToRead, Flag, Reading, Suggester, Suggestion } from './suggestion.ts'
import { codePointOffsets, type Token, tokensOf } from './tokens.ts'

/** The sub-code of a prompted box that was only ticked or answered with "yes, a lot" (rule 5). */
const homeSubs: Record<Driver, string> = { revenue: 'R1', cost: 'C2', risk: 'K4', emotion: 'E1' }
const homeProbability = 0.5
const longestBareYes = 6

/** Which of the phrases found (and whatever else it sees) are suggested. */
export type Choose = (tokens: Token[], found: Found) => Hit[]

/** A suggester that differs from others in what it chooses: language, none outcomes, spans and flags are the same for all. */
export const suggesterOf = (version: string, choose: Choose): Suggester => ({
  version,
  suggest: (answer) => readingOf(answer, choose),
})

function readingOf(answer: AnswerToRead, choose: Choose): Reading {
  const { text } = answer
  const tokens = tokensOf(text)
  if (tokens.length === 0) return emptyReading(answer)
  if (!isEnglish(text, tokens, answer.language))
    return { suggestions: [], none: null, noneReason: 'Not in English: no sound suggestion is possible.' }
  const found = evidenceIn(tokens)
  const { frame, matches } = found
  const suggestions = isPlainNone(frame, matches) ? [] : suggestionsOf(text, tokens, choose(tokens, found), answer)
  if (suggestions.length > 0) return { suggestions, none: null }
  const none = noneOf(frame, matches)
  const bare = answer.home && bareBox(text, tokens, answer.home, answer, none?.none)
  if (bare) return { suggestions: [bare], none: null }
  return none ? { suggestions, ...none } : { suggestions, none: null }
}

function emptyReading({ text, saysNotAtAll, saysWorse }: AnswerToRead): Reading {
  if (saysWorse)
    return { suggestions: [], none: null, noneReason: 'Only “makes it worse” is ticked: ask what happened.' }
  if (saysNotAtAll) return { suggestions: [], none: 'NONE', noneReason: 'Only “not at all” is ticked.' }
  return { suggestions: [], none: 'NONE', noneReason: text.trim() === '' ? 'Nothing was said.' : 'No words.' }
}

/** One suggestion a sub-code, direction, about and wish: the surest place speaks, and flags of all places stand. */
function suggestionsOf(text: string, tokens: Token[], hits: Hit[], answer: AnswerToRead): Suggestion[] {
  const best = new Map<string, Hit>()
  for (const hit of hits) {
    const key = `${hit.sub}${hit.direction}${hit.about}${hit.flags.has('wish')}`
    const before = best.get(key)
    if (!before || before.probability < hit.probability) best.set(key, hit)
  }
  const chosen = [...best.values()].sort((a, b) => a.from - b.from)
  const places = chosen.map((hit) => ({ start: tokens[hit.from]?.start ?? 0, end: tokens[hit.to - 1]?.end ?? 0 }))
  const points = codePointOffsets(
    text,
    places.flatMap(({ start, end }) => [start, end]),
  )
  const must = answer.question === 'CORE-2'
  return chosen.map((hit, index) => {
    const { start, end } = places[index] ?? { start: 0, end: 0 }
    return {
      driver: driverOf(hit.sub),
      direction: hit.direction,
      sub: hit.sub,
      start: points.get(start) ?? 0,
      end: points.get(end) ?? 0,
      flags: flagsOf(hit, must, index === 0),
      about: hit.about,
      probability: hit.probability,
      reason: [`“${text.slice(start, end)}”: ${subCode(hit.sub)?.short ?? hit.sub}`, ...hit.notes].join('; '),
    }
  })
}

/** CORE-2 asks what has to stay, most important first, so its praise is flagged as such. */
function flagsOf(hit: Hit, asksWhatMustStay: boolean, isFirst: boolean): Flag[] {
  const flags = new Set(hit.flags)
  if (asksWhatMustStay && hit.direction === '+' && hit.about === 'us') {
    flags.add('must')
    if (isFirst) flags.add('main')
  }
  return [...flags]
}

/** A bare "yes, a lot" in a prompted box takes the driver of the box, inferred; "not at all" and "no" take none. */
function bareBox(
  text: string,
  tokens: Token[],
  home: Driver,
  answer: AnswerToRead,
  none: Reading['none'] | undefined,
): Suggestion | undefined {
  const direction: Direction = answer.saysWorse ? '-' : '+'
  const isYes =
    /^\s*(?:yes|yeah|yep|sure|definitely|absolutely|a lot|very much|of course|indeed|certainly|hugely|totally|big time|massively|you do)\b/i.test(
      text,
    )
  if (!answer.saysWorse && (!isYes || answer.saysNotAtAll)) return undefined
  if (tokens.length > longestBareYes || none === 'INERTIA' || none === 'OFF') return undefined
  const [first, last] = [tokens[0], tokens.at(-1)]
  if (!first || !last) return undefined
  const points = codePointOffsets(text, [first.start, last.end])
  return {
    driver: home,
    direction,
    sub: homeSubs[home],
    start: points.get(first.start) ?? 0,
    end: points.get(last.end) ?? 0,
    flags: ['inferred'],
    about: 'us',
    probability: homeProbability,
    reason: 'A bare answer in a prompted box takes the driver of the box',
  }
}
