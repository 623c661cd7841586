import type { Db } from './db.ts'

/**
 * Shared with threads that write at length beside this one: how many transactions here want the right to write, and
 * whether such a thread has it now (1). SQLite alone would let whoever asks by chance, and would stand still until then.
 */
export const turns = new Int32Array(new SharedArrayBuffer(8))
export type Turns = Int32Array<SharedArrayBuffer>
const [wanting, taken] = [0, 1]

/** In another thread, given its `turns`: does `work` once nobody of the main thread waits. Not for longer than some ms. */
export function inTurn<T>(shared: Turns, work: () => T): T {
  for (let n = Atomics.load(shared, wanting); n > 0; n = Atomics.load(shared, wanting))
    if (Atomics.wait(shared, wanting, n, 500) === 'timed-out') break
  Atomics.store(shared, taken, 1)
  try {
    return work()
  } finally {
    Atomics.store(shared, taken, 0)
    Atomics.notify(shared, taken)
  }
}

/** The same for a transaction of the thread's own; it must be as short. */
export async function inTurnFor<T>(shared: Turns, db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  for (let n = Atomics.load(shared, wanting); n > 0; n = Atomics.load(shared, wanting))
    if (Atomics.wait(shared, wanting, n, 500) === 'timed-out') break
  Atomics.store(shared, taken, 1)
  try {
    return await db.transaction().execute(work)
  } finally {
    Atomics.store(shared, taken, 0)
    Atomics.notify(shared, taken)
  }
}

/** Resolves when it is our turn, without standing still meanwhile. What is in the way all the same, SQLite waits for. */
export async function ourTurn(): Promise<void> {
  Atomics.add(turns, wanting, 1)
  if (Atomics.load(turns, taken) === 1) await Atomics.waitAsync(turns, taken, 1, 1_000).value
}

/** Lets a thread that waits go on. */
export function endTurn(): void {
  Atomics.sub(turns, wanting, 1)
  Atomics.notify(turns, wanting)
}
