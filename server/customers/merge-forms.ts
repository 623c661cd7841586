import { z } from 'zod'
import { mailBases } from '../tables.ts'
import { optionalEmail, words } from './forms.ts'
import { contactFields, customerFields, type Side, type YearChoice } from './merge-plan.ts'

/** What is looked for when another record is to be chosen. */
export const searchQuery = z.object({ q: z.string().max(200).catch(''), with: z.string().max(60).catch('') })

export const otherForm = z.object({ other: z.string('Choose one of the two.').min(1).max(60) })

const sides = new Set<unknown>(['kept', 'gone'])
const isSide = (value: unknown): value is Side => sides.has(value)

/** Which values stay, by field: `field-name=kept`, `field-name=gone`. What was not asked about is not here. */
function readFields<F extends string>(body: unknown, names: readonly F[]): Partial<Record<F, Side>> {
  const sent = new Map(Object.entries(typeof body === 'object' && body !== null ? body : {}))
  const found: Partial<Record<F, Side>> = {}
  for (const name of names) {
    const value: unknown = sent.get(`field-${name}`)
    if (isSide(value)) found[name] = value
  }
  return found
}
export const readCustomerFields = (body: unknown) => readFields(body, customerFields)
export const readContactFields = (body: unknown) => readFields(body, contactFields)

const isYearChoice = (value: unknown): value is YearChoice => value === 'sum' || isSide(value)

/** Which figures stay for the years that both have: `year-2025=kept`, `=gone` or `=sum`. */
export function readYears(body: unknown): Map<number, YearChoice> {
  const entries = Object.entries(typeof body === 'object' && body !== null ? body : {})
  return new Map(
    entries.flatMap(([name, value]): [number, YearChoice][] => {
      const year = /^year-(\d{4})$/.exec(name)?.[1]
      return year && isYearChoice(value) ? [[Number(year), value]] : []
    }),
  )
}

export const moveForm = z.object({
  customer: z.string('Choose the customer.').min(1, 'Choose the customer for whom they work now.').max(60),
  email: optionalEmail,
  phone: words(60, 'the telephone number'),
  jobTitle: words(150, 'the job title'),
  mailBasis: z.enum(mailBases, 'Choose why we may write, or that we may not.'),
})
export type MoveForm = z.infer<typeof moveForm>

/** Erasing asks for the name, so that it is never done by a slip. */
export const erasureForm = (name: string) =>
  z.object({
    name: z
      .string()
      .default('')
      .transform((text) => text.trim().normalize('NFC'))
      .refine(
        (text) => text.toLocaleLowerCase() === name.normalize('NFC').toLocaleLowerCase(),
        `Type the name as it stands here: ${name}`,
      ),
  })
