import { z } from 'zod'
import { newId } from '../ids.ts'
import { type ratingLines, verdicts } from './rating-rule.ts'

/** A line that nobody chose is not taken for one that is not known: each has to be said. */
const score = z
  .enum(['1', '2', '3', '4', '5', 'unknown'], 'Choose a number, or that you do not know.')
  .transform((text) => (text === 'unknown' ? undefined : Number(text)))
const yesNo = z
  .enum(['yes', 'no', 'unknown'], 'Choose one of the three.')
  .transform((text) => (text === 'unknown' ? undefined : text))
const words = z
  .string()
  .default('')
  .transform((text) => text.trim().normalize('NFC'))
  .refine((text) => text.length <= 2_000, 'Shorten it to 2,000 characters.')

export const ratingForm = z.object({
  margin: score,
  room: score,
  pays: score,
  name: score,
  teaches: score,
  leader: score,
  results: score,
  direction: score,
  dealings: score,
  value: score,
  deciders: score,
  takeOn: yesNo,
  chooseUs: yesNo,
  evidence: words.refine((text) => text !== '', 'Write what you base it on: what happened, and when.'),
  thoughts: words,
})
export type RatingForm = z.infer<typeof ratingForm>

/** The id of what is added, made when the form was opened. */
export const ratingKey = z.object({ key: z.uuid().catch(() => newId()) })

/** What the client list may be narrowed to. */
export const clientListQuery = z.object({
  output: z.enum(['', ...verdicts, 'unknown', 'apart', 'waiting']).catch(''),
  page: z.string().optional(),
})
export type OutputFilter = z.infer<typeof clientListQuery>['output']

/** What a rater reads beside 1, 3 and 5. */
export type Anchored = { label: string; anchors: [one: string, three: string, five: string] }
export const lineWords: Record<(typeof ratingLines)[number], Anchored> = {
  margin: { label: 'Margin after what they cost to serve', anchors: ['we pay for it', 'ordinary', 'among our best'] },
  room: { label: 'Room to grow', anchors: ['none left', 'some', 'could double'] },
  pays: { label: 'Pays as agreed', anchors: ['must be chased', 'mostly', 'always'] },
  name: { label: 'Refers us or lends its name', anchors: ['would not', 'if asked', 'does unasked'] },
  teaches: { label: 'Teaches us, stretches us', anchors: ['nothing new', 'now and then', 'makes us better'] },
  leader: { label: 'Leads its field', anchors: ['follows', 'keeps up', 'others look to it'] },
  results: { label: 'Results that we can show', anchors: ['none', 'told, not counted', 'in their figures'] },
  direction: { label: 'Fits where we are going', anchors: ['pulls us away', 'does no harm', 'is where we go'] },
  dealings: { label: 'Straight, respectful dealings', anchors: ['seldom', 'mostly', 'always'] },
  value: { label: 'Buys on value, not only on price', anchors: ['price only', 'both', 'value first'] },
  deciders: { label: 'We reach those who decide', anchors: ['never met', 'at times', 'at any time'] },
}
