import type { Server } from '../server.ts'
import { firstAdminLink } from '../session/first-admin.ts'
import { addDays, days } from '../time.ts'
import { answer, saidIn } from './answering.ts'
import { codeAnswers, readAgain, unwritten } from './coding.ts'
import { addYearsAndOfferings, guess, type Ids, importCustomers, keepRecord } from './company.ts'
import { readContent, type Said } from './content.ts'
import { decide, nameAspects, rateClients, sayOfUs } from './deciding.ts'
import { type Effects, firstRound, firstSaid, otherSaid, plantedRounds, readEffects } from './effects.ts'
import { playRound, playTalk, readRounds } from './rounds.ts'
import { noteSaid, noteTalk } from './talks.ts'
import { tell } from './telling.ts'
import { signedInVisitor, type Visitor, visitor } from './visitor.ts'

/** How many days before now each part of the story takes place. */
export const daysAgo = { start: 200, earlier: 105, guess: 24, launch: 12, coding: 1 }

/**
 * Plays the whole way on the product's own routes: a company sets itself up, imports its customers, reps guess and note
 * talks, the lead asks by mail, customers answer (or not), coders settle the tags. Returns what to print.
 */
export async function play(
  server: Server,
  origin: string,
  clock: () => Date,
  goBack: (ms: number) => void,
): Promise<string> {
  const { app, db, worker } = server
  const content = readContent()
  const staff = (role: string) => content.staff.find((one) => one.role === role) ?? content.staff[0]
  const at = (ago: number) => goBack(days(ago))

  at(daysAgo.start)
  await setUp(server, origin, clock)
  const users = new Map(
    (await db.selectFrom('user').select(['id', 'email']).execute()).map(({ id, email }) => [email, id]),
  )
  const visitors = new Map<string, Visitor>()
  async function as(email: string): Promise<Visitor> {
    const known = visitors.get(email)
    if (known) return known
    const signedIn = await signedInVisitor(app, db, origin, users.get(email) ?? '', clock())
    visitors.set(email, signedIn)
    return signedIn
  }

  const admin = await as(staff('admin')?.email ?? '')
  const year = clock().getUTCFullYear() - 1
  await importCustomers(admin, content, year)
  const ids = await readIds(server)
  const offerings = await addYearsAndOfferings(admin, content, ids, year)

  // What happened before the round that the demo is about: earlier rounds, then talks on other questions.
  const { rounds, talks } = readRounds()
  const effects = readEffects()
  const decisions: { at: string; verdict: [string, string]; look: number }[] = []
  async function decideBetween(from: number, to: number): Promise<void> {
    for (const decision of effects.decisions.filter(({ days_ago }) => days_ago < from && days_ago >= to)) {
      at(decision.days_ago)
      visitors.clear()
      const address = await decide(await as(email('lead')), decision, clock())
      if (decision.verdict) decisions.push({ at: address, verdict: decision.verdict, look: decision.look })
    }
  }
  const coded = new Map<string, Said>()
  const email = (role: string) => staff(role)?.email ?? ''
  for (const round of [...rounds, ...plantedRounds(effects)]) {
    at(round.days_ago)
    visitors.clear()
    await playRound(server, origin, await as(email('lead')), round, ids, users, clock)
    if (round.name !== firstRound) continue
    at(daysAgo.earlier)
    visitors.clear()
    await codeAll(server, await as(email('lead')), await as(email('admin')), content, effects, coded)
    await decideBetween(daysAgo.earlier, 80)
  }
  for (const talk of talks) {
    at(talk.days_ago)
    visitors.clear()
    await playTalk(server, await as(talk.by), talk, ids, clock())
  }
  await worker.drain()
  await decideBetween(80, daysAgo.guess)

  at(daysAgo.guess)
  visitors.clear()
  const { id: versionId } = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  await keepRecord(as, content, ids, clock(), daysAgo.guess)
  await guess(as, content, content.predictions, ids)
  await (await as(email('lead'))).post('/assumed/guess', {
    revenue: '20',
    cost: '90',
    risk: '60',
    emotion: '30',
    sentence: 'They compare prices, and in paper nothing else counts.',
  })
  for (const note of [...content.notes].sort((a, b) => b.days_ago - a.days_ago)) {
    at(note.days_ago)
    await noteTalk(await as(note.by), note, ids, versionId, clock())
  }
  await worker.drain()

  at(daysAgo.launch)
  const lead = await as(staff('lead')?.email ?? '')
  const campaign = await launchRound(server, lead, keptForLater(content, ids), clock)
  await worker.drain()
  await answerAll(server, origin, campaign, content, at)
  await worker.drain()

  at(daysAgo.coding)
  // The admin was made a coder with the company: with the lead they are two.
  const second = await as(email('admin'))
  await codeAll(server, lead, second, content, effects, coded)
  await readAgain(db, lead, second, coded)
  await worker.drain()
  await nameAspects(db, lead, effects, offerings)
  await sayOfUs(lead, effects)
  visitors.clear()
  await rateClients(db, as, lead, effects)
  await decideBetween(daysAgo.guess, 0)
  at(0)
  for (const { at: address, verdict } of decisions)
    await lead.post(`${address}/looks`, { verdict: verdict[0], note: verdict[1] })
  return tell(server, origin, clock, coded.size)
}

