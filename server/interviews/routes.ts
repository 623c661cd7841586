import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { findRoundOfTalk } from '../campaigns/campaigns.ts'
import { getCustomer } from '../customers/customers.ts'
import { conflict, forbidden } from '../errors.ts'
import { findColleaguesFor, findDuties } from '../follow-ups/follow-ups.ts'
import { asTyped, parseForm, type Typed } from '../forms.ts'
import { address, pageNumber } from '../lists.ts'
import { recordReadings } from '../readings.ts'
import { signedIn } from '../session/scope.ts'
import { getTemplateVersion, versionAsAsked } from '../templates/templates.ts'
import { dayAt } from '../time.ts'
import { fileNotes, filingProblems, oweFromTalk, withdrawNotes } from './filing.ts'
import { checkPage, notesPage, withdrawalPage } from './filing-pages.ts'
import { filingForm, openingForm, owedForm, settingForm, withdrawalForm } from './forms.ts'
import { guideRoutes } from './guide-routes.ts'
import { findGuides, leftOn } from './guides.ts'
import {
  changeSetting,
  findPeople,
  getOwnTalk,
  getTalk,
  getTalkToWithdraw,
  hasOpenGuess,
  listTalks,
  mayTalk,
  newTalkKey,
  openTalk,
  type Talk,
} from './interviews.ts'
import { readNotes } from './notes.ts'
import { openingPage, settingPage, settingTyped } from './opening-page.ts'
import { addressOf, listPage, pageSize } from './pages.ts'

const idParams = z.object({ id: z.string() })
const word = z.string().catch('')

/** Talks and visits that staff note: opening, noting (guide-routes), filing, correcting, withdrawing. */
export async function interviewRoutes(app: FastifyInstance): Promise<void> {
  await app.register(guideRoutes)
  await app.register(openingRoutes)
  const { db } = app

  app.get('/interviews', async (request, reply) => {
    const user = signedIn(request)
    const number = pageNumber(z.object({ page: word }).parse(request.query).page)
    const found = await listTalks(db, user, number, pageSize)
    const asked = await Promise.all(
      found.rows.map(async (row): Promise<[string, number]> => {
        const version = await getTemplateVersion(db, row.template_version_id)
        return [row.id, versionAsAsked(version, row.channel).template.questions.length]
      }),
    )
    const counts = new Map(asked)
    return reply.page('interviews/list', listPage(user, number, found, counts, app.clock()))
  })

  app.get('/interviews/:id', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getTalk(db, user, idParams.parse(request.params).id)
    const notes = await readNotes(db, talk)
    if (talk.state === 'draft') {
      const { questions } = talk.version.template
      const next = questions.find(({ id }) => !notes.drafts.get(id)?.body.isPassed)
      return reply.redirect(addressOf(talk, next ? `/q/${next.id}` : '/check'), 303)
    }
    if (!talk.isOwn)
      await recordReadings(db, user.id, [{ responseId: talk.id, consentLevel: talk.consentLevel }], app.clock())
    return reply.page('interviews/notes', notesPage(user, talk, notes, await findDuties(db, talk.id), app.clock()))
  })

  app.get('/interviews/:id/check', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getOwnTalk(db, user, idParams.parse(request.params).id)
    const { who } = z.object({ who: word }).parse(request.query)
    return reply.page('interviews/check', await checkOf(talk, user, who ? { who } : {}, {}))
  })

  async function checkOf(talk: Talk, user: ReturnType<typeof signedIn>, typed: Typed, errors: Record<string, string>) {
    const [notes, owed, colleagues] = await Promise.all([
      readNotes(db, talk),
      findDuties(db, talk.id),
      findColleaguesFor(db, talk.customer.id),
    ])
    return checkPage(user, talk, notes, owed, colleagues, typed, errors, app.clock())
  }

  app.post('/interviews/:id/submission', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getOwnTalk(db, user, idParams.parse(request.params).id)
    const typed = asTyped(request.body)
    const owed = parseForm(owedForm, request.body)
    const isOwing = typed.act === 'owe'
    const filing = parseForm(filingForm, request.body)
    const colleagues = await findColleaguesFor(db, talk.customer.id)
    const oweErrors = {
      ...(owed.ok ? {} : owed.errors),
      ...(isOwing && owed.ok && owed.value.owe === '' ? { owe: 'Write what we owe them.' } : {}),
      ...(owed.ok && owed.value.owe !== '' && !colleagues.some(({ id }) => id === (owed.value.oweOwner || user.id))
        ? { oweOwner: 'Choose somebody who may open the customer.' }
        : {}),
    }
    const errors = isOwing
      ? oweErrors
      : {
          ...filingProblems(talk, await readNotes(db, talk), user, app.clock()),
          ...(filing.ok ? {} : filing.errors),
          ...oweErrors,
        }
    if (Object.keys(errors).length > 0 || !owed.ok)
      return reply.code(422).page('interviews/check', await checkOf(talk, user, typed, errors))

    if (isOwing) {
      await oweFromTalk(db, user, talk.id, owed.value, app.clock())
      return reply.redirect(`${address(addressOf(talk, '/check'), { who: typed.who ?? '' })}#owed`, 303)
    }
    if (!filing.ok) throw conflict('Open the notes anew, then file them.')
    await fileNotes(db, user, talk.id, filing.value.who, owed.value, app.clock())
    reply.flash(
      talk.state === 'draft'
        ? 'Filed. What they said waits to be tagged; your own view is never counted.'
        : 'The corrections are filed. What stood there before is kept on record.',
    )
    return reply.redirect(addressOf(talk), 303)
  })

  app.get('/interviews/:id/setting', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getOwnTalk(db, user, idParams.parse(request.params).id)
    const people = await findPeople(db, talk.customer.id, talk.contact?.id)
    return reply.page('interviews/setting', settingPage(user, talk, people, settingTyped(talk), {}))
  })

  app.post('/interviews/:id/setting', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getOwnTalk(db, user, idParams.parse(request.params).id)
    const form = parseForm(settingForm, request.body)
    if (!form.ok) {
      const people = await findPeople(db, talk.customer.id, talk.contact?.id)
      return reply.code(422).page('interviews/setting', settingPage(user, talk, people, form.typed, form.errors))
    }
    await changeSetting(db, user, talk.id, form.value, app.clock())
    return reply.redirect(addressOf(talk, talk.state === 'draft' ? '/check' : ''), 303)
  })

  app.get('/interviews/:id/withdrawal', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getTalkToWithdraw(db, user, idParams.parse(request.params).id)
    return reply.page('interviews/withdrawal', withdrawalPage(user, talk, {}))
  })

  app.post('/interviews/:id/withdrawal', async (request, reply) => {
    const user = signedIn(request)
    const talk = await getTalkToWithdraw(db, user, idParams.parse(request.params).id)
    const form = parseForm(withdrawalForm, request.body)
    if (!form.ok) return reply.code(422).page('interviews/withdrawal', withdrawalPage(user, talk, form.errors))
    const before = await withdrawNotes(db, user, talk.id, app.clock())
    reply.flash(
      before.state === 'draft'
        ? 'These notes are thrown away.'
        : 'These notes are withdrawn: nobody reads them, and they count nowhere.',
    )
    return reply.redirect('/interviews', 303)
  })
}

