import { isReader, type User } from '../../access.ts'
import type { Db } from '../../db.ts'
import { unhurried } from '../../unhurried.ts'
import { currentLedger, type Ledger } from '../ledger.ts'
import { openSittings } from './behind.ts'
import { saidUnprompted, type WeightFigures, weightFigures } from './figures.ts'
import type { IsOpen } from './weighed.ts'
import { currentWeighings, weighingsVersion } from './weighing.ts'
import { type WeightFilters, type WeightView, weightView } from './weights.ts'

/** What a page says of a view, without the customers themselves, who are many. */
export type WeightSummary = Pick<WeightView, 'options' | 'firstDay' | 'lastDay'> & {
  figures: WeightFigures
  /** Something that few gave in confidence is left out. */
  isPartial: boolean
}

/** Everything that was weighed in a view, as far as this person may have it counted; with the customers. */
export async function weightsBehind(
  db: Db,
  user: User,
  filters: WeightFilters,
): Promise<{ view: WeightView; isOpen: IsOpen }> {
  const { ledger, weighings, isOpen } = await currently(db, user)
  const { said } = stateOf(db, ledger)
  return { view: await unhurried(weightView(weighings, filters, isOpen, (id) => said.get(id))), isOpen }
}

/**
 * The numbers of a view. What was counted for whoever reads every account is kept until an answer changes; what others may
 * read depends on who looks after whom, which changes without an answer, so it is counted each time.
 */
export async function weightsFor(db: Db, user: User, filters: WeightFilters): Promise<WeightSummary> {
  const { ledger, weighings, isOpen } = await currently(db, user)
  // What was counted belongs to the state in which it was begun, so a change meanwhile drops it.
  const { said, views } = stateOf(db, ledger)
  const seed = JSON.stringify(filters)
  const key = `${user.id} ${seed}`
  const before = isReader(user) ? views.get(key) : undefined
  if (before) return before
  const view = await unhurried(weightView(weighings, filters, isOpen, (id) => said.get(id)))
  const figures = await unhurried(weightFigures(view, seed))
  const { options, firstDay, lastDay, samples } = view
  const isPartial = Object.values(samples).some((sample) => sample.isPartial)
  const summary = { options, firstDay, lastDay, isPartial, figures }
  if (isReader(user)) views.set(key, summary)
  // The one that was asked for first goes.
  if (views.size > mostViews) views.delete(views.keys().next().value ?? '')
  return summary
}

const currently = async (db: Db, user: User) => ({
  isOpen: await openSittings(db, user),
  weighings: await currentWeighings(db),
  ledger: await currentLedger(db),
})

const mostViews = 100
/** What holds until an answer changes: what each customer has named unprompted, and the views that were counted. */
type State = {
  ledger: Ledger
  seq: number
  version: number
  said: ReadonlyMap<string, number>
  views: Map<string, WeightSummary>
}
const states = new WeakMap<Db, State>()

function stateOf(db: Db, ledger: Ledger): State {
  const before = states.get(db)
  const version = weighingsVersion(db)
  if (before && before.ledger === ledger && before.seq === ledger.seq && before.version === version) return before
  const said = before && before.ledger === ledger && before.seq === ledger.seq ? before.said : saidUnprompted(ledger)
  const state = { ledger, seq: ledger.seq, version, said, views: new Map() }
  states.set(db, state)
  return state
}