type Content = ReturnType<typeof readContent>

/** The first admin follows the printed link, fills in the company and invites everybody else. */
async function setUp({ app, db, worker }: Server, origin: string, clock: () => Date): Promise<void> {
  const { company, staff } = readContent()
  const link = await firstAdminLink(db, origin, clock())
  const [first, ...others] = [...staff].sort((a, b) => Number(b.role === 'admin') - Number(a.role === 'admin'))
  if (!link || !first) throw new Error('The demo needs an empty database and an admin.')
  await visitor(app, origin).post(new URL(link).pathname, {
    name: first.name,
    email: first.email,
    company: company.name,
    timeZone: company.time_zone,
  })
  const { id } = await db.selectFrom('user').select('id').executeTakeFirstOrThrow()
  const admin = await signedInVisitor(app, db, origin, id, clock())
  await admin.post('/settings', {
    name: company.name,
    postalAddress: company.postal_address,
    phone: company.phone,
    senderName: company.sender_name,
    senderAddress: company.sender_address,
    privacyText: '',
    timeZone: company.time_zone,
  })
  for (const one of others) await admin.post('/users', { name: one.name, email: one.email, role: one.role })
  await worker.drain()
  for (const one of staff)
    await db.updateTable('user').set({ phone: one.phone }).where('email', '=', one.email).execute()
}

async function readIds({ db }: Server): Promise<Ids> {
  const customers = await db.selectFrom('customer').select(['id', 'external_id']).execute()
  const contacts = await db.selectFrom('contact').select(['id', 'external_id', 'customer_id']).execute()
  return {
    customers: new Map(customers.map((row) => [row.external_id ?? '', row.id])),
    contacts: new Map(contacts.map((row) => [row.external_id ?? '', row.id])),
    customerOf: new Map(contacts.map((row) => [row.external_id ?? '', row.customer_id])),
  }
}

/** A dozen people whom the first round does not ask, so that whoever tries the demo can launch a second one. */
function keptForLater({ customers, responses, notes }: Content, ids: Ids): string[] {
  const told = new Set([...responses, ...notes].map(({ contact }) => contact))
  const silent = customers.flatMap(({ contacts }) => contacts.filter(({ external_id }) => !told.has(external_id)))
  return silent
    .filter((_, n) => n % 3 === 1)
    .slice(0, 12)
    .flatMap(({ external_id }) => ids.contacts.get(external_id) ?? [])
}

/** The lead makes a campaign for the active customers and launches it to exactly as many people as its page says. */
async function launchRound({ db }: Server, lead: Visitor, later: string[], clock: () => Date): Promise<string> {
  const version = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  const closesOn = addDays(clock().toISOString().slice(0, 10), 26)
  const draft = await lead.post('/campaigns', {
    name: 'Why do you buy from us?',
    series: 'Why they buy',
    templateVersionId: version.id,
    closesOn,
    senderId: '',
  })
  const id = draft.location.split('/')[2] ?? ''
  await lead.post(`/campaigns/${id}/audience`, { statuses: ['active'], englishForOthers: '1' })
  for (const contact of later)
    await lead.post(`/campaigns/${id}/people`, { contact, act: 'remove', back: 'recipients' })
  const page = await lead.get(`/campaigns/${id}/recipients`)
  const count = /<b class="num">(\d+)/.exec(page.body)?.[1] ?? ''
  await lead.post(`/campaigns/${id}/launch`, { count, reminders: '1' })
  return id
}

