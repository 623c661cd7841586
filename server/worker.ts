import type { FastifyBaseLogger } from 'fastify'
import type { Db } from './db.ts'
import { bell, claim, finish, giveUp, type Job, releaseAll, retry } from './queue.ts'
import { type Clock, later, minutes } from './time.ts'

/** What becomes of a job: done (the default), to be tried again at an instant, or given up at once for a person to see. */
export type Outcome = { retryAt: string; error: string } | { giveUp: string } | undefined
/** Does one job. It must be safe to do twice: a process can die between the deed and the note that it is done. */
export type Handler = (job: Job) => Promise<Outcome>

export type Worker = {
  /** Does everything that is due now and returns how many jobs that were; for tests and for the demo. */
  drain: () => Promise<number>
  start: () => Promise<void>
  /** Claims nothing more, finishes what is in hand. */
  stop: () => Promise<void>
}

const maxTries = 6
const atOnce = 8

/** Runs jobs by kind. A handler that throws is tried again with growing delay, then kept as failed for a person to see. */
export function createWorker(db: Db, handlers: Record<string, Handler>, clock: Clock, log: FastifyBaseLogger): Worker {
  let isStopping = false
  let loop: Promise<void> = Promise.resolve()

  async function run(job: Job): Promise<void> {
    const handler = handlers[job.kind]
    if (!handler) return giveUp(db, job.id, `Nothing here knows how to do "${job.kind}".`, clock())
    try {
      const outcome = await handler(job)
      if (!outcome) await finish(db, job.id)
      else if ('giveUp' in outcome) await giveUp(db, job.id, outcome.giveUp, clock())
      else await retry(db, job.id, outcome.retryAt, outcome.error)
    } catch (error) {
      log.error({ err: error, job: job.id, kind: job.kind }, 'a job failed')
      const reason = error instanceof Error ? error.message : String(error)
      if (job.tries >= maxTries) await giveUp(db, job.id, reason, clock())
      else await retry(db, job.id, later(clock(), minutes(2 ** job.tries)), reason)
    }
  }

  async function drain(): Promise<number> {
    let done = 0
    while (!isStopping) {
      const jobs = await claim(db, atOnce, clock())
      if (jobs.length === 0) break
      await Promise.all(jobs.map(run))
      done += jobs.length
    }
    return done
  }

  async function runUntilStopped(): Promise<void> {
    while (!isStopping) {
      const rung = nextRing(1_000)
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
      bell.emit('job')
      await loop
    },
  }
}

/** Resolves when the bell rings, or after `ms` at the latest. */
function nextRing(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      bell.off('job', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    bell.once('job', done)
  })
}
