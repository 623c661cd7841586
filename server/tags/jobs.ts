import { z } from 'zod'
import { transact } from '../db.ts'
import type { JobDeps } from '../jobs.ts'
import { bell, enqueue } from '../queue.ts'
import { later, minutes } from '../time.ts'
import type { Handler } from '../worker.ts'
import { forgetWithdrawn, nextNumber, storeLesson, suggesterInUse, whenToLearn } from './learned.ts'
import { learnApart, readApart } from './learner.ts'
import { suggestTags } from './suggest-tags.ts'
import { drawMore } from './summary.ts'

const payload = z.object({ responseId: z.string() })
const place = z.object({ after: z.string() })

/**
 * `suggest-tags` { responseId }: after a response is submitted, revised or withdrawn. `learn`: after decisions, or after an
 * answer was erased. `suggest-again` { after }: when another version of the suggester is in use.
 */
export const tagJobs = ({ db, clock }: JobDeps): Record<string, Handler> => ({
  'suggest-tags': async (job) => {
    const { responseId } = payload.parse(job.payload)
    const suggester = await suggesterInUse(db)
    await transact(db, async (trx) => {
      await suggestTags(trx, responseId, suggester, clock())
      await drawMore(trx, responseId)
      await forgetWithdrawn(trx, responseId, clock())
    })
    return undefined
  },
  learn: async (_job, signal) => {
    const when = await whenToLearn(db, clock())
    if (when === 'not yet') return undefined
    if (when !== 'now') return when
    const number = await nextNumber(db)
    // What is decided while it learns is new to the next time.
    const began = clock()
    const lesson = await learnApart(db, number, signal)
    const isStored = await storeLesson(db, lesson, number, began)
    bell.emit('job')
    return isStored ? undefined : { retryAt: later(clock(), minutes(1)), error: 'An answer was erased meanwhile.' }
  },
  'suggest-again': async (job, signal) => {
    const { after } = place.parse(job.payload)
    const rest = await readApart(db, after, clock(), signal)
    if (rest !== '')
      await transact(db, (trx) => enqueue(trx, 'suggest-again', { after: rest }, clock(), { key: 'suggest-again' }))
    return undefined
  },
})
