import type { JobDeps } from '../jobs.ts'
import type { Handler } from '../worker.ts'

export const tagJobs = (_deps: JobDeps): Record<string, Handler> => ({})
