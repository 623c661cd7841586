import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { getCompany } from '../company.ts'
import { AppError } from '../errors.ts'
import { parseForm, type Typed } from '../forms.ts'
import { plural } from '../words.ts'
import { getAccount, isFresh, isPasswordOf, removePassword, savePassword } from './account.ts'
import { newAddressPage, passwordPage, passwordRemovalPage } from './account-pages.ts'
import { askForAddress } from './addresses.ts'
import { addressForm, localPath, newPasswordForm, presentForm } from './forms.ts'
import { faultOf } from './passwords.ts'
import { signedIn } from './scope.ts'
import { requestSignIn } from './session.ts'

type Sent = { typed: Typed; errors: Record<string, string> }

/** Password and address: what only the owner of the account may change, so each form asks who sends it. */
export async function proofRoutes(app: FastifyInstance): Promise<void> {
  const ask = proof(app)
  const idsOf = (request: FastifyRequest) => ({ userId: signedIn(request).id, sessionId: request.sessionId ?? '' })

  async function known(request: FastifyRequest) {
    const { userId, sessionId } = idsOf(request)
    return { account: await getAccount(app.db, userId), fresh: await isFresh(app.db, sessionId, app.clock()) }
  }

  async function password(request: FastifyRequest, reply: FastifyReply, sent?: Sent) {
    const { account, fresh } = await known(request)
    return reply.page('session/password', passwordPage(account, fresh, sent?.errors ?? {}))
  }

  app.get('/account/password', async (request, reply) => password(request, reply))

  app.post('/account/password', async (request, reply) => {
    const form = parseForm(newPasswordForm, request.body)
    if (!form.ok) return password(request, reply.code(422), form)
    const errors = await ask(request, form.value.present)
    const { account } = await known(request)
    const { name } = await getCompany(app.db)
    const fault = faultOf(form.value.password, [account.name, account.email, name])
    if (fault) errors.password = fault
    if (Object.keys(errors).length > 0) return password(request, reply.code(422), { typed: {}, errors })
    const { userId, sessionId } = idsOf(request)
    await savePassword(app.db, userId, form.value.password, sessionId, app.clock())
    return reply.flash('Your password is saved. Every other device is signed out.').redirect('/account', 303)
  })

  async function removal(request: FastifyRequest, reply: FastifyReply, sent?: Sent) {
    const { account, fresh } = await known(request)
    if (!account.hasPassword) return reply.redirect('/account', 303)
    return reply.page('session/password-removal', passwordRemovalPage(account, fresh, sent?.errors ?? {}))
  }

  app.get('/account/password/removal', async (request, reply) => removal(request, reply))

  app.post('/account/password/removal', async (request, reply) => {
    const form = parseForm(presentForm, request.body)
    if (!form.ok) return removal(request, reply.code(422), form)
    const errors = await ask(request, form.value.present)
    if (errors.present) return removal(request, reply.code(422), { typed: {}, errors })
    const { userId, sessionId } = idsOf(request)
    await removePassword(app.db, userId, sessionId, app.clock())
    return reply.flash('The password is gone. From now on we mail you a link.').redirect('/account', 303)
  })

  async function address(request: FastifyRequest, reply: FastifyReply, sent?: Sent) {
    const { account, fresh } = await known(request)
    return reply.page('session/new-address', newAddressPage(account, fresh, sent?.typed ?? {}, sent?.errors ?? {}))
  }

  app.get('/account/address', async (request, reply) => address(request, reply))

  app.post('/account/address', async (request, reply) => {
    const form = parseForm(addressForm, request.body)
    if (!form.ok) return address(request, reply.code(422), form)
    const typed = { email: form.value.email }
    const errors = await ask(request, form.value.present)
    if (errors.present) return address(request, reply.code(422), { typed, errors })
    const { userId } = idsOf(request)
    const outcome = await askForAddress(app.db, userId, form.value.email, userId, app.clock())
    const sentence = addressFaults[outcome]
    if (sentence) return address(request, reply.code(422), { typed, errors: { email: sentence } })
    return reply
      .flash(`A link is on its way to ${form.value.email}. Your address changes once you open it.`)
      .redirect('/account', 303)
  })

  // A link to the own address, which leads back to the form that asked for it.
  app.post('/account/link', async (request, reply) => {
    const { next } = parseLink(request.body)
    await requestSignIn(app.db, signedIn(request).email, next, app.clock())
    return reply
      .flash(`A link is on its way to ${signedIn(request).email}. Open it in this browser; it leads back here.`)
      .redirect(next, 303)
  })
}

const addressFaults: Record<'asked' | 'taken' | 'same', string> = {
  asked: '',
  taken: 'Somebody in the list of people has this address. Write another.',
  same: 'That is the present address. Write the new one.',
}

const parseLink = (body: unknown): { next: string } => {
  const next = typeof body === 'object' && body !== null && 'next' in body ? String(body.next) : '/account'
  return { next: localPath(next) }
}

/**
 * Asks whether it is really the owner of the account who sends a form: `errors.present` says what is missing. Guessing
 * is counted by account, whichever form it is tried on.
 */
export function proof(app: FastifyInstance) {
  const ofAccount = app.createRateLimit({
    max: 10,
    timeWindow: '15 minutes',
    keyGenerator: (request) => `present ${request.user?.id ?? request.ip}`,
  })
  return async (request: FastifyRequest, present: string): Promise<Record<string, string>> => {
    const { id } = signedIn(request)
    if (await isFresh(app.db, request.sessionId ?? '', app.clock())) return {}
    if (present === '') return { present: 'Type your present password, or come in by a mailed link first.' }
    const state = await ofAccount(request)
    if (!state.isAllowed && state.isExceeded)
      throw new AppError(
        429,
        `Many passwords were tried in a short time. Try again in ${plural(Math.ceil(state.ttlInSeconds / 60), 'minute')}, or come in by a mailed link.`,
      )
    if (await isPasswordOf(app.db, id, present)) return {}
    return { present: 'That is not your present password. Type it again, or come in by a mailed link first.' }
  }
}
