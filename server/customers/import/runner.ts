import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { type Db, fileOf } from '../../db.ts'
import { type Clock, instant, minutes } from '../../time.ts'
import { type Turns, turns } from '../../turns.ts'
import { findUnfinished, noteStop, purgeImports } from './import.ts'
import { removeFiles } from './staging.ts'

/** What a thread is told. `control[0]` is 1 once it is to stop. */
export type ThreadWork = {
  id: string
  file: string
  folder: string
  now: string
  turns: Turns
  control: Int32Array<SharedArrayBuffer>
}

/** Runs imports one after another, each in a thread of its own. The state of an import in the database is its place in line. */
export type Runner = {
  /** Where uploads and stagings lie. */
  folder: string
  /** Takes an import on from where it is; resolves when a person is to decide, when it is done, or when it cannot go on. */
  begin: (id: string) => Promise<void>
  /** Ends what is being done for an import, and resolves when nothing is. */
  halt: (id: string) => Promise<void>
  /** Takes up what a stopped process left behind. */
  resume: () => Promise<void>
  /** Throws away what is older than a week, and files that belong to nothing. */
  tidy: () => Promise<void>
  stop: () => Promise<void>
}

type Log = { error: (what: object, sentence: string) => void }

export function createRunner(db: Db, dataDir: string, clock: Clock, log: Log): Runner {
  const folder = join(dataDir, 'imports')
  const waiting = new Map<string, Promise<void>>()
  let line: Promise<void> = Promise.resolve()
  let current: { id: string; control: Int32Array<SharedArrayBuffer> } | undefined
  let isStopping = false

  async function run(id: string): Promise<void> {
    if (isStopping) return
    const control = new Int32Array(new SharedArrayBuffer(4))
    current = { id, control }
    try {
      const file = await fileOf(db)
      if (file === '') throw new Error('A database in memory cannot be written by a thread of its own.')
      await leaveLogTo(db, true)
      await inThread({ id, file, folder, now: instant(clock()), turns, control })
    } catch (error) {
      log.error({ err: error, import: id }, 'an import stopped')
      await noteStop(db, id)
    } finally {
      await leaveLogTo(db, false)
      current = undefined
    }
  }

  function begin(id: string): Promise<void> {
    const known = waiting.get(id)
    if (known) return known
    const done = line.then(() => run(id)).finally(() => waiting.delete(id))
    waiting.set(id, done)
    line = done
    return done
  }

  async function halt(id: string): Promise<void> {
    if (current?.id === id) Atomics.store(current.control, 0, 1)
    await waiting.get(id)
  }

  async function tidy(): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const kept = new Set([...(await purgeImports(db, clock())), ...waiting.keys()])
    for (const name of readdirSync(folder)) {
      const id = name.split('.')[0] ?? ''
      if (!kept.has(id) && !isArriving(name)) removeFiles(folder, id)
    }
  }

  /** An upload that is still being written is of nobody yet. */
  const isArriving = (name: string): boolean =>
    Date.now() - (statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) < minutes(10)

  return {
    folder,
    begin,
    halt,
    tidy,
    async resume() {
      // A database in memory has no folder of its own, and must not tidy up another one's.
      if ((await fileOf(db)) === '') return
      await tidy()
      for (const id of await findUnfinished(db)) void begin(id)
    },
    async stop() {
      isStopping = true
      if (current) Atomics.store(current.control, 0, 1)
      await line
    },
  }
}

/** While a thread writes at length, it moves what was written from the log to the database: that takes a while. */
async function leaveLogTo(db: Db, isThread: boolean): Promise<void> {
  await sql`pragma wal_autocheckpoint = ${sql.lit(isThread ? 20_000 : 1_000)}`.execute(db)
}

/** Resolves when the thread has ended well. Its memory is bounded: a file of any length needs no more. */
function inThread(work: ThreadWork): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const thread = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 8 },
  })
  thread.once('error', reject)
  thread.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`The thread ended with ${code}.`))))
  return promise
}
