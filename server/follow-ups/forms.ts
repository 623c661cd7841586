import { z } from 'zod'
import { stateChoices, whoseChoices } from './follow-ups.ts'

export const listQuery = z.object({
  whose: z.enum(whoseChoices).catch('mine'),
  state: z.enum(stateChoices).catch('open'),
  page: z.string().optional(),
})

export const changeForm = z.object({
  text: z
    .string()
    .default('')
    .transform((text) => text.trim().normalize('NFC'))
    .refine((text) => text.length <= 500, 'Keep this to 500 characters.'),
  dueOn: z.string('Choose the day by which we owe it.').pipe(z.iso.date('Choose the day by which we owe it.')),
  owner: z.string('Choose who takes care of it.').min(1, 'Choose who takes care of it.'),
})

/** The page to which an act returns. */
export const fromForm = z.object({ from: z.enum(['today', 'list', 'page']).catch('list') })
