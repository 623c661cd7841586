import { oneLine } from '../words.ts'

/** What a mail text may leave open, each filled for the person who gets it. */
export const placeholders = [
  'first_name',
  'full_name',
  'company',
  'our_company',
  'minutes',
  'closes_on',
  'sender',
] as const
export type Values = Record<(typeof placeholders)[number], string>

/** Where the first question and the button stand: on a line of its own. Without it they stand at the end. */
export const questionLine = '{first_question}'

export type Text = { subject: string; body: string }

/** The mails of a round, in the order in which somebody may get them; `later` stands in for a reminder. */
export const textKinds = ['invite', 'reminder-1', 'reminder-2', 'later'] as const
export type TextKind = (typeof textKinds)[number]
export type Texts = Record<TextKind, Text>

/** What is wrong with the open places of a text, as a sentence; '' if each can be filled. */
export function placeholderProblem(text: string, allowed: readonly string[]): string {
  const unknown = [...text.matchAll(/\{([^{}]*)\}/g)].map(([whole, name = '']) => (allowed.includes(name) ? '' : whole))
  const [first] = unknown.filter(Boolean)
  const known = allowed.map((name) => `{${name}}`).join(', ')
  if (first) return `${first} cannot be filled. These can: ${known}.`
  return /[{}]/.test(text.replaceAll(/\{[^{}]*\}/g, ''))
    ? `A brace stands alone. Write open places like {company}; these can be filled: ${known}.`
    : ''
}

/** The text with its open places filled. Without a name the greeting is "Hello there", in German "Guten Tag". */
export function fill(text: string, values: Values, language = 'en'): string {
  const somebody = language === 'de' ? '' : 'there'
  const filled: Record<string, string> = {
    ...values,
    first_name: values.first_name || somebody,
    full_name: values.full_name || somebody,
  }
  return text.replaceAll(/( ?)\{([^{}]*)\}/g, (whole, space: string, name: string) => {
    const value = filled[name]
    return value === undefined ? whole : value === '' && name.endsWith('_name') ? '' : `${space}${value}`
  })
}

/** The subject on one line. Without a first name it begins after it: "Why do you buy from us?" */
export function fillSubject(subject: string, values: Values, language = 'en'): string {
  const isNamed = values.first_name !== '' && values.full_name !== ''
  const text = isNamed ? subject : subject.replace(/^\{(first_name|full_name)\}[,:]?\s*/, '')
  const line = oneLine(fill(text, values, language))
  return line.charAt(0).toUpperCase() + line.slice(1)
}

export type Paragraph = { lines: string[] }

/** A filled body as paragraphs before and after the place of the first question. */
export function paragraphs(body: string): { before: Paragraph[]; after: Paragraph[] } {
  const [before = '', ...after] = body.replaceAll('\r\n', '\n').split(questionLine)
  return { before: split(before), after: split(after.join('\n\n')) }
}

const split = (text: string): Paragraph[] =>
  text
    .split(/\n\s*\n/)
    .map((paragraph) => ({
      lines: paragraph
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    }))
    .filter(({ lines }) => lines.length > 0)

/** How many words a person reads in a text. */
export const countWords = (text: string): number =>
  text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

/** Text broken into lines of at most `width` characters where spaces allow it: mail readers break longer ones badly. */
export function wrap(text: string, width = 72): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
