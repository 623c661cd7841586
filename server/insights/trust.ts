import { isReader, mayOpen, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { agreementFor } from '../tags/tags.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { dayAt } from '../time.ts'
import { unhurried } from '../unhurried.ts'
import { askedList, type Listed } from './asked-list.ts'
import { type Figures, figuresFor } from './figures.ts'
import { currentLedger } from './ledger.ts'
import { type Responders, respondersOf } from './responders.ts'
import { currentSittings } from './sittings.ts'
import { besideChannels, type Spoken, spokenIn } from './spoken.ts'
import type { Filters } from './view.ts'

export type TrustFacts = {
  agreement: Awaited<ReturnType<typeof agreementFor>>
  responders: Responders
  /** The largest customers that were asked and are silent, by name, as far as this person may open them. */
  silentNames: string[]
  spoken: Spoken
  /** "Core, version 2", of the questions in the view. */
  templates: string[]
}

type Counts = { figures: Figures; spoken: Spoken; responders: Responders }

/**
 * The figures of a view and everything that how far to trust them rests on. A fixed number of statements; the rest is in
 * memory, and what was counted for a view is kept until something in it can have changed.
 */
export async function trustFacts(
  db: Db,
  user: User,
  filters: Filters,
  now: Date,
): Promise<TrustFacts & { figures: Figures }> {
  const ledger = await currentLedger(db)
  const sittings = await currentSittings(db)
  const list = await askedList(db)
  const open = user.role === 'rep' ? await openTo(db, user) : undefined
  const today = dayAt(now)
  const count = async (): Promise<Counts> => {
    const figures = await figuresFor(ledger, filters, isReader(user))
    const heard = new Set(figures.heardCustomers)
    const responders = respondersOf(list, filters, heard, today, (id) => open?.has(id) ?? true)
    const spoken = await unhurried(spokenIn(ledger, sittings, filters))
    // Of the whole list, and within one channel, there is no wider view that a way of asking must stand beside.
    const isPart = filters.channel === '' && Object.values(filters).some(Boolean)
    const channels = isPart ? await figuresFor(ledger, filters, isReader(user), 'channel') : undefined
    return { figures, spoken: channels ? besideChannels(spoken, channels) : spoken, responders }
  }
  // A rep's own list of customers may change without any answer changing.
  const key = `${JSON.stringify(filters)} ${isReader(user)} ${today}`
  const { figures, spoken, responders } = open ? await count() : await keptFor(db, ledger.seq, list, key, count)
  return {
    figures,
    agreement: await agreementFor(db),
    responders,
    silentNames: await namesOf(db, user, responders.silentTop),
    spoken,
    templates: await templatesNamed(db, spoken.templates),
  }
}

type Kept = { seq: number; list: Listed[]; views: Map<string, Counts> }
const kept = new WeakMap<Db, Kept>()
const mostViews = 30

async function keptFor(
  db: Db,
  seq: number,
  list: Listed[],
  key: string,
  count: () => Promise<Counts>,
): Promise<Counts> {
  let state = kept.get(db)
  if (!state || state.seq !== seq || state.list !== list) {
    state = { seq, list, views: new Map() }
    kept.set(db, state)
  }
  const counts = state.views.get(key) ?? (await count())
  state.views.set(key, counts)
  // The one that was asked for first goes.
  if (state.views.size > mostViews) state.views.delete(state.views.keys().next().value ?? '')
  return counts
}

async function openTo(db: Db, user: User): Promise<Set<string>> {
  const rows = await db.selectFrom('customer').select('id').where(mayOpen(user)).execute()
  return new Set(rows.map(({ id }) => id))
}

async function namesOf(db: Db, user: User, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('customer')
    .select(['id', 'name'])
    .where('id', 'in', ['', ...ids])
    .where(mayOpen(user))
    .execute()
  const names = new Map(rows.map(({ id, name }) => [id, name]))
  return ids.flatMap((id) => names.get(id) ?? [])
}

/** "Core, version 2". Versions never change and are kept, so this asks nothing but once. */
async function templatesNamed(db: Db, ids: string[]): Promise<string[]> {
  const names: string[] = []
  for (const id of ids) {
    const { template, number } = await getTemplateVersion(db, id)
    names.push(`${template.name} (version ${number})`)
  }
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
