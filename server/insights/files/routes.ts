import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { isReader } from '../../access.ts'
import { notFound } from '../../errors.ts'
import { whySections } from '../../sections.ts'
import { onlyFor, signedIn } from '../../session/scope.ts'
import { minutes, readerOf } from '../../time.ts'
import { closerPages } from '../closer.ts'
import { figuresOf } from '../figures.ts'
import { readFilters } from '../forms.ts'
import { filterNames } from '../insights.ts'
import { currentLedger } from '../ledger.ts'
import { kinds } from './columns.ts'
import { filesPage } from './page.ts'
import { wordsFile } from './stream.ts'

const fileParams = z.object({ kind: z.enum(kinds) })

/** The words themselves to take away, for those who may read them with the names, and what stands in every file there is. */
export async function fileRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/why/files', async (request, reply) => {
    const user = signedIn(request)
    const filters = readFilters(request.query)
    const facts = {
      figures: figuresOf(await currentLedger(db), filters, isReader(user)),
      filters,
      names: await filterNames(db),
      reads: isReader(user),
      sections: whySections(user, '/why'),
      closer: closerPages('/why/files'),
    }
    return reply.page('insights/files', filesPage(facts, app.clock(), readerOf(user)))
  })

  app.get('/why/files/:kind', { exposeHeadRoute: false }, async (request, reply) => {
    const user = signedIn(request)
    const { kind } = fileParams.parse(request.params)
    if (!isReader(user)) throw notFound('That file')
    const filters = readFilters(request.query)
    // On the screen days are widened so that they single out nobody; the file keeps to the same.
    const isDated = filters.from !== '' || filters.to !== ''
    const { from, to } = isDated ? figuresOf(await currentLedger(db), filters, true) : filters
    const file = await wordsFile(db, user, kind, { ...filters, from, to }, app.clock)
    reply.header('content-disposition', `attachment; filename="${kind}.csv"`).type('text/csv; charset=utf-8')
    leaving.add(reply.raw)
    reply.raw.once('close', () => leaving.delete(reply.raw))
    return send(reply, file)
  })

  // Whoever takes a file slowly does not keep the house from closing; what was begun is begun again.
  const leaving = new Set<FastifyReply['raw']>()
  app.addHook('preClose', async () => {
    for (const raw of leaving) raw.destroy()
  })
}

/** So long a file waits for somebody who takes nothing of it. */
const patience = minutes(2)

/**
 * Sends pieces that hold only until the next is asked for: each has left before that. A file that cannot be finished is cut
 * off, so that nobody takes it for a whole one.
 */
async function send(reply: FastifyReply, pieces: AsyncGenerator<Uint8Array>): Promise<FastifyReply> {
  reply.hijack()
  const { raw } = reply
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined)
  raw.writeHead(200, Object.fromEntries(headers))
  raw.setTimeout(patience, () => raw.destroy())
  try {
    for await (const bytes of pieces)
      await new Promise<void>((resolve, reject) => {
        raw.write(bytes, (error) => (error ? reject(error) : resolve()))
      })
    raw.end()
  } catch (error) {
    // Whoever goes away in the middle is no fault of ours.
    if (!raw.destroyed) reply.log.error({ err: error }, 'a file could not be finished')
    raw.destroy()
  }
  return reply
}
