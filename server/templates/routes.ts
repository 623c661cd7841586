import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { conflict, notFound } from '../errors.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { listPage, templatePage } from './pages.ts'
import type { Shelves } from './shelf.ts'
import { latestVersions, publish, shownOf, versionsOf } from './templates.ts'

const keyParams = z.object({ key: z.string() })
const shownQuery = z.object({
  version: z.string().catch(''),
  as: z.string().catch(''),
  language: z.string().max(20).catch('en'),
})

/** What we ask: each template with its versions and its file, as a customer and as the talk guide show it. For leads and admins. */
export async function templateRoutes(app: FastifyInstance, { shelves }: { shelves: Shelves }): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db, clock } = app

  app.get('/templates', async (request, reply) =>
    reply.page(
      'templates/list',
      listPage(await latestVersions(db), shelves.now(), clock(), readerOf(signedIn(request))),
    ),
  )

  /** Reads the files anew, without a restart. Nothing is published by it. */
  app.post('/templates/reading', async (_request, reply) => {
    const { problems } = shelves.readAgain(clock())
    reply.flash(
      problems.length === 0
        ? 'The files were read again. Each can be used.'
        : `The files were read again. ${problems.length === 1 ? 'One thing is' : `${problems.length} things are`} to be mended; below is where.`,
      problems.length === 0 ? undefined : 'problem',
    )
    return reply.redirect('/templates', 303)
  })

  app.get('/templates/:key', async (request, reply) => {
    const { key } = keyParams.parse(request.params)
    const query = shownQuery.parse(request.query)
    const versions = await versionsOf(db, key)
    const shelf = shelves.now()
    const file = shelf.templates.find((candidate) => candidate.key === key)
    const shown = shownOf(versions, file, query.version)
    if (!shown) throw notFound('That template')
    return reply.page(
      'templates/template',
      templatePage({ versions, file, shown, shelf }, query, clock(), readerOf(signedIn(request))),
    )
  })

  app.post('/templates/:key/versions', async (request, reply) => {
    const { key } = keyParams.parse(request.params)
    // What is published is what the file says now, not what it said when it was read last.
    const template = shelves.readAgain(clock()).templates.find((candidate) => candidate.key === key)
    if (!template) throw conflict(`There is no usable file ${key}.yaml to publish. Mend it, then publish.`)
    const { number } = await publish(db, template, signedIn(request).id, clock())
    return reply.flash(`Version ${number} is what new campaigns and talks ask.`).redirect(`/templates/${key}`, 303)
  })
}
