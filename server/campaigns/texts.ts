import type { Template } from '../templates/files.ts'
import { type Topic, topicOf } from '../templates/template.ts'
import { oneLine, sentenceNumber } from '../words.ts'

/** What a mail text may leave open, each filled for the person who gets it. */
export const placeholders = ['first_name', 'company', 'our_company', 'minutes', 'closes_on', 'sender'] as const
export type Values = Record<(typeof placeholders)[number], string>

/** Where the first question and the button stand: on a line of its own. Without it they stand at the end. */
export const questionLine = '{first_question}'

export type Text = { subject: string; body: string }

/** The mails of a round, in the order in which somebody may get them; `later` stands in for a reminder. */
export const textKinds = ['invite', 'reminder-1', 'reminder-2', 'later'] as const
export type TextKind = (typeof textKinds)[number]
export type Texts = Record<TextKind, Text>

const ways =
  'Or reply to this mail in a line or two; that counts just as well. You can answer until {closes_on}. You choose at the end who may read your answers with your name, and you can stop at any time.'

/** How the mails of a campaign begin their life; every campaign may rewrite each. */
export function defaultTexts(template: Template): Texts {
  const { ask, why } = openings[topicOf(template)]
  const count = template.questions.length
  const length = `${sentenceNumber(count)} ${count === 1 ? 'question' : 'questions'}, about {minutes} minutes.`
  const mail = (subject: string, first: string, then: string): Text => ({
    subject,
    body: ['Hello {first_name},', first, questionLine, then, 'Thank you,'].join('\n\n'),
  })
  return {
    invite: mail(`{first_name}, ${ask}?`, `${why} ${length} No sales call follows unless you ask for one.`, ways),
    'reminder-1': mail(
      `{first_name}, once more: ${ask}?`,
      `Some days ago we asked for your view of working with {our_company}, and it would be a pity to go on without it. ${length}`,
      'A reply to this mail in a line or two counts just as well. You can answer until {closes_on}. If you would rather not, the links below stop these mails.',
    ),
    'reminder-2': mail(
      `{first_name}, the last time: ${ask}?`,
      'This is our last mail about it. Even one sentence from {company} helps us to see what to keep and what to change.',
      'A reply to this mail counts just as well. You can answer until {closes_on}; after that we do not ask again in this round.',
    ),
    later: mail(
      `{first_name}, as you asked: ${ask}?`,
      `You wanted us to come back to you later; here we are. ${length}`,
      ways,
    ),
  }
}

/** What the mail asks in its subject, and why it is written. */
const openings: Record<Topic, { ask: string; why: string }> = {
  why: {
    ask: 'why do you buy from us',
    why: 'We would like to understand why {company} works with us and what you get from it, in your own words.',
  },
  left: {
    ask: 'may we ask what led to the change',
    why: 'We would like to understand how the change at {company} came about, in your own words. We are not here to win you back.',
  },
  view: {
    ask: 'how are we doing for you',
    why: 'We would like to know how working with us is for {company}, as you see it.',
  },
}

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

/** The text with its open places filled. Without a first name the greeting is "Hello there". */
export function fill(text: string, values: Values): string {
  const filled: Record<string, string> = { ...values, first_name: values.first_name || 'there' }
  return text.replaceAll(/\{([^{}]*)\}/g, (whole, name: string) => filled[name] ?? whole)
}

/** The subject on one line. Without a first name it begins after it: "Why do you buy from us?" */
export function fillSubject(subject: string, values: Values): string {
  const text = values.first_name ? subject : subject.replace(/^\{first_name\}[,:]?\s*/, '')
  const line = oneLine(fill(text, values))
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
