import PostalMime from 'postal-mime'
import { afterEach, expect, test } from 'vitest'
import { choose, createCampaign, getCampaign, launch } from '#server/campaigns/campaigns.ts'
import { suppress } from '#server/campaigns/suppression.ts'
import { transact } from '#server/db.ts'
import { smtpMailer } from '#server/mailer.ts'
import { minutes } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { type MailServer, startMailServer } from '../support/smtp.ts'
import { acme, anna, carla, jonas, lena, makeWorld, rosa, wile } from '../support/world.ts'

let house: TestApp
let mails: MailServer | undefined

afterEach(async () => {
  await house.close()
  await mails?.close()
  mails = undefined
})

async function start(withServer = true): Promise<string> {
  const server = withServer ? await startMailServer() : undefined
  mails = server
  house = await startApp(server ? { mailer: () => smtpMailer(server.url) } : {})
  await makeWorld(house.db)
  const version = await house.db.selectFrom('template_version').select('id').executeTakeFirstOrThrow()
  const form = {
    name: 'Autumn 2026',
    series: 'Why',
    templateVersionId: version.id,
    closesOn: '2026-12-04',
    senderId: null,
  }
  return createCampaign(house.db, form, lena.id, house.clock.now)
}

const launchAll = async (id: string, expected: number, from: 'draft' | 'launched' = 'draft') =>
  launch(house.db, id, from, expected, lena.id, house.clock.now)
const messages = () =>
  house.db
    .selectFrom('message')
    .select(['state', 'message_id', 'tries', 'last_reply', 'sent_at'])
    .orderBy('id')
    .execute()

test('a campaign asks everybody once, by a mail from the person they know', async () => {
  const id = await start()
  expect(await launchAll(id, 4)).toEqual({ ok: true, count: 4 })
  await house.worker.drain()
  expect(mails?.received.map((mail) => mail.to).sort()).toEqual(
    [anna, carla, jonas, wile].map((contact) => contact.email).sort(),
  )

  const raw = mails?.received.find((mail) => mail.to === anna.email)?.raw ?? ''
  const mail = await PostalMime.parse(raw)
  const header = (name: string) => mail.headers.find((one) => one.key === name)?.value ?? ''
  expect(mail.subject).toBe('Anna, why do you buy from us?')
  expect(mail.from).toMatchObject({ name: 'Rosa Lind via Brackwell Pumps', address: 'research@brackwell.example' })
  expect(mail.replyTo?.[0]?.address).toBe(rosa.email)
  expect(header('list-unsubscribe')).toMatch(/^<http:\/\/ask\.test\/u\/[\w-]{44}>, <mailto:/)
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  expect(header('list-id')).toContain('brackwell.example')
  expect(header('message-id')).toMatch(/^<[0-9a-f-]{36}@brackwell\.example>$/)

  const linksIn = (text: string) =>
    [...new Set([...text.matchAll(/http:\/\/ask\.test\/[\w/-]+/g)].map(([link]) => link))].sort()
  expect(linksIn(mail.text ?? '')).toEqual(linksIn(mail.html ?? ''))
  expect(linksIn(mail.text ?? '')).toHaveLength(4)
  for (const part of [mail.text ?? '', mail.html ?? ''])
    for (const words of [
      'Fennholt Dairy',
      'Why do you buy from us rather than from someone else?',
      '4 Weir Lane',
      '4 December',
      'You get this because',
      'Rosa Lind',
    ])
      expect(part.replaceAll(/\s+/g, ' ')).toContain(words)
  expect((mail.text ?? '').split('\n--')[0]?.split(/\s+/).length).toBeLessThan(140)
})

test('the link in the mail opens the first question', async () => {
  const id = await start()
  await launchAll(id, 4)
  await house.worker.drain()
  const [, path = ''] =
    /http:\/\/ask\.test(\/s\/[\w-]{44})\n/.exec((await PostalMime.parse(mails?.received[0]?.raw ?? '')).text ?? '') ??
    []
  expect((await house.get(path)).body).toContain('Why do you buy from us')
})

