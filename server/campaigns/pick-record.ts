import { z } from 'zod'
import { buyingRoles } from '../tables.ts'
import { sides } from './mix.ts'
import { measures } from './pick-rules.ts'

/**
 * Why somebody is proposed, as it is kept with the round. What customers said is never part of it: it would stay on
 * record for readers to whom it was not given. Pages read it anew, as far as their reader may.
 */
const reason = z.discriminatedUnion('code', [
  z.object({ code: z.literal('largest'), measure: z.enum(measures), region: z.string() }),
  z.object({ code: z.literal('rank'), measure: z.enum(measures), percentile: z.number() }),
  z.object({ code: z.literal('no_value'), measure: z.enum(measures) }),
  z.object({ code: z.literal('never_heard') }),
  z.object({ code: z.literal('heard'), on: z.string() }),
  z.object({ code: z.literal('role'), role: z.enum(buyingRoles) }),
  z.object({ code: z.literal('left'), on: z.string() }),
  z.object({ code: z.literal('at_risk') }),
  z.object({ code: z.literal('prospect') }),
  z.object({ code: z.literal('random') }),
  z.object({ code: z.literal('everybody') }),
  z.object({ code: z.literal('hand') }),
])
export type Reason = z.infer<typeof reason>
export const readReasons = (json: string): Reason[] => z.array(reason).catch([]).parse(JSON.parse(json))

/** Why a customer is not on the list from which a round is drawn. */
export const listReasons = [
  'archived',
  'status',
  'left_long_ago',
  'no_contact',
  'asked_recently',
  'asked_later',
  'settled',
] as const
export type ListReason = (typeof listReasons)[number]

const counts = z.record(z.string(), z.number())
const kinds = z.object({ segment: counts, region: counts, role: counts })

/** What a draw found, kept with it, so that a later report can tell how the round was chosen. */
const facts = z.object({
  leftOut: z.partialRecord(z.enum(listReasons), z.number()),
  list: kinds,
  short: z.array(z.object({ side: z.enum(sides), name: z.string(), got: z.number(), wanted: z.number() })),
  /** Customers without a known value of the measure. */
  unknown: z.number(),
  /** Customers of whom somebody had said what they get, as far as the drawer may read it. */
  theyGetKnown: z.number(),
  /** Drawn, but nobody there can be asked. */
  unreachable: z.number(),
  needed: z.number(),
})
export type Facts = z.infer<typeof facts>
export const readFacts = (json: string): Facts => facts.parse(JSON.parse(json))
