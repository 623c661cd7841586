import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { notFound } from '../errors.ts'
import { asTyped, parseForm, type Typed } from '../forms.ts'
import { say } from '../speak.ts'
import { withoutChoices } from '../templates/kinds/kind.ts'
import { emptyProblem, entryProblems, type Question, readEntries, unfinished } from '../templates/kinds/kinds.ts'
import { getQuestion } from '../templates/templates.ts'
import { printTime } from '../time.ts'
import { askForCall, askLater, tellWhatWeOwe } from './asides.ts'
import {
  callForm,
  changesForm,
  consentForm,
  erasureForm,
  laterForm,
  owedForm,
  type PageForm,
  pageForm,
  submissionForm,
} from './forms.ts'
import {
  callPage,
  checkPage,
  closedPage,
  consentPage,
  copyText,
  donePage,
  erasurePage,
  laterPage,
  privacyPage,
  questionPage,
  receiptPage,
} from './pages.ts'
import { getSitting, leadNames, type Sitting } from './sitting.ts'
import {
  changeConsent,
  erase,
  hasAnswers,
  readSaidSoFar,
  type SaidSoFar,
  savePage,
  submit,
  unfinishedIn,
} from './survey.ts'

const linkParams = z.object({ link: z.string() })
const questionParams = z.object({ link: z.string(), question: z.string() })

