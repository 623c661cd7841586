import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { AppError } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { hashOf } from '../ids.ts'
import { plural } from '../words.ts'
import { accountRoutes } from './account-routes.ts'
import { setUpFirstAdmin } from './first-admin.ts'
import { deviceForm, firstAdminForm, localPath, signInForm } from './forms.ts'
import { confirmPage, firstAdminPage, sentPage, signInPage, stalePage } from './pages.ts'
import { arriveByLink } from './pending.ts'
import { keepSession, requireSameOrigin, sessionCookie } from './scope.ts'
import { endSession, findSession, findSignInLink, requestSignIn } from './session.ts'
import { admit, signInRoutes } from './sign-in-routes.ts'

type Options = { isPractice: boolean }

const withNext = z.object({ next: z.string().optional() })
const withToken = z.object({ token: z.string() })

/** Finding somebody and queueing a mail takes a few milliseconds more than finding nobody: every answer waits for this long. */
const answerAfterMs = 250
export async function sessionRoutes(app: FastifyInstance, { isPractice }: Options): Promise<void> {
  // No stricter referrer policy than the house's: under no-referrer browsers send "Origin: null" with a form.
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'x-robots-tag': 'noindex, nofollow' })
  })
  app.addHook('preHandler', requireSameOrigin)
  await app.register(accountRoutes)
  await app.register(signInRoutes)

  const ofAddress = app.createRateLimit({ max: 5, timeWindow: '15 minutes', keyGenerator: addressTyped })
  const ofPlace = app.createRateLimit({ max: 30, timeWindow: '15 minutes' })

  async function refuseTooMany(request: FastifyRequest): Promise<void> {
    for (const count of [ofPlace, ofAddress]) {
      const state = await count(request)
      if (!state.isAllowed && state.isExceeded)
        throw new AppError(
          429,
          `Many links were asked for in a short time. Try again in ${plural(Math.ceil(state.ttlInSeconds / 60), 'minute')}; the newest mail that you have may still work.`,
        )
    }
  }

  app.get('/sign-in', async (request, reply) => {
    const { next } = withNext.parse(request.query)
    const known = await findSession(app.db, request.cookies[sessionCookie] ?? '', app.clock())
    if (known) return reply.redirect(localPath(next), 303)
    return reply.page('session/sign-in', signInPage({ next: localPath(next) }, {}))
  })

  app.post('/sign-in', async (request, reply) => {
    const form = parseForm(signInForm, request.body)
    if (!form.ok) return reply.code(422).page('session/sign-in', signInPage(form.typed, form.errors))
    await refuseTooMany(request)
    await Promise.all([
      requestSignIn(app.db, form.value.email, localPath(form.value.next), app.clock()),
      wait(answerAfterMs),
    ])
    return reply.redirect('/sign-in/sent', 303)
  })

  app.get('/sign-in/sent', async (_request, reply) => reply.page('session/sent', sentPage(isPractice)))

  app.get('/sign-in/:token', async (request, reply) => {
    const { token } = withToken.parse(request.params)
    const { next } = withNext.parse(request.query)
    const link = await findSignInLink(app.db, token, app.clock())
    if (!link) return reply.code(410).page('session/stale', stalePage(localPath(next)))
    if (link.userId === null) return reply.page('session/first-admin', firstAdminPage(await firstWords(), {}))
    return reply.page('session/confirm', confirmPage(link.name, localPath(next), {}))
  })

  /** What the first admin's form holds at first: nothing, or the company as somebody named it before. */
  async function firstWords() {
    const { name, timeZone } = await getCompany(app.db)
    return { company: name === 'Your company' ? '' : name, timeZone }
  }

  app.post('/sign-in/:token', async (request, reply) => {
    const { token } = withToken.parse(request.params)
    const { next } = withNext.parse(request.body ?? {})
    const link = await findSignInLink(app.db, token, app.clock())
    if (!link) return reply.code(410).page('session/stale', stalePage(localPath(next)))
    const device = request.headers['user-agent'] ?? ''
    if (link.userId !== null) {
      // Programs that check mails press buttons too: a choice that the page does not make for them keeps the link whole.
      const chosen = parseForm(deviceForm, request.body)
      if (!chosen.ok)
        return reply.code(422).page('session/confirm', confirmPage(link.name, localPath(next), chosen.errors))
      const arrival = {
        userId: link.userId,
        openedBy: 'link' as const,
        stays: chosen.value.device === 'own',
        next: localPath(next),
        device,
      }
      return admit(request, reply, await arriveByLink(app.db, token, arrival, app.clock()), arrival)
    }
    const form = parseForm(firstAdminForm, request.body)
    if (!form.ok) return reply.code(422).page('session/first-admin', firstAdminPage(asTyped(request.body), form.errors))
    const session = await setUpFirstAdmin(app.db, token, form.value, device, app.clock())
    return keepSession(reply, session, true).redirect('/', 303)
  })

  app.post('/sign-out', async (request, reply) => {
    await endSession(app.db, request.cookies[sessionCookie] ?? '', app.clock())
    return reply.clearCookie(sessionCookie, { path: '/' }).redirect('/sign-in', 303)
  })
}

/** Counted by the address that was typed, whether anybody has it or not. */
function addressTyped(request: FastifyRequest): string {
  const { email = '' } = asTyped(request.body)
  return hashOf(email.trim().toLowerCase())
}
