import { type Driver, directionSigns, driverNames } from '../drivers.ts'
import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { printInstant, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import { type Codebook, isInUse, type SubCode, subsOf } from './codebook.ts'
import { type CodebookPart, codebookChanges, codebookParts } from './codebook-changes.ts'
import { nextCode, ruleField, subField, termFields } from './codebook-forms.ts'
import type { ChangeRow } from './codebook-page.ts'
import { mostTouched } from './codebook-touched.ts'
import type { CodebookDraft } from './codebook-versions.ts'

const part = 'Review'

const partNames: Record<CodebookPart, string> = {
  ...driverNames,
  terms: 'Direction, whose value, flags, none of the four',
  rules: 'The rules, in order',
  cases: 'Hard cases and rulings',
}

/** "may touch 14 tagged answers"; `n` counts to `mostTouched` at most. */
export const touchedWords = (n: number): string =>
  n === 0
    ? 'touches no tagged answer'
    : `may touch ${n >= mostTouched ? '1,000 or more tagged answers' : plural(n, 'tagged answer')}`

export type DraftPage = Problems & {
  title: string
  part: string
  about: string
  parts: { href: string; name: string; isChanged: boolean }[]
  changes: ChangeRow[]
  note: Field
  revision: number
  sureError: string
}

/** The next version in the making: its parts, what is different so far, and how it is published or given up. */
export function draftPage(
  draft: CodebookDraft | undefined,
  base: Codebook,
  changes: ChangeRow[],
  typed: Typed,
  errors: Record<string, string>,
  now: Date,
  reader: Reader,
): DraftPage {
  const changed = new Set(draft ? codebookChanges(draft.base, draft.book).map((change) => change.part) : [])
  return {
    title: 'Change the codebook',
    part,
    about: draft
      ? `Begun from version ${base.version}. Last changed by ${draft.by}, ${printInstant(draft.editedAt, now, reader)}. Nobody tags by it until it is published.`
      : `Choose what to change. Version ${base.version} stays in force until you publish the next one.`,
    parts: codebookParts.map((name) => ({
      href: `/codebook/draft/${name}`,
      name: partNames[name],
      isChanged: changed.has(name),
    })),
    changes,
    note: field('note', 'Why it changes', typed, errors, {
      type: 'textarea',
      hint: 'Those who tag read this beside the changes.',
    }),
    revision: draft?.revision ?? 0,
    sureError: errors.sure ?? '',
    ...problemsOf(errors),
  }
}

type Group = { title: string; fields: Field[] }
export type PartPage = Problems & {
  title: string
  part: string
  name: string
  action: string
  revision: number
  stale: string
  about: string
  fields: Field[]
  groups: Group[]
  subs: { code: string; isInUse: boolean; short: Field; elements: Field; state: SelectField }[]
  newSub: { code: string; short: Field; elements: Field } | false
  lists: Field[]
}

/** One part of the draft as a form. `stale` tells that somebody saved a newer draft meanwhile. */
export function partPage(
  book: Codebook,
  name: CodebookPart,
  revision: number,
  typed: Typed,
  errors: Record<string, string>,
  stale: string,
): PartPage {
  const isDriver = name !== 'terms' && name !== 'rules' && name !== 'cases'
  return {
    title: partNames[name],
    part,
    name: partNames[name],
    action: `/codebook/draft/${name}`,
    revision,
    stale,
    about: abouts[name] ?? 'Lists have one entry a line.',
    fields: isDriver ? driverFields(typed, errors) : [],
    groups:
      name === 'terms' ? termGroups(book, typed, errors) : name === 'rules' ? ruleGroups(book, typed, errors) : [],
    subs: isDriver ? subsOf(name, book).map((sub) => subFields(book, name, sub, typed, errors)) : [],
    newSub: isDriver ? newSubFields(book, name, typed, errors) : false,
    lists: isDriver ? driverLists(typed, errors) : name === 'cases' ? caseLists(typed, errors) : [],
    ...problemsOf(errors),
  }
}

const abouts: Partial<Record<CodebookPart, string>> = {
  terms: 'What the words beside a tag mean. Their names stay, since answers are filed under them.',
  rules: 'Coders apply them from the first to the last. Empty both fields to leave a rule out.',
}

const long = (name: string, label: string, typed: Typed, errors: Record<string, string>, hint = '') =>
  field(name, label, typed, errors, { type: 'textarea', hint })

const driverFields = (typed: Typed, errors: Record<string, string>): Field[] => [
  field('line', 'In one line', typed, errors),
  long('definition', 'Definition', typed, errors),
]

const driverLists = (typed: Typed, errors: Record<string, string>): Field[] => [
  long('include', 'Counts', typed, errors, 'One a line.'),
  long(
    'exclude',
    'Belongs elsewhere',
    typed,
    errors,
    'What is said, an arrow, where it belongs: “worry with no event -> E2”. A note may follow in brackets.',
  ),
  long('positive', 'So it is tagged', typed, errors, '“We launch a month earlier -> R4+”.'),
  long('negative', 'So it is not', typed, errors, '“A good company -> GEN”.'),
]

const caseLists = (typed: Typed, errors: Record<string, string>): Field[] => [
  long(
    'hardCases',
    'Hard cases: the agreed answer',
    typed,
    errors,
    'One a line: “Saves time, so we quote more jobs -> C3+ R1+”, “Quality -> K1+ inferred”, “Local -> GEN (probe)”.',
  ),
  long('rulings', 'Rulings', typed, errors, 'One a line, from coding real answers.'),
  long('weakHomes', 'Weak homes', typed, errors, 'One a line: looked at first when coders disagree.'),
]

function subFields(book: Codebook, driver: Driver, sub: SubCode, typed: Typed, errors: Record<string, string>) {
  const { code } = sub
  const others = subsOf(driver, book).filter((other) => other.code !== code && isInUse(other))
  const choices: [string, string][] = [
    ['in-use', 'In use'],
    ['retired', 'Retired: no new tags'],
    ...others.map((other): [string, string] => [other.code, `Merged into ${other.code} ${other.short}`]),
  ]
  return {
    code,
    isInUse: isInUse(sub),
    short: field(subField(code, 'short'), 'Name', typed, errors),
    elements: field(subField(code, 'elements'), 'Has its home there', typed, errors),
    state: select(subField(code, 'state'), 'State', choices, typed, errors),
  }
}

function newSubFields(book: Codebook, driver: Driver, typed: Typed, errors: Record<string, string>) {
  const code = nextCode(driver, subsOf(driver, book))
  if (!code) return false
  return {
    code,
    short: field('newShort', 'Name', typed, errors),
    elements: field('newElements', 'Has its home there', typed, errors),
  }
}

function termGroups(book: Codebook, typed: Typed, errors: Record<string, string>): Group[] {
  const { directions, abouts: whose, flags, nones } = termFields(book)
  const fieldsOf = (terms: { name: string; term: { name: string } }[]) =>
    terms.map(({ name, term }) => long(name, term.name, typed, errors))
  return [
    {
      title: 'Direction',
      fields: directions.map(({ name, term }) => long(name, `${directionSigns[term.key]} ${term.name}`, typed, errors)),
    },
    { title: 'Whose value', fields: fieldsOf(whose) },
    { title: 'Flags', fields: fieldsOf(flags) },
    { title: 'None of the four', fields: fieldsOf(nones) },
  ]
}

const ruleGroups = (book: Codebook, typed: Typed, errors: Record<string, string>): Group[] =>
  Array.from({ length: book.rules.length + 1 }, (_, index) => index + 1).map((number) => ({
    title: number > book.rules.length ? 'One more rule' : `Rule ${number}`,
    fields: [
      field(ruleField(number, 'title'), 'Name', typed, errors),
      long(ruleField(number, 'text'), 'What it says', typed, errors),
    ],
  }))
