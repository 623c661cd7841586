import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** The texts of the demo, as its three files say in their heads. Everything in them is invented. */
const coding = {
  tags: z
    .array(
      z.object({
        code: z.string().regex(/^[RCKE][1-5][+-]$/),
        words: z.string(),
        flags: z.array(z.string()).default([]),
        about: z.string().default('us'),
      }),
    )
    .default([]),
  none: z.string().optional(),
  leave: z.boolean().default(false),
}
const said = z.object({ text: z.string().default(''), tick: z.enum(['not_at_all', 'worse']).optional(), ...coding })
export type Said = z.infer<typeof said>
const items = z.record(z.string(), said)
const answers = z.object({
  'CORE-1': said.optional(),
  'CORE-2': said.optional(),
  'CORE-3': items.optional(),
  'CORE-4': said.optional(),
})

const noted = z.object({
  customer: said.extend({ kind: z.enum(['verbatim', 'paraphrase']) }).optional(),
  view: z.string().default(''),
  observed: said.optional(),
})
export type Noted = z.infer<typeof noted>
const notes = z.object({
  'CORE-1': noted.optional(),
  'CORE-2': noted.optional(),
  'CORE-3': z.record(z.string(), noted).optional(),
  'CORE-4': noted.optional(),
})

const newcomer = z.object({ first: z.string(), last: z.string(), email: z.string(), title: z.string() })
const company = z.object({
  company: z.object({
    name: z.string(),
    postal_address: z.string(),
    phone: z.string(),
    sender_name: z.string(),
    sender_address: z.string(),
    time_zone: z.string(),
  }),
  staff: z.array(
    z.object({ name: z.string(), email: z.string(), role: z.enum(['admin', 'lead', 'rep']), phone: z.string() }),
  ),
  offerings: z.array(z.object({ key: z.string(), name: z.string() })),
  customers: z.array(
    z.object({
      external_id: z.string(),
      name: z.string(),
      status: z.string(),
      segment: z.string(),
      region: z.string(),
      country: z.string(),
      time_zone: z.string(),
      language: z.string(),
      owner: z.string(),
      since: z.union([z.number(), z.string()]),
      currency: z.string(),
      revenue: z.array(z.number()),
      orders: z.array(z.number()).default([]),
      margin: z.array(z.number()).default([]),
      offerings: z.array(z.string()),
      spans: z
        .record(z.string(), z.object({ since: z.string().default(''), until: z.string().default('') }))
        .default({}),
      contacts: z.array(
        z.object({
          external_id: z.string(),
          first: z.string(),
          last: z.string(),
          email: z.string(),
          phone: z.string(),
          title: z.string(),
          role: z.string(),
          language: z.string(),
          basis: z.string(),
        }),
      ),
    }),
  ),
  outcomes: z.array(
    z.object({
      customer: z.string(),
      by: z.string(),
      kind: z.string(),
      basis: z.string(),
      days_ago: z.number(),
      note: z.string(),
    }),
  ),
  twins: z.object({
    likeness: z.object({ name: z.string(), owner: z.string(), segment: z.string(), contact: newcomer }),
    archived: z.object({ name: z.string(), owner: z.string(), segment: z.string(), contact: newcomer }),
    mover: z.object({
      from: z.string(),
      to: z.string(),
      by: z.string(),
      contact: newcomer,
      email: z.string(),
      title: z.string(),
    }),
  }),
})
export type Company = z.infer<typeof company>

const survey = z.object({
  responses: z.array(
    z.object({
      contact: z.string(),
      outcome: z.enum(['submitted', 'draft', 'call', 'later', 'opt_out']),
      language: z.string().default('en'),
      consent: z.enum(['team', 'lead', 'totals']).optional(),
      note: z.string().default(''),
      answers: answers.default({}),
    }),
  ),
})
export type Response = z.infer<typeof survey>['responses'][number]

const talks = z.object({
  notes: z.array(
    z.object({
      kind: z.enum(['talk', 'observation']),
      contact: z.string(),
      by: z.string(),
      days_ago: z.number(),
      place: z.string().default(''),
      present: z.string().default(''),
      language: z.string().default('en'),
      consent: z.enum(['team', 'lead', 'totals']),
      answers: notes,
    }),
  ),
  predictions: z.array(
    z.object({
      customer: z.string(),
      by: z.string().optional(),
      chances: z.object({ revenue: z.number(), cost: z.number(), risk: z.number(), emotion: z.number() }),
      sentence: z.string(),
    }),
  ),
})
export type Note = z.infer<typeof talks>['notes'][number]
export type Guess = z.infer<typeof talks>['predictions'][number]

const read = <T>(file: string, schema: z.ZodType<T>): T =>
  schema.parse(parse(readFileSync(join(import.meta.dirname, file), 'utf8')))

export const readContent = () => ({
  ...read('company.yaml', company),
  ...read('answers.yaml', survey),
  ...read('interviews.yaml', talks),
})
