import { parentPort, workerData } from 'node:worker_threads'
import { sql } from 'kysely'
import { openDatabase } from '../db.ts'
import { lookForDuplicates } from './duplicates.ts'

/** Runs in a thread of its own: see kept-duplicates.ts. */
const db = openDatabase(String(workerData))
try {
  // Everything is read once, so nothing is worth keeping.
  await sql`pragma cache_size = -4096`.execute(db)
  parentPort?.postMessage(await lookForDuplicates(db))
} finally {
  await db.destroy()
}
