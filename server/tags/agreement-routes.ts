import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { User } from '../access.ts'
import { isReader } from '../access.ts'
import { drivers } from '../drivers.ts'
import { notFound } from '../errors.ts'
import { parseForm, type Typed } from '../forms.ts'
import { signedIn } from '../session/scope.ts'
import { agreementFor, coderAgreement, driftFor, listDisagreements } from './agreement-data.ts'
import { agreementPage, disagreementsPage } from './agreement-pages.ts'
import { coderSetting, showCoders } from './coder-figures.ts'
import { countCoders } from './sample.ts'

const label = z.object({
  label: z
    .string()
    .transform((text) => text.split('-'))
    .pipe(z.tuple([z.enum(drivers), z.enum(['helps', 'hurts'])])),
})
const show = z.object({
  reason: z
    .string('Say why.')
    .trim()
    .min(1, 'Say why: it is written down and shown to all who tag.')
    .max(500, 'Keep it under 500 characters.'),
})

export async function agreementRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/agreement', (request, reply) => showAgreement(reply, signedIn(request), {}, {}))

  app.get('/agreement/:label', async (request, reply) => {
    const user = signedIn(request)
    const parsed = label.safeParse(request.params)
    if (!parsed.success || !isReader(user)) throw notFound('That page')
    const [driver, way] = parsed.data.label
    const direction = way === 'helps' ? '+' : '-'
    const answers = await listDisagreements(db, user, { driver, direction }, app.clock())
    return reply.page('tags/disagreements', disagreementsPage({ driver, direction }, answers))
  })

  app.post('/agreement/coder-figures', async (request, reply) => {
    const user = signedIn(request)
    if (user.role !== 'admin') throw notFound('That page')
    const parsed = parseForm(show, request.body)
    if (!parsed.ok) return showAgreement(reply.code(422), user, parsed.typed, parsed.errors)
    await showCoders(db, user, true, parsed.value.reason, app.clock())
    return reply.flash('Leads see the figures of each coder now.').redirect('/agreement', 303)
  })

  app.post('/agreement/coder-figures/end', async (request, reply) => {
    const user = signedIn(request)
    if (user.role !== 'admin') throw notFound('That page')
    await showCoders(db, user, false, '', app.clock())
    return reply.flash('Each coder sees only the own figures again.').redirect('/agreement', 303)
  })

  async function showAgreement(reply: FastifyReply, user: User, typed: Typed, errors: Record<string, string>) {
    const setting = await coderSetting(db)
    const page = {
      figures: await agreementFor(db),
      drift: await driftFor(db),
      coders: await coderAgreement(db, user, setting.isShown && user.role === 'lead'),
      readers: await countCoders(db),
      setting,
    }
    return reply.page('tags/agreement', agreementPage(page, user, app.clock(), typed, errors))
  }
}
