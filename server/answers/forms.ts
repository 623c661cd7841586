import { z } from 'zod'
import { consentLevels } from '../tables.ts'

/** What every page of questions sends beside its answers. The answers themselves are read by the kind of the question. */
export const pageForm = z.object({
  version: z.coerce.number().int().min(0).catch(0),
  writer: z.string().max(64).catch(''),
  seen: z.string().optional(),
  /** `row` shows one more row, `clear` takes back what was chosen. */
  go: z.enum(['next', 'back', 'skip', 'row', 'clear']).catch('next'),
})
export type PageForm = z.infer<typeof pageForm>

const level = z.enum(consentLevels, 'Choose one of the three, so that we keep to it.')
export const submissionForm = z.object({ who: level }).transform(({ who }) => ({ level: who }))
/** Changes to answers that were sent: the consent given then stays, and a tick says that this is meant. */
export const changesForm = z
  .object({ done: z.literal('1', 'Tick this box, so that we know that you mean it.') })
  .transform(() => ({ level: undefined }))
export const consentForm = z.object({ who: level })
export const erasureForm = z.object({ sure: z.literal('1', 'Tick this box, so that nothing is deleted by accident.') })

export const callForm = z.object({
  phone: z.string().trim().min(3, 'Write the number that we should call.').max(60, 'Write one number only.'),
  when: z
    .string()
    .trim()
    .min(1, 'Write when it suits you, such as "Thursday after two".')
    .max(200, 'Write this in a few words.'),
})

export const laterChoices = ['7', '14', '30'] as const
export const laterForm = z.object({ days: z.enum(laterChoices, 'Choose when we may ask again.').transform(Number) })

export const owedForm = z.object({
  owe: z.string().trim().min(1, 'Write what we owe you.').max(2000, 'Write this in at most 2,000 characters.'),
})
