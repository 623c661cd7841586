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
): Promise<{ view: WeightView; figures: WeightFigures; ledger: Ledger; isOpen: IsOpen }> {
  const ledger = await currentLedger(db)
  const weighings = await currentWeighings(db)
  const isOpen = await openSittings(db, user)
  const view = weightView(weighings, filters, isOpen, (id) => saidUnprompted(ledger, id) !== undefined)
  return { view, figures: weightFigures(view, ledger, JSON.stringify(filters)), ledger, isOpen }
}
