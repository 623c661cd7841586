import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const counts = new AsyncLocalStorage<{ n: number }>()

/** Hears of every statement (`openDatabase(file, countStatement)`) and counts it for the request that asked. */
export function countStatement(): void {
  const count = counts.getStore()
  if (count) count.n += 1
}

/**
 * In development the log line of each request says how many statements it took, so that a query in a loop is seen while
 * it is written. What shares a commit with another request counts for the one that began it.
 */
export function logStatements(app: FastifyInstance): void {
  const known = new WeakMap<FastifyRequest, { n: number }>()
  app.addHook('onRequest', (request, _reply, done) => {
    const count = { n: 0 }
    known.set(request, count)
    counts.run(count, done)
  })
  app.addHook('onResponse', async (request, reply) => {
    reply.log = reply.log.child({ statements: known.get(request)?.n ?? 0 })
  })
}
