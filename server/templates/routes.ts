import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { conflict, notFound } from '../errors.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { readFiles } from './files.ts'
import { listPage, templatePage } from './pages.ts'
import { fileState, latestVersions, publish, versionsOf } from './templates.ts'

const keyParams = z.object({ key: z.string() })
const shownQuery = z.object({ version: z.coerce.number().int().optional().catch(undefined), as: z.string().optional() })

/** What we ask: each template with its versions, as a customer and as the talk guide show it. For leads and admins. */
export async function templateRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db, clock } = app

  app.get('/templates', async (request, reply) => {
    const latest = await latestVersions(db)
    const { templates, problems } = readFiles()
    const states = new Map(latest.map((version) => [version.key, fileState(version, templates)]))
    return reply.page('templates/list', listPage(latest, states, problems, clock(), readerOf(signedIn(request))))
  })

  app.get('/templates/:key', async (request, reply) => {
    const { key } = keyParams.parse(request.params)
    const { version, as } = shownQuery.parse(request.query)
    const versions = await versionsOf(db, key)
    const newest = versions.at(-1)
    const shown = version === undefined ? newest : versions.find(({ number }) => number === version)
    if (!newest || !shown) throw notFound('That template')
    const { templates, problems } = readFiles()
    const file = fileState(newest, templates)
    const inFile = templates.find((candidate) => candidate.key === key)
    const model = templatePage(
      versions,
      shown,
      as === 'talk',
      file,
      inFile,
      problems,
      clock(),
      readerOf(signedIn(request)),
    )
    return reply.page('templates/template', model)
  })

  app.post('/templates/:key/versions', async (request, reply) => {
    const { key } = keyParams.parse(request.params)
    const template = readFiles().templates.find((candidate) => candidate.key === key)
    if (!template) throw conflict(`There is no usable file ${key}.yaml to publish. Mend it, then publish.`)
    const { number } = await publish(db, template, signedIn(request).id, clock())
    return reply.flash(`Version ${number} is what new campaigns and talks ask.`).redirect(`/templates/${key}`, 303)
  })
}
