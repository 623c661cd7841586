import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { getCompany } from '../company.ts'
import { conflict } from '../errors.ts'
import { asTyped, parseForm, type Typed } from '../forms.ts'
import { pageNumber } from '../lists.ts'
import { framedMail, framePolicy } from '../mail-frame.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import { latestVersions } from '../templates/templates.ts'
import { dayAt, readerOf } from '../time.ts'
import { audiencePage } from './audience-page.ts'
import {
  barredFrom,
  type Campaign,
  changeCampaign,
  createCampaign,
  findGuessed,
  findSeries,
  findSigners,
  findTests,
  getCampaign,
  handPick,
  listCampaigns,
  mailLanguage,
  queueTest,
  removeDraft,
} from './campaigns.ts'
import { basicsPage, listPage, removalPage } from './draft-pages.ts'
import {
  audienceForm,
  campaignForm,
  contactQuery,
  countForm,
  handPickForm,
  newQuery,
  pageQuery,
  testForm,
  textForm,
  textQuery,
} from './forms.ts'
import { choose, countChosen, countTalks, type Launch, launch } from './launching.ts'
import { previewMail } from './mail.ts'
import { audienceChoices, findPeople, findPeopleById } from './people.ts'
import { pickRoutes } from './pick-routes.ts'
import { progressRoutes } from './progress-routes.ts'
import { leftOutPage, recipientsPage } from './recipients-pages.ts'
import { suppressionListRoutes } from './suppression-list-routes.ts'
import { previewPage, textPage } from './text-pages.ts'
import type { TextKind } from './texts.ts'

const idOf = (request: FastifyRequest): string => z.object({ id: z.string() }).parse(request.params).id
const userId = (request: FastifyRequest): string => signedIn(request).id

/** Campaigns are for leads and admins; whom a round asks is proposed by reps too, among their own customers. */
export async function campaignRoutes(app: FastifyInstance): Promise<void> {
  await app.register(pickRoutes)
  await app.register(leadRoutes)
}

