import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { type Driver, directions, drivers } from '../drivers.ts'
import { noneKinds } from '../tables.ts'
import { abouts, flags } from './suggestion.ts'

const code = z.string().regex(/^[RCKE]\d$/, 'A sub-code is a letter R, C, K or E and one digit, such as C3.')
const signedCodes = z
  .string()
  .regex(/^[RCKE]\d[+-]( [RCKE]\d[+-])*$/, 'Tags are sub-codes with a sign, one blank between two, such as "C3+ K1-".')
const words = z.string().min(1)

export const codebookSchema = z.strictObject({
  version: words,
  drivers: z
    .array(
      z.strictObject({
        key: z.enum(drivers),
        letter: z.enum(['R', 'C', 'K', 'E']),
        name: words,
        line: words,
        definition: words,
        include: z.array(words),
        exclude: z.array(z.strictObject({ text: words, instead: words, note: words.optional() })),
        positive: z.array(z.strictObject({ text: words, tags: signedCodes, note: words.optional() })),
        negative: z.array(z.strictObject({ text: words, instead: words, note: words.optional() })),
      }),
    )
    .length(drivers.length),
  /** A retired sub-code is set no more; one that was merged is read as the other. Tags keep what they were set to. */
  subs: z
    .array(
      z.strictObject({
        code,
        short: words,
        elements: z.array(words),
        isRetired: z.boolean().optional(),
        mergedInto: code.optional(),
      }),
    )
    .min(4),
  weakHomes: z.array(words),
  directions: z.array(z.strictObject({ key: z.enum(directions), name: words, definition: words })),
  abouts: z.array(z.strictObject({ key: z.enum(abouts), name: words, definition: words })),
  nones: z.array(z.strictObject({ key: z.enum(noneKinds), name: words, definition: words })),
  flags: z.array(z.strictObject({ key: z.enum(flags), name: words, definition: words })),
  rules: z.array(z.strictObject({ number: z.int(), title: words, text: words })),
  hardCases: z.array(
    z
      .strictObject({
        text: words,
        tags: signedCodes.optional(),
        none: z.enum(noneKinds).optional(),
        flags: z.array(z.enum(flags)).optional(),
        note: words.optional(),
      })
      .refine((hardCase) => (hardCase.tags === undefined) !== (hardCase.none === undefined), {
        message: 'A hard case has either tags or a none outcome.',
      }),
  ),
  rulings: z.array(words),
})
export type Codebook = z.infer<typeof codebookSchema>
export type SubCode = Codebook['subs'][number]

/** Reads a codebook. Throws one Error that lists each problem with its line. */
export function readCodebook(fileName: string, text: string): Codebook {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const [broken] = document.errors
  if (broken)
    throw new Error(
      `${fileName}, line ${lines.linePos(broken.pos[0]).line}: this is not valid YAML. ${broken.message.split('\n')[0]}`,
    )
  const parsed = codebookSchema.safeParse(document.toJS())
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => {
    const offset = offsetOf(document, issue.path)
    return `${fileName}, line ${lines.linePos(offset).line}: ${issue.path.join('.')}: ${issue.message}`
  })
  throw new Error(`The codebook cannot be used:\n- ${problems.join('\n- ')}`)
}

/** The codebook in use, read once when the program starts. */
export const codebook = readCodebook('codebook.yaml', readFileSync(join(import.meta.dirname, 'codebook.yaml'), 'utf8'))

const subsByCode = new Map(codebook.subs.map((sub) => [sub.code, sub]))
const driversByLetter = new Map(codebook.drivers.map((driver) => [driver.letter.charCodeAt(0), driver.key]))

/** The sub-code with this code, or undefined when the codebook has none (an older version may have had it). */
export const subCode = (code: string): SubCode | undefined => subsByCode.get(code)

/** The driver of a sub-code: its letter decides, so this answers for retired sub-codes too. Throws on anything else. */
export function driverOf(code: string): Driver {
  const driver = driversByLetter.get(code.charCodeAt(0))
  if (!driver) throw new Error(`"${code}" is not a sub-code: it must begin with R, C, K or E.`)
  return driver
}

/** The sub-codes of one driver, in the order of the codebook, those that are out of use too. */
export const subsOf = (driver: Driver, book = codebook): SubCode[] =>
  book.subs.filter((sub) => driverOf(sub.code) === driver)

export const isInUse = (sub: SubCode): boolean => !sub.isRetired && sub.mergedInto === undefined

/** The sub-code that a tag with this code is read as: itself, or the one that it was merged into, at any remove. */
export function readAs(book: Codebook, code: string): SubCode | undefined {
  const seen = new Set<string>()
  let sub = book.subs.find((candidate) => candidate.code === code)
  while (sub?.mergedInto && !seen.has(sub.code)) {
    seen.add(sub.code)
    const { mergedInto } = sub
    sub = book.subs.find((candidate) => candidate.code === mergedInto)
  }
  return sub
}

/** The sub-code that a new tag may carry in place of this one: itself, what it was merged into, or '' for none. */
export function usableSub(book: Codebook, code: string): string {
  const sub = readAs(book, code)
  return sub && isInUse(sub) ? sub.code : ''
}

/** Where in the text the path of an issue stands; for a missing key, where its parent stands. */
function offsetOf(document: ReturnType<typeof parseDocument>, path: PropertyKey[]): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
      return Number(node.range[0])
  }
  return 0
}
