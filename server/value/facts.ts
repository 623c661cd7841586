import { sql } from 'kysely'
import { z } from 'zod'
import { byCustomer } from '../by-customer.ts'
import type { Db } from '../db.ts'
import { type Driver, drivers } from '../drivers.ts'
import type { Provenance } from '../tables.ts'
import { getTemplateVersion } from '../templates/templates.ts'

/** Something that was said, where it stands and from which day it is. */
export type Said<T> = { value: T; on: string; responseId: string }

/**
 * What one customer said of the relationship, newest first come: only from sittings that may be read with the name by the
 * leads. What nobody said is absent, which is not the same as no.
 */
export type Facts = {
  /** Mean of the items of REL-1 that were answered, 0 to 10. */
  results?: Said<number> & { items: number }
  /** REL-2, 0 to 10. */
  stay?: Said<number>
  grow?: Said<string>
  tell?: Said<string>
  competitor?: Said<string>
  points?: Said<Record<Driver, number>>
  scores?: Said<Partial<Record<Driver, number>>>
  /** The newest reason in the customer's own words. */
  why?: Said<true>
  /** Offerings (ids) that are not understood, or not worth having. */
  wasted?: Said<string[]>
  /** Where their own business stands (SUCC-1), and whether an earlier sitting, or a higher REL-1 “progress”, told better. */
  success?: Said<'well' | 'pressure'> & { wasWell: boolean }
  progress?: Said<number> & { before?: number }
  /** From settled tags: how many of the four we help with, whether price is all, inertia, hurt feelings. */
  help?: { k: number; isPriceOnly: boolean; isInertia: boolean; isHurt: boolean }
}

const values = ['REL-1', 'REL-2', 'REL-3', 'REL-4', 'REL-6', 'DRIV-1', 'DRIV-2', 'SUCC-1', 'SUCC-8']
/** Asked before anything was suggested: the reason in their own words. */
const whys = ['CORE-1', 'CORE-2']
const own = new Set<Provenance>(['typed', 'confirmed', 'verbatim'])

const storedValue = z.object({
  score: z.number().optional(),
  choice: z.string().optional(),
  points: z.number().optional(),
})

const ticked = z.boolean().optional()
const storedSuccess = z.object({ pressure: ticked, growing: ticked, steady: ticked })

// One parameter however many there are.
export const listOf = (ids: string[]) => sql<string>`(select value from json_each(${JSON.stringify(ids)}))`

/** The facts of these customers; two statements, however many there are. */
async function factsOf(db: Db, customers: string[]): Promise<Map<string, Facts>> {
  const found = new Map<string, Facts>()
  for (const row of await saidBy(db, customers)) await take(db, factsIn(found, row.customerId), row)
  for (const [customerId, tags] of await tagsOf(db, customers)) factsIn(found, customerId).help = helpIn(tags)
  return found
}

const saidBy = (db: Db, customers: string[]) =>
  db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .select(['response.customer_id as customerId', 'response.id as responseId', 'response.took_place_on as on'])
    .select(['response.template_version_id as versionId', 'answer.question', 'answer.item'])
    .select(['answer_revision.text', 'answer_revision.value', 'answer_revision.provenance'])
    .where('response.customer_id', 'in', listOf(customers))
    .where('response.state', '=', 'submitted')
    .where('response.consent_level', 'in', ['team', 'lead'])
    .where('answer.voice', '=', 'customer')
    .where('answer.question', 'in', [...values, ...whys])
    .orderBy('response.took_place_on', 'desc')
    .orderBy('response.id', 'desc')
    .orderBy('answer.item')
    .execute()
type Row = Awaited<ReturnType<typeof saidBy>>[number]

function factsIn(found: Map<string, Facts>, customerId: string): Facts {
  const facts = found.get(customerId) ?? {}
  found.set(customerId, facts)
  return facts
}

