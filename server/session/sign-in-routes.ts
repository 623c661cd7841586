import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { transact } from '../db.ts'
import { AppError } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { hashOf } from '../ids.ts'
import { plural } from '../words.ts'
import { findByPassword } from './account.ts'
import { confirmAddress, findAddressChange } from './addresses.ts'
import { codeForm, isMineForm, localPath, passwordSignInForm } from './forms.ts'
import { addressPage, codePage, notTogether, passwordSignInPage, stalePage } from './pages.ts'
import { type Arrival, findPending, letIn, showSecondFactor } from './pending.ts'
import { keepPending, keepSession, pendingCookie, sessionCookie } from './scope.ts'
import { tooManyCodes } from './second-factor.ts'
import { endSession, findSession } from './session.ts'

const withNext = z.object({ next: z.string().optional() })
const withToken = z.object({ token: z.string() })

/** What a wrong password, an unknown address and a right password all take at least. */
const answerAfterMs = 250
const expired = 'That took too long, or the code was wrong too often. Sign in from the beginning.'

/** After the first factor: in, or on to the code. A session that this browser had before ends. */
export async function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  entry: { session: string } | { pending: string },
  arrival: Arrival,
) {
  const { db, clock } = request.server
  await endSession(db, request.cookies[sessionCookie] ?? '', clock())
  if ('pending' in entry) return keepPending(reply, entry.pending).redirect('/sign-in/code', 303)
  return keepSession(reply, entry.session, arrival.stays).redirect(arrival.next, 303)
}

/** Signing in with a password, the code of the second factor, and the link that confirms a new address. */
export async function signInRoutes(app: FastifyInstance): Promise<void> {
  const ofAccount = app.createRateLimit({ max: 10, timeWindow: '15 minutes', keyGenerator: addressTyped })
  const ofPlace = app.createRateLimit({ max: 30, timeWindow: '15 minutes' })

  async function refuseTooMany(request: FastifyRequest): Promise<void> {
    for (const count of [ofPlace, ofAccount]) {
      const state = await count(request)
      if (!state.isAllowed && state.isExceeded)
        throw new AppError(
          429,
          `Many passwords were tried in a short time. Try again in ${plural(Math.ceil(state.ttlInSeconds / 60), 'minute')}, or sign in by a mailed link.`,
        )
    }
  }

  app.get('/sign-in/password', async (request, reply) => {
    const { next } = withNext.parse(request.query)
    const known = await findSession(app.db, request.cookies[sessionCookie] ?? '', app.clock())
    if (known) return reply.redirect(localPath(next), 303)
    return reply.page('session/sign-in-password', passwordSignInPage({ next: localPath(next) }, {}))
  })

  app.post('/sign-in/password', async (request, reply) => {
    const form = parseForm(passwordSignInForm, request.body)
    const typed = { ...asTyped(request.body), next: localPath(asTyped(request.body).next) }
    if (!form.ok) return reply.code(422).page('session/sign-in-password', passwordSignInPage(typed, form.errors))
    await refuseTooMany(request)
    const [user] = await Promise.all([
      findByPassword(app.db, form.value.email, form.value.password),
      wait(answerAfterMs),
    ])
    if (!user)
      return reply.code(422).page('session/sign-in-password', passwordSignInPage(typed, { password: notTogether }))
    const arrival: Arrival = {
      userId: user.id,
      openedBy: 'password',
      stays: form.value.stays === 'on',
      next: typed.next,
      device: request.headers['user-agent'] ?? '',
    }
    const entry = await transact(app.db, (trx) => letIn(trx, arrival, app.clock()))
    return admit(request, reply, entry, arrival)
  })

  app.get('/sign-in/code', async (request, reply) => {
    const pending = await findPending(app.db, request.cookies[pendingCookie] ?? '', app.clock())
    if (!pending) return gone(reply)
    return reply.page('session/code', codePage({}))
  })

  app.post('/sign-in/code', async (request, reply) => {
    const token = request.cookies[pendingCookie] ?? ''
    const form = parseForm(codeForm, request.body)
    if (!form.ok) {
      if (!(await findPending(app.db, token, app.clock()))) return gone(reply)
      return reply.code(422).page('session/code', codePage(form.errors))
    }
    const device = request.headers['user-agent'] ?? ''
    const shown = await showSecondFactor(app.db, token, form.value.code, device, app.clock())
    if (shown.outcome === 'too-many') throw await tooManyCodes(app.db, shown.userId, app.clock())
    if (shown.outcome === 'gone') return gone(reply)
    if (shown.outcome === 'wrong')
      return reply.code(422).page(
        'session/code',
        codePage({
          code: 'That is not the code, or it was used already. Wait for the next one, check the clock of the phone, and type it again.',
        }),
      )
    reply.clearCookie(pendingCookie, { path: '/sign-in' })
    return keepSession(reply, shown.session, shown.stays).redirect(localPath(shown.next), 303)
  })

  const gone = (reply: FastifyReply) =>
    reply
      .clearCookie(pendingCookie, { path: '/sign-in' })
      .code(410)
      .page('session/stale', { ...stalePage('/'), title: 'Sign in anew', sentence: expired })

  app.get('/address/confirmed', async (_request, reply) =>
    reply.page('session/address-confirmed', { title: 'This is your address now' }),
  )

  app.get('/address/:token', async (request, reply) => {
    const { token } = withToken.parse(request.params)
    const change = await findAddressChange(app.db, token, app.clock())
    return reply.code(change ? 200 : 410).page('session/address', addressPage(change, {}))
  })

  app.post('/address/:token', async (request, reply) => {
    const { token } = withToken.parse(request.params)
    const change = await findAddressChange(app.db, token, app.clock())
    if (!change) return reply.code(410).page('session/address', addressPage(change, {}))
    // Programs that check mails press buttons too, but tick no boxes.
    const form = parseForm(isMineForm, request.body)
    if (!form.ok) return reply.code(422).page('session/address', addressPage(change, form.errors))
    await confirmAddress(app.db, token, app.clock())
    return reply.redirect('/address/confirmed', 303)
  })
}

/** Counted by the address that was typed, whether anybody has it or not. */
function addressTyped(request: FastifyRequest): string {
  const { email = '' } = asTyped(request.body)
  return hashOf(email.trim().toLowerCase())
}
