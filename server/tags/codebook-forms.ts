import { z } from 'zod'
import { type Driver, driverLetters, driverNames, drivers } from '../drivers.ts'
import type { Typed } from '../forms.ts'
import { listed } from '../words.ts'
import { type Codebook, codebookSchema, isInUse, type SubCode, subsOf } from './codebook.ts'
import type { CodebookPart } from './codebook-changes.ts'
import {
  type Lines,
  printExample,
  printHardCase,
  printInstead,
  readExamples,
  readHardCases,
  readInstead,
  readPlain,
} from './codebook-lines.ts'

export const revisionForm = z.object({ revision: z.coerce.number().int().min(0).catch(0) })
export const publicationForm = z.object({
  revision: z.coerce.number().int().min(0).catch(0),
  note: z
    .string('Write why it changes.')
    .trim()
    .min(1, 'Write why it changes: those who tag read it.')
    .max(1000, 'Keep this to 1,000 characters.'),
})
export const removalForm = z.object({ sure: z.literal('1', 'Tick this box, so that no draft is lost by accident.') })

const longestField = 20_000

/** The names of the fields of the parts that are no plain lists. */
export const subField = (code: string, name: 'short' | 'elements' | 'state'): string => `sub-${code}-${name}`
export const ruleField = (number: number, name: 'title' | 'text'): string => `rule-${number}-${name}`
export const termFields = (book: Codebook) => ({
  directions: book.directions.map((term) => ({ term, name: `direction-${term.key === '+' ? 'plus' : 'minus'}` })),
  abouts: book.abouts.map((term) => ({ term, name: `about-${term.key}` })),
  flags: book.flags.map((term) => ({ term, name: `flag-${term.key}` })),
  nones: book.nones.map((term) => ({ term, name: `none-${term.key}` })),
})

/** Whether a sub-code is in use, retired, or merged into another, as one choice sends it. */
const stateOf = (sub: SubCode): string => sub.mergedInto ?? (sub.isRetired ? 'retired' : 'in-use')

/** One part of the codebook as its form shows it. */
export function typedOf(book: Codebook, part: CodebookPart): Typed {
  if (part === 'terms') {
    const { directions, abouts, flags, nones } = termFields(book)
    return Object.fromEntries(
      [...directions, ...abouts, ...flags, ...nones].map(({ name, term }) => [name, term.definition]),
    )
  }
  if (part === 'rules')
    return Object.fromEntries(
      book.rules.flatMap(({ number, title, text }) => [
        [ruleField(number, 'title'), title],
        [ruleField(number, 'text'), text],
      ]),
    )
  if (part === 'cases')
    return {
      hardCases: book.hardCases.map(printHardCase).join('\n'),
      rulings: book.rulings.join('\n'),
      weakHomes: book.weakHomes.join('\n'),
    }
  const driver = book.drivers.find(({ key }) => key === part)
  if (!driver) return {}
  return {
    line: driver.line,
    definition: driver.definition,
    include: driver.include.join('\n'),
    exclude: driver.exclude.map(printInstead).join('\n'),
    positive: driver.positive.map(printExample).join('\n'),
    negative: driver.negative.map(printInstead).join('\n'),
    ...Object.fromEntries(
      subsOf(part, book).flatMap((sub) => [
        [subField(sub.code, 'short'), sub.short],
        [subField(sub.code, 'elements'), sub.elements.join(', ')],
        [subField(sub.code, 'state'), stateOf(sub)],
      ]),
    ),
  }
}

export type PartRead = { ok: true; book: Codebook } | { ok: false; errors: Record<string, string> }

/** The codebook with one part as it was typed, or a sentence for each field that is wrong. Other parts stay as they are. */
export function readPart(book: Codebook, part: CodebookPart, typed: Typed): PartRead {
  const tooLong = Object.entries(typed).filter(([, text]) => text.length > longestField)
  if (tooLong.length > 0)
    return {
      ok: false,
      errors: Object.fromEntries(tooLong.map(([name]) => [name, 'Keep this to 20,000 characters.'])),
    }
  const read = { terms: readTerms, rules: readRules, cases: readCases }
  const result =
    part === 'terms' || part === 'rules' || part === 'cases' ? read[part](book, typed) : readDriver(book, part, typed)
  if (!result.ok) return result
  const parsed = codebookSchema.safeParse(result.book)
  return parsed.success ? { ok: true, book: parsed.data } : { ok: false, errors: { form: firstSentence(parsed.error) } }
}

const firstSentence = (error: z.ZodError): string => `This cannot be kept: ${error.issues[0]?.message ?? ''}`

const tidy = (text: string | undefined): string => (text ?? '').replaceAll('\r\n', '\n').trim()

function readTerms(book: Codebook, typed: Typed): PartRead {
  const fields = termFields(book)
  const errors = Object.fromEntries(
    Object.values(fields)
      .flat()
      .filter(({ name }) => tidy(typed[name]) === '')
      .map(({ name }): [string, string] => [name, 'Write what this means.']),
  )
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const definition = (name: string) => ({ definition: tidy(typed[name]) })
  return {
    ok: true,
    book: {
      ...book,
      directions: fields.directions.map(({ term, name }) => ({ ...term, ...definition(name) })),
      abouts: fields.abouts.map(({ term, name }) => ({ ...term, ...definition(name) })),
      flags: fields.flags.map(({ term, name }) => ({ ...term, ...definition(name) })),
      nones: fields.nones.map(({ term, name }) => ({ ...term, ...definition(name) })),
    },
  }
}

