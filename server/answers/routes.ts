import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { getCompany } from '../company.ts'
import { notFound } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { askForCall, askLater, tellWhatWeOwe } from './asides.ts'
import { callForm, changesForm, consentForm, erasureForm, laterForm, owedForm, submissionForm } from './forms.ts'
import {
  callPage,
  checkPage,
  consentPage,
  copyText,
  donePage,
  erasurePage,
  laterPage,
  privacyPage,
  receiptPage,
} from './pages.ts'
import { openSittingBehind, questionRoutes, sittingBehind } from './question-routes.ts'
import { leadNames, type Sitting } from './sitting.ts'
import { changeConsent, erase, hasAnswers, readSaidSoFar, type SaidSoFar, submit, unfinishedIn } from './survey.ts'

/** What a customer does behind the personal link. A GET never writes; each POST needs a word, a choice or a tick. */
export async function answerRoutes(app: FastifyInstance): Promise<void> {
  await app.register(questionRoutes)
  const sittingOf = (request: FastifyRequest): Promise<Sitting> => sittingBehind(app, request)
  const openSitting = (request: FastifyRequest, reply: FastifyReply) => openSittingBehind(app, request, reply)

  const sentSitting = async (request: FastifyRequest): Promise<Sitting> => {
    const sitting = await sittingOf(request)
    if (sitting.response?.state !== 'submitted') throw notFound('A sent answer')
    return sitting
  }

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
