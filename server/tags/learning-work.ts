import type { Db } from '../db.ts'
import { readDecisions } from './decisions.ts'
import { type Lesson, retrain } from './learn.ts'
import { learnedInUse, suggesterInUse } from './learned.ts'
import { suggestAnew } from './suggest-tags.ts'
import { shippedModel } from './suggester.ts'

// What is done at length, on whatever connection it is given: a thread's own, or that of a database in memory.

/** Learns from all decisions of now, and judges it against what is in use. */
export async function makeLesson(db: Db, number: number): Promise<Lesson> {
  return retrain(await readDecisions(db), shippedModel, await learnedInUse(db), number)
}

const atATime = 20

/**
 * Reads waiting answers anew, response by response, each in a transaction of its own by `write`. Returns after how many
 * milliseconds it had enough, and after which response to go on; '' when all are read.
 */
export async function readAgain(
  db: Db,
  write: (work: (trx: Db) => Promise<void>) => Promise<void>,
  after: string,
  now: Date,
  patience: number,
): Promise<string> {
  const suggester = await suggesterInUse(db)
  const started = performance.now()
  let last = after
  for (;;) {
    const responses = await db
      .selectFrom('review_queue')
      .select('response_id')
      .distinct()
      .where('response_id', '>', last)
      .orderBy('response_id')
      .limit(atATime)
      .execute()
    if (responses.length === 0) return ''
    for (const { response_id } of responses) await write((trx) => suggestAnew(trx, response_id, suggester, now))
    last = responses.at(-1)?.response_id ?? last
    if (performance.now() - started > patience) return last
  }
}