/** Customers open the link of their mail, on the days after it, and do what they do. */
async function answerAll(
  { app, db, links }: Server,
  origin: string,
  campaign: string,
  content: Content,
  at: (ago: number) => void,
): Promise<void> {
  const invitations = await db
    .selectFrom('invitation')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .select(['invitation.id', 'link_version', 'contact.external_id'])
    .where('invitation.campaign_id', '=', campaign)
    .execute()
  const tokens = new Map(invitations.map((row) => [row.external_id ?? '', links.token(row.id, row.link_version)]))
  for (const [index, response] of content.responses.entries()) {
    const token = tokens.get(response.contact)
    if (!token) continue
    // Most answer within three days, the last ones yesterday.
    at(daysAgo.launch - 0.2 - 10 * (index / content.responses.length) ** 2)
    await answer(visitor(app, origin), token, response)
  }
}

/** The lead and a second coder code every answer that a coding was written for and that is not in `coded`; the rest waits. */
async function codeAll(
  { db }: Server,
  lead: Visitor,
  second: Visitor,
  content: Content,
  effects: Effects,
  coded: Map<string, Said>,
): Promise<void> {
  const rows = await db
    .selectFrom('answer')
    .innerJoin('response', 'response.id', 'answer.response_id')
    .innerJoin('contact', 'contact.id', 'response.contact_id')
    .innerJoin('template_version', 'template_version.id', 'response.template_version_id')
    .innerJoin('answer_revision', (join) =>
      join.onRef('answer_revision.answer_id', '=', 'answer.id').on('answer_revision.superseded_at', 'is', null),
    )
    .leftJoin('campaign', 'campaign.id', 'response.campaign_id')
    .innerJoin('coding', 'coding.revision_id', 'answer_revision.id')
    .select(['answer.id', 'question', 'item', 'voice', 'contact.external_id', 'response.channel'])
    .select(['template_version.key', 'campaign.name as campaign', 'answer_revision.text', 'answer_revision.value'])
    .where('response.state', '=', 'submitted')
    .where('voice', 'in', ['customer', 'observed'])
    .groupBy('answer.id')
    .orderBy('answer.id')
    .execute()
  const isPlanted = ({ segment, contacts }: Content['customers'][number]) =>
    segment === 'Paper and packaging' ||
    contacts.some(({ external_id }) => effects.earlier.some(([one]) => one === external_id))
  const planted = new Set(
    content.customers.filter(isPlanted).flatMap(({ contacts }) => contacts.map(({ external_id }) => external_id)),
  )
  const answers = rows.flatMap((row) => {
    const said = coded.has(row.id)
      ? undefined
      : row.text === ''
        ? tickSaid(row.value)
        : row.campaign === firstRound
          ? firstSaid(effects, row.external_id ?? '', row.question, row.item)
          : row.key === 'core'
            ? saidOf(content, row)
            : otherSaid(effects, row.text)
    return !said || said.leave ? [] : [{ answerId: row.id, said, isPlanted: planted.has(row.external_id ?? '') }]
  })
  for (const { answerId, said } of answers) coded.set(answerId, said)
  const blind = (await unwritten(db, answers)).filter(({ answerId }) => !coded.has(answerId))
  for (const { answerId, said } of blind) coded.set(answerId, said)
  await codeAnswers(db, lead, second, [...answers, ...blind])
}

/** Who ticks that we do not help at all names no reason; a tick that we make it worse is left to whoever tries the demo. */
const tickSaid = (value: string): Said | undefined =>
  value.includes('not_at_all') ? { text: '', tags: [], none: 'NONE', leave: false } : undefined

type Spoken = { external_id: string | null; question: string; item: string; voice: string; channel: string }

function saidOf(content: Content, { external_id, question, item, voice, channel }: Spoken): Said | undefined {
  if (channel !== 'survey') {
    const kind = channel === 'interview' ? 'talk' : 'observation'
    const note = content.notes.find((one) => one.contact === external_id && one.kind === kind)
    return note && noteSaid(note, question, item, voice)
  }
  const response = content.responses.find((one) => one.contact === external_id)
  return response && saidIn(response, question, item)
}
