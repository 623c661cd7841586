import { on } from 'node:events'
import { Worker } from 'node:worker_threads'
import { CompiledQuery } from 'kysely'
import type { User } from '../../access.ts'
import { type Db, fileOf } from '../../db.ts'
import { conflict } from '../../errors.ts'
import { recordReadings } from '../../readings.ts'
import type { Clock } from '../../time.ts'
import type { Filters } from '../view.ts'
import { type FileWork, type Piece, piecesOf } from './batches.ts'
import type { Kind } from './columns.ts'
import { knownOf } from './known.ts'
import { bound, type Statement } from './statement.ts'
import { statementsFor } from './statements.ts'

/** Bytes reach us in slots that both sides see, and that are filled again: pieces made anew would be cleared away at length. */
export type ThreadWork = FileWork & { file: string; slots: Uint8Array<SharedArrayBuffer>[] }
export type Filled = { slot: number; length: number; shown: Piece['shown'] }
const slotSize = 1 << 19

/** So many files are written at once: each takes a thread and some megabytes. */
const most = 3
let underWay = 0

/**
 * A file of the words that this person may read with the name, in the choice made, as CSV in UTF-8. It comes in pieces of at
 * most a megabyte, as fast as they are taken and no faster; each holds until the next is asked for. Who reads confidential words so is recorded before they
 * leave. Throws 409 while three files are being written.
 */
export async function wordsFile(
  db: Db,
  user: User,
  kind: Kind,
  filters: Filters,
  clock: Clock,
): Promise<AsyncGenerator<Uint8Array>> {
  if (underWay >= most)
    throw conflict('Three files are being written already. Wait until one of them is done, then take this one.')
  const work = { kind, statements: statementsFor(db, user, filters), known: await knownOf(db), filters }
  const file = await fileOf(db)
  return recorded(file === '' ? inPlace(db, work) : inThread(work, file), db, user, clock)
}

async function* recorded(pieces: AsyncGenerator<Piece>, db: Db, user: User, clock: Clock): AsyncGenerator<Uint8Array> {
  underWay += 1
  try {
    for await (const { bytes, shown } of pieces) {
      await recordReadings(db, user.id, shown, clock())
      if (bytes.length > 0) yield bytes
    }
  } finally {
    underWay -= 1
  }
}

/** A database in memory is seen by no other thread. */
async function* inPlace(db: Db, work: FileWork): AsyncGenerator<Piece> {
  const prepare =
    <Row>(statement: Statement<Row>) =>
    async (value: string): Promise<Row[]> =>
      (await db.executeQuery<Row>(CompiledQuery.raw(statement.sql, bound(statement, value)))).rows
  yield* piecesOf(prepare, work)
}

/** Three slots: one is being filled, one is full, and one is on its way to whoever takes the file. */
async function* inThread(work: FileWork, file: string): AsyncGenerator<Piece> {
  const slots = Array.from({ length: 3 }, () => new Uint8Array(new SharedArrayBuffer(slotSize)))
  const threadWork: ThreadWork = { ...work, file, slots }
  const thread = new Worker(new URL('./thread.ts', import.meta.url), {
    workerData: threadWork,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 8 },
  })
  try {
    const answers = on(thread, 'message', { close: ['exit'] })
    for (const slot of slots.keys()) thread.postMessage(slot)
    for await (const [answer] of answers) {
      const filled: Filled | undefined = answer
      if (!filled) return
      const { slot, length, shown } = filled
      yield { bytes: slots[slot]?.subarray(0, length) ?? new Uint8Array(), shown }
      thread.postMessage(slot)
    }
    throw new Error('The thread that writes a file ended before the file did.')
  } finally {
    await thread.terminate()
  }
}
