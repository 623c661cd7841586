import { on } from 'node:events'
import { existsSync, readlinkSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { type Piece, piecesOf } from './batches.ts'
import { bound, type Statement } from './statement.ts'
import type { Filled, ThreadWork } from './stream.ts'

/**
 * Writes a file of words in a thread of its own, with its own connection, which can only read. What this reader may see
 * stands in the statements that it is given. It is sent the number of a slot to fill, and answers how far it is filled; in
 * the end nothing.
 */
const work: ThreadWork = workerData
// Customers go first, by as much as `nice -n 5` gives way. Only Linux tells a thread its own number.
const patience = 5
const self = '/proc/thread-self'
if (existsSync(self)) setPriority(Number(basename(readlinkSync(self))), patience)
const database = new Database(work.file, { readonly: true, fileMustExist: true })
database.pragma('busy_timeout = 5000')
database.pragma('cache_size = -4096')

const prepare = <Row>(statement: Statement<Row>) => {
  const ready = database.prepare<unknown[], Row>(statement.sql)
  return async (value: string): Promise<Row[]> => ready.all(...bound(statement, value))
}

const pieces = piecesOf(prepare, work)
let rest: Piece = { bytes: new Uint8Array(), shown: [] }

/** Puts as much as there is room for into a slot; undefined where nothing is left of the file. */
async function fill(slot: number): Promise<Filled | undefined> {
  if (rest.bytes.length === 0) {
    const { value } = await pieces.next()
    if (!value) return undefined
    rest = value
  }
  const { shown } = rest
  const room = work.slots[slot] ?? new Uint8Array()
  const bytes = rest.bytes.subarray(0, room.length)
  room.set(bytes)
  rest = { bytes: rest.bytes.subarray(bytes.length), shown: [] }
  return { slot, length: bytes.length, shown }
}

if (!parentPort) throw new Error('This is a thread of the product.')
// One after another: a piece holds only until the next is asked for.
for await (const [slot] of on(parentPort, 'message')) {
  const filled = await fill(slot)
  parentPort.postMessage(filled)
  if (!filled) break
}
database.close()
parentPort.close()