/** Before the guide opens. */
async function openingRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  /** A talk begins with its customer. */
  app.get('/interviews/new', async (request, reply) => {
    const { customer, contact } = z.object({ customer: word, contact: word }).parse(request.query)
    const path = customer ? `/customers/${encodeURIComponent(customer)}/interviews/new` : '/customers'
    return reply.redirect(address(path, { contact: customer ? contact : '' }), 303)
  })

  async function opening(user: ReturnType<typeof signedIn>, customerId: string, key: string) {
    if (!mayTalk(user)) throw forbidden('Reps and leads talk with customers; an admin does not.')
    const customer = await getCustomer(db, user, customerId)
    if (customer.archived_at) throw conflict('This customer is archived. Restore it, then open the guide.')
    const [guides, people, hasGuess, left] = await Promise.all([
      findGuides(db, user, customer),
      findPeople(db, customer.id),
      hasOpenGuess(db, user, customer.id),
      leftOn(db, customer),
    ])
    return { customer, ...guides, people, hasGuess, leftOn: left, key }
  }

  app.get('/customers/:id/interviews/new', async (request, reply) => {
    const user = signedIn(request)
    const found = await opening(user, idParams.parse(request.params).id, newTalkKey())
    const { contact, round } = z.object({ contact: word, round: word }).parse(request.query)
    const asked = round ? await findRoundOfTalk(db, round, found.customer.id) : undefined
    const version = found.guides.find(({ key }) => key === asked?.key)
    const typed = {
      contact,
      tookPlaceOn: dayAt(app.clock(), user.timeZone),
      ...(asked && version ? { round, version: version.id } : {}),
    }
    return reply.page('interviews/open', openingPage(user, found, typed, {}, app.clock()))
  })

  app.post('/customers/:id/interviews/new', async (request, reply) => {
    const user = signedIn(request)
    const { id } = idParams.parse(request.params)
    const typed = asTyped(request.body)
    const form = parseForm(openingForm, request.body)
    const found = await opening(user, id, form.ok ? form.value.key : (typed.key ?? newTalkKey()))
    const errors = form.ok ? guideErrors(form.value) : form.errors
    if (!form.ok || Object.keys(errors).length > 0)
      return reply.code(422).page('interviews/open', openingPage(user, found, typed, errors, app.clock()))
    const talkId = await openTalk(db, user, id, form.value, app.clock())
    return reply.redirect(`/interviews/${talkId}`, 303)

    /** What was chosen must be on offer, and asked in that way. */
    function guideErrors({ version, channel }: { version: string; channel: string }): Record<string, string> {
      const guide = found.guides.find((one) => one.id === version)
      if (found.tooEarly.some((one) => one.id === version))
        return { version: 'These follow open questions, and nobody has asked them yet. Begin with “Why they buy”.' }
      if (!guide) return { version: 'Choose what you ask.' }
      if (guide.template.channels.some((one) => one === channel)) return {}
      return { channel: `“${guide.template.name}” is not made for this. Choose the other one.` }
    }
  })
}
