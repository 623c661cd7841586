import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isReader } from '../access.ts'
import { notFound } from '../errors.ts'
import { asTyped, parseForm, type Typed } from '../forms.ts'
import { newId } from '../ids.ts'
import { pageNumber } from '../lists.ts'
import { currentList } from '../on-list.ts'
import { signedIn } from '../session/scope.ts'
import { unhurried } from '../unhurried.ts'
import { clientList, knownAbout } from './client-list.ts'
import { clientListCsv, clientListPage, narrowed } from './client-list-page.ts'
import { clientListQuery, ratingForm, ratingKey } from './rating-forms.ts'
import { ratingPage } from './rating-page.ts'
import { addRating, currentRatings, getRated, noRating, ratingStaff } from './ratings.ts'

const idParams = z.object({ id: z.string() })

/** Rating customers, and the list that comes of it. A rep rates the own ones, leads all; readers see what both gave. */
export async function ratingRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app
  const reading = (request: FastifyRequest) => {
    const user = signedIn(request)
    if (!isReader(user)) throw notFound('That page')
    return user
  }

  app.get('/value/list', async (request, reply) => {
    const user = reading(request)
    const { output, page } = clientListQuery.parse(request.query)
    const all = await clientList(db, user, app.clock())
    return reply.page('value/list', clientListPage(user, all, output, pageNumber(page), app.clock()))
  })

  app.get('/value/list.csv', async (request, reply) => {
    const user = reading(request)
    const { output } = clientListQuery.parse(request.query)
    const chosen = narrowed(await clientList(db, user, app.clock()), output)
    const file = await unhurried(clientListCsv(chosen))
    return reply
      .header('content-disposition', 'attachment; filename="client-list.csv"')
      .type('text/csv; charset=utf-8')
      .send(file)
  })

  app.get('/customers/:id/rating', async (request, reply) => showRating(request, reply, undefined, {}))

  app.post('/customers/:id/rating', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const customer = await getRated(db, user, id)
    const form = parseForm(ratingForm, request.body)
    if (!form.ok) return showRating(request, reply.code(422), form.typed, form.errors)
    await addRating(db, user, id, ratingKey.parse(asTyped(request.body)).key, form.value, app.clock())
    return reply.flash(`Your rating of ${customer.name} is kept.`).redirect(`/customers/${id}/rating`, 303)
  })

  async function showRating(
    request: FastifyRequest,
    reply: FastifyReply,
    typed: Typed | undefined,
    errors: Record<string, string>,
  ) {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const customer = await getRated(db, user, id)
    const { names, reps } = await ratingStaff(db)
    const facts = {
      customer,
      pair: (await currentRatings(db)).get(id) ?? noRating,
      ownerRates: reps.has(customer.owner_id ?? ''),
      names,
      onList: (await currentList(db)).get(id),
      known: isReader(user) ? await knownAbout(db, id, app.clock()) : undefined,
      key: newId(),
    }
    return reply.page('value/rating', ratingPage(user, facts, typed, errors, app.clock()))
  }
}
