import { z } from 'zod'
import { directions, drivers } from '../drivers.ts'
import { notFound } from '../errors.ts'
import { channels, provenances } from '../tables.ts'
import type { Wanted } from './behind.ts'
import { type Dimension, dimensions } from './ledger.ts'
import type { Filters } from './view.ts'

const text = z.string().trim().max(200).catch('')
const day = z.iso.date().catch('')

/** The filters as they stand in the address. What cannot be read filters nothing. */
const filterQuery = z.object({
  campaign: text,
  segment: text,
  region: text,
  owner: text,
  channel: z.enum(['', ...channels]).catch(''),
  provenance: z.enum(['', ...provenances]).catch(''),
  asked: z.enum(['', 'unprompted', 'prompted']).catch(''),
  from: day,
  to: day,
  suggestions: z.string().catch(''),
})

export function readFilters(query: unknown): Filters {
  const { suggestions, ...rest } = filterQuery.parse(query ?? {})
  return { ...rest, suggestions: suggestions === '1' }
}

const byQuery = z.object({ by: z.enum(['', ...dimensions]).default('') })

/** By what groups are made; `otherwise` where nothing is said. Throws notFound for what there are no groups by. */
export function readBy(query: unknown, otherwise: Dimension): Dimension {
  const parsed = byQuery.safeParse(query ?? {})
  if (!parsed.success) throw notFound('That way of grouping')
  return parsed.data.by || otherwise
}

const groupsQuery = z.object({ all: z.string().catch(''), page: text })
/** Which part of many groups is wanted: the largest, or all by page. */
export function readPart(query: unknown): { isAll: boolean; page: string } {
  const { all, page } = groupsQuery.parse(query ?? {})
  return { isAll: all === '1', page }
}

export const roundsQuery = z.object({ earlier: text.default(''), later: text.default('') })

const evidenceQuery = z.object({
  driver: z.enum(drivers).optional().catch(undefined),
  direction: z.enum([...directions, 'wish']).catch('+'),
  reasons: z.coerce.number().int().min(0).max(4).optional().catch(undefined),
  show: z.enum(['heard', 'read', 'waiting']).catch('heard'),
  page: text,
})

/** Which number was opened: a driver, how many reasons, or those heard, read or waiting to be read. */
export function readWanted(query: unknown): { wanted: Wanted; page: string } {
  const { driver, direction, reasons, show, page } = evidenceQuery.parse(query ?? {})
  if (driver && direction === 'wish') return { wanted: { of: 'wishes', driver }, page }
  if (driver && direction !== 'wish') return { wanted: { of: 'driver', driver, direction }, page }
  if (reasons !== undefined) return { wanted: { of: 'coverage', count: reasons }, page }
  return { wanted: { of: show }, page }
}

/** The filters as the address holds them, for links and for keeping them in a form. */
export function filterParams(filters: Filters): Record<string, string> {
  const { suggestions, ...rest } = filters
  return { ...rest, suggestions: suggestions ? '1' : '' }
}

/** The address parameters of what was opened; '+' is written as such and encoded by whoever makes the address. */
export function wantedParams(wanted: Wanted): Record<string, string> {
  switch (wanted.of) {
    case 'driver':
      return { driver: wanted.driver, direction: wanted.direction }
    case 'wishes':
      return { driver: wanted.driver, direction: 'wish' }
    case 'coverage':
      return { reasons: String(wanted.count) }
    default:
      return { show: wanted.of }
  }
}
