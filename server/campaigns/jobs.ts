import type { JobDeps } from '../jobs.ts'
import type { Handler } from '../worker.ts'

export const campaignJobs = (_deps: JobDeps): Record<string, Handler> => ({})
