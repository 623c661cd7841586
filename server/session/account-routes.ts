import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { transact } from '../db.ts'
import { parseForm, type Typed } from '../forms.ts'
import { readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { getAccount, saveAccount } from './account.ts'
import { accountPage } from './account-pages.ts'
import { accountForm } from './forms.ts'
import { proofRoutes } from './proof-routes.ts'
import { signedIn, staffScope } from './scope.ts'
import { secondFactorRoutes } from './second-factor-routes.ts'
import { listSessions, revokeSession, revokeSessions } from './session.ts'

/** What everybody on the staff may see and change of themself. */
export async function accountRoutes(app: FastifyInstance): Promise<void> {
  staffScope(app)
  await app.register(proofRoutes)
  await app.register(secondFactorRoutes)

  async function page(request: FastifyRequest, reply: FastifyReply, sent?: { typed: Typed; errors: Typed }) {
    const user = signedIn(request)
    const account = await getAccount(app.db, user.id)
    const sessions = await listSessions(app.db, user.id, app.clock())
    const typed = sent?.typed ?? {
      name: account.name,
      phone: account.phone,
      timeZone: account.timeZone,
      hasShortcuts: account.hasShortcuts ? 'on' : '',
    }
    const reader = readerOf(user)
    const { sessionId = '' } = request
    return reply.page(
      'session/account',
      accountPage(account, typed, sent?.errors ?? {}, sessions, sessionId, app.clock(), reader),
    )
  }

  app.get('/account', page)

  app.post('/account', async (request, reply) => {
    const form = parseForm(accountForm, request.body)
    if (!form.ok) return page(request, reply.code(422), form)
    await saveAccount(app.db, signedIn(request).id, form.value)
    return reply.flash('Your account is saved.').redirect('/account', 303)
  })

  app.post('/account/sessions/:id/end', async (request, reply) => {
    const { id } = z.object({ id: z.string() }).parse(request.params)
    await revokeSession(app.db, signedIn(request).id, id, app.clock())
    return reply.flash('That device is signed out.').redirect('/account', 303)
  })

  app.post('/account/sessions/end', async (request, reply) => {
    const user = signedIn(request)
    const ended = await transact(app.db, (trx) => revokeSessions(trx, user.id, app.clock(), request.sessionId))
    return reply.flash(`Signed out on ${plural(ended, 'other device')}.`).redirect('/account', 303)
  })
}
