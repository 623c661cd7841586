import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isEditor, isReader } from '../access.ts'
import { drivers } from '../drivers.ts'
import { unusable } from '../errors.ts'
import { asList, parseForm, type Typed } from '../forms.ts'
import { whySections } from '../sections.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { closerPages } from './closer.ts'
import { figuresFor } from './figures.ts'
import { readFilters } from './forms.ts'
import { currentLedger } from './ledger.ts'
import { addMarketed, confirmMarketed, eraseMarketed, marketedVersions } from './marketed.ts'
import { marketedPage } from './marketed-page.ts'
import { marketedTable } from './marketed-table.ts'
import { csvOf } from './tables.ts'

const mostClaims = 12
const longest = 300

const claimsForm = z.object({
  claims: z
    .string('Write at least one claim.')
    .transform((text) =>
      text
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter(Boolean),
    )
    .refine((lines) => lines.length > 0, 'Write at least one claim.')
    .refine((lines) => lines.length <= mostClaims, `Write ${mostClaims} claims at most, one a line.`)
    .refine((lines) => lines.every((line) => line.length <= longest), `Keep each claim below ${longest} characters.`),
})
const places = Array.from({ length: mostClaims }, (_, place) => `claim${place}`)
const driversForm = z.looseObject({ id: z.string() })
const chosenDrivers = z.array(z.enum(drivers, 'Choose among the four drivers.'))
const erasureForm = z.object({ sure: z.literal('1', 'Tick the box to erase these words.') })
const idParams = z.object({ id: z.string() })

/** What the company says of itself beside the reasons that customers give: open to all staff, written by leads and admins. */
export async function marketedRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/why/words', async (request, reply) => reply.page('insights/words', await page(request)))

  await app.register(async (editors) => {
    onlyFor(editors, 'lead', 'admin')

    editors.get('/why/words.csv', async (request, reply) => {
      const { versions, figures } = await facts(request)
      const table = marketedTable(versions[0], figures)
      if (table.rows.length === 0) throw unusable('Nobody has written down yet what the company says of itself.')
      return reply
        .header('content-disposition', 'attachment; filename="what-we-say.csv"')
        .type('text/csv; charset=utf-8')
        .send(csvOf(table))
    })

    editors.post('/why/words', async (request, reply) => {
      const form = parseForm(claimsForm, request.body)
      if (!form.ok) return reply.code(422).page('insights/words', await page(request, form.typed, form.errors))
      await addMarketed(db, signedIn(request), form.value.claims, app.clock())
      reply.flash('The claims are kept. Confirm which of the four each speaks of.')
      return reply.redirect('/why/words', 303)
    })

    editors.post('/why/words/drivers', async (request, reply) => {
      const form = parseForm(driversForm, request.body)
      if (!form.ok) {
        const errors = { confirm: 'Open the page again and confirm the claims there.' }
        return reply.code(422).page('insights/words', await page(request, {}, errors))
      }
      const { id, ...boxes } = form.value
      const chosen = places.map((name) => chosenDrivers.safeParse(asList(boxes[name])))
      if (chosen.some(({ success }) => !success)) {
        const errors = { confirm: 'Choose among the four drivers.' }
        return reply.code(422).page('insights/words', await page(request, {}, errors))
      }
      await confirmMarketed(
        db,
        signedIn(request),
        id,
        chosen.map(({ data }) => data ?? []),
        app.clock(),
      )
      reply.flash('The claims are confirmed.')
      return reply.redirect('/why/words', 303)
    })

    editors.post('/why/words/:id/erasure', async (request, reply) => {
      const form = parseForm(erasureForm, request.body)
      if (!form.ok) {
        const errors = { erase: 'Tick the box to erase these words.' }
        return reply.code(422).page('insights/words', await page(request, {}, errors))
      }
      await eraseMarketed(db, signedIn(request), idParams.parse(request.params).id, app.clock())
      reply.flash('The words are erased.')
      return reply.redirect('/why/words', 303)
    })
  })

  async function page(request: FastifyRequest, typed: Typed = {}, errors: Record<string, string> = {}) {
    const user = signedIn(request)
    const shown = {
      ...(await facts(request)),
      mayEdit: isEditor(user),
      typed,
      errors,
      sections: whySections(user, '/why'),
      closer: closerPages('/why/words'),
    }
    return marketedPage(shown, app.clock(), readerOf(user))
  }

  const facts = (request: FastifyRequest) => marketedFacts(app, request)
}

/** What the company says of itself, and the figures beside it: what was said before anybody named the four. */
export async function marketedFacts(app: FastifyInstance, request: FastifyRequest) {
  const filters = { ...readFilters({}), asked: 'unprompted' }
  return {
    versions: await marketedVersions(app.db),
    figures: await figuresFor(await currentLedger(app.db), filters, isReader(signedIn(request))),
    filters,
  }
}
