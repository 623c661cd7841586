import Database from 'better-sqlite3'
import { type Compilable, type CompiledQuery, Kysely, type LogEvent, SqliteDialect, sql } from 'kysely'
import type { Tables } from './tables.ts'
import { endTurn, ourTurn } from './turns.ts'

/** The database, or a transaction on it: every function of a feature takes one of these first. */
export type Db = Kysely<Tables>

/**
 * Opens SQLite so that what was acknowledged is on disk: WAL, foreign keys, synchronous=FULL.
 * `file` may be ':memory:'. `onQuery` hears of every statement (for counting in tests and in development).
 */
export function openDatabase(file: string, onQuery?: (event: LogEvent) => void): Db {
  const database = new Database(file)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('busy_timeout = 5000')
  database.pragma('cache_size = -65536')
  const dialect = new SqliteDialect({ database: withPreparedStatements(database) })
  return new Kysely<Tables>(onQuery ? { dialect, log: onQuery } : { dialect })
}

/** Kysely prepares each statement anew; keeping the prepared ones halves the cost of a short query. */
function withPreparedStatements(database: Database.Database) {
  const kept = new Map<string, Database.Statement>()
  return {
    close: () => database.close(),
    prepare(given: string) {
      // Another thread may write between what a transaction reads and what it writes; the second would then fail. So
      // the right to write is taken first, and waited for.
      const text = given === 'begin' ? 'begin immediate' : given
      const known = kept.get(text)
      // A statement that is being iterated cannot be run a second time.
      if (known && !known.busy) return known
      const statement = database.prepare(text)
      if (kept.size >= 500) kept.delete(kept.keys().next().value ?? '')
      kept.set(text, statement)
      return statement
    },
  }
}

/** Where the database lies; '' for one in memory, which no other thread can open. */
export async function fileOf(db: Db): Promise<string> {
  const { rows } = await sql<{ name: string; file: string }>`pragma database_list`.execute(db)
  return rows.find(({ name }) => name === 'main')?.file ?? ''
}

type Waiting = { run: (trx: Db) => Promise<void>; settle: () => void; fail: (error: unknown) => void }

const queues = new WeakMap<Db, { waiting: Waiting[]; isRunning: boolean }>()

/**
 * Runs `work` in a transaction and resolves once it is on disk. Everything that writes goes through here.
 * Under load, calls that arrive while another is at work share one commit, and so one wait for the disk; each has a
 * savepoint of its own, so that one that throws undoes only itself. Inside `work` touch only `trx`, never `db`, and
 * never wait for the network.
 */
export function transact<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  let queue = queues.get(db)
  if (!queue) {
    queue = { waiting: [], isRunning: false }
    queues.set(db, queue)
  }
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  let result: { value: T } | undefined
  queue.waiting.push({
    run: async (trx) => {
      result = { value: await work(trx) }
    },
    settle: () => (result ? resolve(result.value) : reject(new Error('A transaction ended without a result.'))),
    fail: reject,
  })
  if (!queue.isRunning) {
    queue.isRunning = true
    // A moment's patience: what the same turn of the event loop brings in joins the same commit.
    setImmediate(() => void drain(db, queue))
  }
  return promise
}

async function drain(db: Db, queue: { waiting: Waiting[]; isRunning: boolean }): Promise<void> {
  while (queue.waiting.length > 0) {
    const batch = queue.waiting.splice(0, 64)
    const done: Waiting[] = []
    await ourTurn()
    try {
      await db.transaction().execute(async (trx) => {
        if (batch.length === 1) return batch[0]?.run(trx)
        for (const entry of batch) if (await runInSavepoint(trx, entry)) done.push(entry)
      })
      for (const entry of batch.length === 1 ? batch : done) entry.settle()
    } catch (error) {
      for (const entry of batch) entry.fail(error)
    } finally {
      endTurn()
    }
    await new Promise((resolve) => setImmediate(resolve))
  }
  queue.isRunning = false
}

async function runInSavepoint(trx: Db, entry: Waiting): Promise<boolean> {
  await sql`savepoint one`.execute(trx)
  try {
    await entry.run(trx)
    return true
  } catch (error) {
    await sql`rollback to one`.execute(trx)
    entry.fail(error)
    return false
  } finally {
    await sql`release one`.execute(trx)
  }
}

type Arg = string | number | null

/**
 * A query that is built once and then only run: for the few that every customer's request makes, building takes longer
 * than running. `build` sees a placeholder for each argument, so it must put each into the query as a value, untouched.
 */
export function prepared<A extends Record<string, Arg>, R>(build: (db: Db, args: A) => Compilable<R>) {
  let compiled: CompiledQuery<R> | undefined
  const placeholders = new Proxy<A>(Object.create(null), { get: (_target, name) => `${mark}${String(name)}` })
  return async (db: Db, args: A): Promise<R[]> => {
    compiled ??= steady(build(db, placeholders).compile())
    const parameters = compiled.parameters.map((value) =>
      typeof value === 'string' && value.startsWith(mark) ? args[value.slice(mark.length)] : value,
    )
    return (await db.executeQuery<R>({ ...compiled, parameters })).rows
  }
}

const mark = '\u0000argument '

/**
 * SQLite (with STAT4) plans a join or a limit anew each time that a bare `?` in it is bound, since the value might change
 * the plan; that costs more than the query. A unary plus leaves the value as it is and hides it from the planner.
 */
const steady = <R>(query: CompiledQuery<R>): CompiledQuery<R> => ({ ...query, sql: query.sql.replaceAll('?', '+?') })
