import { Worker } from 'node:worker_threads'
import type { RawBuilder } from 'kysely'
import { type Db, fileOf } from './db.ts'

/** What the thread is told: one statement that only reads. */
export type Reading = { file: string; text: string; parameters: readonly unknown[] }

/**
 * Runs one statement that goes through a whole list in a thread of its own, with a connection that can only read, so that
 * nobody's page waits for it here. It sees what is committed; never call it inside a transaction. A database in memory has
 * no other thread, so there it runs here.
 */
export async function readAside<T>(db: Db, statement: RawBuilder<T>): Promise<T[]> {
  const file = await fileOf(db)
  if (file === '') return (await statement.execute(db)).rows
  const { sql: text, parameters } = statement.compile(db)
  const { promise, resolve, reject } = Promise.withResolvers<T[]>()
  const thread = new Worker(new URL('./aside-thread.ts', import.meta.url), {
    workerData: { file, text, parameters } satisfies Reading,
    resourceLimits: { maxOldGenerationSizeMb: 48, maxYoungGenerationSizeMb: 4 },
  })
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', () => reject(new Error('The thread that reads ended without an answer.')))
  return promise
}
