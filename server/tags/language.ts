import type { Token } from './tokens.ts'

// Small words that no other of these languages shares; enough of them tell English from the rest without a model.
const english = new Set(
  'the and is are was we you they it of to for with that this have has not our your my be been on in as at from so very but i had can will would do does did when what which who there their all more than out up if about'.split(
    ' ',
  ),
)
const foreign = new Set(
  'der die das und ist nicht wir sie ich ein eine mit für auf zu den dem sehr gut immer auch weil aber sind haben le la les des et est une pour avec nous vous dans pas très que qui sur sont el los las y es una por con muy que para del nos su il lo gli che di per con non sono molto een het en van niet met voor zijn ook maar zeer goed os um uma não com para muito mais nós och att det som på är inte vi til ikke er jest nie się na do to bardzo'.split(
    ' ',
  ),
)
for (const word of ['do', 'to', 'on', 'in', 'is', 'as', 'at', 'all', 'so', 'was', 'had', 'not', 'er'])
  foreign.delete(word)

/** English ones that other languages have, too. */
const sharedWords = new Set([
  'was',
  'to',
  'i',
  'do',
  'on',
  'in',
  'is',
  'as',
  'at',
  'so',
  'all',
  'had',
  'not',
  'an',
  'be',
  'we',
  'for',
])

const enoughWords = 3

/**
 * Whether the phrases of the lexicon, which are English, can say anything about this text. `language` is what the answer
 * was asked in; people answer in another one, so the words decide where there are enough of them.
 */
export function isEnglish(text: string, tokens: Token[], language: string | undefined): boolean {
  if (!isMostlyLatin(text)) return false
  let known = 0
  let other = 0
  let shared = 0
  for (const { text: word } of tokens.slice(0, 400)) {
    if (english.has(word) || word.endsWith("n't")) known += 1
    else if (foreign.has(word)) other += 1
    if (sharedWords.has(word) && english.has(word)) shared += 1
  }
  // Among words of another language "was", "to" and the like are that language's.
  if (other > 0) known -= shared
  if (known + other >= enoughWords || tokens.length > 6) {
    if (known === 0 && other === 0) return language === undefined || language.startsWith('en')
    return known >= other
  }
  if (other > known) return false
  return language === undefined || language.startsWith('en') || known > 0
}

function isMostlyLatin(text: string): boolean {
  // Letters of no script at all, such as those of mathematics, are drawn as ornaments.
  const others = text.match(/(?![\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}])\p{L}/gu)?.length ?? 0
  if (others === 0) return true
  return (text.match(/\p{Script=Latin}/gu)?.length ?? 0) >= others
}