/** Puts one answer where it belongs, unless a newer sitting has said it already. */
async function take(db: Db, facts: Facts, row: Row): Promise<void> {
  const { on, responseId, question, item } = row
  const isNewest = (said: Said<unknown> | undefined) => said === undefined || said.responseId === responseId
  const { score, choice, points } = storedValue.parse(JSON.parse(row.value))
  if (whys.includes(question)) {
    if (row.text !== '' && own.has(row.provenance) && !facts.why) facts.why = { value: true, on, responseId }
    return
  }
  switch (question) {
    case 'REL-1':
      if (score !== undefined && isNewest(facts.results)) addResult(facts, row, score)
      if (score !== undefined && item === 'progress') addProgress(facts, row, score)
      break
    case 'REL-2':
      if (score !== undefined && !facts.stay) facts.stay = { value: score, on, responseId }
      break
    case 'REL-3':
      if (choice && !facts.grow) facts.grow = { value: choice, on, responseId }
      break
    case 'REL-4':
      if (choice && !facts.tell) facts.tell = { value: choice, on, responseId }
      break
    case 'REL-6':
      if (choice && !facts.competitor) facts.competitor = { value: choice, on, responseId }
      break
    case 'SUCC-1':
      addSuccess(facts, row)
      break
    case 'SUCC-8':
      if (isNewest(facts.wasted)) {
        facts.wasted ??= { value: [], on, responseId }
        const thing = item.slice(item.indexOf('.') + 1)
        if (choice === 'no' && thing && !facts.wasted.value.includes(thing)) facts.wasted.value.push(thing)
      }
      break
    case 'DRIV-1': {
      const driver = await homeOf(db, row)
      if (driver && points !== undefined && isNewest(facts.points)) {
        facts.points ??= { value: { revenue: 0, cost: 0, risk: 0, emotion: 0 }, on, responseId }
        facts.points.value[driver] = points
      }
      break
    }
    case 'DRIV-2': {
      const driver = await homeOf(db, row)
      if (driver && score !== undefined && isNewest(facts.scores)) {
        facts.scores ??= { value: {}, on, responseId }
        facts.scores.value[driver] = score
      }
    }
  }
}

function addResult(facts: Facts, { on, responseId }: Row, score: number): void {
  const { value, items } = facts.results ?? { value: 0, items: 0 }
  facts.results = { value: (value * items + score) / (items + 1), items: items + 1, on, responseId }
}

function addProgress(facts: Facts, { on, responseId }: Row, score: number): void {
  if (!facts.progress) facts.progress = { value: score, on, responseId }
  else if (facts.progress.responseId !== responseId) facts.progress.before ??= score
}

/** Whoever is under pressure in one line and steady in another is under pressure; starting, or changing course, tells neither. */
function addSuccess(facts: Facts, { value, on, responseId }: Row): void {
  const { pressure, growing, steady } = storedSuccess.parse(JSON.parse(value))
  const state = pressure ? 'pressure' : growing || steady ? 'well' : undefined
  if (!state) return
  if (!facts.success) facts.success = { value: state, on, responseId, wasWell: false }
  else if (facts.success.responseId !== responseId && state === 'well') facts.success.wasWell = true
}

/** The driver that an item asks about, as the frozen version says. */
async function homeOf(db: Db, { versionId, question, item }: Row): Promise<Driver | undefined> {
  const { template } = await getTemplateVersion(db, versionId)
  const asked = template.questions.find(({ id }) => id === question)
  if (!asked || !('items' in asked)) return undefined
  const found = asked.items?.find(({ id }) => id === item)
  return found && 'home' in found ? found.home : undefined
}

type Tag = { driver: Driver | null; direction: string | null; sub: string | null; isInertia: boolean }

/** Settled codings about us of present words, wishes left out; a coding without tags is a row without a driver. */
async function tagsOf(db: Db, customers: string[]): Promise<Map<string, Tag[]>> {
  const rows = await db
    .selectFrom('response')
    .innerJoin('answer', 'answer.response_id', 'response.id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .innerJoin('coding', (join) =>
      join.onRef('coding.revision_id', '=', 'answer_revision.id').on('coding.is_settled', '=', 1),
    )
    .leftJoin('tag', (join) =>
      join.onRef('tag.coding_id', '=', 'coding.id').on('tag.about', '=', 'us').on('tag.is_wish', '=', 0),
    )
    .select(['response.customer_id as customerId', 'coding.none_kind as none'])
    .select(['tag.driver', 'tag.direction', 'tag.sub', 'tag.is_inertia'])
    .where('response.customer_id', 'in', listOf(customers))
    .where('response.state', '=', 'submitted')
    .where('response.consent_level', 'in', ['team', 'lead'])
    .execute()
  const found = new Map<string, Tag[]>()
  for (const { customerId, none, is_inertia, ...tag } of rows)
    found.set(customerId, [
      ...(found.get(customerId) ?? []),
      { ...tag, isInertia: is_inertia === 1 || none === 'INERTIA' },
    ])
  return found
}

function helpIn(tags: Tag[]): NonNullable<Facts['help']> {
  const helps = tags.filter(({ direction }) => direction === '+')
  const named = drivers.filter((driver) => helps.some((tag) => tag.driver === driver))
  return {
    k: named.length,
    isPriceOnly: helps.length > 0 && helps.every(({ sub }) => sub === 'C1'),
    isInertia: helps.length === 0 && tags.some((tag) => tag.isInertia),
    isHurt: tags.some(({ driver, direction }) => driver === 'emotion' && direction === '-'),
  }
}

/** The facts of all customers as of now. */
export const currentFacts = byCustomer(factsOf)
