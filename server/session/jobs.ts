import type { JobDeps } from '../jobs.ts'
import type { Handler } from '../worker.ts'

export const sessionJobs = (_deps: JobDeps): Record<string, Handler> => ({})
