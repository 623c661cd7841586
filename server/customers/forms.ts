import { z } from 'zod'
import { newId } from '../ids.ts'
import { isCurrency, parseAmount } from '../money.ts'
import { buyingRoles, customerStatuses, mailBases } from '../tables.ts'
import { isDay, isTimeZone } from '../time.ts'
import { oneLine, unseenIn } from './characters.ts'

/** Trimmed, in one Unicode form, so that a name typed twice is one name, of characters that can be seen; '' becomes null. */
export const words = (max: number, what: string) => lines(max, what).transform(oneLine)

/** The same over several lines. */
const lines = (max: number, what: string) =>
  z
    .string()
    .default('')
    .transform((text) => text.trim().normalize('NFC'))
    .refine((text) => text.length <= max, `Shorten ${what} to ${max.toLocaleString('en')} characters.`)
    .refine((text) => unseenIn(text) === undefined, {
      error: ({ input }) =>
        `There is a character in ${what} that nobody can see (${unseenIn(String(input))}). Type it anew without it.`,
    })
const orNull = (text: string): string | null => (text === '' ? null : text)
const optional = (max: number, what: string) => words(max, what).transform(orNull)
const needed = (sentence: string, what: string, max = 200) => words(max, what).refine((text) => text !== '', sentence)

/** A year, a month or a day: 2014, 2014-03, 2014-03-01. */
export const isSince = (text: string): boolean => /^(19|20)\d{2}(-(0[1-9]|1[0-2]))?$/.test(text) || isDay(text)

const languages = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })
export const isLanguage = (text: string): boolean => /^[a-z]{2,3}$/.test(text) && languages.of(text) !== undefined
const countries = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
export const isCountry = (text: string): boolean => /^[A-Z]{2}$/.test(text) && countries.of(text) !== undefined

export const sentences = {
  since: 'Write a year (2014), a month (2014-03) or a day (2014-03-01).',
  language: 'Write the language as two letters, such as en or de.',
  country: 'Write the country as two letters, such as GB or DE.',
  timeZone: 'Write a time zone such as Europe/London.',
  currency: 'Write the currency as three letters, such as EUR.',
  email: 'Write an address such as anna@example.com.',
  year: 'Write a year between 1990 and 2100.',
}

const language = words(20, 'the language')
  .transform((text) => text.toLowerCase())
  .refine((text) => text === '' || isLanguage(text), sentences.language)
  .transform(orNull)

/** "Pumps: 14", one a line: what no column is made for. */
const attributes = lines(20_000, 'what you write about them').transform((text, context) => {
  const entries = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    if (line.trim() === '') return []
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim()
    if (colon < 1 || name === '' || name.length > 100) {
      context.addIssue({
        code: 'custom',
        message: `Write each line as name: value. This one is not: ${line.slice(0, 60)}`,
      })
      return []
    }
    return [[name, line.slice(colon + 1).trim()]]
  })
  return Object.fromEntries(entries)
})

export const customerForm = z.object({
  name: needed('Write the name of the customer.', 'the name'),
  externalId: optional(100, 'the number elsewhere'),
  kind: z.enum(['company', 'department'], 'Choose whether it is a company or a department.').default('company'),
  status: z.enum(customerStatuses, 'Choose a status.').default('active'),
  segment: optional(100, 'the segment'),
  region: optional(100, 'the region'),
  country: words(20, 'the country')
    .transform((text) => text.toUpperCase())
    .refine((text) => text === '' || isCountry(text), sentences.country)
    .transform(orNull),
  timeZone: words(60, 'the time zone')
    .refine((text) => text === '' || isTimeZone(text), sentences.timeZone)
    .transform(orNull),
  language,
  owner: optional(60, 'the owner'),
  since: words(20, 'the beginning')
    .refine((text) => text === '' || isSince(text), sentences.since)
    .transform(orNull),
  attributes,
})
export type CustomerForm = z.infer<typeof customerForm>

export const optionalEmail = words(254, 'the address')
  .transform((text) => text.toLowerCase())
  .refine((text) => text === '' || z.email().safeParse(text).success, sentences.email)
  .transform(orNull)

