import { Worker } from 'node:worker_threads'
import { sql } from 'kysely'
import { type Db, fileOf } from '../db.ts'
import { type Duplicates, lookForDuplicates } from './duplicates.ts'

const kept = new WeakMap<Db, { seen: number; found: Promise<Duplicates> }>()

/**
 * Customers that are probably on the list twice. Going through a long list takes seconds: it is done in a thread of its own,
 * and what was found is kept until something is done to a record.
 */
export async function findDuplicates(db: Db): Promise<Duplicates> {
  const seen = await lastEvent(db)
  const known = kept.get(db)
  if (known?.seen === seen) return known.found
  const file = await fileOf(db)
  const found = file === '' ? lookForDuplicates(db) : inThread(file)
  kept.set(db, { seen, found })
  // What failed is tried again the next time.
  found.catch(() => kept.delete(db))
  return found
}

async function lastEvent(db: Db): Promise<number> {
  const { rows } = await sql<{ last: number | null }>`select max(rowid) as last from event`.execute(db)
  return rows[0]?.last ?? 0
}

function inThread(file: string): Promise<Duplicates> {
  const { promise, resolve, reject } = Promise.withResolvers<Duplicates>()
  const thread = new Worker(new URL('./duplicates-thread.ts', import.meta.url), {
    workerData: file,
    resourceLimits: { maxYoungGenerationSizeMb: 8 },
  })
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', () => reject(new Error('The thread that looks for duplicates ended without an answer.')))
  return promise
}
