import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import type { Reading } from './aside.ts'

/** Runs in a thread of its own: see aside.ts. */
const { file, text, parameters }: Reading = workerData
const database = new Database(file, { readonly: true, fileMustExist: true })
try {
  database.pragma('cache_size = -8192')
  database.pragma('temp_store = MEMORY')
  parentPort?.postMessage(database.prepare(text).all(...parameters))
} finally {
  database.close()
}
