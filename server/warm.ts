import { currentMusts } from './aspects/aspects.ts'
import type { Db } from './db.ts'
import { currentlySaid } from './decisions/must-stay.ts'
import { askedList } from './insights/asked-list.ts'
import { currentLedger } from './insights/ledger.ts'
import { currentTags } from './insights/outcome-facts.ts'
import { currentSittings } from './insights/sittings.ts'
import { currentWeighings } from './insights/weight/weighing.ts'
import { currentList } from './on-list.ts'
import { casesOf } from './predictions/assumed.ts'
import { currentFacts } from './value/facts.ts'
import { currentRatings } from './value/ratings.ts'

/**
 * Reads what figures are drawn from into memory, a few milliseconds at a time, so that the first lead of the day does not
 * wait for it. Whatever fails here (the house is closed meanwhile) is read, and told, when a page asks for it.
 */
export async function warm(db: Db): Promise<void> {
  try {
    await currentLedger(db)
    await currentList(db)
    await currentFacts(db)
    await currentTags(db)
    await currentMusts(db)
    await casesOf(db)
    await currentlySaid(db)
    await currentSittings(db)
    await currentWeighings(db)
    await askedList(db)
    await currentRatings(db)
  } catch {
    return
  }
}
