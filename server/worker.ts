import type { FastifyBaseLogger } from 'fastify'
import type { Db } from './db.ts'
import { bell, claim, finish, giveUp, type Job, putBack, releaseAll, retry } from './queue.ts'
import { type Clock, later, minutes } from './time.ts'

/**
 * What becomes of a job: done (the default), to be tried again at an instant, put back until its turn comes (which is no
 * try), or given up at once for a person to see.
 */
export type Outcome = { retryAt: string; error: string } | { waitUntil: string } | { giveUp: string } | undefined
/**
 * Does one job. It must be safe to do twice: a process can die between the deed and the note that it is done. `signal` tells
 * one that works at length that the process is to stop; it then throws, and its job is taken up at the next start.
 */
export type Handler = (job: Job, signal: AbortSignal) => Promise<Outcome>

export type Worker = {
  /** Does everything that is due now and returns how many jobs that were; for tests and for the demo. */
  drain: () => Promise<number>
  start: () => Promise<void>
  /** Claims nothing more, finishes what is in hand. */
  stop: () => Promise<void>
}

const maxTries = 6
/** So many jobs are in hand at once; the last place is kept for urgent ones, behind however many slow mails they come. */
const atOnce = 8

/** Runs jobs by kind. A handler that throws is tried again with growing delay, then kept as failed for a person to see. */
export function createWorker(db: Db, handlers: Record<string, Handler>, clock: Clock, log: FastifyBaseLogger): Worker {
  let isStopping = false
  let loop: Promise<void> = Promise.resolve()
  const stopping = new AbortController()

  async function run(job: Job): Promise<void> {
    const handler = handlers[job.kind]
    if (!handler) return giveUp(db, job.id, `Nothing here knows how to do "${job.kind}".`, clock())
    try {
      const outcome = await handler(job, stopping.signal)
      if (!outcome) await finish(db, job.id)
      else if ('giveUp' in outcome) await giveUp(db, job.id, outcome.giveUp, clock())
      else if ('waitUntil' in outcome) await putBack(db, job.id, outcome.waitUntil)
      else await retry(db, job.id, outcome.retryAt, outcome.error)
    } catch (error) {
      if (stopping.signal.aborted) return
      log.error({ err: error, job: job.id, kind: job.kind }, 'a job failed')
      const reason = error instanceof Error ? error.message : String(error)
      if (job.tries >= maxTries) await giveUp(db, job.id, reason, clock())
      else await retry(db, job.id, later(clock(), minutes(2 ** job.tries)), reason)
    }
  }

  async function drain(): Promise<number> {
    const inHand = new Set<Promise<void>>()
    const faults: unknown[] = []
    let done = 0
    while (!isStopping && faults.length === 0) {
      const free = atOnce - inHand.size
      const jobs = free === 0 ? [] : await claim(db, Math.max(1, free - 1), clock(), free === 1)
      for (const job of jobs) {
        const running: Promise<void> = run(job)
          .catch((error: unknown) => void faults.push(error))
          .finally(() => inHand.delete(running))
        inHand.add(running)
      }
      done += jobs.length
      if (jobs.length === 0 && inHand.size === 0) break
      if (jobs.length === 0 || inHand.size >= atOnce - 1) await untilSomeAreFree(inHand)
    }
    await Promise.all(inHand)
    if (faults.length > 0) throw faults[0]
    return done
  }

  async function runUntilStopped(): Promise<void> {
    while (!isStopping) {
      const rung = nextRing(1_000, new Set())
      await drain().catch((error) => log.error({ err: error }, 'the worker could not look for jobs'))
      if (!isStopping) await rung
    }
  }

  return {
    drain,
    async start() {
      await releaseAll(db)
      loop = runUntilStopped()
    },
    async stop() {
      isStopping = true
      stopping.abort()
      bell.emit('job')
      await loop
    },
  }
}

/** Looking at the queue is a write, so half of the places are filled again at a time, unless the bell rings. */
async function untilSomeAreFree(inHand: Set<Promise<void>>): Promise<void> {
  let happened = await nextRing(1_000, inHand)
  while (happened === 'one ended' && inHand.size > atOnce / 2) happened = await nextRing(1_000, inHand)
}

/** Resolves when the bell rings or one of the running jobs ends, or after `ms` at the latest. */
function nextRing(ms: number, running: Set<Promise<void>>): Promise<'rung' | 'one ended' | 'nothing'> {
  return new Promise((resolve) => {
    const end = (happened: 'rung' | 'one ended' | 'nothing') => {
      clearTimeout(timer)
      bell.off('job', rung)
      resolve(happened)
    }
    const rung = () => end('rung')
    const timer = setTimeout(() => end('nothing'), ms)
    bell.once('job', rung)
    for (const one of running) void one.then(() => end('one ended'))
  })
}
