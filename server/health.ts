import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'

/** /healthz: the process answers. /readyz: so does the database. */
export async function healthRoutes(app: FastifyInstance): Promise<void> {
  app.get('/healthz', async (_request, reply) => reply.type('text/plain').send('ok'))
  app.get('/readyz', async (_request, reply) => {
    try {
      await sql`select 1`.execute(app.db)
      return await reply.type('text/plain').send('ready')
    } catch {
      return reply.code(503).type('text/plain').send('the database does not answer')
    }
  })
}
