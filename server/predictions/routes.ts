import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { getCustomer } from '../customers/customers.ts'
import { notFound } from '../errors.ts'
import { parseForm } from '../forms.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { assumed, casesOf, namesOf } from './assumed.ts'
import { assumedPage } from './assumed-page.ts'
import { casesPage, casesWanted } from './cases-page.ts'
import { casesQuery, predictionForm } from './forms.ts'
import { listGuesses, listGuessPage } from './list-guess-page.ts'
import { addListGuess, openListGuess, sealedListGuesses } from './list-guesses.ts'
import { listPage, predictionPage, predictionTyped } from './pages.ts'
import { addPrediction, findPredictions, findSaid, findUnpredicted } from './predictions.ts'

const idParams = z.object({ id: z.string() })

/** What we assume before we ask: for reps and leads. */
export async function predictionRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'rep', 'lead')
  const { db } = app

  await app.register(async (leads) => {
    onlyFor(leads, 'lead')
    leads.get('/assumed', async (request, reply) => {
      const user = signedIn(request)
      const own = listGuesses(user, await openListGuess(db, user), await sealedListGuesses(db, user), app.clock())
      return reply.page('predictions/assumed', { ...assumedPage(user, assumed(await casesOf(db))), own })
    })
    leads.get('/assumed/customers', async (request, reply) => {
      const user = signedIn(request)
      const query = casesQuery.safeParse(request.query)
      if (!query.success) throw notFound('That number')
      const cases = await casesOf(db)
      const names = await namesOf(db, user, casesWanted(cases, query.data))
      return reply.page('predictions/cases', casesPage(user, query.data, cases, names))
    })
    leads.get('/assumed/guess', async (request, reply) => {
      const user = signedIn(request)
      const standing = await openListGuess(db, user)
      const typed = standing ? predictionTyped(standing) : {}
      return reply.page('predictions/list-guess', listGuessPage(user, standing, typed, {}, app.clock()))
    })
    leads.post('/assumed/guess', async (request, reply) => {
      const user = signedIn(request)
      const form = parseForm(predictionForm, request.body)
      if (!form.ok) {
        const page = listGuessPage(user, await openListGuess(db, user), form.typed, form.errors, app.clock())
        return reply.code(422).page('predictions/list-guess', page)
      }
      await addListGuess(db, user, form.value, app.clock())
      reply.flash('Your guess is kept. It is sealed when the next round is sent.')
      return reply.redirect('/assumed', 303)
    })
  })

  app.get('/predictions', async (request, reply) => {
    const user = signedIn(request)
    return reply.page('predictions/list', listPage(await findUnpredicted(db, user)))
  })

  app.get('/customers/:id/prediction', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const predictions = await findPredictions(db, user, customer.id)
    const said = await findSaid(db, user, customer.id, predictions, app.clock())
    const own = predictions.find(({ seal, user_id }) => seal === null && user_id === user.id)
    const typed = own ? predictionTyped(own) : {}
    return reply.page(
      'predictions/prediction',
      predictionPage(user, customer, predictions, said, typed, {}, app.clock()),
    )
  })

  app.post('/customers/:id/prediction', async (request, reply) => {
    const user = signedIn(request)
    const customer = await getCustomer(db, user, idParams.parse(request.params).id)
    const form = parseForm(predictionForm, request.body)
    if (!form.ok) {
      const predictions = await findPredictions(db, user, customer.id)
      const said = await findSaid(db, user, customer.id, predictions, app.clock())
      return reply
        .code(422)
        .page(
          'predictions/prediction',
          predictionPage(user, customer, predictions, said, form.typed, form.errors, app.clock()),
        )
    }
    await addPrediction(db, user, customer.id, form.value, app.clock())
    reply.flash(`Your guess about ${customer.name} is kept. It is sealed when they are asked.`)
    return reply.redirect(`/customers/${customer.id}`, 303)
  })
}
