import { type Driver, directionSigns, directions, driverNames, type TagChip, tagChip } from '../drivers.ts'
import { codebook, driverOf, subCode, subsOf } from './codebook.ts'

type Entry = (typeof codebook.drivers)[number]

/** The rule of one driver beside an answer: what it is, what counts and does not, and cases like this one. */
export type RuleCard = {
  driver: Driver
  letter: string
  name: string
  definition: string
  counts: string
  countsNot: string
  hard: string[]
  isOpen: boolean
}

/** The four drivers in their order; the one in hand is open, and its hard cases are those whose words are like the answer's. */
export const ruleCards = (text: string, hand: Driver | undefined): RuleCard[] =>
  codebook.drivers.map((entry) => ({
    driver: entry.key,
    letter: entry.letter,
    name: entry.name,
    definition: curly(entry.definition),
    counts: quoted(entry.positive[0]?.text ?? ''),
    countsNot: entry.exclude[0] ? insteadOf(entry.exclude[0]) : '',
    hard: hardCasesLike(text, entry.letter).map((hardCase) => `${quoted(hardCase.text)}: ${resultOf(hardCase)}`),
    isOpen: entry.key === hand,
  }))

function hardCasesLike(text: string, letter: string) {
  const words = wordsOf(text)
  return codebook.hardCases
    .filter(({ tags }) => tags?.includes(letter))
    .map((hardCase) => ({ hardCase, shared: wordsOf(hardCase.text).filter((word) => words.includes(word)).length }))
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 2)
    .map(({ hardCase }) => hardCase)
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? []

/** The whole codebook as people read it. */
export function codebookPage() {
  return {
    title: 'Codebook',
    part: 'Review',
    version: codebook.version,
    drivers: codebook.drivers.map(driverModel),
    directions: codebook.directions.map(({ key, name, definition }) => ({
      sign: directionSigns[key],
      name,
      definition: curly(definition),
    })),
    abouts: termsOf(codebook.abouts),
    flags: termsOf(codebook.flags),
    nones: termsOf(codebook.nones),
    rules: codebook.rules.map(({ title, text }) => ({ title: curly(title), text: curly(text) })),
    hardCases: codebook.hardCases.map((hardCase) => ({
      text: quoted(hardCase.text),
      chips: chipsOf(hardCase.tags ?? ''),
      none: codebook.nones.find(({ key }) => key === hardCase.none)?.name ?? '',
      note: [...(hardCase.flags ?? []).map(flagName), curly(hardCase.note ?? '')].filter(Boolean).join(', '),
    })),
    rulings: codebook.rulings.map(curly),
  }
}

const driverModel = (entry: Entry) => ({
  driver: entry.key,
  letter: entry.letter,
  name: entry.name,
  line: entry.line,
  definition: curly(entry.definition),
  include: entry.include.map(curly),
  exclude: entry.exclude.map(insteadOf),
  positive: entry.positive.map(({ text, tags, note }) => ({
    text: quoted(text),
    chips: chipsOf(tags),
    note: curly(note ?? ''),
  })),
  negative: entry.negative.map(({ text, instead, note }) => ({
    text: quoted(text),
    instead: nameOf(instead),
    note: curly(note ?? ''),
  })),
  subs: subsOf(entry.key).map(({ code, short, elements }) => ({ code, short, elements: elements.join(', ') })),
})

const termsOf = (terms: { name: string; definition: string }[]) =>
  terms.map(({ name, definition }) => ({ name, definition: curly(definition) }))

/** The chips of a list such as "C3+ K1-". */
function chipsOf(tags: string): TagChip[] {
  return tags.split(' ').flatMap((tag) => {
    const direction = directions.find((sign) => tag.endsWith(sign))
    const sub = tag.slice(0, -1)
    return direction ? [tagChip(driverOf(sub), direction, sub)] : []
  })
}

const resultOf = (hardCase: (typeof codebook.hardCases)[number]): string =>
  [
    (hardCase.tags ?? '')
      .split(' ')
      .filter(Boolean)
      .map((tag) => tag.replace('-', '−'))
      .join(' and '),
    ...(hardCase.flags ?? []).map(flagName),
    curly(hardCase.note ?? ''),
  ]
    .filter(Boolean)
    .join(', ')

const flagName = (flag: string): string => codebook.flags.find(({ key }) => key === flag)?.name.toLowerCase() ?? flag

const insteadOf = ({ text, instead, note }: { text: string; instead: string; note?: string | undefined }): string =>
  `${curly(text)}: ${nameOf(instead)}${note ? `, ${curly(note)}` : ''}`

/** "E2, Emotion" for a sub-code, the name of a "none" outcome for its key. */
function nameOf(key: string): string {
  const none = codebook.nones.find((candidate) => candidate.key === key)
  if (none) return none.name.toLowerCase()
  return subCode(key) ? `${driverNames[driverOf(key)]} (${key})` : key
}

const quoted = (text: string): string => `“${curly(text)}”`

/** The codebook's file has typewriter quotes; a page has real ones. */
const curly = (text: string): string =>
  text.replaceAll(/"([^"]*)"/g, '“$1”').replaceAll(/(\p{L}|\d)'(?=\p{L}|\s|\b)/gu, '$1’')
