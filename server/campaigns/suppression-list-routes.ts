import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { parseForm, type Typed } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { pageQuery, suppressionForm } from './forms.ts'
import { listSuppressions, reinstate, suppressByStaff } from './suppression.ts'
import { suppressionsAPage, suppressionsPage } from './suppression-pages.ts'

/** Who gets no mails, for leads and admins: to look at, to add to, and to mend what we noted ourselves. */
export async function suppressionListRoutes(app: FastifyInstance): Promise<void> {
  async function list(request: FastifyRequest, reply: FastifyReply, typed: Typed = {}, errors = {}) {
    const { find, page } = pageQuery.parse(request.query)
    const found = await listSuppressions(app.db, find, pageNumber(page), suppressionsAPage)
    const reader = readerOf(signedIn(request))
    const model = suppressionsPage(found, find, pageNumber(page), typed, errors, app.clock(), reader)
    return reply.page('suppression/list', model)
  }

  app.get('/suppressions', async (request, reply) => list(request, reply))

  app.post('/suppressions', async (request, reply) => {
    const form = parseForm(suppressionForm, request.body)
    if (!form.ok) return list(request, reply.code(422), form.typed, form.errors)
    await suppressByStaff(app.db, form.value.address, signedIn(request).id, app.clock())
    return reply.flash(`${form.value.address} gets no more mails that ask.`).redirect('/suppressions', 303)
  })

  app.post('/suppressions/reinstatement', async (request, reply) => {
    const { address } = suppressionForm.parse(request.body)
    await reinstate(app.db, address, signedIn(request).id, app.clock())
    return reply.flash(`${address} may be asked again.`).redirect('/suppressions', 303)
  })
}