export const contactForm = z
  .object({
    firstName: words(100, 'the first name'),
    lastName: words(100, 'the last name'),
    email: optionalEmail,
    phone: words(60, 'the telephone number'),
    jobTitle: words(150, 'the job title'),
    buyingRole: z
      .enum(['', ...buyingRoles], 'Choose the part in buying.')
      .default('')
      .transform((role) => (role === '' ? null : role)),
    language,
    mailBasis: z.enum(mailBases, 'Choose why we may write, or that we may not.'),
    externalId: optional(100, 'the number elsewhere'),
  })
  .refine((contact) => contact.firstName !== '' || contact.lastName !== '', {
    path: ['lastName'],
    message: 'Write a first name or a last name.',
  })
export type ContactForm = z.infer<typeof contactForm>

const amountOf = (text: string, currency: string, name: string, context: z.RefinementCtx): number | null => {
  if (text === '') return null
  const minor = parseAmount(text, currency)
  if (minor === undefined)
    context.addIssue({ code: 'custom', path: [name], message: 'Write an amount such as 412000 or 412,000.50.' })
  return minor ?? null
}

const wholeNumber = (min: number, max: number, sentence: string, what: string) =>
  words(20, what).refine(
    (text) => text === '' || (/^\d+$/.test(text) && Number(text) >= min && Number(text) <= max),
    sentence,
  )

export const yearForm = z
  .object({
    year: wholeNumber(1990, 2100, sentences.year, 'the year')
      .refine((text) => text !== '', sentences.year)
      .transform(Number),
    currency: words(10, 'the currency')
      .transform((text) => text.toUpperCase())
      .refine(isCurrency, sentences.currency),
    revenue: words(40, 'the revenue'),
    orders: wholeNumber(0, 100_000_000, 'Write the number of orders in digits.', 'the number of orders').transform(
      (text) => (text === '' ? null : Number(text)),
    ),
    margin: words(40, 'the margin'),
  })
  .transform((form, context) => {
    const revenue = amountOf(form.revenue, form.currency, 'revenue', context)
    const margin = amountOf(form.margin, form.currency, 'margin', context)
    if (form.revenue === '' && form.margin === '' && form.orders === null)
      context.addIssue({ code: 'custom', path: ['revenue'], message: 'Write the revenue, the orders or the margin.' })
    return { ...form, revenue, margin }
  })
export type YearForm = z.infer<typeof yearForm>

const day = words(10, 'the day')
  .refine((text) => text === '' || isDay(text), 'Choose a day.')
  .transform(orNull)

export const offeringForm = z
  .object({ offering: needed('Choose what they have from us.', 'the offering', 60), sinceOn: day, untilOn: day })
  .refine(({ sinceOn, untilOn }) => !sinceOn || !untilOn || sinceOn <= untilOn, {
    path: ['untilOn'],
    message: 'The end lies before the beginning.',
  })
export type OfferingForm = z.infer<typeof offeringForm>

/** A name on the company's list of offerings. */
export const offeringNameForm = z.object({ name: needed('Write its name.', 'the name', 150) })

/** Made when a form is opened: it becomes the id of what is added, so that pressing twice adds once. */
export const keyForm = z.object({ key: z.uuid().catch(() => newId()) })

export const outcomeKinds = ['renewed', 'grew', 'reduced', 'referred', 'left'] as const

/** `today` is the day at the reader's place: what happened in fact did not happen tomorrow. */
export const outcomeForm = (today: string) =>
  z
    .object({
      kind: z.enum(outcomeKinds, 'Choose what happened.'),
      basis: z.enum(['stated', 'actual'], 'Choose how we know.'),
      happenedOn: words(10, 'the day').refine(isDay, 'Choose the day.'),
      note: lines(2_000, 'the note'),
    })
    .refine(({ basis, happenedOn }) => basis === 'stated' || happenedOn <= today, {
      path: ['happenedOn'],
      message: 'That day is still to come. Choose the day on which it happened, or that they said so.',
    })
export type OutcomeForm = z.infer<ReturnType<typeof outcomeForm>>

export const shareForm = z.object({ colleague: needed('Choose a colleague.', 'the colleague', 60) })

export const listQuery = z.object({
  q: z.string().max(200).catch(''),
  status: z.string().max(20).catch(''),
  segment: z.string().max(200).catch(''),
  region: z.string().max(200).catch(''),
  owner: z.string().max(60).catch(''),
  archived: z.string().max(5).catch(''),
  sort: z.string().max(20).catch('name'),
  page: z.string().max(10).optional().catch(undefined),
})
