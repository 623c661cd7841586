import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { User } from '../access.ts'
import { unusable } from '../errors.ts'
import { address, pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import type { Template } from '../templates/files.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { getTask, listDisputed, type Task } from './blind.ts'
import { getCodebook } from './codebook-versions.ts'
import { wordsBefore } from './coded-answers.ts'
import { readReview } from './forms.ts'
import { type ReviewPage, reviewPage } from './pages.ts'
import { changedPage, queuePage, queueSize, waitingPage } from './queue-pages.ts'
import { checkReview, doAct, openReview, type Review, settledOf, suggestionOf } from './review.ts'
import { countWaiting, listWaiting, placeInQueue } from './review-queue.ts'
import { countCoders } from './sample.ts'
import { canTakeBack, settle, takeBack } from './settling.ts'

const answerParams = z.object({ answerId: z.string() })
const listQuery = z.object({ page: z.string().optional() })
/** `after`: the answer that is taken as done, for a page that is asked for ahead of its turn. */
const pageQuery = z.object({ after: z.string().catch('').default('') })

const confirmation = z.object({
  revision: z.string().catch(''),
  suggestion: z.string().catch(''),
  page: z.string().catch(''),
})

const mostDisputed = 50

export async function tagRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/review', async (request, reply) => {
    const user = signedIn(request)
    const total = await countWaiting(db, user)
    const pages = Math.max(1, Math.ceil(total / queueSize))
    const page = Math.min(pageNumber(listQuery.parse(request.query).page), pages)
    const rows = await listWaiting(db, user, page, queueSize)
    const disputed = await listDisputed(db, user, mostDisputed)
    const templates = new Map<string, Template>()
    for (const id of new Set([...rows, ...disputed].map((row) => row.templateVersionId)))
      templates.set(id, (await getTemplateVersion(db, id)).template)
    const canUndo = await canTakeBack(db, user, app.clock())
    const shown = { rows, disputed, templates, total, page, canUndo, coders: await countCoders(db) }
    return reply.page('tags/queue', queuePage(shown, user))
  })

  app.get('/review/:answerId', async (request, reply) => {
    const user = signedIn(request)
    const { after } = pageQuery.parse(request.query)
    const task = await getTask(db, user, answerParams.parse(request.params).answerId, app.clock())
    if (task.mode === 'waiting') return showWaiting(reply, user, task)
    return showReview(reply, user, task, openReview(task, user.id), {}, after)
  })

  app.post('/review/undo', async (request, reply) => {
    const answerId = await takeBack(db, signedIn(request), app.clock())
    if (!answerId) return reply.flash('There is nothing left to take back.', 'problem').redirect('/review', 303)
    return reply
      .flash('Taken back. Your tags stand below as you left them; they do not count.')
      .redirect(`/review/${answerId}`, 303)
  })

  app.post('/review/:answerId', async (request, reply) => {
    const user = signedIn(request)
    const { answerId } = answerParams.parse(request.params)
    const form = readReview(request.body, await getCodebook(db))
    if (!form) throw unusable('This form was not made by the page of an answer. Open the answer anew.')
    const task = await getTask(db, user, answerId, app.clock())
    if (task.revisionId !== form.review.revisionId) return showChanged(reply, task)
    const review = doAct(form.review, form.act, task.text, task.readings)
    if (form.act.kind !== 'confirm') {
      const isMoved = task.mode !== review.mode || task.sampleId !== review.sampleId
      if (isMoved) return showMoved(reply, answerId)
      return showReview(reply, user, task, review, {})
    }
    const checked = checkReview(review, task.text)
    if (!checked.ok) return showReview(reply.code(422), user, task, review, checked.errors)

    const { next } = await placeInQueue(db, user, task.revisionId)
    const { revisionId, settledId, mode, sampleId, reason } = review
    const { tags, none } = checked
    const judgement = { revisionId, settledId, mode, sampleId, reason: reason.trim(), tags, none }
    const settling = await settle(db, user, answerId, judgement, app.clock())
    if (settling.kind === 'changed') return showChanged(reply, await getTask(db, user, answerId, app.clock()))
    if (settling.kind === 'moved') return showMoved(reply, answerId)
    if (settling.kind === 'beside')
      reply.flash(
        `${settling.by} settled that answer before you. Your tags are kept beside theirs and do not count.`,
        'problem',
      )
    else if (mode === 'settle') reply.flash('Settled. Both readings stay in the record.')
    else if (!next[0]) reply.flash('That was the last one in this round.')
    const to = mode === 'settle' ? '/review' : next[0] ? `/review/${next[0].answerId}` : '/review'
    return goOn(request, reply, to, settling.kind === 'beside')
  })

  /** From the list: the answer is tagged as it is suggested, if that is still what stood there. */
  app.post('/review/:answerId/suggestion', async (request, reply) => {
    const user = signedIn(request)
    const { answerId } = answerParams.parse(request.params)
    const { revision, suggestion, page } = confirmation.parse(request.body ?? {})
    const task = await getTask(db, user, answerId, app.clock())
    const review = openReview(task, user.id)
    const checked = checkReview(review, task.text)
    const isUnread = !settledOf(task) && !task.codings.some((coding) => coding.userId === user.id)
    const isSame = task.revisionId === revision && suggestionOf(task)?.id === suggestion && isUnread
    const judgement = { ...review, tags: checked.ok ? checked.tags : [], none: checked.ok ? checked.none : null }
    const settling =
      isSame && checked.ok && task.mode === 'plain'
        ? await settle(db, user, answerId, judgement, app.clock())
        : { kind: 'moved' as const }
    if (settling.kind !== 'settled') return showMoved(reply, answerId)
    return reply.flash('Confirmed as suggested.').redirect(address('/review', { page }), 303)
  })

  /** The script that shows the next page ahead of time needs no second answer, only to know where it leads. */
  function goOn(request: FastifyRequest, reply: FastifyReply, to: string, isNews: boolean) {
    if (request.headers['x-shown'] !== to || isNews) return reply.redirect(to, 303)
    return reply.code(204).send()
  }

  async function showReview(
    reply: FastifyReply,
    user: User,
    task: Task,
    review: Review,
    errors: Record<string, string>,
    after = '',
  ) {
    const { template } = await getTemplateVersion(db, task.templateVersionId)
    const place = await placeInQueue(db, user, task.revisionId, after)
    const canUndo = after !== '' || (await canTakeBack(db, user, app.clock()))
    const before = task.number > 1 && task.mode === 'plain' ? await wordsBefore(db, task.id) : undefined
    const book = await getCodebook(db)
    const shown: ReviewPage = { task, template, place, review, errors, canUndo, before, book }
    return reply.page('tags/review', reviewPage(shown, user, app.clock()))
  }

  async function showWaiting(reply: FastifyReply, user: User, task: Task) {
    const { template } = await getTemplateVersion(db, task.templateVersionId)
    const { next } = await placeInQueue(db, user, task.revisionId)
    const canUndo = await canTakeBack(db, user, app.clock())
    return reply.page('tags/waiting', waitingPage(task, template, next[0]?.answerId, canUndo))
  }

  /** The words on the person's page are no longer what the customer says: nothing is stored, the new words are shown. */
  async function showChanged(reply: FastifyReply, answer: Task) {
    const { template } = await getTemplateVersion(db, answer.templateVersionId)
    return reply.code(409).page('tags/changed', changedPage(answer, template))
  }

  /** It was drawn, read by two or settled while it stood open: whoever goes on must first see it as it is met now. */
  function showMoved(reply: FastifyReply, answerId: string) {
    return reply
      .flash(
        'This answer stands otherwise than on your page, so nothing was stored. This is how it stands now.',
        'problem',
      )
      .redirect(`/review/${answerId}`, 303)
  }
}
