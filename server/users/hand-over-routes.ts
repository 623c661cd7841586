import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { asTyped, parseForm, type Typed } from '../forms.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { listed, plural } from '../words.ts'
import { deactivationForm, handOverWays, parseHandOver } from './forms.ts'
import { findSuccessors, getHoldings, handOver, mustHandOver } from './hand-over.ts'
import { handOverPage, holdsInWords } from './hand-over-pages.ts'
import { deactivationPage } from './pages.ts'
import { deactivateUser, getUser } from './users.ts'

const wanted = z.object({ by: z.enum(handOverWays).catch('all') })

/** Somebody leaves: first what they hold goes to others, then they are signed out for good. */
export async function handOverRoutes(app: FastifyInstance): Promise<void> {
  const { db, clock } = app
  const idOf = (request: FastifyRequest) => z.object({ id: z.string() }).parse(request.params).id

  async function page(
    request: FastifyRequest,
    reply: FastifyReply,
    by: (typeof handOverWays)[number],
    sent: { typed: Typed; errors: Record<string, string> } = { typed: {}, errors: {} },
  ) {
    const id = idOf(request)
    const person = await getUser(db, id)
    const [holdings, successors] = await Promise.all([getHoldings(db, id), findSuccessors(db, id)])
    const reader = readerOf(signedIn(request))
    return reply.page(
      'users/hand-over',
      handOverPage(person, holdings, successors, by, sent.typed, sent.errors, clock(), reader),
    )
  }

  app.get('/users/:id/hand-over', async (request, reply) => page(request, reply, wanted.parse(request.query).by))

  app.post('/users/:id/hand-over', async (request, reply) => {
    const id = idOf(request)
    const form = parseHandOver(request.body)
    const typed = asTyped(request.body)
    const refuse = (sentence: string) =>
      page(request, reply.code(422), form.by, { typed, errors: { 'to-0': sentence } })
    if (form.customers.size === 0 && form.followUpsTo === '' && form.campaignsTo === '')
      return refuse('Choose at least one colleague who takes over.')
    const taken = await handOver(db, id, form, signedIn(request), clock())
    if (taken === 'unknown') return refuse('One of those cannot take over any more. Look at the choices again.')
    const parts = [
      taken.customers.length ? plural(taken.customers.length, 'customer') : '',
      taken.followUps ? plural(taken.followUps, 'follow-up') : '',
      taken.campaigns ? plural(taken.campaigns, 'campaign') : '',
    ].filter(Boolean)
    const isDone = !mustHandOver(await getHoldings(db, id))
    // A second press finds the first one's work done.
    if (parts.length === 0 && isDone) return reply.redirect(`/users/${id}/hand-over`, 303)
    if (parts.length === 0) return refuse('Nothing of that was left to hand over. Choose who takes over the rest.')
    const { deactivated_at } = await getUser(db, id)
    const next = isDone
      ? deactivated_at
        ? ''
        : '/deactivation'
      : form.by === 'all'
        ? '/hand-over'
        : `/hand-over?by=${form.by}`
    return reply
      .flash(`Handed over: ${listed(parts)}. Whoever takes over gets a mail.`)
      .redirect(`/users/${id}${next}`, 303)
  })

  async function deactivation(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string> = {}) {
    const person = await getUser(db, idOf(request))
    const holdings = await getHoldings(db, person.id)
    return reply.page(
      'users/deactivation',
      deactivationPage(person, mustHandOver(holdings) ? holdsInWords(holdings) : '', errors),
    )
  }

  app.get('/users/:id/deactivation', async (request, reply) => deactivation(request, reply))

  app.post('/users/:id/deactivation', async (request, reply) => {
    const id = idOf(request)
    const { name } = await getUser(db, id)
    if (mustHandOver(await getHoldings(db, id))) {
      const form = parseForm(deactivationForm, request.body)
      if (!form.ok) return deactivation(request, reply.code(422), form.errors)
    }
    await deactivateUser(db, id, signedIn(request), clock())
    return reply.flash(`${name} is signed out everywhere and cannot come in any more.`).redirect('/users', 303)
  })
}