test('a wrong number launches nothing and says the right one; launching twice sends nothing twice', async () => {
  const id = await start()
  expect(await launchAll(id, 3)).toEqual({ ok: false, count: 4 })
  expect(await messages()).toEqual([])
  await launchAll(id, 4)
  expect(await launchAll(id, 4)).toEqual({ ok: false, count: 0 })
  await house.worker.drain()
  await house.worker.drain()
  expect(mails?.received).toHaveLength(4)
})

test('whoever joins the audience later is invited later, and nobody a second time', async () => {
  const id = await start(false)
  await house.db.updateTable('contact').set({ mail_basis: 'none' }).where('id', '=', carla.id).execute()
  await launchAll(id, 3)
  await house.db.updateTable('contact').set({ mail_basis: 'consent' }).where('id', '=', carla.id).execute()
  expect(
    (await choose(house.db, await getCampaign(house.db, id), 'UTC', house.clock.now)).recipients.map(
      (one) => one.contactId,
    ),
  ).toEqual([carla.id])
  expect(await launchAll(id, 1, 'launched')).toEqual({ ok: true, count: 1 })
  expect(await messages()).toHaveLength(4)
})

test('each person who is left out is left out for a reason', async () => {
  const id = await start(false)
  const set = (contact: { id: string }, change: object) =>
    house.db.updateTable('contact').set(change).where('id', '=', contact.id).execute()
  await set(anna, { mail_basis: 'none' })
  await set(jonas, { email: null })
  await set(carla, { language: 'de' })
  await transact(house.db, (trx) => suppress(trx, wile.email, 'opt_out', house.clock.now))
  const { recipients, leftOut } = await choose(house.db, await getCampaign(house.db, id), 'UTC', house.clock.now)
  expect(recipients).toEqual([])
  expect(Object.fromEntries(leftOut.map((one) => [one.contactId, one.reason]))).toEqual({
    [anna.id]: 'no_basis',
    [jonas.id]: 'no_address',
    [carla.id]: 'language',
    [wile.id]: 'suppressed',
  })
})

test('a server that says "later" is asked again later, with the same Message-ID', async () => {
  const id = await start()
  mails?.answerNext(anna.email, 451, 'Greylisted')
  await launchAll(id, 4)
  await house.worker.drain()
  const deferred = (await messages()).find((message) => message.state === 'deferred')
  expect(deferred).toMatchObject({ tries: 1, sent_at: null })
  expect(deferred?.last_reply).toContain('Greylisted')
  house.clock.forward(minutes(3))
  await house.worker.drain()
  expect((await messages()).every((message) => message.state === 'sent')).toBe(true)
  expect(mails?.received.find((mail) => mail.to === anna.email)?.raw).toContain(deferred?.message_id)
})

test('a server that refuses an address is believed, and the address is asked no more', async () => {
  const id = await start()
  mails?.answerNext(carla.email, 550, '5.1.1 No such user')
  await launchAll(id, 4)
  await house.worker.drain()
  expect((await messages()).map((message) => message.state).sort()).toEqual(['bounced', 'sent', 'sent', 'sent'])
  expect(await house.db.selectFrom('suppression').select(['address', 'reason']).execute()).toEqual([
    { address: carla.email, reason: 'bounce' },
  ])
})

test('no more mails than wanted go out in a minute', async () => {
  const server = await startMailServer()
  mails = server
  house = await startApp({ mailer: () => smtpMailer(server.url), env: { SEND_RATE_PER_MINUTE: '3' } })
  await makeWorld(house.db)
  const version = await house.db.selectFrom('template_version').select('id').executeTakeFirstOrThrow()
  const id = await createCampaign(
    house.db,
    { name: 'A', series: 'A', templateVersionId: version.id, closesOn: '2026-12-04', senderId: null },
    lena.id,
    house.clock.now,
  )
  await launchAll(id, 4)
  await house.worker.drain()
  expect(server.received).toHaveLength(3)
  house.clock.forward(minutes(1) + 1000)
  await house.worker.drain()
  expect(server.received).toHaveLength(4)
})

