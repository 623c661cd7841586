import { z } from 'zod'
import { transact } from '../db.ts'
import type { JobDeps } from '../jobs.ts'
import type { Handler } from '../worker.ts'
import { suggestTags } from './suggest-tags.ts'
import { suggester } from './suggester.ts'
import { drawMore } from './summary.ts'

const payload = z.object({ responseId: z.string() })

/** `suggest-tags` { responseId }: after a response is submitted, revised or withdrawn. */
export const tagJobs = ({ db, clock }: JobDeps): Record<string, Handler> => ({
  'suggest-tags': async (job) => {
    const { responseId } = payload.parse(job.payload)
    await transact(db, async (trx) => {
      await suggestTags(trx, responseId, suggester, clock())
      await drawMore(trx, responseId)
    })
    return undefined
  },
})
