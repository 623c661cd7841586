import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { versionFor } from '../answers/asking.ts'
import { conflict, notFound } from '../errors.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { talkChannelOf } from '../templates/pages.ts'
import type { Shelves } from '../templates/shelf.ts'
import { languageOf } from '../templates/template.ts'
import { fileState, getQuestion, shownOf, versionsOf } from '../templates/templates.ts'
import { dayAt } from '../time.ts'
import { customerPage, type Preview, pageAfter, sheet, talkPage } from './pages.ts'

const keyParams = z.object({ key: z.string() })
const previewQuery = z.object({
  version: z.string().catch(''),
  language: z.string().max(20).catch('en'),
  question: z.string().catch(''),
})
const pressed = z.object({ go: z.string().catch('next') })

/** A template tried out before anybody is asked: as a customer and as the talk guide show it. Nothing is stored. */
export async function previewRoutes(app: FastifyInstance, { shelves }: { shelves: Shelves }): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  const { db, clock } = app

  async function find(request: FastifyRequest, isTalk: boolean) {
    const { key } = keyParams.parse(request.params)
    const query = previewQuery.parse(request.query)
    const versions = await versionsOf(db, key)
    const { templates } = shelves.now()
    const file = templates.find((one) => one.key === key)
    const shown = shownOf(versions, file, query.version)
    if (!shown) throw notFound('That template')
    const { template } = shown
    const channel = isTalk ? talkChannelOf(template) : 'survey'
    if (!template.channels.includes(channel))
      throw conflict(
        isTalk
          ? `“${template.name}” is asked by mail only, so there is no guide to try.`
          : `“${template.name}” is not asked by mail, so no customer meets it on a page.`,
      )
    const language = languageOf(template, query.language)
    const asked = await versionFor(db, shown, {
      channel,
      language,
      customerId: '',
      responseId: null,
      seed: 'preview',
      on: dayAt(clock(), signedIn(request).timeZone),
    })
    const [first] = asked.template.questions
    if (!first) throw conflict('Nothing is left to ask: these questions are about offerings, and there are none yet.')
    const question = query.question === '' ? first : getQuestion(asked.template, query.question)
    const preview: Preview = { shown, asked, question, language, channel }
    const newest = versions.at(-1)
    const isNew = file !== undefined && (!newest || fileState(newest, templates) === 'new')
    const publishing =
      isNew && shown.number === 0
        ? { action: `/templates/${key}/versions`, label: `Publish version ${(newest?.number ?? 0) + 1}` }
        : { action: '', label: '' }
    return { preview, publishing }
  }

  app.get('/templates/:key/preview/customer', async (request, reply) => {
    const { preview, publishing } = await find(request, false)
    return reply.page('previews/customer', customerPage(preview, publishing, clock(), signedIn(request)))
  })

  app.get('/templates/:key/preview/sheet', async (request, reply) => {
    const { preview } = await find(request, false)
    return reply.page('answers/question', sheet(preview, clock(), signedIn(request)))
  })
  app.post('/templates/:key/preview/sheet', async (request, reply) => {
    const { preview } = await find(request, false)
    return reply.redirect(pageAfter(preview, 'sheet', pressed.parse(request.body ?? {}).go), 303)
  })

  app.get('/templates/:key/preview/talk', async (request, reply) => {
    const { preview } = await find(request, true)
    return reply.page('interviews/guide', talkPage(preview, clock(), signedIn(request)))
  })
  app.post('/templates/:key/preview/talk', async (request, reply) => {
    const { preview } = await find(request, true)
    return reply.redirect(pageAfter(preview, 'talk', pressed.parse(request.body ?? {}).go), 303)
  })
}
