import { z } from 'zod'
import { type Channel, channels } from '../tables.ts'
import { questionSchema } from './kinds/kinds.ts'
import { textsSchema, withTexts } from './texts.ts'

const keySchema = z
  .string()
  .regex(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, 'A key is a lower-case word, the same as the name of the file.')
export const languageSchema = z
  .string()
  .regex(/^[a-z]{2,3}$/, 'A language is its code in small letters, such as "de".')
  .refine((code) => code !== 'en', 'English stands in the template itself.')

const text = z.string().min(1, 'This text is empty. Write it.')
const minutes = z
  .int('Write whole minutes, such as 8.')
  .min(1, 'Write at least 1 minute.')
  .max(120, 'Write at most 120.')

/** What a template says about itself, beside its questions. */
const head = {
  key: keySchema,
  name: text,
  purpose: text,
  minutes,
  /** How long it takes as a talk, if that differs. */
  minutes_in_talk: minutes.optional(),
  channels: z.array(z.enum(channels)).min(1, 'Name at least one channel.'),
  by: z.enum(['anyone', 'not-own-rep']),
  /** These questions suggest answers: they follow open ones, in the same sitting or an earlier one. */
  after: z.literal('open-questions', 'Leave this line out, or write "open-questions".').optional(),
  /** Reasons are remembered for so long after a customer left. */
  within_days: z.int().min(1).max(3650).optional(),
  /** For who asks, before the guide opens. */
  advice: z.array(text).default([]),
  /** Other templates whose questions are asked first, in this order. */
  includes: z.array(keySchema).default([]),
}

/** A template as it stands in its file. */
export const fileSchema = z.strictObject({
  ...head,
  /** A company's own template may take the place of one that comes with Whybuy, if it says so. */
  replaces: z.literal(true, 'Leave this line out, or write "true".').optional(),
  questions: z.array(questionSchema).default([]),
})
export type TemplateFile = z.infer<typeof fileSchema>

/** A template: what is asked, in which order, by which channel, by whom, in every language. This is what is published. */
export const templateSchema = z.strictObject({
  ...head,
  questions: z.array(questionSchema).min(1),
  /** Texts by language, then by question. */
  languages: z.record(z.string(), z.record(z.string(), textsSchema)).default({}),
})
export type Template = z.infer<typeof templateSchema>

// Versions never change, so what a channel and a language make of each is worked out once a process.
const known = new WeakMap<Template, Map<string, Template>>()

/**
 * A template as one sitting asks it: the questions that are made for the channel, in the person's language where there
 * are texts in it, and how long that takes. A tag such as "de-AT" finds "de"; what is not there is asked in English.
 */
export function asAsked(template: Template, channel: Channel, language = 'en'): Template {
  const spoken = languageOf(template, language)
  const name = `${channel} ${spoken}`
  const found = known.get(template)?.get(name)
  if (found) return found
  const texts = template.languages[spoken] ?? {}
  const asked = {
    ...template,
    minutes: channel === 'survey' ? template.minutes : (template.minutes_in_talk ?? template.minutes),
    questions: template.questions
      .filter((question) => isAskedIn(question, channel))
      .map((question) => {
        const own = texts[question.id]
        return own ? questionSchema.parse(withTexts(question, own)) : question
      }),
  }
  known.set(template, (known.get(template) ?? new Map()).set(name, asked))
  return asked
}

export const isAskedIn = (question: { channels?: Channel[] | undefined }, channel: Channel): boolean =>
  question.channels === undefined || question.channels.includes(channel)

/** The language in which a template speaks to somebody: theirs if it has texts in it, else English. */
export function languageOf(template: Template, language: string): string {
  const code = language.toLowerCase().split(/[-_]/)[0] ?? ''
  return template.languages[code] ? code : 'en'
}

/** The languages in which a template can be asked, English first. */
export const languagesOf = (template: Template): string[] => [
  'en',
  ...Object.keys(template.languages).sort((a, b) => a.localeCompare(b)),
]

/** What a mail and the first page say it is about: why they buy, why they left, or how working with us is for them. */
export type Topic = 'why' | 'left' | 'view'
export const topicOf = ({ key, questions }: Pick<Template, 'key' | 'questions'>): Topic => {
  if (key === 'loss') return 'left'
  return questions[0]?.id.startsWith('CORE-') ? 'why' : 'view'
}
