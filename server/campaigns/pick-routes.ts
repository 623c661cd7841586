import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { conflict, notFound } from '../errors.ts'
import { parseForm, type Typed } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import { readerOf } from '../time.ts'
import { plural } from '../words.ts'
import { type Campaign, getCampaign } from './campaigns.ts'
import { drawForm, pageQuery, pickActForm, pickUseForm } from './forms.ts'
import { drawPick, findDraws, findResponseRate, findToAdd, listPicks, usePick } from './pick.ts'
import { addPick, changePick } from './pick-changes.ts'
import { pickPage, picksAPage } from './pick-pages.ts'
import { findTheyGet } from './they-get.ts'

/** Choosing whom a round asks: for leads and admins from everybody, for reps among the customers that they own. */
export async function pickRoutes(app: FastifyInstance): Promise<void> {
  const { db, clock } = app

  async function draft(request: FastifyRequest): Promise<Campaign> {
    const { id } = z.object({ id: z.string() }).parse(request.params)
    const campaign = await getCampaign(db, id)
    // To a rep a round is there while it is being drawn up; afterwards the talks stand on the page of the day.
    if (campaign.state !== 'draft' && signedIn(request).role === 'rep') throw notFound('That round')
    if (campaign.state !== 'draft') throw conflict('This campaign is on its way already, so its draft stays as it was.')
    return campaign
  }

  async function pick(
    request: FastifyRequest,
    reply: FastifyReply,
    campaign: Campaign,
    typed?: Typed,
    errors: Record<string, string> = {},
  ) {
    const user = signedIn(request)
    const query = pageQuery.parse(request.query)
    const page = pageNumber(query.page)
    const [draws, picks, found, past] = await Promise.all([
      findDraws(db, user, campaign.id),
      listPicks(db, user, campaign.id),
      query.find ? findToAdd(db, user, campaign.id, query.find) : [],
      findResponseRate(db),
    ])
    const shown = picks
      .filter(({ dropped_at }) => !dropped_at)
      .slice((page - 1) * picksAPage, page * picksAPage)
      .map(({ customer_id }) => customer_id)
    const theyGet = await findTheyGet(db, user, shown, clock())
    const facts = { draws, picks, theyGet, found, find: query.find, page, past }
    return reply.page('campaigns/pick', pickPage(campaign, user, facts, typed, errors, clock(), readerOf(user)))
  }

  app.get('/campaigns/:id/pick', async (request, reply) => pick(request, reply, await draft(request)))

  app.post('/campaigns/:id/pick', async (request, reply) => {
    const campaign = await draft(request)
    const form = parseForm(drawForm(signedIn(request).role === 'rep'), request.body)
    if (!form.ok) return pick(request, reply.code(422), campaign, form.typed, form.errors)
    const count = await drawPick(db, signedIn(request), campaign, form.value, clock())
    reply.flash(
      count === 0 ? 'Nobody on the list can be asked now. Why stands below.' : `${plural(count, 'customer')} proposed.`,
      count === 0 ? 'problem' : undefined,
    )
    return reply.redirect(`/campaigns/${campaign.id}/pick`, 303)
  })

  app.post('/campaigns/:id/pick/people', async (request, reply) => {
    const campaign = await draft(request)
    const user = signedIn(request)
    const { contact, act } = pickActForm.parse(request.body)
    if (act === 'add') await addPick(db, user, campaign.id, contact, clock())
    else await changePick(db, user, campaign.id, contact, act, clock())
    return reply.redirect(`/campaigns/${campaign.id}/pick`, 303)
  })

  app.post('/campaigns/:id/pick/use', async (request, reply) => {
    const campaign = await draft(request)
    const user = signedIn(request)
    if (user.role === 'rep') throw notFound('That page')
    const { use } = pickUseForm.parse(request.body)
    await usePick(db, user, campaign.id, use === 'picked', clock())
    return reply.redirect(`/campaigns/${campaign.id}/${use === 'picked' ? 'pick' : 'audience'}`, 303)
  })
}
