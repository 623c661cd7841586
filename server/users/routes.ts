import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { conflict } from '../errors.ts'
import { parseForm, type Typed } from '../forms.ts'
import { askForAddress } from '../session/addresses.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { turnOffFor } from '../session/second-factor.ts'
import { listSessions } from '../session/session.ts'
import { readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { addressForm, invitationForm, roleForm } from './forms.ts'
import { handOverRoutes } from './hand-over-routes.ts'
import { userPage, usersPage } from './pages.ts'
import { changeRole, endSessions, getUser, inviteAgain, inviteUser, listUsers, reactivateUser } from './users.ts'

type Sent = { typed: Typed; errors: Record<string, string> }

/** Who may sign in, and what each may see: for admins. */
export async function userRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'admin')
  await app.register(handOverRoutes)
  const idOf = (request: FastifyRequest) => z.object({ id: z.string() }).parse(request.params).id

  async function list(
    request: FastifyRequest,
    reply: FastifyReply,
    { typed, errors }: Sent = { typed: {}, errors: {} },
  ) {
    return reply.page(
      'users/list',
      usersPage(await listUsers(app.db), typed, errors, app.clock(), readerOf(signedIn(request))),
    )
  }

  async function person(request: FastifyRequest, reply: FastifyReply, sent?: Sent) {
    const row = await getUser(app.db, idOf(request))
    const sessions = await listSessions(app.db, row.id, app.clock())
    const typed = sent?.typed ?? { role: row.role, isCoder: row.is_coder ? 'on' : '' }
    return reply.page(
      'users/person',
      userPage(row, sessions, typed, sent?.errors ?? {}, app.clock(), readerOf(signedIn(request))),
    )
  }

  app.get('/users', async (request, reply) => list(request, reply))

  app.post('/users', async (request, reply) => {
    const form = parseForm(invitationForm, request.body)
    if (!form.ok) return list(request, reply.code(422), form)
    const { timeZone } = await getCompany(app.db)
    const outcome = await inviteUser(app.db, form.value, signedIn(request), timeZone, app.clock())
    if (outcome === 'taken')
      return list(request, reply.code(422), {
        typed: form.value,
        errors: { email: 'Somebody in the list has this address. Open them there, or write another address.' },
      })
    return reply.flash(`${form.value.name} gets an invitation by mail.`).redirect('/users', 303)
  })

  app.get('/users/:id', async (request, reply) => person(request, reply))

  app.post('/users/:id', async (request, reply) => {
    const form = parseForm(roleForm, request.body)
    if (!form.ok) return person(request, reply.code(422), form)
    const outcome = await changeRole(app.db, idOf(request), form.value, signedIn(request), app.clock())
    if (outcome === 'last-admin')
      return person(request, reply.code(422), {
        typed: { role: form.value.role, isCoder: form.value.isCoder ? 'on' : '' },
        errors: { role: 'This is the only admin. Make somebody else an admin first.' },
      })
    return reply.flash('The change holds from now on.').redirect('/users', 303)
  })

  app.post('/users/:id/invitation', async (request, reply) => {
    const { name } = await getUser(app.db, idOf(request))
    await inviteAgain(app.db, idOf(request), signedIn(request), app.clock())
    return reply.flash(`${name} gets a mail with a new link.`).redirect('/users', 303)
  })

  app.post('/users/:id/sessions/end', async (request, reply) => {
    const id = idOf(request)
    const { name } = await getUser(app.db, id)
    const ended = await endSessions(app.db, id, signedIn(request), app.clock())
    return reply.flash(`${name} is signed out on ${plural(ended, 'device')}.`).redirect(`/users/${id}`, 303)
  })

  // The device is lost, and the recovery codes with it.
  app.post('/users/:id/second-factor/end', async (request, reply) => {
    const id = idOf(request)
    const { name } = await getUser(app.db, id)
    if (id === signedIn(request).id)
      throw conflict(
        'Turn off your own under “Your account”: that asks for a code, so that nobody else can do it for you.',
      )
    const wasOn = await turnOffFor(app.db, id, signedIn(request).id, app.clock())
    return reply
      .flash(
        wasOn ? `The second factor of ${name} is off, and every device signed out.` : `${name} has no second factor.`,
      )
      .redirect(`/users/${id}`, 303)
  })

  app.post('/users/:id/address', async (request, reply) => {
    const id = idOf(request)
    const row = await getUser(app.db, id)
    if (row.deactivated_at)
      throw conflict('This person was deactivated. Reactivate them first, then change the address.')
    const role = { role: row.role, isCoder: row.is_coder ? 'on' : '' }
    const form = parseForm(addressForm, request.body)
    if (!form.ok) return person(request, reply.code(422), { typed: { ...role, ...form.typed }, errors: form.errors })
    const outcome = await askForAddress(app.db, id, form.value.email, signedIn(request).id, app.clock())
    const sentence = {
      asked: '',
      taken: 'Somebody in the list of people has this address. Write another.',
      same: 'That is the present address. Write the new one.',
    }[outcome]
    if (sentence)
      return person(request, reply.code(422), { typed: { ...role, ...form.value }, errors: { email: sentence } })
    return reply
      .flash(`A link is on its way to ${form.value.email}. The address changes once ${row.name} opens it.`)
      .redirect(`/users/${id}`, 303)
  })

  app.post('/users/:id/reactivation', async (request, reply) => {
    const { name } = await getUser(app.db, idOf(request))
    await reactivateUser(app.db, idOf(request), signedIn(request), app.clock())
    return reply.flash(`${name} can sign in again.`).redirect('/users', 303)
  })
}