/** A draft is worked through as steps that can be revisited, then launched. */
async function leadRoutes(app: FastifyInstance): Promise<void> {
  onlyFor(app, 'lead', 'admin')
  await app.register(progressRoutes)
  await app.register(suppressionListRoutes)
  const { db, clock } = app

  const zoneOf = async () => (await getCompany(db)).timeZone
  const chosen = async (request: FastifyRequest, campaign: Campaign) =>
    choose(db, campaign, userId(request), await zoneOf(), clock())

  async function draft(request: FastifyRequest): Promise<Campaign> {
    const campaign = await getCampaign(db, idOf(request))
    if (campaign.state !== 'draft') throw conflict('This campaign is on its way already, so its draft stays as it was.')
    return campaign
  }

  app.get('/campaigns', async (request, reply) =>
    reply.page('campaigns/list', listPage(await listCampaigns(db), clock(), readerOf(signedIn(request)))),
  )

  async function basics(
    reply: FastifyReply,
    campaign: Campaign | undefined,
    typed?: Typed,
    errors = {},
    isTalks = typed?.isTalks === '1',
  ) {
    const [versions, signers, series] = await Promise.all([latestVersions(db), findSigners(db), findSeries(db)])
    return reply.page('campaigns/basics', basicsPage(campaign, versions, signers, series, typed, errors, isTalks))
  }

  async function parseBasics(body: unknown) {
    const form = parseForm(campaignForm(dayAt(clock(), await zoneOf())), body)
    if (!form.ok || !form.value.senderId) return form
    const isKnown = (await findSigners(db)).some(({ id }) => id === form.value.senderId)
    const errors = { senderId: 'Choose somebody from the list: whoever signs works here.' }
    return isKnown ? form : { ok: false as const, errors, typed: asTyped(body) }
  }

  /** A campaign begins with the newest version of questions that may go by mail, or be asked in talks. */
  async function askedProblem(versionId: string, isTalks: boolean): Promise<string> {
    const version = (await latestVersions(db)).find(({ id }) => id === versionId)
    return version
      ? barredFrom(isTalks, version, version.template)
      : 'These questions have a newer version by now. Choose what to ask anew.'
  }

  app.get('/campaigns/new', async (request, reply) =>
    basics(reply, undefined, undefined, {}, newQuery.parse(request.query).talks === '1'),
  )

  app.post('/campaigns', async (request, reply) => {
    const form = await parseBasics(request.body)
    if (!form.ok) return basics(reply.code(422), undefined, form.typed, form.errors)
    const problem = await askedProblem(form.value.templateVersionId, form.value.isTalks)
    if (problem) return basics(reply.code(422), undefined, asTyped(request.body), { templateVersionId: problem })
    const id = await createCampaign(db, form.value, userId(request), clock())
    return reply.redirect(`/campaigns/${id}/${form.value.isTalks ? 'pick' : 'audience'}`, 303)
  })

  app.get('/campaigns/:id/basics', async (request, reply) => basics(reply, await draft(request)))

  app.post('/campaigns/:id/basics', async (request, reply) => {
    const campaign = await draft(request)
    const sent = { ...asTyped(request.body), templateVersionId: campaign.version.id, series: campaign.series }
    const form = await parseBasics(sent)
    if (!form.ok) return basics(reply.code(422), campaign, form.typed, form.errors)
    await changeCampaign(db, campaign, form.value, userId(request), clock())
    return reply.redirect(`/campaigns/${campaign.id}/audience`, 303)
  })

  app.get('/campaigns/:id/audience', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    if (campaign.state === 'closed') throw conflict('This campaign is closed and stays as it was.')
    const { find } = pageQuery.parse(request.query)
    const { added, removed } = campaign.audience
    const [choices, counted, found, picked] = await Promise.all([
      audienceChoices(db),
      countChosen(db, campaign, userId(request), await zoneOf(), clock()),
      find ? findPeople(db, find) : [],
      findPeopleById(db, [...added, ...removed]),
    ])
    return reply.page('campaigns/audience', audiencePage(campaign, choices, counted, found, picked, find))
  })

  app.post('/campaigns/:id/audience', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    const { next, ...filters } = audienceForm.parse(request.body ?? {})
    const { added, removed } = campaign.audience
    const audience = { ...filters, added, removed, isPicked: false }
    await changeCampaign(db, campaign, { audience }, userId(request), clock())
    const onward = campaign.state === 'draft' ? 'text' : 'joiners'
    return reply.redirect(`/campaigns/${campaign.id}/${next === 'count' ? 'audience' : onward}`, 303)
  })

  app.post('/campaigns/:id/people', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    const { contact, act, back } = handPickForm.parse(request.body)
    const audience = handPick(campaign.audience, contact, act)
    await changeCampaign(db, campaign, { audience }, userId(request), clock())
    return reply.redirect(`/campaigns/${campaign.id}/${back}`, 303)
  })

  /** Which mail a page or a form is about: English where the campaign has none in that language. */
  const partOf = (campaign: Campaign, sent: unknown) => {
    const { kind, language } = textQuery.parse(sent ?? {})
    return { kind, language: mailLanguage(campaign, language) }
  }

  async function text(
    request: FastifyRequest,
    reply: FastifyReply,
    campaign: Campaign,
    part: { kind: TextKind; language: string },
    typed?: Typed,
    errors = {},
  ) {
    const { recipients } = await chosen(request, campaign)
    return reply.page('campaigns/text', textPage(campaign, part, recipients, typed, errors))
  }

  app.get('/campaigns/:id/text', async (request, reply) => {
    const campaign = await draft(request)
    return text(request, reply, campaign, partOf(campaign, request.query))
  })

  app.post('/campaigns/:id/text', async (request, reply) => {
    const campaign = await draft(request)
    const part = partOf(campaign, request.body)
    const form = parseForm(textForm, request.body)
    if (!form.ok) return text(request, reply.code(422), campaign, part, form.typed, form.errors)
    await changeCampaign(db, campaign, { text: { ...form.value, ...part } }, userId(request), clock())
    const more = part.language === 'en' ? '' : `language=${part.language}`
    if (part.kind === 'invite') return reply.redirect(`/campaigns/${campaign.id}/preview${more && `?${more}`}`, 303)
    const path = `/campaigns/${campaign.id}/text?kind=${part.kind}${more && `&${more}`}`
    return reply.flash('The text is saved.').redirect(path, 303)
  })

  app.get('/campaigns/:id/preview', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    const { contact, language } = contactQuery.parse(request.query)
    const { recipients } = await chosen(request, campaign)
    const speaks = recipients.find((person) => language && mailLanguage(campaign, person.language) === language)
    const to = contact || (speaks ?? recipients[0])?.contactId
    const mail = to ? await previewMail(db, app.links, campaign, to, clock()) : undefined
    const facts = { to: to ?? '', mail, recipients, user: signedIn(request) }
    return reply.page('campaigns/preview', previewPage(campaign, facts))
  })

  app.get('/campaigns/:id/preview/html', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    const { contact, language } = contactQuery.parse(request.query)
    const { kind } = textQuery.parse(request.query)
    const { html } = await previewMail(db, app.links, campaign, contact, clock(), { kind, language })
    return reply
      .header('content-security-policy', framePolicy)
      .type('text/html; charset=utf-8')
      .send(await framedMail(app.db, html))
  })

  app.post('/campaigns/:id/tests', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    const user = signedIn(request)
    const { contact } = testForm.parse(request.body)
    await queueTest(db, campaign.id, contact, user.id, clock())
    reply.flash(`A test mail is on its way to ${user.email}. Open it before you launch.`)
    return reply.redirect(`/campaigns/${campaign.id}/preview?contact=${encodeURIComponent(contact)}`, 303)
  })

  async function recipients(request: FastifyRequest, reply: FastifyReply, campaign: Campaign, typed = {}, errors = {}) {
    const { page } = pageQuery.parse(request.query)
    const isPicked = campaign.state === 'draft' && campaign.audience.isPicked
    const [all, talks, tests, company, guessed] = await Promise.all([
      chosen(request, campaign),
      isPicked ? countTalks(db, campaign.id) : 0,
      findTests(db, campaign),
      getCompany(db),
      findGuessed(db),
    ])
    const facts = {
      ...all,
      talks,
      tests,
      company,
      guessed,
      isAdmin: signedIn(request).role === 'admin',
    }
    const model = recipientsPage(campaign, facts, pageNumber(page), typed, errors, clock(), readerOf(signedIn(request)))
    return reply.page('campaigns/recipients', model)
  }

  app.get('/campaigns/:id/recipients', async (request, reply) => recipients(request, reply, await draft(request)))

  app.get('/campaigns/:id/joiners', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    if (campaign.state !== 'launched') throw conflict('Only a campaign that is under way can invite more people.')
    return recipients(request, reply, campaign)
  })

  app.get('/campaigns/:id/left-out', async (request, reply) => {
    const campaign = await getCampaign(db, idOf(request))
    const { page, reason } = pageQuery.parse(request.query)
    const { leftOut } = await chosen(request, campaign)
    return reply.page('campaigns/left-out', leftOutPage(campaign, leftOut, reason, pageNumber(page)))
  })

  for (const from of ['draft', 'launched'] as const)
    app.post(from === 'draft' ? '/campaigns/:id/launch' : '/campaigns/:id/joiners', async (request, reply) => {
      const campaign = await getCampaign(db, idOf(request))
      // A second press, or the reload of an old page: it is on its way, and nothing happens twice.
      if (from === 'draft' && campaign.state !== 'draft') return reply.redirect(`/campaigns/${campaign.id}`, 303)
      const form = parseForm(countForm, request.body)
      if (!form.ok) return recipients(request, reply.code(422), campaign, form.typed, form.errors)
      const launching = { from, expected: form.value.count, reminds: form.value.reminders }
      const result = await launch(db, campaign.id, launching, userId(request), clock())
      if (result.ok) {
        reply.flash(launchedWords(result))
        return reply.redirect(`/campaigns/${campaign.id}`, 303)
      }
      const now = await getCampaign(db, campaign.id)
      if (now.state !== from) return reply.redirect(`/campaigns/${campaign.id}`, 303)
      const count = `It is ${result.count} people now, not ${form.value.count}. Look at the list again, then type ${result.count}.`
      return recipients(request, reply.code(422), now, asTyped(request.body), { count })
    })

  app.get('/campaigns/:id/removal', async (request, reply) =>
    reply.page('campaigns/confirm', removalPage(await draft(request))),
  )
  app.post('/campaigns/:id/removal', async (request, reply) => {
    const campaign = await draft(request)
    await removeDraft(db, campaign.id, userId(request), clock())
    return reply.flash(`The draft “${campaign.name}” is gone.`).redirect('/campaigns', 303)
  })
}

function launchedWords({ count, talks }: Launch): string {
  const mails = count === 1 ? 'One mail is on its way.' : count > 0 ? `${count} mails are on their way.` : ''
  const held = talks === 1 ? 'One talk stands' : `${talks} talks stand`
  return [mails, talks > 0 ? `${held} on the page of who holds them.` : ''].filter(Boolean).join(' ')
}
