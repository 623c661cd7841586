import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isReader } from '../access.ts'
import { asList, asTyped, parseForm } from '../forms.ts'
import { readFilters } from '../insights/forms.ts'
import { type Snapshot, since, snapshotSchema, takeSnapshot, wordsBehind } from '../insights/snapshot.ts'
import { pageNumber } from '../lists.ts'
import { recordReadings } from '../readings.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { addDays, dayAt, printDay, readerOf } from '../time.ts'
import { listUsers } from '../users/users.ts'
import { decide, getDecision, listDecisions, look, quotesOf, revisionsOf, withdrawDecision } from './decisions.ts'
import { decisionForm, type FigureChoice, figureQuery, lookForm, withdrawalForm } from './forms.ts'
import { mustStay } from './must-stay.ts'
import { newPage } from './new-page.ts'
import { nextRound } from './next-round.ts'
import { nextRoundPart } from './next-round-page.ts'
import { decisionPage, listPage, pageSize } from './pages.ts'

const idParams = z.object({ id: z.string() })
const listQuery = z.object({ show: z.enum(['open', 'over']).catch('open'), page: z.string().optional() })
const newQuery = z.object({ figure: z.string().optional() })

/** What we change because of what customers say. Read by all staff; recorded by leads and admins. */
export async function decisionRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/decisions', async (request, reply) => {
    const { show, page: text } = listQuery.parse(request.query)
    const page = pageNumber(text)
    const user = signedIn(request)
    const found = await listDecisions(db, show, page, pageSize)
    const next = isReader(user) ? nextRoundPart(await nextRound(db, user, app.clock())) : ''
    return reply.page('decisions/list', { ...listPage(user, show, page, found, app.clock()), next })
  })

  app.get('/decisions/:id', async (request, reply) => showDecision(request, reply, {}))

  async function showDecision(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
    const user = signedIn(request)
    const decision = await getDecision(db, idParams.parse(request.params).id)
    const kept = await quotesOf(db, user, decision.id)
    await recordReadings(db, user.id, kept.quotes, app.clock())
    const fresh = await takeSnapshot(db, user, since(decision.snapshot, addDays(decision.dueOn, 1)))
    const typed = asTyped(request.body)
    return reply.page('decisions/decision', decisionPage(user, decision, kept, fresh, typed, errors, app.clock()))
  }

  await app.register(async (deciding) => {
    onlyFor(deciding, 'lead', 'admin')

    deciding.get('/decisions/new', async (request, reply) => showNew(request, reply, {}))

    deciding.post('/decisions', async (request, reply) => {
      const user = signedIn(request)
      const parsed = parseForm(decisionForm(dayAt(app.clock(), user.timeZone)), request.body)
      const { driver, direction } = choiceOf(request)
      const snapshot = driver
        ? await takeSnapshot(db, user, { driver, direction, filters: readFilters(request.query) })
        : 'Choose the figure that it rests on.'
      const errors = parsed.ok ? {} : parsed.errors
      if (!parsed.ok || typeof snapshot === 'string')
        return showNew(
          request,
          reply.code(422),
          typeof snapshot === 'string' ? { ...errors, figure: snapshot } : errors,
        )
      const id = await decide(db, user, parsed.value.decision, snapshot, parsed.value.quotes, app.clock())
      return reply.flash('The decision is kept, with the figure as it stands today.').redirect(`/decisions/${id}`, 303)
    })

    deciding.post('/decisions/:id/looks', async (request, reply) => {
      const parsed = parseForm(lookForm, request.body)
      if (!parsed.ok) return showDecision(request, reply.code(422), parsed.errors)
      const user = signedIn(request)
      const { id } = idParams.parse(request.params)
      const decision = await getDecision(db, id)
      const fresh = await takeSnapshot(db, user, since(decision.snapshot, addDays(decision.dueOn, 1)))
      await look(db, user, id, parsed.value.verdict, parsed.value.note, shownOnly(fresh), app.clock())
      return reply.flash('Kept.').redirect(`/decisions/${id}`, 303)
    })

    deciding.post('/decisions/:id/withdrawal', async (request, reply) => {
      const parsed = parseForm(withdrawalForm, request.body)
      if (!parsed.ok) return showDecision(request, reply.code(422), parsed.errors)
      const { id } = idParams.parse(request.params)
      await withdrawDecision(db, signedIn(request), id, parsed.value.because, app.clock())
      return reply.flash('Withdrawn. It stays readable.').redirect(`/decisions/${id}`, 303)
    })
  })

  async function showNew(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
    const user = signedIn(request)
    const now = app.clock()
    const typed = asTyped(request.body)
    const choice = choiceOf(request)
    const filters = { ...readFilters(request.query), suggestions: false }
    const { suggestions: _suggestions, ...view } = filters
    const asked = choice.driver ? { driver: choice.driver, direction: choice.direction, filters } : undefined
    const snapshot = asked ? await takeSnapshot(db, user, asked) : ''
    const answers = asked && typeof snapshot !== 'string' ? await wordsBehind(db, user, asked, 8) : []
    const must = await mustStay(db, user, 5)
    await recordReadings(db, user.id, [...answers, ...must.words], now)
    const revisions = await revisionsOf(
      db,
      answers.map(({ id }) => id),
    )
    const reader = readerOf(user)
    const facts = {
      choice,
      view,
      snapshot,
      quotes: answers
        .filter(({ text }) => text !== '')
        .map((answer) => ({
          id: revisions.get(answer.id) ?? '',
          text: answer.text,
          customer: answer.customerName,
          who: [answer.contact, printDay(answer.tookPlaceOn, now, reader)].filter(Boolean).join(', '),
          isVoice: answer.provenance !== 'paraphrase' && answer.provenance !== 'observed',
        })),
      chosen: asList(quotesIn(request.body)),
      must,
      owners: (await listUsers(db)).filter((one) => one.deactivated_at === null).map(({ name }) => name),
      key: z.uuid().safeParse(typed.key).data ?? randomUUID(),
    }
    return reply.page('decisions/new', newPage(user, facts, typed, errors, now))
  }
}

/** The figure from the address, either in two parts or as the one choice of the form: "risk-". */
function choiceOf(request: FastifyRequest): FigureChoice {
  const { figure = '' } = newQuery.parse(request.query)
  const one = figureQuery.parse({ driver: figure.slice(0, -1), direction: figure.slice(-1) })
  const { driver, direction } = one.driver ? one : figureQuery.parse(request.query)
  return { driver, direction }
}

const shownOnly = (snapshot: Snapshot | string): Snapshot | undefined => snapshotSchema.safeParse(snapshot).data
const quotesIn = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'quotes' in body ? body.quotes : undefined
