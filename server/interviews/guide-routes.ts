import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { User } from '../access.ts'
import { findDuties } from '../follow-ups/follow-ups.ts'
import { asTyped, type Typed } from '../forms.ts'
import { signedIn } from '../session/scope.ts'
import { withoutChoices } from '../templates/kinds/kind.ts'
import { type Question, unfinished } from '../templates/kinds/kinds.ts'
import { getQuestion } from '../templates/templates.ts'
import { printTime, readerOf } from '../time.ts'
import { type GuideForm, guideForm } from './forms.ts'
import { type GuideState, guidePage } from './guide-page.ts'
import { getOwnTalk, type Talk } from './interviews.ts'
import { noteProblems, readNote, readNotes, saveNote } from './notes.ts'
import { addressOf } from './pages.ts'

const guideParams = z.object({ id: z.string(), question: z.string() })

/** The talk guide, question by question, for the author of the notes alone. */
export async function guideRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  async function show(
    reply: FastifyReply,
    user: User,
    talk: Talk,
    question: Question,
    state: Partial<GuideState>,
  ): Promise<FastifyReply> {
    const [notes, owed] = await Promise.all([readNotes(db, talk), findDuties(db, talk.id)])
    const full = { note: notes.byQuestion.get(question.id), typed: {}, errors: {}, overtaken: undefined, ...state }
    return reply.page('interviews/guide', guidePage(user, talk, question, notes, full, owed, app.clock()))
  }

  app.get('/interviews/:id/q/:question', async (request, reply) => {
    const user = signedIn(request)
    const { id, question } = guideParams.parse(request.params)
    const talk = await getOwnTalk(db, user, id)
    return show(reply, user, talk, getQuestion(talk.version.template, question), { typed: asTyped(request.query) })
  })

  app.post('/interviews/:id/q/:question', async (request, reply) => {
    const user = signedIn(request)
    const params = guideParams.parse(request.params)
    const talk = await getOwnTalk(db, user, params.id)
    const question = getQuestion(talk.version.template, params.question)
    const typed = asTyped(request.body)
    const { go, ...base } = guideForm.parse(request.body ?? {})
    const read = readNote(question, typed)
    const note = go === 'clear' ? { ...read, entries: withoutChoices(read.entries) } : read
    const errors = noteProblems(question, typed)
    if (Object.keys(errors).length > 0) return show(reply.code(422), user, talk, question, { note, typed, errors })
    const missing = go === 'next' ? unfinished(question, note.entries) : {}
    const isOpen = Object.keys(missing).length > 0
    const sent = { ...base, note, saysWhen: typed.asked === '1', goesOn: (go === 'next' || go === 'check') && !isOpen }
    const saved = await saveNote(db, user, talk.id, question, sent, app.clock())
    if (saved !== 'nothing' && !saved.ok) return show(reply.code(409), user, talk, question, { overtaken: note })
    if (isOpen) return show(reply.code(422), user, talk, question, { note, typed, errors: missing })
    return reply.redirect(pageAfter(talk, question, go, typed), 303)
  })

  /** Saves while it is typed; answers in JSON with the new version, or with a sentence. */
  app.post('/interviews/:id/q/:question/draft', async (request, reply) => {
    const user = signedIn(request)
    const params = guideParams.parse(request.params)
    const talk = await getOwnTalk(db, user, params.id)
    const question = getQuestion(talk.version.template, params.question)
    const typed = asTyped(request.body)
    const [problem] = Object.values(noteProblems(question, typed))
    if (problem) return reply.code(422).send({ sentence: problem })
    const { version, writer } = guideForm.parse(request.body ?? {})
    const sent = { version, writer, note: readNote(question, typed), saysWhen: typed.asked === '1', goesOn: false }
    const saved = await saveNote(db, user, talk.id, question, sent, app.clock())
    const reader = readerOf(user)
    if (saved === 'nothing') return { version, time: printTime(app.clock().toISOString(), reader) }
    const time = printTime(saved.savedAt, reader)
    if (saved.ok) return { version: saved.version, time }
    return reply.code(409).send({
      sentence: `Newer notes were saved on another page at ${time}. This page no longer saves: copy what you wrote, then reload it.`,
    })
  })
}

/** The next or the previous question, the same with one more row, or the check of all notes. */
function pageAfter(talk: Talk, question: Question, go: GuideForm['go'], typed: Typed): string {
  const rows = Number(typed.rows) || 1
  if (go === 'row') return addressOf(talk, `/q/${question.id}?rows=${rows + 1}#row-${rows}`)
  if (go === 'clear') return addressOf(talk, `/q/${question.id}`)
  const { questions } = talk.version.template
  const at = questions.findIndex(({ id }) => id === question.id)
  const next = go === 'check' ? undefined : questions[at + (go === 'back' ? -1 : 1)]
  return addressOf(talk, next ? `/q/${next.id}` : '/check')
}