function readRules(book: Codebook, typed: Typed): PartRead {
  const errors: Record<string, string> = {}
  const rules = Array.from({ length: book.rules.length + 1 }, (_, index) => index + 1).flatMap((number) => {
    const [title, text] = [tidy(typed[ruleField(number, 'title')]), tidy(typed[ruleField(number, 'text')])]
    if (title === '' && text === '') return []
    if (title === '') errors[ruleField(number, 'title')] = 'Give this rule a short name, or empty both fields.'
    if (text === '') errors[ruleField(number, 'text')] = 'Write what the rule says, or empty both fields.'
    return [{ title, text }]
  })
  if (rules.length === 0) errors[ruleField(1, 'title')] = 'Keep at least one rule.'
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return { ok: true, book: { ...book, rules: rules.map((rule, index) => ({ number: index + 1, ...rule })) } }
}

const codesOf = (book: Codebook): Set<string> => new Set(book.subs.map(({ code }) => code))

/** Puts what is wrong with a list under the name of its field. */
function listOf<T>(lines: Lines<T>, name: string, errors: Record<string, string>): T[] {
  if (lines.ok) return lines.entries
  errors[name] = lines.sentence
  return []
}

function readCases(book: Codebook, typed: Typed): PartRead {
  const errors: Record<string, string> = {}
  const hardCases = listOf(readHardCases(typed.hardCases ?? '', codesOf(book)), 'hardCases', errors)
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  const [rulings, weakHomes] = [readPlain(typed.rulings ?? ''), readPlain(typed.weakHomes ?? '')]
  return { ok: true, book: { ...book, hardCases, rulings, weakHomes } }
}

function readDriver(book: Codebook, driver: Driver, typed: Typed): PartRead {
  const errors: Record<string, string> = {}
  const old = book.drivers.find(({ key }) => key === driver)
  if (!old) return { ok: false, errors: { form: 'The codebook has no such driver.' } }
  const subs = readSubs(book, driver, typed, errors)
  const codes = new Set([...codesOf(book), ...subs.map(({ code }) => code)])
  const [line, definition] = [tidy(typed.line), tidy(typed.definition)]
  if (line === '') errors.line = 'Write in one line what this driver is.'
  if (definition === '') errors.definition = 'Write what this driver means.'
  const fresh = {
    ...old,
    line,
    definition,
    include: readPlain(typed.include ?? ''),
    exclude: listOf(readInstead(typed.exclude ?? '', codes), 'exclude', errors),
    positive: listOf(readExamples(typed.positive ?? '', codes), 'positive', errors),
    negative: listOf(readInstead(typed.negative ?? '', codes), 'negative', errors),
  }
  if (Object.keys(errors).length > 0) return { ok: false, errors }
  return {
    ok: true,
    book: {
      ...book,
      drivers: book.drivers.map((candidate) => (candidate.key === driver ? fresh : candidate)),
      // In the order of the drivers, so that a new sub-code stands with its own kind.
      subs: drivers.flatMap((key) => (key === driver ? subs : subsOf(key, book))),
    },
  }
}

const elementsOf = (text: string | undefined): string[] =>
  tidy(text)
    .split(/[,\n]/)
    .map((element) => element.trim())
    .filter(Boolean)

function readSubs(book: Codebook, driver: Driver, typed: Typed, errors: Record<string, string>): SubCode[] {
  const known = subsOf(driver, book)
  const subs = known.map(({ code }): SubCode => {
    const short = tidy(typed[subField(code, 'short')])
    if (short === '') errors[subField(code, 'short')] = 'Name this sub-code; retire it if it is not needed.'
    const state = typed[subField(code, 'state')] ?? 'in-use'
    return {
      code,
      short,
      elements: elementsOf(typed[subField(code, 'elements')]),
      ...(state === 'retired' ? { isRetired: true } : {}),
      ...(state !== 'retired' && state !== 'in-use' ? { mergedInto: state } : {}),
    }
  })
  for (const { code, mergedInto } of subs) {
    const target = subs.find((sub) => sub.code === mergedInto)
    if (mergedInto !== undefined && (mergedInto === code || !target || !isInUse(target)))
      errors[subField(code, 'state')] = `Choose a sub-code of ${driverNames[driver]} that is itself in use.`
  }
  const [first] = known
  if (first && !subs.some(isInUse))
    errors[subField(first.code, 'state')] = `Keep at least one sub-code of ${driverNames[driver]} in use.`

  const short = tidy(typed.newShort)
  if (short === '') {
    if (tidy(typed.newElements) !== '') errors.newShort = 'Name the new sub-code, or empty what has its home there.'
    return subs
  }
  const code = nextCode(driver, known)
  if (!code) {
    errors.newShort = `${driverNames[driver]} has nine sub-codes already, ${listed(known.map((sub) => sub.code))}; no more can be told apart.`
    return subs
  }
  return [...subs, { code, short, elements: elementsOf(typed.newElements) }]
}

/** R5 after R4; undefined after R9. A number is never given twice: old tags keep it. */
export function nextCode(driver: Driver, subs: SubCode[]): string | undefined {
  const highest = Math.max(0, ...subs.map(({ code }) => Number(code.slice(1))))
  return highest < 9 ? `${driverLetters[driver]}${highest + 1}` : undefined
}
