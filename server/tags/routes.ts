import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { User } from '../access.ts'
import { unusable } from '../errors.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import type { Template } from '../templates/files.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { readReview } from './forms.ts'
import { type ReviewPage, reviewPage } from './pages.ts'
import { changedPage, queuePage, queueSize } from './queue-pages.ts'
import { checkReview, doAct, openReview, type Review } from './review.ts'
import { countWaiting, listWaiting, placeInQueue } from './review-queue.ts'
import { type AnswerToReview, canTakeBack, getAnswerToReview, settle, takeBack } from './tags.ts'

const answerParams = z.object({ answerId: z.string() })
const listQuery = z.object({ page: z.string().optional() })

export async function tagRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/review', async (request, reply) => {
    const user = signedIn(request)
    const total = await countWaiting(db, user)
    const pages = Math.max(1, Math.ceil(total / queueSize))
    const page = Math.min(pageNumber(listQuery.parse(request.query).page), pages)
    const rows = await listWaiting(db, user, page, queueSize)
    const templates = new Map<string, Template>()
    for (const id of new Set(rows.map((row) => row.templateVersionId)))
      templates.set(id, (await getTemplateVersion(db, id)).template)
    return reply.page('tags/queue', queuePage(rows, templates, total, page, await canTakeBack(db, user)))
  })

  app.get('/review/:answerId', async (request, reply) => {
    const user = signedIn(request)
    const answer = await getAnswerToReview(db, user, answerParams.parse(request.params).answerId)
    return showReview(reply, user, answer, openReview(answer, user.id), {})
  })

  app.post('/review/undo', async (request, reply) => {
    const answerId = await takeBack(db, signedIn(request), app.clock())
    if (!answerId) return reply.flash('There is nothing left to take back.').redirect('/review', 303)
    return reply
      .flash('Taken back. Your tags stand below as you left them; they do not count.')
      .redirect(`/review/${answerId}`, 303)
  })

  app.post('/review/:answerId', async (request, reply) => {
    const user = signedIn(request)
    const { answerId } = answerParams.parse(request.params)
    const form = readReview(request.body)
    if (!form) throw unusable('This form was not made by the page of an answer. Open the answer anew.')
    const answer = await getAnswerToReview(db, user, answerId)
    if (answer.revisionId !== form.review.revisionId) return showChanged(reply, answer)
    const review = doAct(form.review, form.act, answer.text)
    if (form.act.kind !== 'confirm') return showReview(reply, user, answer, review, {})
    const checked = checkReview(review, answer.text)
    if (!checked.ok) return showReview(reply.code(422), user, answer, review, checked.errors)

    const { next } = await placeInQueue(db, user, answer.revisionId)
    const { revisionId, settledId } = review
    const { tags, none } = checked
    const settling = await settle(db, user, answerId, { revisionId, settledId, tags, none }, app.clock())
    if (settling.kind === 'changed') return showChanged(reply, await getAnswerToReview(db, user, answerId))
    if (settling.kind === 'beside')
      reply.flash(`${settling.by} settled that answer before you. Your tags are kept beside theirs and do not count.`)
    else if (!next[0]) reply.flash('That was the last one in this round.')
    return reply.redirect(next[0] ? `/review/${next[0].answerId}` : '/review', 303)
  })

  async function showReview(
    reply: FastifyReply,
    user: User,
    answer: AnswerToReview,
    review: Review,
    errors: Record<string, string>,
  ) {
    const { template } = await getTemplateVersion(db, answer.templateVersionId)
    const place = await placeInQueue(db, user, answer.revisionId)
    const canUndo = await canTakeBack(db, user)
    const shown: ReviewPage = { answer, template, place, review, errors, canUndo }
    return reply.page('tags/review', reviewPage(shown, user, app.clock()))
  }

  /** The words on the person's page are no longer what the customer says: nothing is stored, the new words are shown. */
  async function showChanged(reply: FastifyReply, answer: AnswerToReview) {
    const { template } = await getTemplateVersion(db, answer.templateVersionId)
    return reply.code(409).page('tags/changed', changedPage(answer, template))
  }
}
