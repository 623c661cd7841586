import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isReader } from '../access.ts'
import { notFound } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { takenOnAgain } from './client-list.ts'
import { listQuery, pointsForm } from './forms.ts'
import { watched } from './losses.ts'
import { mapPage } from './map-page.ts'
import { pointsPage, vulnerablePage } from './pages.ts'
import { ratingRoutes } from './rating-routes.ts'
import { changePoints, currentPoints, scored, valuations } from './value.ts'

/** Whom we could lose and whom to value. By name, so only for those who may read what was entrusted to the lead. */
export async function valueRoutes(app: FastifyInstance): Promise<void> {
  await app.register(ratingRoutes)
  const { db } = app
  const reading = (request: FastifyRequest) => {
    const user = signedIn(request)
    if (!isReader(user)) throw notFound('That page')
    return user
  }

  app.get('/vulnerable', async (request, reply) => {
    const user = reading(request)
    const { band, owner, segment, page } = listQuery.parse(request.query)
    const facts = {
      all: await scored(db, app.clock()),
      filters: { band, owner, segment },
      page: pageNumber(page),
      watched: await watched(db),
      version: (await currentPoints(db)).version,
      mayChangePoints: user.role === 'admin',
    }
    return reply.page('value/vulnerable', vulnerablePage(user, facts, app.clock()))
  })

  app.get('/value', async (request, reply) => {
    const user = reading(request)
    const values = await valuations(db, app.clock())
    return reply.page('value/map', mapPage(user, values, await takenOnAgain(db, values), app.clock()))
  })

  await app.register(async (admins) => {
    onlyFor(admins, 'admin')
    admins.get('/vulnerable/points', async (request, reply) => showPoints(request, reply, {}))
    admins.post('/vulnerable/points', async (request, reply) => {
      const parsed = parseForm(pointsForm, request.body)
      if (!parsed.ok) return showPoints(request, reply.code(422), parsed.errors)
      const { version, points, note } = parsed.value
      await changePoints(db, signedIn(request), version, points, note, app.clock())
      return reply.flash(`Version ${version + 1} of the points is in force.`).redirect('/vulnerable/points', 303)
    })
  })

  async function showPoints(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
    return reply.page('value/points', pointsPage(await currentPoints(db), asTyped(request.body), errors))
  }
}
