import type { Db } from './db.ts'

type Kept<T> = { values: Map<string, T>; seq: number }
/** Who notes whose what changed: what a customer told, or what the list knows of it. */
type Changes = 'customer_change' | 'list_change'
const step = 100

/** Another number whenever something in these values has changed. */
const versions = new WeakMap<ReadonlyMap<string, unknown>, number>()

/**
 * Something about each customer, kept in memory and brought up to date before each use: the first use reads everybody, some
 * at a time so that others' requests go in between; later ones read whom a trigger has noted since (`changes`). The
 * same bargain as for figures (docs/decisions/020). `read` is asked for some customers and leaves out who has nothing.
 */
export function byCustomer<T>(
  read: (db: Db, customers: string[]) => Promise<Map<string, T>>,
  changes: Changes = 'customer_change',
): (db: Db) => Promise<ReadonlyMap<string, T>> {
  const kept = new WeakMap<Db, Promise<Kept<T>>>()
  const empty = (): Kept<T> => ({ values: new Map(), seq: 0 })
  return async (db) => {
    const before = kept.get(db) ?? Promise.resolve(empty())
    const next = before.then((state) => catchUp(db, state, read, changes))
    // A read that failed is begun anew the next time.
    kept.set(db, next.catch(empty))
    return (await next).values
  }
}

async function catchUp<T>(
  db: Db,
  state: Kept<T>,
  read: (db: Db, customers: string[]) => Promise<Map<string, T>>,
  noted: Changes,
): Promise<Kept<T>> {
  for (;;) {
    const changes = await db
      .selectFrom(noted)
      .selectAll()
      .where('seq', '>', state.seq)
      .orderBy('seq')
      .limit(step)
      .execute()
    const ids = changes.map((change) => change.customer_id)
    const fresh = ids.length > 0 ? await read(db, ids) : new Map<string, T>()
    for (const id of ids) {
      const value = fresh.get(id)
      if (value === undefined) state.values.delete(id)
      else state.values.set(id, value)
    }
    state.seq = changes.at(-1)?.seq ?? state.seq
    versions.set(state.values, state.seq)
    if (changes.length < step) return state
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What was made last of such values, until one of them changes, or what else it was made of. Nobody may change it. */
export function keptLast<T>(): (
  db: Db,
  from: ReadonlyMap<string, unknown>[],
  rest: string,
  make: () => Promise<T>,
) => Promise<T> {
  const last = new WeakMap<Db, { key: string; made: Promise<T> }>()
  return (db, from, rest, make) => {
    const seqs = from.map((values) => versions.get(values))
    if (seqs.includes(undefined)) return make()
    const key = JSON.stringify([seqs, rest])
    const before = last.get(db)
    if (before?.key === key) return before.made
    const next = make()
    last.set(db, { key, made: next })
    next.catch(() => last.delete(db))
    return next
  }
}
