import type { JobDeps } from '../jobs.ts'
import { later, minutes } from '../time.ts'
import type { Handler } from '../worker.ts'
import { keepBands } from './losses.ts'

/** `keep-bands`: once a day, how vulnerable each customer is, so that losses can be set beside what was known before. */
export const valueJobs = ({ db, clock }: JobDeps): Record<string, Handler> => ({
  'keep-bands': async () => {
    await keepBands(db, clock())
    return { waitUntil: later(clock(), minutes(24 * 60)) }
  },
})
