import { z } from 'zod'
import { asList, emailAddress } from '../forms.ts'
import { buyingRoles, customerStatuses } from '../tables.ts'
import { isDay } from '../time.ts'
import { exclusionReasons } from './audience.ts'
import type { DrawForm } from './draw.ts'
import { measures, purposes, sizeFor } from './pick-rules.ts'
import { recipientOrders, recipientStates } from './progress.ts'
import { placeholderProblem, placeholders, questionLine, textKinds } from './texts.ts'

const line = (label: string, longest: number) =>
  z
    .string(`${label} is missing.`)
    .trim()
    .min(1, `${label} is missing.`)
    .max(longest, `${label} is longer than ${longest} characters. Shorten it.`)
    .refine((text) => !/[\r\n]/.test(text), `${label} must stand on one line.`)

/** `today` is the day at the company: a round ends on it or later. */
export const campaignForm = (today: string) =>
  z.object({
    name: line('The name', 80),
    series: line('The series', 80),
    templateVersionId: z.string('Choose what to ask.').min(1, 'Choose what to ask.'),
    closesOn: z
      .string('Choose a closing day.')
      .refine(isDay, 'Choose a closing day, such as 2026-12-04.')
      .refine((day) => !isDay(day) || day >= today, 'The closing day has passed already. Choose today or a later day.'),
    senderId: z.string().transform((id) => id || null),
    isTalks: z.preprocess((value) => value === '1', z.boolean()),
  })

/** After the launch the closing day alone may still move. */
export const closingDayForm = (today: string) => campaignForm(today).pick({ closesOn: true })

const many = z.preprocess(asList, z.array(z.string()))
const manyOf = <T extends string>(values: readonly [T, ...T[]]) => z.preprocess(asList, z.array(z.enum(values)))

/** The filters of an audience; who was picked by hand is kept apart from them. */
export const audienceForm = z.object({
  statuses: manyOf(customerStatuses),
  segments: many,
  regions: many,
  countries: many,
  owners: many,
  roles: manyOf(buyingRoles),
  languages: many,
  englishForOthers: z.preprocess((value) => value === '1', z.boolean()),
  next: z.enum(['count', 'continue']).catch('continue'),
})

export const handPickForm = z.object({
  contact: z.string().min(1),
  act: z.enum(['add', 'remove', 'undo']),
  back: z.enum(['audience', 'recipients', 'joiners']).catch('audience'),
})

const filled = (text: string, ctx: z.RefinementCtx, more: string[]) => {
  const problem = placeholderProblem(text, [...placeholders, ...more])
  if (problem) ctx.addIssue({ code: 'custom', message: problem })
}

/** Which mail of the campaign a page is about, and in which language. */
export const textQuery = z.object({ kind: z.enum(textKinds).catch('invite'), language: z.string().catch('en') })

export const textForm = z.object({
  subject: line('The subject', 120).superRefine((text, ctx) => filled(text, ctx, [])),
  body: z
    .string('The text is missing.')
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(
      z
        .string()
        .min(1, 'The text is missing.')
        .max(4000, 'The text is longer than anybody reads. Shorten it to 4,000 characters.')
        .superRefine((text, ctx) => {
          filled(text, ctx, [questionLine.slice(1, -1)])
          if (text.split(questionLine).length > 2)
            ctx.addIssue({
              code: 'custom',
              message: `${questionLine} stands twice. The question and the button come once.`,
            })
          else if (text.includes(questionLine) && !text.split('\n').some((one) => one.trim() === questionLine))
            ctx.addIssue({ code: 'custom', message: `Put ${questionLine} on a line of its own.` })
        }),
    ),
})

/** The number of people that the launcher typed; anything else is no number, and launches nothing. */
export const countForm = z.object({
  count: z
    .string('Type the number of people who get the mail.')
    .trim()
    .regex(/^\d{1,7}$/, 'Type the number of people who get the mail, in digits.')
    .transform(Number),
  reminders: z.preprocess((value) => value === '1', z.boolean()),
})

export const testForm = z.object({ contact: z.string().min(1) })

export const recipientQuery = z.object({
  q: z.string().trim().max(200).catch(''),
  state: z.enum(['', ...recipientStates]).catch(''),
  sort: z.enum([...recipientOrders, ...recipientOrders.map((order): `-${typeof order}` => `-${order}`)]).catch('state'),
  page: z.string().optional(),
})
export type RecipientSort = z.infer<typeof recipientQuery>['sort']

export const pageQuery = z.object({
  page: z.string().optional(),
  find: z.string().trim().max(200).catch(''),
  reason: z.enum(['', ...exclusionReasons]).catch(''),
})
export const newQuery = z.object({ talks: z.string().catch('') })
export const contactQuery = z.object({ contact: z.string().catch(''), language: z.string().catch('') })

export const suppressionForm = z.object({
  address: emailAddress('Write the address that gets no more mails, such as anna@fennholt.example.'),
})

/** What a round is to be drawn for: reasons from 8 to 15 customers, or figures about the whole list. */
export const drawForm = (isRep: boolean) =>
  z
    .object({
      purpose: z.enum(purposes, 'Choose what the round is for.'),
      measure: z.enum(measures, 'Choose by what we rank customers.').catch('revenue'),
      count: z.string().trim().default(''),
      margin: z.string().default(''),
      rate: z.string().trim().default(''),
    })
    .transform((form, ctx): DrawForm => {
      const { purpose, measure } = form
      const number = (name: 'count' | 'margin' | 'rate', least: number, most: number, message: string): number => {
        const typed = form[name]
        const value = /^\d{1,3}$/.test(typed) ? Number(typed) : 0
        if (value < least || value > most) ctx.addIssue({ code: 'custom', message, input: typed, path: [name] })
        return value
      }
      const { least, most } = sizeFor(isRep)
      if (purpose === 'reasons') {
        const count = number('count', least, most, `Choose ${least} to ${most} customers: reasons repeat after that.`)
        return { purpose, measure, count }
      }
      const margin = number('margin', 5, 15, 'Choose how exact the figures should be.')
      const rate = number('rate', 1, 100, 'Write how many of 100 will answer, from 1 to 100.')
      return { purpose, measure, margin, rate }
    })

export const pickActForm = z.object({
  contact: z.string().min(1),
  act: z.enum(['add', 'drop', 'restore', 'talk', 'mail']),
})
export const pickUseForm = z.object({ use: z.enum(['picked', 'filters']) })
export const talkForm = z.object({ contact: z.string().min(1) })
