import { atOnce, type Steps, unhurried } from '../unhurried.ts'
import type { Ledger } from './ledger.ts'

type Views<T> = { seq: number; done: Map<string, T>; begun: Map<string, Promise<T>> }
type Count<T> = (ledger: Ledger, view: string, steps: () => Steps<T>) => T
type Counting<T> = (ledger: Ledger, view: string, steps: () => Steps<T>) => Promise<T>

/**
 * Keeps what was counted from a ledger until the ledger changes, for the views that were asked for last: a reader who turns
 * pages, sorts or takes the figures away asks for the same again. Whoever is given it must not change it. Counted anew at
 * once or, so that others are served meanwhile, step by step; what changes between two steps may be counted or not.
 */
export function remembering<T>(most: number): { atOnce: Count<T>; unhurried: Counting<T> } {
  const kept = new WeakMap<Ledger, Views<T>>()
  const viewsOf = (ledger: Ledger): Views<T> => {
    const before = kept.get(ledger)
    if (before?.seq === ledger.seq) return before
    const views: Views<T> = { seq: ledger.seq, done: new Map(), begun: new Map() }
    kept.set(ledger, views)
    return views
  }
  const keep = ({ done }: Views<T>, view: string, found: T): T => {
    // The one that was asked for last stands last; the first goes.
    done.delete(view)
    done.set(view, found)
    if (done.size > most) done.delete(done.keys().next().value ?? '')
    return found
  }
  return {
    atOnce: (ledger, view, steps) => {
      const views = viewsOf(ledger)
      return keep(views, view, views.done.get(view) ?? atOnce(steps()))
    },
    unhurried: async (ledger, view, steps) => {
      const views = viewsOf(ledger)
      const done = views.done.get(view)
      if (done !== undefined) return keep(views, view, done)
      const begun = views.begun.get(view) ?? unhurried(steps())
      views.begun.set(view, begun)
      try {
        return keep(views, view, await begun)
      } finally {
        views.begun.delete(view)
      }
    },
  }
}