/** What a customer does behind the personal link. A GET never writes; each POST needs a word, a choice or a tick. */
export async function answerRoutes(app: FastifyInstance): Promise<void> {
  async function sittingOf(request: FastifyRequest): Promise<Sitting> {
    const sitting = await getSitting(app.db, app.links, linkParams.parse(request.params).link, app.clock())
    request.language = sitting.reader.language
    return sitting
  }

  /** The sitting, if answers can still be written; otherwise a page that says what to do was sent. */
  async function openSitting(request: FastifyRequest, reply: FastifyReply): Promise<Sitting | undefined> {
    const sitting = await sittingOf(request)
    if (!sitting.isClosed) return sitting
    await reply.code(410).page('answers/closed', closedPage(sitting, app.clock()))
    return undefined
  }

  const sentSitting = async (request: FastifyRequest): Promise<Sitting> => {
    const sitting = await sittingOf(request)
    if (sitting.response?.state !== 'submitted') throw notFound('A sent answer')
    return sitting
  }

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
    const sitting = await sittingOf(request)
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
    const sitting = await openSitting(request, reply)
    if (!sitting) return reply
    return showQuestion(reply, sitting, getQuestion(sitting.version.template, question), asTyped(request.query))
  })

  app.post('/s/:link/q/:question', async (request, reply) => {
    const sitting = await openSitting(request, reply)
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
    const sitting = await sittingOf(request)
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

  const leadsAndSaid = async (sitting: Sitting): Promise<[string[], SaidSoFar]> => [
    await leadNames(app.db),
    await readSaidSoFar(app.db, sitting),
  ]

  app.get('/s/:link/check', async (request, reply) => {
    const sitting = await openSitting(request, reply)
    if (!sitting) return reply
    const [leads, said] = await leadsAndSaid(sitting)
    return reply.page('answers/check', checkPage(sitting, said, leads, {}, {}, app.clock()))
  })

  app.post('/s/:link/submission', async (request, reply) => {
    const sitting = await openSitting(request, reply)
    if (!sitting) return reply
    const isChange = sitting.response?.state === 'submitted'
    const [leads, said] = await leadsAndSaid(sitting)
    // A second press of the button: everything is there already.
    if (isChange && said.drafts.size === 0) return reply.redirect(`/s/${sitting.link}/receipt`, 303)
    const parsed = isChange ? parseForm(changesForm, request.body) : parseForm(submissionForm, request.body)
    const errors = parsed.ok ? {} : parsed.errors
    const missing = hasAnswers(said) || isChange ? {} : { answers: 'Write at least one answer; one is enough.' }
    if (!parsed.ok || Object.keys(missing).length > 0 || unfinishedIn(sitting, said).length > 0)
      return reply
        .code(422)
        .page(
          'answers/check',
          checkPage(sitting, said, leads, asTyped(request.body), { ...missing, ...errors }, app.clock()),
        )
    await submit(app.db, sitting, parsed.value.level, app.clock())
    return reply.redirect(`/s/${sitting.link}/receipt`, 303)
  })

  app.get('/s/:link/receipt', async (request, reply) => {
    const sitting = await sittingOf(request)
    if (sitting.response?.state !== 'submitted') return reply.redirect(`/s/${sitting.link}`, 303)
    const [leads, said] = await leadsAndSaid(sitting)
    return reply.page('answers/receipt', receiptPage(sitting, said, leads, {}, {}, app.clock()))
  })

  app.get('/s/:link/copy.txt', async (request, reply) => {
    const sitting = await sentSitting(request)
    const text = copyText(sitting, await readSaidSoFar(app.db, sitting), await getCompany(app.db), app.clock())
    return reply
      .header('content-disposition', 'attachment; filename="my-answers.txt"')
      .type('text/plain; charset=utf-8')
      .send(text)
  })

  app.get('/s/:link/consent', async (request, reply) =>
    reply.page('answers/consent', consentPage(await sentSitting(request), await leadNames(app.db), {})),
  )
  app.post('/s/:link/consent', async (request, reply) => {
    const sitting = await sentSitting(request)
    const parsed = parseForm(consentForm, request.body)
    if (!parsed.ok)
      return reply.code(422).page('answers/consent', consentPage(sitting, await leadNames(app.db), parsed.errors))
    await changeConsent(app.db, sitting, parsed.value.who, app.clock())
    return reply.redirect(`/s/${sitting.link}/receipt`, 303)
  })

  app.get('/s/:link/erasure', async (request, reply) =>
    reply.page('answers/erasure', erasurePage(await sittingOf(request), {})),
  )
  app.post('/s/:link/erasure', async (request, reply) => {
    const sitting = await sittingOf(request)
    const parsed = parseForm(erasureForm, request.body)
    if (!parsed.ok) return reply.code(422).page('answers/erasure', erasurePage(sitting, parsed.errors))
    await erase(app.db, sitting, app.clock())
    const again = sitting.isClosed ? [] : ['If you change your mind, the same link lets you answer anew.']
    return reply.page(
      'answers/done',
      donePage('Your answers are deleted', ['Nothing of what you wrote is kept.', ...again], '', ''),
    )
  })

  app.get('/s/:link/call', async (request, reply) =>
    reply.page('answers/call', callPage(await sittingOf(request), {}, {})),
  )
  app.post('/s/:link/call', async (request, reply) => {
    const sitting = await sittingOf(request)
    const parsed = parseForm(callForm, request.body)
    if (!parsed.ok) return reply.code(422).page('answers/call', callPage(sitting, parsed.typed, parsed.errors))
    await askForCall(app.db, sitting, parsed.value, app.clock())
    const who = sitting.sender.name || 'Somebody'
    return reply.page(
      'answers/done',
      donePage(
        'We will call you',
        [`${who} calls you on ${parsed.value.phone}. You said: ${parsed.value.when}`],
        `/s/${sitting.link}`,
        'Back to the questions',
      ),
    )
  })

  app.get('/s/:link/later', async (request, reply) =>
    reply.page('answers/later', laterPage(await sittingOf(request), {}, app.clock())),
  )
  app.post('/s/:link/later', async (request, reply) => {
    const sitting = await sittingOf(request)
    const parsed = parseForm(laterForm, request.body)
    if (!parsed.ok) return reply.code(422).page('answers/later', laterPage(sitting, parsed.errors, app.clock()))
    const day = await askLater(app.db, sitting, parsed.value.days, app.clock())
    return reply.page(
      'answers/done',
      donePage(
        'We ask you later',
        [
          `We do not ask you again before ${day}. What you wrote so far is kept, and your link goes on working until the round closes.`,
        ],
        `/s/${sitting.link}`,
        'Back to the questions',
      ),
    )
  })

  app.post('/s/:link/owed', async (request, reply) => {
    const sitting = await sentSitting(request)
    const parsed = parseForm(owedForm, request.body)
    if (!parsed.ok) {
      const [leads, said] = await leadsAndSaid(sitting)
      return reply
        .code(422)
        .page('answers/receipt', receiptPage(sitting, said, leads, parsed.typed, parsed.errors, app.clock()))
    }
    const day = await tellWhatWeOwe(app.db, sitting, parsed.value.owe, app.clock())
    return reply.page(
      'answers/done',
      donePage('We have it', [`A person answers by ${day}.`], `/s/${sitting.link}/receipt`, 'Back to your answers'),
    )
  })

  app.get('/s/:link/privacy', async (request, reply) => {
    const sitting = await sittingOf(request)
    return reply.page(
      'answers/privacy',
      privacyPage(await getCompany(app.db), await leadNames(app.db), `/s/${sitting.link}`),
    )
  })
  app.get('/privacy', async (_request, reply) =>
    reply.page('answers/privacy', privacyPage(await getCompany(app.db), await leadNames(app.db), '')),
  )
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
