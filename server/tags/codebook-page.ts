import { type Driver, directionSigns, directions, driverNames, type TagChip, tagChip } from '../drivers.ts'
import { listed, sentenceNumber } from '../words.ts'
import { type Codebook, codebook, driverOf, isInUse, readAs, subsOf } from './codebook.ts'

type Entry = Codebook['drivers'][number]

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
export const ruleCards = (text: string, hand: Driver | undefined, book: Codebook = codebook): RuleCard[] =>
  book.drivers.map((entry) => ({
    driver: entry.key,
    letter: entry.letter,
    name: entry.name,
    definition: curly(entry.definition),
    counts: quoted(entry.positive[0]?.text ?? ''),
    countsNot: entry.exclude[0] ? insteadOf(book, entry.exclude[0]) : '',
    hard: hardCasesLike(book, text, entry.letter).map(
      (hardCase) => `${quoted(hardCase.text)}: ${resultOf(book, hardCase)}`,
    ),
    isOpen: entry.key === hand,
  }))

function hardCasesLike(book: Codebook, text: string, letter: string) {
  const words = wordsOf(text)
  return book.hardCases
    .filter(({ tags }) => tags?.includes(letter))
    .map((hardCase) => ({ hardCase, shared: wordsOf(hardCase.text).filter((word) => words.includes(word)).length }))
    .sort((a, b) => b.shared - a.shared)
    .slice(0, 2)
    .map(({ hardCase }) => hardCase)
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/\p{L}{4,}/gu) ?? []

/** What stands above and beside a codebook: which version it is, what may be done with it. */
export type CodebookFrame = {
  /** "Version 1.1.2, by Lena Okafor on 3 March". */
  about: string
  note: string
  /** What this version changed, with the answers that each change may touch. */
  changes: ChangeRow[]
  isCurrent: boolean
  mayChange: boolean
  hasDraft: boolean
  versionsHref: string
  markdownHref: string
  qdcHref: string
}
export type ChangeRow = { sentence: string; touched: string; href: string }

/** The whole codebook as people read it. */
export function codebookPage(book: Codebook, frame: CodebookFrame) {
  return {
    title: 'Codebook',
    part: 'Review',
    ...frame,
    drivers: book.drivers.map((entry) => driverModel(book, entry)),
    directions: book.directions.map(({ key, name, definition }) => ({
      sign: directionSigns[key],
      name,
      definition: curly(definition),
    })),
    abouts: termsOf(book.abouts),
    flags: termsOf(book.flags),
    nones: termsOf(book.nones),
    rulesTitle: `${sentenceNumber(book.rules.length)} ${book.rules.length === 1 ? 'rule' : 'rules, in this order'}`,
    rules: book.rules.map(({ title, text }) => ({ title: curly(title), text: curly(text) })),
    hardCases: book.hardCases.map((hardCase) => ({
      text: quoted(hardCase.text),
      chips: chipsOf(hardCase.tags ?? ''),
      none: book.nones.find(({ key }) => key === hardCase.none)?.name ?? '',
      note: [...(hardCase.flags ?? []).map((flag) => flagName(book, flag)), curly(hardCase.note ?? '')]
        .filter(Boolean)
        .join(', '),
    })),
    rulings: book.rulings.map(curly),
    weakHomes: listed(book.weakHomes),
  }
}

const driverModel = (book: Codebook, entry: Entry) => ({
  driver: entry.key,
  letter: entry.letter,
  name: entry.name,
  line: entry.line,
  definition: curly(entry.definition),
  include: entry.include.map(curly),
  exclude: entry.exclude.map((exclusion) => insteadOf(book, exclusion)),
  positive: entry.positive.map(({ text, tags, note }) => ({
    text: quoted(text),
    chips: chipsOf(tags),
    note: curly(note ?? ''),
  })),
  negative: entry.negative.map(({ text, instead, note }) => ({
    text: quoted(text),
    instead: nameOf(book, instead),
    note: curly(note ?? ''),
  })),
  subs: subsOf(entry.key, book)
    .filter(isInUse)
    .map(({ code, short, elements }) => ({ code, short, elements: elements.join(', ') })),
  outOfUse: subsOf(entry.key, book)
    .filter((sub) => !isInUse(sub))
    .map((sub) => {
      const target = sub.mergedInto ? readAs(book, sub.code)?.code : ''
      return `${sub.code} ${sub.short}: ${target ? `read as ${target}` : 'retired'}`
    }),
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

const resultOf = (book: Codebook, hardCase: Codebook['hardCases'][number]): string =>
  [
    (hardCase.tags ?? '')
      .split(' ')
      .filter(Boolean)
      .map((tag) => tag.replace('-', '−'))
      .join(' and '),
    ...(hardCase.flags ?? []).map((flag) => flagName(book, flag)),
    curly(hardCase.note ?? ''),
  ]
    .filter(Boolean)
    .join(', ')

const flagName = (book: Codebook, flag: string): string =>
  book.flags.find(({ key }) => key === flag)?.name.toLowerCase() ?? flag

type Exclusion = Entry['exclude'][number]
const insteadOf = (book: Codebook, { text, instead, note }: Exclusion): string =>
  `${curly(text)}: ${nameOf(book, instead)}${note ? `, ${curly(note)}` : ''}`

/** "E2, Emotion" for a sub-code, the name of a "none" outcome for its key. */
function nameOf(book: Codebook, key: string): string {
  const none = book.nones.find((candidate) => candidate.key === key)
  if (none) return none.name.toLowerCase()
  return readAs(book, key) ? `${driverNames[driverOf(key)]} (${key})` : key
}

const quoted = (text: string): string => `“${curly(text)}”`

/** The codebook's file has typewriter quotes; a page has real ones. */
const curly = (text: string): string =>
  text.replaceAll(/"([^"]*)"/g, '“$1”').replaceAll(/(\p{L}|\d)'(?=\p{L}|\s|\b)/gu, '$1’')
