import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { type Db, fileOf, transact } from '../db.ts'
import { instant } from '../time.ts'
import { turns } from '../turns.ts'
import type { Lesson } from './learn.ts'
import { makeLesson, readAgain } from './learning-work.ts'

/** Less than the lease of a job, so that nobody takes it up a second time. */
const patience = 60_000

const standing = z.object({ right: z.number(), said: z.number(), decided: z.number() })
const beforeAndAfter = { before: standing, after: standing }
export const figuresSchema = z.object({
  ...beforeAndAfter,
  drivers: z.array(z.object({ name: z.string(), ...beforeAndAfter })),
})
const lessonSchema = z.object({
  outcome: z.enum(['kept', 'worse', 'too_few']),
  decisions: z.number(),
  customers: z.number(),
  heldOut: z.number(),
  figures: figuresSchema,
  body: z.string(),
  responseIds: z.array(z.string()),
})

/** Learns in a thread of its own; a database in memory, which no other thread can open, is read here. */
export async function learnApart(db: Db, number: number, signal: AbortSignal): Promise<Lesson> {
  const file = await fileOf(db)
  return file === ''
    ? makeLesson(db, number)
    : lessonSchema.parse(await inThread({ kind: 'learn', file, number }, signal))
}

/** Reads waiting answers anew in a thread of its own. Returns after which response to go on, '' when all are read. */
export async function readApart(db: Db, after: string, now: Date, signal: AbortSignal): Promise<string> {
  const file = await fileOf(db)
  if (file === '') return readAgain(db, (change) => transact(db, change), after, now, patience)
  const work = { kind: 'read-again', file, after, now: instant(now), patience, turns }
  return z.string().parse(await inThread(work, signal))
}

/** What the thread says before it ends. Its memory is bounded. Rejects when it fails, or when `signal` ends it. */
function inThread(work: object, signal: AbortSignal): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const thread = new Worker(new URL('./learning-thread.ts', import.meta.url), {
    workerData: work,
    resourceLimits: { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 16 },
  })
  const end = () => void thread.terminate()
  signal.addEventListener('abort', end)
  thread.once('message', resolve)
  thread.once('error', reject)
  thread.once('exit', () => {
    signal.removeEventListener('abort', end)
    reject(new Error('The thread ended before it had said what it learned.'))
  })
  return promise
}
