import { z } from 'zod'

/** What is known of an import besides its rows: how it was read, what it would do, what was decided, what came of it. */
const count = z.number().default(0)
const aboutSchema = z.object({
  columns: z.array(z.object({ header: z.string(), meaning: z.string(), isUnsure: z.boolean() })).default([]),
  encoding: z.string().default(''),
  delimiter: z.string().default(','),
  lastYear: count,
  /** What is wrong with the columns; '' if the rows could be judged by them. */
  problem: z.string().default(''),
  counts: z.object({ create: count, update: count, unchanged: count, reject: count }).prefault({}),
  newCustomers: count,
  newContacts: count,
  newOfferings: z.array(z.string()).default([]),
  /** Rows that say that we may write to somebody to whom we may not. */
  loosens: count,
  /** Addresses in the file that do not want our mails. */
  suppressed: count,
  /** The last event before it was judged. */
  seen: count,
  /** The record changed between the preview and confirming, so that the rows were judged anew. */
  isStale: z.boolean().default(false),
  /** What was decided when it was confirmed, and how many rows could then not be written, since the record had changed. */
  mayLoosen: z.boolean().default(false),
  leftOut: count,
})
export type About = z.infer<typeof aboutSchema>
export type Counts = About['counts']

export const readAbout = (text: string): About => aboutSchema.parse(JSON.parse(text))
