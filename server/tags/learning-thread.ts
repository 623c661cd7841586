import { setPriority } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { openDatabase } from '../db.ts'
import { inTurnFor, type Turns } from '../turns.ts'
import { makeLesson, readAgain } from './learning-work.ts'

/** Learns or reads answers again in a thread of its own, with its own connection, and says what came of it. */
const work = z
  .union([
    z.object({ kind: z.literal('learn'), file: z.string(), number: z.int() }),
    z.object({
      kind: z.literal('read-again'),
      file: z.string(),
      after: z.string(),
      now: z.string(),
      patience: z.number(),
      turns: z.custom<Turns>((value) => value instanceof Int32Array),
    }),
  ])
  .parse(workerData)

// Of this thread alone on Linux: whoever waits for a page comes first.
setPriority(0, 10)
const db = openDatabase(work.file)
try {
  if (work.kind === 'learn') parentPort?.postMessage(await makeLesson(db, work.number))
  else
    parentPort?.postMessage(
      await readAgain(db, (change) => inTurnFor(work.turns, db, change), work.after, new Date(work.now), work.patience),
    )
} finally {
  await db.destroy()
}
