/**
 * A word of an answer. `text` is the word as patterns see it: lower case, straight apostrophes, without 's, 're, 've, 'll.
 * `start` and `end` are UTF-16 offsets; `clause` and `sentence` count from 0; `opensWith` is the punctuation or joining
 * word that began its clause, and stands with the clause's first word only.
 */
export type Token = {
  text: string
  start: number
  end: number
  clause: number
  sentence: number
  opensWith: string
  /** Written with a capital inside a sentence, as names are; a word all in capitals is shouting, not a name. */
  isCapital: boolean
}

/** More than this is not an answer but a pasted document: the rest is not read, so that time stays bounded. */
const maxTokens = 20_000

// Every alternative begins with another kind of character, so the expression never goes back over what it has read.
const piece = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{N}\p{M}]+)*|[.!?;:,()\n…–—]|-(?= )|%|[€$£]/gu
const sentenceEnds = new Set(['.', '!', '?', '\n', '…'])
const joiners = new Set([
  'but',
  'however',
  'although',
  'though',
  'yet',
  'whereas',
  'because',
  'so',
  'which',
  'while',
  'until',
  'unless',
])
const withoutApostrophe = new Map(
  [
    'dont',
    'doesnt',
    'didnt',
    'cant',
    'couldnt',
    'wont',
    'wouldnt',
    'isnt',
    'arent',
    'wasnt',
    'werent',
    'havent',
    'hasnt',
    'hadnt',
    'shouldnt',
  ].map((word) => [word, `${word.slice(0, -2)}n't`]),
)

/** The words of a text, with the clauses and sentences that they stand in. Linear in the length of the text. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let clause = 0
  let sentence = 0
  let opensWith = ''
  let isOpen = true
  const breakClause = (mark: string) => {
    if (!isOpen) clause += 1
    opensWith = mark
    isOpen = true
  }
  for (const match of text.matchAll(piece)) {
    const [raw] = match
    if (/[\p{L}\p{N}%€$£]/u.test(raw)) {
      const word = normalise(raw)
      if (joiners.has(word)) breakClause(word)
      tokens.push({
        text: word,
        start: match.index,
        end: match.index + raw.length,
        clause,
        sentence,
        opensWith: isOpen ? opensWith : '',
        isCapital: sentence === tokens.at(-1)?.sentence && /^\p{Lu}/u.test(raw) && raw !== raw.toUpperCase(),
      })
      isOpen = false
      if (tokens.length === maxTokens) break
    } else {
      const isDecimal =
        (raw === '.' || raw === ',') && /\d/.test(text[match.index - 1] ?? '') && /\d/.test(text[match.index + 1] ?? '')
      if (isDecimal) continue
      if (sentenceEnds.has(raw) && !isOpen) sentence += 1
      breakClause(raw)
    }
  }
  return tokens
}

function normalise(raw: string): string {
  const word = raw.toLowerCase().replaceAll('’', "'")
  return withoutApostrophe.get(word) ?? word.replace(/'(?:s|re|ve|ll)$/, '')
}

/** Turns UTF-16 offsets into code points, in one pass for any number of offsets asked in rising order. */
export function codePointOffsets(text: string, offsets: number[]): Map<number, number> {
  const found = new Map<number, number>()
  let unit = 0
  let point = 0
  for (const offset of [...offsets].sort((a, b) => a - b)) {
    while (unit < offset) {
      unit += (text.codePointAt(unit) ?? 0) > 0xffff ? 2 : 1
      point += 1
    }
    found.set(offset, point)
  }
  return found
}
