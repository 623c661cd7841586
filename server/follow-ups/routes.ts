import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { asTyped, parseForm } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import { changeFollowUp, findColleaguesFor, getFollowUp, listFollowUps, setDone } from './follow-ups.ts'
import { changeForm, fromForm, listQuery } from './forms.ts'
import { changePage, changeTyped, listPage, pageSize } from './pages.ts'

const idParams = z.object({ id: z.string() })

/** What we owe customers: a list, and each with its day, its owner, and whether it is done. */
export async function followUpRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/follow-ups', async (request, reply) => {
    const user = signedIn(request)
    const { page, ...wanted } = listQuery.parse(request.query)
    const number = pageNumber(page)
    const found = await listFollowUps(db, user, wanted, number, pageSize)
    return reply.page('follow-ups/list', listPage(user, wanted, number, found, app.clock()))
  })

  app.get('/follow-ups/:id', async (request, reply) => {
    const user = signedIn(request)
    const followUp = await getFollowUp(db, user, idParams.parse(request.params).id)
    const colleagues = await findColleaguesFor(db, followUp.customer_id)
    const page = changePage(user, followUp, colleagues, changeTyped(followUp), {}, app.clock())
    return reply.page('follow-ups/follow-up', page)
  })

  app.post('/follow-ups/:id', async (request, reply) => {
    const user = signedIn(request)
    const followUp = await getFollowUp(db, user, idParams.parse(request.params).id)
    const form = parseForm(changeForm, request.body)
    const colleagues = await findColleaguesFor(db, followUp.customer_id)
    const isAble = form.ok && colleagues.some(({ id }) => id === form.value.owner)
    const errors = form.ok ? (isAble ? {} : { owner: 'Choose somebody who may open the customer.' }) : form.errors
    if (!form.ok || Object.keys(errors).length > 0)
      return reply
        .code(422)
        .page(
          'follow-ups/follow-up',
          changePage(user, followUp, colleagues, asTyped(request.body), errors, app.clock()),
        )
    await changeFollowUp(db, user, followUp.id, form.value, app.clock())
    reply.flash('Changed.')
    return reply.redirect('/follow-ups', 303)
  })

  for (const [noun, isDone, words] of [
    ['completion', true, 'Done. It stands under “Done lately”, in case you want it back.'],
    ['reopening', false, 'Open again.'],
  ] as const)
    app.post(`/follow-ups/:id/${noun}`, async (request, reply) => {
      const { id } = idParams.parse(request.params)
      await setDone(db, signedIn(request), id, isDone, app.clock())
      const { from } = fromForm.parse(request.body ?? {})
      reply.flash(words)
      return reply.redirect(from === 'today' ? '/' : from === 'page' ? `/follow-ups/${id}` : '/follow-ups', 303)
    })
}
