import { z } from 'zod'
import { consentLevels } from '../tables.ts'
import { isDay } from '../time.ts'

/** Staff note a talk, in which they ask, or a visit, on which they watch. */
export const talkChannels = ['interview', 'observation'] as const
export type TalkChannel = (typeof talkChannels)[number]

const words = (name: string, most: number) =>
  z
    .string()
    .default('')
    .transform((text) => text.trim().normalize('NFC'))
    .refine((text) => text.length <= most, `Keep ${name} to ${most} characters.`)

const day = (sentence: string) => z.string(sentence).pipe(z.iso.date(sentence))

const setting = {
  contact: z.string('Choose whom you speak with.').min(1, 'Choose whom you speak with, or “Nobody in particular”.'),
  tookPlaceOn: day('Choose the day on which it is or was.'),
  place: words('the place', 200),
  present: words('who was there', 500),
}
const nobody = <T extends { contact: string }>(form: T): T => ({
  ...form,
  contact: form.contact === 'nobody' ? '' : form.contact,
})

export const settingForm = z.object(setting).transform(nobody)

export const openingForm = z
  .object({
    key: z.uuid('Open this page anew, then send it again.'),
    version: z.string('Choose what you ask.').min(1, 'Choose what you ask.'),
    channel: z.enum(talkChannels, 'Choose whether you ask or watch.'),
    language: z.string().max(35).default(''),
    /** The round that proposed the talk, or ''. */
    round: z.string().max(64).default(''),
    ...setting,
  })
  .transform(nobody)
export type OpeningForm = z.infer<typeof openingForm>

/** What each page of the guide sends beside the notes themselves. */
export const guideForm = z.object({
  version: z.coerce.number().int().min(0).catch(0),
  writer: z.string().max(64).catch(''),
  /** `row` shows one more row, `clear` takes back what was chosen. */
  go: z.enum(['next', 'back', 'check', 'row', 'clear']).catch('next'),
})
export type GuideForm = z.infer<typeof guideForm>

/** "I did not ask" is kept as the strictest level. */
export const agreements = [...consentLevels, 'not-asked'] as const
const agreed = z.enum(agreements, 'Choose what they agreed to, or that you did not ask.')
export const filingForm = z.object({ who: agreed })

/** Something owed from the talk, beside the filing. Nothing typed means nothing owed. */
export const owedForm = z
  .object({
    owe: words('this', 500),
    oweDue: z.string().default(''),
    oweOwner: z.string().default(''),
  })
  .check(({ value, issues }) => {
    if (value.owe !== '' && !isDay(value.oweDue))
      issues.push({
        code: 'custom',
        message: 'Choose the day by which we owe it.',
        input: value.oweDue,
        path: ['oweDue'],
      })
  })
export type OwedForm = z.infer<typeof owedForm>

export const withdrawalForm = z.object({ sure: z.literal('1', 'Tick this box, so that nothing is lost by accident.') })
