import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Server } from '../server.ts'
import { addDays, dayAt } from '../time.ts'
import type { Ids } from './company.ts'
import { hiddenField, type Visitor, visitor } from './visitor.ts'

const words = z.union([z.string(), z.number()]).transform(String)
const fields = z.record(z.string(), z.union([words, z.array(words)]))
type Fields = z.infer<typeof fields>
const said = { contact: z.string(), consent: z.enum(['team', 'lead', 'totals']), pages: z.record(z.string(), fields) }

const content = z.object({
  rounds: z.array(
    z.object({
      template: z.string(),
      name: z.string(),
      series: z.string(),
      days_ago: z.number(),
      signer: z.string(),
      audience: fields,
      answers: z.array(z.object(said)),
    }),
  ),
  talks: z.array(
    z.object({
      template: z.string(),
      kind: z.enum(['talk', 'observation']),
      by: z.string(),
      days_ago: z.number(),
      place: z.string(),
      present: z.string(),
      language: z.string(),
      ...said,
    }),
  ),
})
export type Round = z.infer<typeof content>['rounds'][number]
type Talk = z.infer<typeof content>['talks'][number]

export const readRounds = () => content.parse(parse(readFileSync(join(import.meta.dirname, 'rounds.yaml'), 'utf8')))

/** The newest version of a template, as a campaign or a talk names it. */
async function versionOf({ db }: Server, key: string): Promise<string> {
  const { id } = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', key)
    .orderBy('number', 'desc')
    .executeTakeFirstOrThrow()
  return id
}

/** A lead asks by mail with some template, and those answer who have something to say. */
export async function playRound(
  server: Server,
  origin: string,
  lead: Visitor,
  round: Round,
  ids: Ids,
  users: Map<string, string>,
  clock: () => Date,
): Promise<void> {
  const { app, db, links, worker } = server
  const draft = await lead.post('/campaigns', {
    name: round.name,
    series: round.series,
    templateVersionId: await versionOf(server, round.template),
    closesOn: addDays(dayAt(clock()), 21),
    senderId: users.get(round.signer) ?? '',
  })
  const id = draft.location.split('/')[2] ?? ''
  await lead.post(`/campaigns/${id}/audience`, round.audience)
  const { body } = await lead.get(`/campaigns/${id}/recipients`)
  await lead.post(`/campaigns/${id}/launch`, { count: /<b class="num">(\d+)/.exec(body)?.[1] ?? '' })
  await worker.drain()

  const invitations = await db
    .selectFrom('invitation')
    .select(['id', 'link_version', 'contact_id'])
    .where('campaign_id', '=', id)
    .execute()
  for (const { contact, consent, pages } of round.answers) {
    const invited = invitations.find(({ contact_id }) => contact_id === ids.contacts.get(contact))
    if (!invited) throw new Error(`${contact} was not asked in the round “${round.name}” of the demo.`)
    const path = `/s/${links.token(invited.id, invited.link_version)}`
    const customer = visitor(app, origin)
    for (const [question, sent] of Object.entries(pages)) await fill(customer, `${path}/q/${question}`, sent)
    await customer.post(`${path}/submission`, { who: consent })
  }
  await worker.drain()
}

/** A member of staff opens a guide, notes what was said page by page, and files it. */
export async function playTalk(server: Server, rep: Visitor, talk: Talk, ids: Ids, now: Date): Promise<void> {
  const opening = `/customers/${ids.customerOf.get(talk.contact)}/interviews/new`
  const { location } = await rep.post(opening, {
    key: hiddenField(await rep.get(opening), 'key'),
    version: await versionOf(server, talk.template),
    channel: talk.kind === 'talk' ? 'interview' : 'observation',
    language: talk.language,
    contact: ids.contacts.get(talk.contact) ?? '',
    tookPlaceOn: dayAt(now),
    place: talk.place,
    present: talk.present,
  })
  for (const [question, sent] of Object.entries(talk.pages)) await fill(rep, `${location}/q/${question}`, sent)
  await rep.post(`${location}/submission`, { act: 'file', who: talk.consent, owe: '', oweDue: '', oweOwner: '' })
}

/** Opens the page of a question and sends it filled. */
async function fill(who: Visitor, path: string, { every, ...sent }: Fields): Promise<void> {
  const page = await who.get(path)
  const base = { version: hiddenField(page, 'version'), writer: hiddenField(page, 'writer'), seen: '', go: 'next' }
  await who.post(path, { ...base, ...sent, ...(every ? gridOf(page.body, [every].flat()) : {}) })
}

/** A choice for each line of a grid, in turn. */
function gridOf(body: string, every: string[]): Record<string, string> {
  const names = [...new Set([...body.matchAll(/type="radio" name="([^"]+)"/g)].map(([, name = '']) => name))]
  return Object.fromEntries(names.map((name, index) => [name, every[index % every.length] ?? '']))
}
