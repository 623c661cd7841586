import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { parseForm, type Typed } from '../forms.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { invitationForm, roleForm } from './forms.ts'
import { deactivationPage, userPage, usersPage } from './pages.ts'
import { changeRole, deactivateUser, getUser, inviteAgain, inviteUser, listUsers, reactivateUser } from './users.ts'

type Sent = { typed: Typed; errors: Record<string, string> }

/** Who may sign in, and what each may see: for admins. */
export async function userRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'admin')
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
    const typed = sent?.typed ?? { role: row.role, isCoder: row.is_coder ? 'on' : '' }
    return reply.page(
      'users/person',
      userPage(row, typed, sent?.errors ?? {}, app.clock(), readerOf(signedIn(request))),
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

  app.get('/users/:id/deactivation', async (request, reply) =>
    reply.page('users/deactivation', deactivationPage(await getUser(app.db, idOf(request)))),
  )

  app.post('/users/:id/deactivation', async (request, reply) => {
    const { name } = await getUser(app.db, idOf(request))
    await deactivateUser(app.db, idOf(request), signedIn(request), app.clock())
    return reply.flash(`${name} is signed out everywhere and cannot come in any more.`).redirect('/users', 303)
  })

  app.post('/users/:id/reactivation', async (request, reply) => {
    const { name } = await getUser(app.db, idOf(request))
    await reactivateUser(app.db, idOf(request), signedIn(request), app.clock())
    return reply.flash(`${name} can sign in again.`).redirect('/users', 303)
  })
}