const stopLink = async () => {
  const invitation = await house.db
    .selectFrom('invitation')
    .selectAll()
    .where('contact_id', '=', anna.id)
    .executeTakeFirstOrThrow()
  return `/u/${house.links.token(invitation.id, 1)}`
}

test('opening the stop page, or pressing its button without a choice, stops nothing', async () => {
  await launchAll(await start(false), 4)
  const link = await stopLink()
  expect((await house.get(link)).body).toContain('What should we stop?')
  const page = await house.post(link, {})
  expect(page.status).toBe(422)
  expect(page.body).toContain('Choose one of the two')
  expect(await house.db.selectFrom('suppression').selectAll().execute()).toEqual([])
})

test('one click in the mail program stops all mails at once, without a cookie, twice if pressed twice', async () => {
  await launchAll(await start(false), 4)
  const link = await stopLink()
  for (let press = 0; press < 2; press += 1) {
    const reply = await house.post(link, { 'List-Unsubscribe': 'One-Click' }, '', { origin: '' })
    expect(reply).toMatchObject({ status: 200, location: '', cookies: [] })
  }
  expect(await house.db.selectFrom('suppression').select(['address', 'reason']).execute()).toEqual([
    { address: anna.email, reason: 'opt_out' },
  ])
  await house.worker.drain()
  const kept = await house.db.selectFrom('mailbox_mail').select('recipient').execute()
  expect(kept.map((mail) => mail.recipient)).not.toContain(anna.email)
  expect(kept).toHaveLength(3)
})

test('a person can stop only this round, and can still answer', async () => {
  await launchAll(await start(false), 4)
  const link = await stopLink()
  expect((await house.post(link, { what: 'this' })).status).toBe(303)
  expect(await house.db.selectFrom('suppression').selectAll().execute()).toEqual([])
  await house.worker.drain()
  expect(await house.db.selectFrom('mailbox_mail').select('id').execute()).toHaveLength(3)
  expect((await house.get(link.replace('/u/', '/s/'))).status).toBe(200)
})

test('a name with a line break cannot write a header', async () => {
  const id = await start()
  await house.db
    .updateTable('customer')
    .set({ name: 'Acme\r\nBcc: all@acme.example' })
    .where('id', '=', acme.id)
    .execute()
  await house.db.updateTable('contact').set({ first_name: 'Will\r\nX-Evil: 1' }).where('id', '=', wile.id).execute()
  await launchAll(id, 4)
  await house.worker.drain()
  const mail = await PostalMime.parse(mails?.received.find((one) => one.to === wile.email)?.raw ?? '')
  expect(mail.headers.map((header) => header.key)).not.toContain('x-evil')
  expect(mail.bcc).toBeUndefined()
})

test('five hundred people get five hundred mails, each once', async () => {
  const id = await start()
  const at = house.clock.now.toISOString()
  await house.db
    .insertInto('contact')
    .values(
      Array.from({ length: 496 }, (_, n) => ({
        id: `01900000-0000-7000-8000-${String(5000 + n).padStart(12, '0')}`,
        customer_id: acme.id,
        external_id: null,
        first_name: 'Robin',
        last_name: `No ${n}`,
        email: `robin.${n}@acme.example`,
        buying_role: null,
        language: 'en',
        mail_basis: 'existing_customer' as const,
        created_at: at,
        updated_at: at,
        archived_at: null,
      })),
    )
    .execute()
  await launchAll(id, 500)
  await house.worker.drain()
  expect(mails?.received).toHaveLength(500)
  expect(new Set(mails?.received.map((mail) => mail.to)).size).toBe(500)
}, 60_000)
