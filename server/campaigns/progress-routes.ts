import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { conflict } from '../errors.ts'
import { parseForm } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { signedIn } from '../session/scope.ts'
import { dayAt, printDay, readerOf } from '../time.ts'
import { changeCampaign, getCampaign } from './campaigns.ts'
import { closingDayForm, recipientQuery, talkForm } from './forms.ts'
import { invitationPage, withdrawalPage } from './invitation-pages.ts'
import { closeCampaign, countChosen, withdrawInvitation } from './launching.ts'
import { reasonWords } from './pages.ts'
import { findDraws, listPicks } from './pick.ts'
import { chosenStory, filterStory } from './pick-words.ts'
import {
  findProgress,
  getInvitation,
  isRecipientOrder,
  listExclusions,
  listRecipients,
  listTroubles,
} from './progress.ts'
import { closingDayPage, closingPage, progressPage, recipientsAPage } from './progress-pages.ts'
import { tryAgain } from './retries.ts'
import { listTalks } from './round-talks.ts'
import { askByMail } from './talks.ts'

const params = z.object({ id: z.string(), other: z.string().default('') })

/** What became of a campaign: who got it, who began, who answered, and what to do about mails that did not arrive. */
export async function progressRoutes(app: FastifyInstance): Promise<void> {
  const { db, clock } = app

  app.get('/campaigns/:id', async (request, reply) => {
    const user = signedIn(request)
    const campaign = await getCampaign(db, params.parse(request.params).id)
    if (campaign.state === 'draft') return reply.redirect(`/campaigns/${campaign.id}/audience`, 303)
    const query = recipientQuery.parse(request.query)
    const order = query.sort.replace('-', '')
    const wanted = {
      words: query.q,
      state: query.state,
      order: isRecipientOrder(order) ? order : ('state' as const),
      isDescending: query.sort.startsWith('-'),
      page: pageNumber(query.page),
      size: recipientsAPage,
    }
    const [progress, list, troubles, exclusions, talks, draws, picks, company] = await Promise.all([
      findProgress(db, campaign.id),
      listRecipients(db, campaign.id, wanted),
      listTroubles(db, campaign.id),
      listExclusions(db, campaign.id),
      listTalks(db, campaign.id),
      findDraws(db, user, campaign.id),
      listPicks(db, user, campaign.id),
      getCompany(db),
    ])
    const joined =
      campaign.state === 'launched' ? await countChosen(db, campaign, user.id, company.timeZone, clock()) : undefined
    const joiners = joined?.recipients ?? 0
    const reader = readerOf(user)
    const chosen = campaign.audience.isPicked
      ? chosenStory(draws, picks, campaign.audience, clock(), reader)
      : filterStory(campaign, progress.invited)
    const facts = { progress, list, troubles, exclusions, joiners, talks, chosen }
    return reply.page('campaigns/progress', progressPage(campaign, facts, query, wanted.page, user.id, clock(), reader))
  })

  app.get('/campaigns/:id/closing', async (request, reply) => {
    const campaign = await getCampaign(db, params.parse(request.params).id)
    return reply.page('campaigns/confirm', closingPage(campaign, await findProgress(db, campaign.id)))
  })

  app.post('/campaigns/:id/closing', async (request, reply) => {
    const { id } = params.parse(request.params)
    await closeCampaign(db, id, signedIn(request).id, clock())
    return reply.flash('The campaign is closed. What was answered stays.').redirect(`/campaigns/${id}`, 303)
  })

  const underWay = async (request: FastifyRequest) => {
    const campaign = await getCampaign(db, params.parse(request.params).id)
    if (campaign.state !== 'launched') throw conflict('Only a campaign that is under way has a day to move.')
    return campaign
  }

  app.get('/campaigns/:id/closing-day', async (request, reply) => {
    const campaign = await underWay(request)
    return reply.page('campaigns/closing-day', closingDayPage(campaign, await findProgress(db, campaign.id)))
  })

  app.post('/campaigns/:id/closing-day', async (request, reply) => {
    const campaign = await underWay(request)
    const { timeZone } = await getCompany(db)
    const form = parseForm(closingDayForm(dayAt(clock(), timeZone)), request.body)
    if (!form.ok) {
      const model = closingDayPage(campaign, await findProgress(db, campaign.id), form.typed, form.errors)
      return reply.code(422).page('campaigns/closing-day', model)
    }
    await changeCampaign(db, campaign, form.value, signedIn(request).id, clock())
    const day = printDay(form.value.closesOn, clock(), { language: 'en', timeZone })
    return reply.flash(`Answers come in until ${day}.`).redirect(`/campaigns/${campaign.id}`, 303)
  })

  app.post('/campaigns/:id/talks/mails', async (request, reply) => {
    const { id } = params.parse(request.params)
    const { contact } = talkForm.parse(request.body)
    const asked = await askByMail(db, signedIn(request), id, contact, clock())
    if (!asked.ok) throw conflict(`They cannot be asked by mail: ${lowered(reasonWords[asked.reason].words)}.`)
    return reply.flash('The mail is on its way.').redirect(`/campaigns/${id}`, 303)
  })

  app.post('/campaigns/:id/retries', async (request, reply) => {
    const { id } = params.parse(request.params)
    const count = await tryAgain(db, id, 'all', signedIn(request).id, clock())
    return reply
      .flash(`${count} ${count === 1 ? 'mail is' : 'mails are'} tried again.`)
      .redirect(`/campaigns/${id}`, 303)
  })

  app.post('/campaigns/:id/messages/:other/retry', async (request, reply) => {
    const { id, other } = params.parse(request.params)
    await tryAgain(db, id, other, signedIn(request).id, clock())
    return reply.flash('The mail is tried again.').redirect(`/campaigns/${id}`, 303)
  })

  app.get('/campaigns/:id/invitations/:other', async (request, reply) => {
    const { id, other } = params.parse(request.params)
    const campaign = await getCampaign(db, id)
    const invitation = await getInvitation(db, id, other)
    const reader = readerOf(signedIn(request))
    return reply.page('campaigns/invitation', invitationPage(campaign, invitation, clock(), reader))
  })

  app.get('/campaigns/:id/invitations/:other/withdrawal', async (request, reply) => {
    const { id, other } = params.parse(request.params)
    const campaign = await getCampaign(db, id)
    const { person } = await getInvitation(db, id, other)
    return reply.page('campaigns/confirm', withdrawalPage(campaign, person))
  })

  app.post('/campaigns/:id/invitations/:other/withdrawal', async (request, reply) => {
    const { id, other } = params.parse(request.params)
    await withdrawInvitation(db, id, other, signedIn(request).id, clock())
    return reply.flash('The invitation is withdrawn.').redirect(`/campaigns/${id}`, 303)
  })
}

const lowered = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)
