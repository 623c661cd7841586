import type { Db } from '../db.ts'
import { keepErasures } from '../erasing.ts'
import type { Handler } from '../worker.ts'

/** What is done later about customers: the list of what is erased is kept beside the database. */
export const customerJobs = ({ db }: { db: Db }): Record<string, Handler> => ({
  'keep-erasures': async () => {
    await keepErasures(db)
    return undefined
  },
})
