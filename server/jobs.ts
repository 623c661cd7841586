import { campaignJobs } from './campaigns/jobs.ts'
import type { Config } from './config.ts'
import { customerJobs } from './customers/jobs.ts'
import type { Db } from './db.ts'
import type { Links } from './links.ts'
import type { Mailer } from './mailer.ts'
import { sessionJobs } from './session/jobs.ts'
import { tagJobs } from './tags/jobs.ts'
import type { Clock } from './time.ts'
import { userJobs } from './users/jobs.ts'
import { valueJobs } from './value/jobs.ts'
import type { Handler } from './worker.ts'

export type JobDeps = { config: Config; db: Db; links: Links; mailer: Mailer; clock: Clock }

/** Everything that is done later, by the kind of the job. */
export const jobHandlers = (deps: JobDeps): Record<string, Handler> => ({
  ...sessionJobs(deps),
  ...userJobs(deps),
  ...campaignJobs(deps),
  ...customerJobs(deps),
  ...tagJobs(deps),
  ...valueJobs(deps),
})
