import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { notFound } from '../errors.ts'
import { asTyped, type Typed } from '../forms.ts'
import { say } from '../speak.ts'
import { withoutChoices } from '../templates/kinds/kind.ts'
import { emptyProblem, entryProblems, type Question, readEntries, unfinished } from '../templates/kinds/kinds.ts'
import { getQuestion } from '../templates/templates.ts'
import { printTime } from '../time.ts'
import { type PageForm, pageForm } from './forms.ts'
import { closedPage, questionPage } from './pages.ts'
import { getSitting, leadNames, type Sitting } from './sitting.ts'
import { readSaidSoFar, savePage } from './survey.ts'

const linkParams = z.object({ link: z.string() })
const questionParams = z.object({ link: z.string(), question: z.string() })

/** The sitting that a personal link leads to. From here on the request speaks the person's language. */
export async function sittingBehind(app: FastifyInstance, request: FastifyRequest): Promise<Sitting> {
  const sitting = await getSitting(app.db, app.links, linkParams.parse(request.params).link, app.clock())
  request.language = sitting.reader.language
  return sitting
}

/** The sitting, if answers can still be written; otherwise a page that says what to do was sent. */
export async function openSittingBehind(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Sitting | undefined> {
  const sitting = await sittingBehind(app, request)
  if (!sitting.isClosed) return sitting
  await reply.code(410).page('answers/closed', closedPage(sitting, app.clock()))
  return undefined
}

/** The questions behind a personal link, one page each: shown, saved, saved while it is typed. */
export async function questionRoutes(app: FastifyInstance): Promise<void> {
  async function showQuestion(reply: FastifyReply, sitting: Sitting, question: Question, asked: Typed) {
    const said = await readSaidSoFar(app.db, sitting)
    const leads = sitting.version.template.questions[0] === question ? await leadNames(app.db) : []
    const state = {
      entries: said.entries.get(question.id) ?? [],
      draft: said.drafts.get(question.id),
      typed: asked,
      errors: {},
      hasSeenPrompts: asked.seen === '1',
      overtaken: [],
    }
    return reply.page('answers/question', questionPage(sitting, question, state, leads, app.clock()))
  }

  app.get('/s/:link', async (request, reply) => {
    const sitting = await sittingBehind(app, request)
    if (sitting.response?.state === 'submitted') return reply.redirect(`/s/${sitting.link}/receipt`, 303)
    if (sitting.isClosed) return reply.code(410).page('answers/closed', closedPage(sitting, app.clock()))
    const { questions } = sitting.version.template
    const [first] = questions
    if (!first) throw notFound('A question')
    const said = await readSaidSoFar(app.db, sitting)
    const isBegun = said.drafts.size > 0
    const next = isBegun ? questions.find(({ id }) => !said.drafts.get(id)?.body.isPassed) : first
    if (isBegun) return reply.redirect(next ? `/s/${sitting.link}/q/${next.id}` : `/s/${sitting.link}/check`, 303)
    return showQuestion(reply, sitting, first, {})
  })

  app.get('/s/:link/q/:question', async (request, reply) => {
    const { question } = questionParams.parse(request.params)
    const sitting = await openSittingBehind(app, request, reply)
    if (!sitting) return reply
    return showQuestion(reply, sitting, getQuestion(sitting.version.template, question), asTyped(request.query))
  })

  app.post('/s/:link/q/:question', async (request, reply) => {
    const sitting = await openSittingBehind(app, request, reply)
    if (!sitting) return reply
    const question = getQuestion(sitting.version.template, questionParams.parse(request.params).question)
    const sent = pageForm.parse(request.body ?? {})
    const typed = asTyped(request.body)
    const errors = entryProblems(question, typed)
    if (Object.keys(errors).length > 0) return showAgain(reply, sitting, question, typed, errors)

    const read = readEntries(question, typed)
    const open = unfinished(question, read)
    const isUnfinished = Object.keys(open).length > 0
    // Whoever skips a sum half-way leaves it; nothing stands in the way of sending the rest.
    const entries = sent.go === 'clear' || (sent.go === 'skip' && isUnfinished) ? withoutChoices(read) : read
    const missing = sent.go === 'next' ? open : {}
    const isOpen = sent.go === 'next' && isUnfinished
    const page = { ...sent, entries, hasSeenPrompts: sent.seen === '1', goesOn: sent.go === 'next' && !isOpen }
    const saved = await savePage(app.db, sitting, question, page, app.clock())
    if (saved !== 'nothing' && !saved.ok) return showOvertaken(reply, sitting, question, typed)
    if (isOpen) return showAgain(reply, sitting, question, typed, missing)
    if (saved === 'nothing' && sent.go === 'next' && !(await hasSaid(sitting, question)))
      return showAgain(reply, sitting, question, typed, emptyProblem(question))
    return reply.redirect(pageAfter(sitting, question, sent.go, sent.seen === '1', typed), 303)
  })

  const hasSaid = async (sitting: Sitting, question: Question): Promise<boolean> =>
    ((await readSaidSoFar(app.db, sitting)).entries.get(question.id) ?? []).length > 0

  async function showAgain(
    reply: FastifyReply,
    sitting: Sitting,
    question: Question,
    typed: Typed,
    errors: Record<string, string>,
  ) {
    const said = await readSaidSoFar(app.db, sitting)
    const state = {
      entries: readEntries(question, typed),
      draft: said.drafts.get(question.id),
      typed,
      errors,
      hasSeenPrompts: typed.seen === '1',
      overtaken: [],
    }
    return reply
      .code(422)
      .page('answers/question', questionPage(sitting, question, state, await leadNames(app.db), app.clock()))
  }

  async function showOvertaken(reply: FastifyReply, sitting: Sitting, question: Question, typed: Typed) {
    const fresh = await getSitting(app.db, app.links, sitting.link, app.clock())
    const said = await readSaidSoFar(app.db, fresh)
    const state = {
      entries: said.entries.get(question.id) ?? [],
      draft: said.drafts.get(question.id),
      typed: {},
      errors: {},
      hasSeenPrompts: typed.seen === '1',
      overtaken: readEntries(question, typed),
    }
    return reply
      .code(409)
      .page('answers/question', questionPage(fresh, question, state, await leadNames(app.db), app.clock()))
  }

  app.post('/s/:link/q/:question/draft', async (request, reply) => {
    const sitting = await sittingBehind(app, request)
    if (sitting.isClosed)
      return reply.code(410).send({
        sentence: say(request.language, 'This round is closed, so this was not saved. Copy what you wrote.'),
      })
    const question = getQuestion(sitting.version.template, questionParams.parse(request.params).question)
    const typed = asTyped(request.body)
    const [problem] = Object.values(entryProblems(question, typed))
    if (problem) return reply.code(422).send({ sentence: say(request.language, problem) })
    const sent = pageForm.parse(request.body ?? {})
    const saved = await savePage(
      app.db,
      sitting,
      question,
      { ...sent, entries: readEntries(question, typed), hasSeenPrompts: sent.seen === '1', goesOn: false },
      app.clock(),
    )
    if (saved === 'nothing')
      return { version: sent.version, time: printTime(app.clock().toISOString(), sitting.reader) }
    const time = printTime(saved.savedAt, sitting.reader)
    if (saved.ok) return { version: saved.version, time }
    return reply.code(409).send({
      sentence: say(
        request.language,
        `A newer answer was saved elsewhere at ${time}. This page no longer saves: copy what you wrote, then reload it.`,
      ),
    })
  })
}

/** The page after this one: the next or the previous question, the same with one more row, or the check of all answers. */
function pageAfter(
  sitting: Sitting,
  question: Question,
  go: PageForm['go'],
  hasSeenPrompts: boolean,
  typed: Typed,
): string {
  const { questions } = sitting.version.template
  const at = questions.findIndex(({ id }) => id === question.id)
  const seen = hasSeenPrompts || question.prompted ? '?seen=1' : ''
  if (go === 'clear') return `/s/${sitting.link}/q/${question.id}${seen}`
  if (go === 'row') {
    const rows = Number(typed.rows) || 1
    return `/s/${sitting.link}/q/${question.id}${seen || '?'}${seen && '&'}rows=${rows + 1}#row-${rows}`
  }
  const next = questions[at + (go === 'back' ? -1 : 1)]
  return next ? `/s/${sitting.link}/q/${next.id}${seen}` : `/s/${sitting.link}/check`
}
