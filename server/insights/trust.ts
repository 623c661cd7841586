import { mayOpen, type User } from '../access.ts'
import type { Db } from '../db.ts'
import { agreementFor } from '../tags/tags.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { dayAt } from '../time.ts'
import { askedList } from './asked-list.ts'
import type { Figures } from './figures.ts'
import type { Ledger } from './ledger.ts'
import { type Responders, respondersOf } from './responders.ts'
import { currentSittings } from './sittings.ts'
import { type Spoken, spokenIn } from './spoken.ts'
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

/** Everything that how far to trust a view rests on. A fixed number of statements; the rest is in memory. */
export async function trustFacts(
  db: Db,
  user: User,
  ledger: Ledger,
  filters: Filters,
  figures: Figures,
  now: Date,
): Promise<TrustFacts> {
  const spoken = spokenIn(ledger, await currentSittings(db), filters)
  const open = user.role === 'rep' ? await openTo(db, user) : undefined
  const responders = respondersOf(
    await askedList(db),
    filters,
    new Set(figures.heardCustomers),
    dayAt(now),
    (id) => open?.has(id) ?? true,
  )
  return {
    agreement: await agreementFor(db),
    responders,
    silentNames: await namesOf(db, user, responders.silentTop),
    spoken,
    templates: await templatesNamed(db, spoken.templates),
  }
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
    names.push(`${template.name}, version ${number}`)
  }
  return names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}
