import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { asTyped, parseForm } from '../forms.ts'
import { pageNumber, pager } from '../lists.ts'
import { recordReadings } from '../readings.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { quoteEach, register, whatIf } from './aspects.ts'
import { aspectForm, namesForm, registerQuery } from './forms.ts'
import {
  aspectNames,
  changeAspect,
  getAspect,
  getMustWords,
  listUnnamed,
  nameAspects,
  offeringsToChoose,
} from './naming.ts'
import { offeringLines, offeringPage } from './offering-page.ts'
import { offeringsTold, offeringTold } from './offerings.ts'
import { aspectPage, namingPage, pageSize, registerPage, waitingPage } from './pages.ts'

const idParams = z.object({ id: z.string() })
const answerParams = z.object({ answerId: z.string() })
const pageQuery = z.object({ page: z.string().optional() })

/** What customers say must stay: the do-not-cut register, and the naming that it is counted by. For leads and admins. */
export async function aspectRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db } = app

  app.get('/never-cut', async (request, reply) => {
    const { sort, cut } = registerQuery.parse(request.query)
    const found = await register(db)
    const known = cut.filter((id) => found.rows.some((row) => row.id === id))
    const user = signedIn(request)
    const stake = known.length > 0 ? await whatIf(db, user, known) : undefined
    const quotes = await quoteEach(db, user)
    await recordReadings(db, user.id, [...quotes.values()], app.clock())
    const sold = offeringLines(await offeringsTold(db))
    return reply.page('aspects/register', { ...registerPage(user, found, quotes, sort, known, stake), sold })
  })

  app.get('/never-cut/offerings/:id', async (request, reply) => {
    const user = signedIn(request)
    const found = await offeringTold(db, user, idParams.parse(request.params).id)
    const shown = found.rows.map(({ responseId, level }) => ({ responseId, consentLevel: level }))
    await recordReadings(db, user.id, shown, app.clock())
    return reply.page('aspects/offering', offeringPage(found, app.clock(), readerOf(user)))
  })

  app.get('/never-cut/answers', async (request, reply) => {
    const page = pageNumber(pageQuery.parse(request.query).page)
    const found = await listUnnamed(db, signedIn(request), pageSize + 1, (page - 1) * pageSize)
    const total = (page - 1) * pageSize + found.length
    const pages = pager(total, page, pageSize, '/never-cut/answers', {})
    return reply.page('aspects/waiting', waitingPage(found.slice(0, pageSize), pages))
  })

  app.get('/never-cut/answers/:answerId', async (request, reply) => showAnswer(request, reply, {}))

  async function showAnswer(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
    const answer = await getMustWords(db, signedIn(request), answerParams.parse(request.params).answerId)
    return reply.page('aspects/naming', namingPage(answer, await aspectNames(db), asTyped(request.body), errors))
  }

  app.post('/never-cut/answers/:answerId', async (request, reply) => {
    const parsed = parseForm(namesForm, request.body)
    if (!parsed.ok) return showAnswer(request, reply.code(422), parsed.errors)
    const { answerId } = answerParams.parse(request.params)
    const user = signedIn(request)
    await nameAspects(db, user, answerId, parsed.value.revision, parsed.value.names, app.clock())
    const [next] = await listUnnamed(db, user, 1, 0)
    if (next) return reply.flash('Kept. Here is the next one.').redirect(`/never-cut/answers/${next.id}`, 303)
    return reply.flash('That was the last one.').redirect('/never-cut', 303)
  })

  app.get('/never-cut/:id', async (request, reply) => showAspect(request, reply, {}))

  async function showAspect(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
    const user = signedIn(request)
    const { aspect, words } = await getAspect(db, user, idParams.parse(request.params).id)
    await recordReadings(db, user.id, words, app.clock())
    const offerings = await offeringsToChoose(db)
    const typed = asTyped(request.body)
    return reply.page(
      'aspects/aspect',
      aspectPage(aspect, words, offerings, typed, errors, app.clock(), readerOf(user)),
    )
  }

  app.post('/never-cut/:id', async (request, reply) => {
    const parsed = parseForm(aspectForm, request.body)
    if (!parsed.ok) return showAspect(request, reply.code(422), parsed.errors)
    const { name, offering } = parsed.value
    const isKnown = (await offeringsToChoose(db)).some(({ id }) => id === offering)
    if (offering !== '' && !isKnown)
      return showAspect(request, reply.code(422), { offering: 'Choose one from the list.' })
    const { id } = idParams.parse(request.params)
    const stays = await changeAspect(db, signedIn(request), id, name, offering || null, app.clock())
    const sentence = stays === id ? 'Kept.' : 'The two are one now.'
    return reply.flash(sentence).redirect(`/never-cut/${stays}`, 303)
  })
}
