import type { Ledger } from './ledger.ts'

/**
 * Keeps what was counted from a ledger until the ledger changes, for the views that were asked for last: a reader who turns
 * pages, sorts or takes the figures away asks for the same again. Whoever is given it must not change it.
 */
export function remembering<T>(most: number): (ledger: Ledger, view: string, count: () => T) => T {
  const kept = new WeakMap<Ledger, { seq: number; views: Map<string, T> }>()
  return (ledger, view, count) => {
    let state = kept.get(ledger)
    if (state?.seq !== ledger.seq) {
      state = { seq: ledger.seq, views: new Map() }
      kept.set(ledger, state)
    }
    const found = state.views.get(view) ?? count()
    // The one that was asked for last stands last; the first goes.
    state.views.delete(view)
    state.views.set(view, found)
    if (state.views.size > most) state.views.delete(state.views.keys().next().value ?? '')
    return found
  }
}
