import { de } from './words-de.ts'

/** What pages say in a language other than English: pieces of views, and sentences that our code makes. */
export type Spoken = {
  views: Record<string, string>
  sentences: Record<string, string>
  /** Joins the last two of several names. */
  and: string
}

/** English stands in the views and in the code; every other language is one file. */
const languages: Record<string, Spoken> = { de }

/** A language in which our own words are there; English for every other. */
export function ourLanguage(tag: string): string {
  const code = tag.toLowerCase().split(/[-_]/)[0] ?? ''
  return languages[code] ? code : 'en'
}

/** The direction in which a language is written. */
export const directionOf = (code: string): 'ltr' | 'rtl' => (/^(ar|dv|fa|he|ps|ur|yi)$/.test(code) ? 'rtl' : 'ltr')

type Pattern = { made: RegExp; names: string[]; said: string }
const patterns = new Map<string, Pattern[]>()

/** Sentences with open places, such as "Question {n} of {all}", as patterns. */
function patternsOf(code: string): Pattern[] {
  let known = patterns.get(code)
  if (!known) {
    known = Object.entries(languages[code]?.sentences ?? {})
      .filter(([english]) => english.includes('{'))
      .map(([english, said]) => {
        const names = [...english.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
        const parts = english.split(/\{\w+\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
        return { made: new RegExp(`^${parts.join('([\\s\\S]+?)')}$`), names, said }
      })
    patterns.set(code, known)
  }
  return known
}

/** What stands in these places is itself ours to say: numbers in words, a second half. */
const ours = new Set(['count', 'rest'])

/** "Lena Okafor and Max Roe": the names stay, what joins them does not. */
const joined = (code: string, names: string): string =>
  say(code, names).replace(/ and (?=[^,]*$)/, ` ${languages[code]?.and ?? 'and'} `)

/** One of our own sentences in a language; what is not ours, such as a text of a template, stays as it is. */
export function say(code: string, english: string): string {
  const exact = languages[code]?.sentences[english]
  if (exact !== undefined || code === 'en') return exact ?? english
  for (const { made, names, said } of patternsOf(code)) {
    const found = made.exec(english)
    if (!found) continue
    return said.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const part = found[names.indexOf(name) + 1] ?? ''
      return name === 'who' ? joined(code, part) : ours.has(name) ? say(code, part) : part
    })
  }
  return english
}

/** The fields of a page in which we speak. What a person wrote stands in others, and is never touched. */
const spokenFields = new Set(
  'back changed choice consent error greeting heading label minutes note problemsTitle questions reached readers saved step title total who'.split(
    ' ',
  ),
)

/** A page's model with our own words in a language. */
export function sayModel(code: string, model: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(model).map(([name, value]) => [name, sayField(code, name, value)]))
}

function sayField(code: string, name: string, value: unknown): unknown {
  if (name === 'leads' && typeof value === 'string') return joined(code, value)
  if (typeof value === 'string') return spokenFields.has(name) || name.endsWith('Error') ? say(code, value) : value
  if (Array.isArray(value)) {
    if (name === 'sentences') return value.map((one) => say(code, String(one)))
    if (name === 'problems') return value.map((one) => ({ ...one, text: sayProblem(code, String(one.text)) }))
    return value.map((one) => sayField(code, name, one))
  }
  return isPart(value) ? sayModel(code, value) : value
}

const isPart = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** A problem elsewhere begins with the name of its question: "100 points: That is 90 of 100. …" */
function sayProblem(code: string, english: string): string {
  const said = say(code, english)
  const [, name = '', rest = ''] = /^(.+?): ([\s\S]+)$/.exec(english) ?? []
  return said === english && rest ? `${name}: ${say(code, rest)}` : said
}

const edge = /(<[a-zA-Z/!](?:[^>{]|\{\{[^}]*\}\})*>|\{\{(?:[#/>^]|else)[^}]*\}\})/

/** The pieces of a view that are words: what stands between two tags, or between a tag and a condition. */
export const piecesOf = (source: string): string[] =>
  source
    .split(edge)
    .map((piece) => piece.trim().replaceAll(/\s+/g, ' '))
    .filter((piece) => !edge.test(piece) && /\p{L}/u.test(piece.replaceAll(/\{\{[^}]*\}\}/g, '')))

/** A view's source with its words in a language. */
export function sayView(code: string, source: string): string {
  const words = languages[code]?.views ?? {}
  return source
    .split(edge)
    .map((piece) => {
      const said = words[piece.trim().replaceAll(/\s+/g, ' ')]
      // Spaces around stay; a comma that German needs joins the word before it.
      return said === undefined
        ? piece
        : piece.replace(
            /^(\s*)[\s\S]*?(\s*)$/,
            (_, before, after) => `${said.startsWith(',') ? '' : before}${said}${after}`,
          )
    })
    .join('')
}
