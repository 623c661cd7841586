import { z } from 'zod'
import {
  type CustomerValues,
  emptyCustomer,
  type Present,
  type PresentCustomer,
  valuesOf,
  type YearValues,
} from './record.ts'

/** A customer as the rows of the file leave it so far. `before` is what is on record, undefined for a new one. */
export type Draft = {
  id: string
  before: CustomerValues | undefined
  values: CustomerValues
  /** What the file has said of it, by column, with the line that said it first. */
  given: Record<string, { value: string; line: number }>
  years: Record<string, { values: YearValues; line: number }>
  /** Offerings in small letters, and outcomes, that rows above have given it. */
  has: string[]
}

/**
 * What the rows above have come to, as far as the rows in hand can touch it: customers by id, the ids of new ones by
 * number (`#K-1`) and by name (`acme`), and the lines of contacts by address (`@…`) and by number (`#…`).
 */
export type Memory = {
  drafts: Map<string, Draft>
  numbers: Map<string, string>
  names: Map<string, string>
  lines: Map<string, number>
}

export const emptyMemory = (): Memory => ({
  drafts: new Map(),
  numbers: new Map(),
  names: new Map(),
  lines: new Map(),
})

export const draftOf = (found: PresentCustomer): Draft => {
  const values = valuesOf(found)
  return { id: found.id, before: values, values, given: {}, years: {}, has: [] }
}
export const newDraft = (id: string, name: string): Draft => ({
  id,
  before: undefined,
  values: emptyCustomer(name),
  given: {},
  years: {},
  has: [],
})

/** Keeps the draft for the rows below. */
export function remember(memory: Memory, present: Present, draft: Draft): void {
  const { external_id: number, name } = draft.values
  memory.drafts.set(draft.id, draft)
  if (number && !present.customersByExternalId.has(number)) memory.numbers.set(number, draft.id)
  const key = name.toLowerCase()
  if (!draft.before && !memory.names.has(key)) memory.names.set(key, draft.id)
}

const attributesSchema = z.record(z.string(), z.unknown())

/** The values after a row; the attributes that it names are added to those on record. */
export function after(
  draft: Draft,
  values: Partial<CustomerValues>,
  attributes: Record<string, string>,
): CustomerValues {
  const names = Object.keys(attributes)
  if (names.length === 0) return { ...draft.values, ...values }
  const before = attributesSchema.parse(JSON.parse(draft.values.attributes))
  const isNew = names.some((name) => before[name] !== attributes[name])
  const merged = isNew ? JSON.stringify({ ...before, ...attributes }) : draft.values.attributes
  return { ...draft.values, ...values, attributes: merged }
}

/** What a row above gave this customer in a column. Columns are named by whoever made the file, such as "constructor". */
export const givenBefore = ({ given }: Draft, name: string): Draft['given'][string] | undefined =>
  Object.hasOwn(given, name) ? given[name] : undefined
