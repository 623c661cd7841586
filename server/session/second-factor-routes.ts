import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { getCompany } from '../company.ts'
import { notFound } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { readerOf } from '../time.ts'
import { getAccount, isFresh } from './account.ts'
import { recoveryCodesPage, recoveryFile, secondFactorPage } from './account-pages.ts'
import { codeForm, presentForm } from './forms.ts'
import { proof } from './proof-routes.ts'
import { signedIn } from './scope.ts'
import {
  beginFactor,
  confirmFactor,
  findFactor,
  knownRecoveryCodes,
  renewRecoveryCodes,
  tooManyCodes,
  turnOffOwn,
} from './second-factor.ts'

const wrong = 'That is not the code. Wait for the next one, check the clock of the phone, and type it again.'

/** The code of an app beside link and password: set up, new recovery codes, turned off. */
export async function secondFactorRoutes(app: FastifyInstance): Promise<void> {
  const { db, clock } = app
  const ask = proof(app)

  async function page(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string> = {}) {
    const user = signedIn(request)
    const company = await getCompany(db)
    return reply.page(
      'session/second-factor',
      secondFactorPage(
        await getAccount(db, user.id),
        await findFactor(db, user.id),
        `Whybuy ${company.name}`,
        await isFresh(db, request.sessionId ?? '', clock()),
        company.needsSecondFactor && user.role === 'admin',
        errors,
        clock(),
        readerOf(user),
      ),
    )
  }

  app.get('/account/second-factor', async (request, reply) => page(request, reply))

  app.post('/account/second-factor/start', async (request, reply) => {
    const form = parseForm(presentForm, request.body)
    if (!form.ok) return page(request, reply.code(422), form.errors)
    const errors = await ask(request, form.value.present)
    if (errors.present) return page(request, reply.code(422), errors)
    await beginFactor(db, signedIn(request).id, clock())
    return reply.redirect('/account/second-factor', 303)
  })

  app.post('/account/second-factor/confirmation', async (request, reply) => {
    const form = parseForm(codeForm, request.body)
    if (!form.ok) return page(request, reply.code(422), form.errors)
    const codes = await confirmFactor(db, signedIn(request).id, form.value.code, request.sessionId ?? '', clock())
    if (!codes) return page(request, reply.code(422), { code: wrong })
    return reply.page('session/recovery-codes', recoveryCodesPage(codes, true))
  })

  app.post('/account/second-factor/codes', async (request, reply) => {
    const form = parseForm(codeForm, request.body)
    if (!form.ok) return page(request, reply.code(422), form.errors)
    const { id } = signedIn(request)
    const codes = await renewRecoveryCodes(db, id, form.value.code, clock())
    if (codes === 'too-many') throw await tooManyCodes(db, id, clock())
    if (codes === 'wrong') return page(request, reply.code(422), { code: wrong })
    return reply.page('session/recovery-codes', recoveryCodesPage(codes, false))
  })

  // The page holds the codes this once; without script the file comes back from here, and only to whom they belong.
  app.post('/account/second-factor/recovery-codes.txt', async (request, reply) => {
    const { codes = '' } = asTyped(request.body)
    const user = signedIn(request)
    const mine = await knownRecoveryCodes(db, user.id, codes.split(' '))
    if (mine.length === 0) throw notFound('That list of codes')
    return reply
      .header('content-disposition', 'attachment; filename="whybuy-recovery-codes.txt"')
      .type('text/plain; charset=utf-8')
      .send(recoveryFile(mine, user.email, (await getCompany(db)).name))
  })

  app.post('/account/second-factor/end', async (request, reply) => {
    const form = parseForm(codeForm, request.body)
    if (!form.ok) return page(request, reply.code(422), form.errors)
    const { id } = signedIn(request)
    const outcome = await turnOffOwn(db, id, form.value.code, clock())
    if (outcome === 'too-many') throw await tooManyCodes(db, id, clock())
    if (outcome === 'wrong') return page(request, reply.code(422), { code: wrong })
    return reply.flash('The second factor is off. Signing in asks for no code any more.').redirect('/account', 303)
  })
}
