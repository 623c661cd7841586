import { z } from 'zod'
import { drivers } from '../drivers.ts'

/** 0, 10 … 100 per cent, as the form offers them. */
export const steps = Array.from({ length: 11 }, (_, n) => n * 10)

const chance = (driver: string) => {
  const sentence = `Choose how likely ${driver} is.`
  return z
    .string(sentence)
    .refine((text) => /^\d{1,3}$/.test(text) && steps.includes(Number(text)), sentence)
    .transform((text) => Number(text) / 100)
}

export const predictionForm = z.object({
  revenue: chance('revenue'),
  cost: chance('cost'),
  risk: chance('risk'),
  emotion: chance('emotion'),
  sentence: z
    .string()
    .default('')
    .transform((text) => text.trim().normalize('NFC'))
    .refine((text) => text !== '', 'Write in one sentence why you think they buy.')
    .refine((text) => text.length <= 500, 'Keep it to one sentence of at most 500 characters.'),
})
export type PredictionForm = z.infer<typeof predictionForm>

/** Which number of "Assumed against real" was opened. */
export const casesQuery = z.object({
  driver: z.enum(drivers),
  show: z.enum(['expected', 'said', 'both', 'blind', 'over']),
  segment: z.string().optional(),
})
export type CasesQuery = z.infer<typeof casesQuery>
