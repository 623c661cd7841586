import { z } from 'zod'
import { drivers } from '../../drivers.ts'
import { channels, voices } from '../../tables.ts'

/** A text of a template: never empty. */
export const text = z.string().min(1, 'This text is empty. Write it, or leave the line out.')

/** What every question has, whatever its kind. */
export const fields = {
  id: z
    .string()
    .regex(
      /^[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-[0-9]+$/,
      'A question id is the template\'s key in capitals and a number, such as "CORE-1".',
    ),
  short: text,
  text,
  hint: z.string().default(''),
  nudges: z.array(text).default([]),
  probes: z.array(text).default([]),
  /** False for a question that must be answered before anything is suggested; true once drivers or scales are named. */
  prompted: z.boolean(),
  /** Which flags the answers to this question may carry: `must` and `main` make the do-not-cut register. */
  sets: z.array(z.enum(['must', 'main'])).default([]),
  /** By which channels it is asked; by all of its template's if left out. */
  channels: z.array(z.enum(channels)).min(1, 'Name at least one channel, or leave this line out.').optional(),
  /** Whose words a talk has room for here: theirs, what was seen, the rep's view; all of them if left out. */
  voices: z.array(z.enum(voices)).min(1, 'Name at least one voice, or leave this line out.').optional(),
  /** Offered, not asked of everybody: the guide says so. Nothing but consent is ever enforced. */
  offered: z.boolean().default(false),
}

/** Whether its texts are about why they buy, and so are tagged and counted; each kind has its own default. */
export const coded = (isByDefault: boolean) => z.boolean().default(isByDefault)

/** Drawn anew for each person, once: see `drawn` in order.ts. */
export const order = z.literal('random', 'Leave the order out, or write "random".').optional()

// Names that the pages around a question use for fields and places of their own.
const taken = new Set(
  'all asked choice constructor declined go late main note question rows score seen text value version why writer'.split(
    ' ',
  ),
)
export const word = (what: string) =>
  z
    .string(`Give each ${what} an id, a lower-case word such as "earn".`)
    .regex(/^[a-z][a-z0-9_]*$/, `The id of a ${what} is a lower-case word, such as "earn".`)
    .refine((id) => !taken.has(id), {
      error: ({ input }) => `"${input}" is a word that the page itself uses. Take another id for this ${what}.`,
    })

/** One item: its label as it is asked, its short name, and the driver that it asks about (never shown to customers). */
const item = z.strictObject({ id: word('item'), label: text, short: text, home: z.enum(drivers).optional() })
export type Item = z.infer<typeof item>
export const items = (least: number, most: number) => several(item, 'items', least, most)

const choice = z.strictObject({ id: word('choice'), label: text })
export const choices = several(choice, 'choices', 2, 12)

/** What a grid asks about, when the template itself names it. */
const thing = z.strictObject({ id: word('thing'), label: text })
export type Thing = z.infer<typeof thing>
export const things = several(thing, 'things', 1, 40)

/** A list of parts with ids of their own. Sentences say how many there may be, and which id stands twice. */
export function several<T extends z.ZodType<{ id: string }>>(part: T, what: string, least: number, most: number) {
  const range = `There are from ${least} to ${most} ${what} in this kind of question.`
  return z
    .array(part)
    .min(least, { error: ({ input }) => `${range} Here ${written(input)}: add what is missing.` })
    .max(most, { error: ({ input }) => `${range} Here ${written(input)}: leave some out, or ask a second question.` })
    .check(({ value, issues }) => {
      const seen = new Set<string>()
      for (const [index, { id }] of value.entries()) {
        if (seen.has(id))
          issues.push({
            code: 'custom',
            message: `The id "${id}" stands twice among these ${what}. Give each its own, since answers are kept by it.`,
            input: id,
            path: [index, 'id'],
          })
        seen.add(id)
      }
    })
}

const written = (input: unknown): string => {
  const count = Array.isArray(input) ? input.length : 0
  return count === 1 ? 'is 1' : `are ${count}`
}
