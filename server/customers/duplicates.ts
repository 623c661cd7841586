import type { User } from '../access.ts'
import { type Db, transact } from '../db.ts'
import { record } from '../events.ts'
import { instant } from '../time.ts'
import { getCustomer } from './customers.ts'

type Looked = { id: string; name: string; external_id: string | null }
/** Two customers that could be one, the older first, and what speaks for it. */
export type Proposal = { one: Looked; other: Looked; reasons: string[]; weight: number }

export type Duplicates = { proposals: Proposal[]; hasMore: boolean }

const shown = 100
/** As many customers share this by chance or by being one group; beyond it nothing is proposed. */
const most = 4

/**
 * Customers that are probably on the list twice: by a name that is the same but for its legal form, by the domain of
 * their addresses, by the telephone or by the number elsewhere. At most 100, the surest first. Reads in slices, so that
 * others' requests go in between.
 */
export async function lookForDuplicates(db: Db): Promise<Duplicates> {
  // Nearly every key is met once: only those met again become a group.
  const first = new Map<string, string>()
  const groups = new Map<string, Set<string>>()
  const add = (kind: string, key: string, id: string) => {
    if (key === '') return
    const name = `${kind} ${key}`
    const before = first.get(name)
    if (before === undefined) first.set(name, id)
    else if (before !== id) groups.set(name, (groups.get(name) ?? new Set([before])).add(id))
  }
  const customers = new Map<string, Looked>()
  for await (const slice of slices((after) => readCustomers(db, after)))
    for (const one of slice) {
      customers.set(one.id, one)
      add('name', plainName(one.name), one.id)
      add('number', (one.external_id ?? '').toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, ''), one.id)
    }
  for await (const slice of slices((after) => readContacts(db, after)))
    for (const one of slice) {
      add('domain', domainOf(one.email), one.customer_id)
      add('phone', plainPhone(one.phone), one.customer_id)
    }
  const apart = await db.selectFrom('not_duplicate').select(['one_id', 'other_id']).execute()
  const settled = new Set(apart.map(({ one_id, other_id }) => `${one_id} ${other_id}`))
  const pairs = new Map<string, Proposal>()
  for (const [key, ids] of groups) {
    if (ids.size < 2 || ids.size > most) continue
    for (const [one, other] of pairsOf([...ids].sort())) {
      const found = [customers.get(one), customers.get(other)] as const
      if (settled.has(`${one} ${other}`) || !found[0] || !found[1]) continue
      const pair = pairs.get(`${one} ${other}`) ?? { one: found[0], other: found[1], reasons: [], weight: 0 }
      const kind = key.slice(0, key.indexOf(' '))
      pairs.set(`${one} ${other}`, {
        ...pair,
        reasons: [...pair.reasons, reasonOf(kind, key.slice(kind.length + 1))],
        weight: pair.weight + (weights[kind] ?? 0),
      })
    }
  }
  const all = [...pairs.values()].sort((a, b) => b.weight - a.weight || a.one.name.localeCompare(b.one.name))
  return { proposals: all.slice(0, shown), hasMore: all.length > shown }
}

const weights: Record<string, number> = { name: 3, number: 3, phone: 2, domain: 2 }

function reasonOf(kind: string, key: string): string {
  if (kind === 'name') return 'the same name but for its form'
  if (kind === 'number') return 'the same number elsewhere'
  return kind === 'domain' ? `addresses at ${key}` : 'the same telephone'
}

const pairsOf = (ids: string[]): [string, string][] =>
  ids.flatMap((one, index) => ids.slice(index + 1).map((other): [string, string] => [one, other]))

async function* slices<T extends { id: string }>(read: (after: string) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let slice = await read(''); slice.length > 0; slice = await read(slice.at(-1)?.id ?? '')) {
    yield slice
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const readCustomers = (db: Db, after: string) =>
  db
    .selectFrom('customer')
    .select(['id', 'name', 'external_id'])
    .where('id', '>', after)
    .where('archived_at', 'is', null)
    .orderBy('id')
    .limit(500)
    .execute()

const readContacts = (db: Db, after: string) =>
  db
    .selectFrom('contact')
    .select(['id', 'customer_id', 'email', 'phone'])
    .where('id', '>', after)
    .where('archived_at', 'is', null)
    .orderBy('id')
    .limit(500)
    .execute()

/** "Acme Tools Ltd." and "ACME-TOOLS GmbH" are one name; '' for what has no letter left. */
function plainName(name: string): string {
  const words = name
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/\bs\.? ?a\.? ?r\.? ?l\b/g, 'sarl')
    .replaceAll('&', ' and ')
    .split(/[^\p{L}\p{N}]+/u)
  return words.filter((word) => word !== '' && !forms.has(word)).join(' ')
}

const forms = new Set(
  (
    'ltd limited plc llc llp inc incorporated corp corporation co company gmbh ag kg kgaa ohg mbh ug se sa sas sarl srl spa ' +
    'bv nv vof ab as asa aps oy oyj sl slu lda kft sro pty the und and et e'
  ).split(' '),
)

/** The part after the @; '' where everybody may have an address. */
function domainOf(email: string | null): string {
  const domain = email?.slice(email.lastIndexOf('@') + 1).toLowerCase() ?? ''
  return everybodys.has(domain) ? '' : domain
}

const everybodys = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.co.uk icloud.com me.com aol.com ' +
    'gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de mail.de orange.fr wanadoo.fr free.fr laposte.net ' +
    'libero.it btinternet.com proton.me protonmail.com mail.com mail.ru yandex.ru qq.com 163.com example.com'
  ).split(' '),
)

/** The last nine digits, so that a country's code does not matter; '' if there are fewer. */
const plainPhone = (phone: string): string => {
  const digits = phone.replaceAll(/\D/g, '')
  return digits.length < 9 ? '' : digits.slice(-9)
}

/** Notes that two that look alike are not the same; they are not proposed again. */
export async function keepApart(db: Db, user: User, oneId: string, otherId: string, now: Date): Promise<void> {
  const [one = '', other = ''] = [oneId, otherId].sort()
  await transact(db, async (trx) => {
    await getCustomer(trx, user, one)
    await getCustomer(trx, user, other)
    const added = await trx
      .insertInto('not_duplicate')
      .values({ one_id: one, other_id: other, decided_by: user.id, decided_at: instant(now) })
      .onConflict((again) => again.doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 1n)
      await record(trx, { actor: 'user', userId: user.id }, 'keep-apart', 'customer', one, now, { other })
  })
}
