import type { User } from '../../access.ts'
import type { Db } from '../../db.ts'
import { currentLedger, type Ledger } from '../ledger.ts'
import { openSittings } from './behind.ts'
import { saidUnprompted, type WeightFigures, weightFigures } from './figures.ts'
import type { IsOpen } from './weighed.ts'
import { currentWeighings } from './weighing.ts'
import { type WeightFilters, type WeightView, weightView } from './weights.ts'

/** Everything that was weighed in a view, as far as this person may have it counted. */
export async function weightsFor(
  db: Db,
  user: User,
  filters: WeightFilters,
): Promise<{ view: WeightView; figures: WeightFigures; isOpen: IsOpen }> {
  const ledger = await currentLedger(db)
  const weighings = await currentWeighings(db)
  const said = saidNow(db, ledger)
  const isOpen = await openSittings(db, user)
  const view = weightView(weighings, filters, isOpen, (id) => said.get(id))
  return { view, figures: weightFigures(view, JSON.stringify(filters)), isOpen }
}

type Kept = { ledger: Ledger; seq: number; said: ReadonlyMap<string, number> }
const kept = new WeakMap<Db, Kept>()

/** What each customer has named unprompted, looked up anew once an answer has changed. */
function saidNow(db: Db, ledger: Ledger): ReadonlyMap<string, number> {
  const before = kept.get(db)
  if (before && before.ledger === ledger && before.seq === ledger.seq) return before.said
  const said = saidUnprompted(ledger)
  kept.set(db, { ledger, seq: ledger.seq, said })
  return said
}
