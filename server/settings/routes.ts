import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Company, forgetCompany, getCompany, writeCompany } from '../company.ts'
import { transact } from '../db.ts'
import { record } from '../events.ts'
import { parseForm, type Typed } from '../forms.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { companyForm } from './forms.ts'
import { settingsPage } from './pages.ts'

const typedOf = ({ logo: _logo, needsSecondFactor, ...texts }: Company): Typed => ({
  ...texts,
  needsSecondFactor: needsSecondFactor ? 'on' : '',
})

/** The company as customers read of it: for admins. */
export async function settingsRoutes(app: FastifyInstance, { isPractice }: { isPractice: boolean }): Promise<void> {
  onlyFor(app, 'admin')

  async function page(reply: FastifyReply, sent?: { typed: Typed; errors: Record<string, string> }) {
    const company = await getCompany(app.db)
    return reply.page('settings/company', settingsPage(company, sent?.typed ?? typedOf(company), sent?.errors ?? {}, isPractice))
  }

  app.get('/settings', async (_request, reply) => page(reply))

  app.post('/settings', async (request, reply) => {
    const form = parseForm(companyForm, request.body)
    if (!form.ok) return page(reply.code(422), form)
    const userId = signedIn(request).id
    await transact(app.db, async (trx) => {
      await writeCompany(trx, { ...(await getCompany(app.db)), ...form.value }, app.clock())
      await record(trx, { actor: 'user', userId }, 'changed', 'company', '1', app.clock())
    })
    forgetCompany(app.db)
    return reply.flash('The settings are saved.').redirect('/settings', 303)
  })
}
