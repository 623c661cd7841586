/** Work in small steps: each `yield` is a place where it may rest. */
export type Steps<T> = Generator<undefined, T, undefined>

/** So many milliseconds pass before others' requests go first. */
const turn = 5

/** Does the work without holding up others: whenever it has taken some milliseconds, what waits goes first. */
export async function unhurried<T>(steps: Steps<T>): Promise<T> {
  let began = performance.now()
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() - began < turn) continue
    await new Promise((resolve) => setImmediate(resolve))
    began = performance.now()
  }
}

/** Does the work at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
