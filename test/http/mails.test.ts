import { afterEach, expect, test } from 'vitest'
import { type Mailer, smtpMailer } from '#server/mailer.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { header, type Smtp, startSmtp } from '../support/smtp.ts'
import { acme, anna, carla, jonas, lena, makeWorld, rosa, tom, wile } from '../support/world.ts'

let house: TestApp
let smtp: Smtp | undefined

afterEach(async () => {
  await house.close()
  await smtp?.close()
  smtp = undefined
})

/** The house on a real SMTP server, with the world in it; returns a lead's cookie. */
async function start(refuse?: Parameters<typeof startSmtp>[0], env: Record<string, string> = {}): Promise<string> {
  const server = await startSmtp(refuse)
  smtp = server
  house = await startApp({ mailer: (db) => smtpMailer(server.url, db), baseUrl: 'https://ask.brackwell.example', env })
  await makeWorld(house.db)
  return house.signIn(lena.id)
}

async function launch(cookie: string, count: number): Promise<string> {
  const path = await draftCampaign(house, cookie)
  const reply = await house.post(`${path}/launch`, { count: String(count) }, cookie)
  expect(reply.status).toBe(303)
  return path
}

const messageTo = (contactId: string) =>
  house.db
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .select(['message.id', 'message.message_id', 'invitation_id', 'state', 'tries', 'last_reply'])
    .where('contact_id', '=', contactId)
    .executeTakeFirstOrThrow()
const received = (address: string) => smtp?.received.filter(({ to }) => to === address) ?? []
const linksIn = (text: string) => [...new Set(text.match(/https:\/\/[^\s"<>]+/g) ?? [])].sort()

test('an invitation carries who asks, whom an answer reaches, and every way out', async () => {
  const cookie = await start()
  await launch(cookie, 4)
  await house.worker.drain()
  const [mail] = received(anna.email)
  if (!mail) throw new Error('Anna got no mail')
  const { id, message_id, invitation_id } = await messageTo(anna.id)
  const link = `https://ask.brackwell.example/u/${house.links.token(invitation_id, 1)}`

  expect(mail.mail.from).toMatchObject({ name: 'Rosa Lind via Brackwell Pumps', address: 'research@brackwell.example' })
  expect(mail.from).toBe('research@brackwell.example')
  expect(mail.mail.replyTo?.[0]).toMatchObject({ name: rosa.name, address: rosa.email })
  expect(mail.mail.subject).toBe('Anna, why do you buy from us?')
  expect(mail.mail.messageId).toBe(`<${id}@brackwell.example>`)
  expect(message_id).toBe(mail.mail.messageId)
  // The contract with mail programs (RFC 8058): if one of these two vanishes, people can no longer leave with one click.
  expect(header(mail, 'List-Unsubscribe')).toBe(`<${link}>, <mailto:research@brackwell.example?subject=unsubscribe>`)
  expect(header(mail, 'List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click')
  expect(header(mail, 'List-ID')).toBe('Brackwell Pumps <research.brackwell.example>')
  expect(header(mail, 'X-Whybuy-Invitation')).toBe(invitation_id)
})

test('both parts say the same, with the same links, in fewer than 120 words, and name no driver', async () => {
  const cookie = await start()
  await launch(cookie, 4)
  await house.worker.drain()
  const { html = '', text = '' } = received(anna.email)[0]?.mail ?? {}
  const { invitation_id } = await messageTo(anna.id)
  const base = 'https://ask.brackwell.example'
  const token = house.links.token(invitation_id, 1)
  const wanted = [`${base}/s/${token}`, `${base}/s/${token}/later`, `${base}/s/${token}/privacy`, `${base}/u/${token}`]
  expect(linksIn(text)).toEqual(wanted.sort())
  expect(linksIn(html)).toEqual(wanted.sort())
  for (const part of [html.replaceAll(/\s+/g, ' '), text.replaceAll(/\s+/g, ' ')]) {
    expect(part).toContain('Hello Anna,')
    expect(part).toContain('why Fennholt Dairy works with us')
    expect(part).toContain('Why do you buy from us rather than from someone else?')
    expect(part).toContain('4 December')
    expect(part).toContain('You get this because you work with us at Fennholt Dairy.')
    expect(part).toContain('Brackwell Pumps Ltd, 4 Weir Lane, Brackwell BW1 2PT')
    expect(part).not.toMatch(/\b(revenue|risks?|emotions?|costs?)\b/i)
  }
  const [letter = ''] = text.split('\n--')
  expect(letter.split(/\s+/).filter((word) => /\w/.test(word)).length).toBeLessThan(120)
  expect(text.split('\n').every((line) => line.length <= 78 || line.includes('https://'))).toBe(true)
  expect(html).toContain('lang="en"')
})

test('where a customer has no owner, or the owner left the company, whoever launched it signs and gets the replies', async () => {
  const cookie = await start()
  await house.db.updateTable('customer').set({ owner_id: null }).where('id', '=', acme.id).execute()
  await house.db
    .updateTable('user')
    .set({ deactivated_at: '2026-11-22T08:00:00.000Z' })
    .where('id', '=', tom.id)
    .execute()
  await launch(cookie, 4)
  await house.worker.drain()
  for (const { email } of [wile, carla]) {
    const mail = received(email)[0]?.mail
    expect(mail?.from?.name).toBe('Lena Okafor via Brackwell Pumps')
    expect(mail?.replyTo?.[0]?.address).toBe(lena.email)
  }
  expect(received(anna.email)[0]?.mail.replyTo?.[0]?.address).toBe(rosa.email)
})

test('names with markup or line breaks in them stay text, and begin no header', async () => {
  const cookie = await start()
  await house.db
    .updateTable('customer')
    .set({ name: '<b>Acme</b>\r\nBcc: all@acme.example' })
    .where('id', '=', acme.id)
    .execute()
  await house.db
    .updateTable('contact')
    .set({ first_name: 'Will\r\nBcc: x@acme.example' })
    .where('id', '=', wile.id)
    .execute()
  await launch(cookie, 4)
  await house.worker.drain()
  const [mail] = received(wile.email)
  expect(mail?.mail.html).toContain('&lt;b&gt;Acme&lt;/b&gt;')
  expect(mail?.mail.headers.some(({ key }) => key === 'bcc')).toBe(false)
  expect(mail?.mail.subject).toBe('Will Bcc: x@acme.example, why do you buy from us?')
  expect(smtp?.received.map(({ to }) => to)).not.toContain('x@acme.example')
})

test('a campaign to 500 contacts arrives 500 times, each once', async () => {
  const cookie = await start(undefined, { SEND_RATE_PER_MINUTE: '100000' })
  const at = '2026-11-01T08:00:00.000Z'
  const people = Array.from({ length: 496 }, (_, n) => ({
    id: `c-${n}`,
    customer_id: acme.id,
    external_id: null,
    first_name: 'Guest',
    last_name: `Number ${n}`,
    email: `guest-${n}@acme.example`,
    buying_role: null,
    language: 'en',
    mail_basis: 'existing_customer' as const,
    created_at: at,
    updated_at: at,
    archived_at: null,
  }))
  for (let start = 0; start < people.length; start += 100)
    await house.db
      .insertInto('contact')
      .values(people.slice(start, start + 100))
      .execute()
  const path = await launch(cookie, 500)
  await house.worker.drain()
  expect(smtp?.received.length).toBe(500)
  expect(new Set(smtp?.received.map(({ to }) => to)).size).toBe(500)
  expect(new Set(smtp?.received.map(({ mail }) => mail.messageId)).size).toBe(500)
  expect((await house.get(path, cookie)).body).toContain('500 invited, 500 sent')
})

test('a server that says "later" is asked again after 2, then 4 minutes, and the mail arrives once', async () => {
  const cookie = await start((address, nth) =>
    address === anna.email && nth < 3 ? { code: 451, words: '4.7.1 Greylisted, come back later' } : undefined,
  )
  const path = await launch(cookie, 4)
  await house.worker.drain()
  expect(await messageTo(anna.id)).toMatchObject({ state: 'deferred', tries: 1 })
  const page = await house.get(path, cookie)
  expect(page.body).toContain('Their server said “later”. Next try 10:02.')
  expect(page.body).toContain('Greylisted')
  for (const minutes of [2, 4]) {
    house.clock.forward(minutes * 60_000 - 1000)
    await house.worker.drain()
    expect(received(anna.email)).toEqual([])
    house.clock.forward(1000)
    await house.worker.drain()
  }
  expect(received(anna.email).length).toBe(1)
  const events = await house.db
    .selectFrom('message_event')
    .select(['kind', 'code'])
    .where('message_id', '=', (await messageTo(anna.id)).id)
    .orderBy('id')
    .execute()
  expect(events).toEqual([
    { kind: 'deferred', code: 451 },
    { kind: 'deferred', code: 451 },
    { kind: 'sent', code: 250 },
  ])
})

test('a refused address is shown with the words of its server and is not written to again', async () => {
  const cookie = await start((address) =>
    address === anna.email ? { code: 550, words: '5.1.1 No such mailbox' } : undefined,
  )
  const path = await launch(cookie, 4)
  await house.worker.drain()
  expect((await messageTo(anna.id)).state).toBe('bounced')
  expect((await house.get(path, cookie)).body).toContain('5.1.1 No such mailbox')
  const list = await house.db.selectFrom('suppression').select(['address', 'reason']).execute()
  expect(list).toEqual([{ address: anna.email, reason: 'bounce' }])
})

test('a refusal that is not about the address does not suppress it, and "try again" sends the mail', async () => {
  const cookie = await start((address, nth) =>
    address === anna.email && nth === 1 ? { code: 554, words: '5.7.1 Looks like spam' } : undefined,
  )
  const path = await launch(cookie, 4)
  await house.worker.drain()
  expect(await house.db.selectFrom('suppression').selectAll().execute()).toEqual([])
  const { id, message_id } = await messageTo(anna.id)
  expect((await house.post(`${path}/messages/${id}/retry`, {}, cookie)).status).toBe(303)
  await house.worker.drain()
  expect(received(anna.email).map(({ mail }) => mail.messageId)).toEqual([message_id])
  expect((await house.post(`${path}/messages/${id}/retry`, {}, cookie)).status).toBe(409)
})

test('after six tries a mail is given up, and all that failed are tried again at once', async () => {
  let isDown = true
  const cookie = await start(() => (isDown ? { code: 421, words: '4.3.2 Closing for the night' } : undefined))
  const path = await launch(cookie, 4)
  for (let tries = 0; tries < 6; tries += 1) {
    await house.worker.drain()
    house.clock.forward(64 * 60_000)
  }
  expect(await messageTo(carla.id)).toMatchObject({ state: 'failed', tries: 6 })
  expect((await house.get(path, cookie)).body).toContain('Try all 4 again')
  isDown = false
  await house.post(`${path}/retries`, {}, cookie)
  await house.worker.drain()
  expect(smtp?.received.length).toBe(4)
})

test('a server that cannot be reached, or refuses our login, blames nobody', async () => {
  house = await startApp({ mailer: (db) => smtpMailer('smtp://127.0.0.1:1', db) })
  await makeWorld(house.db)
  await launch(await house.signIn(lena.id), 4)
  await house.worker.drain()
  expect((await messageTo(anna.id)).state).toBe('deferred')
  expect(await house.db.selectFrom('suppression').selectAll().execute()).toEqual([])
})

test('after a crash between the server and the note of it, the mail goes out again with the same Message-ID only', async () => {
  const sent: string[] = []
  const mailer: Mailer = {
    isPractice: false,
    send: async (mail) => {
      sent.push(`${mail.to} ${mail.messageId}`)
      if (sent.length === 1) throw new Error('The process dies here.')
      return { state: 'sent', reply: '250 ok' }
    },
    close: () => {},
  }
  house = await startApp({ mailer: () => mailer })
  await makeWorld(house.db)
  await launch(await house.signIn(lena.id), 4)
  await house.worker.drain()
  house.clock.forward(10 * 60_000)
  await house.worker.drain()
  expect(sent.length).toBe(5)
  expect(new Set(sent).size).toBe(4)
})

test('no more mails go out in a minute than the setting allows, and other work goes on meanwhile', async () => {
  const cookie = await start(undefined, { SEND_RATE_PER_MINUTE: '2' })
  const path = await launch(cookie, 4)
  await house.post(`${path}/tests`, { contact: anna.id }, cookie)
  await house.worker.drain()
  expect(smtp?.received.filter(({ to }) => to !== lena.email).length).toBe(2)
  expect(received(lena.email).length).toBe(1)
  house.clock.forward(60_000)
  await house.worker.drain()
  expect(smtp?.received.filter(({ to }) => to !== lena.email).length).toBe(4)
})

test('who answered, was archived or has no basis any more in the meantime gets no mail, and the page says why', async () => {
  const cookie = await start()
  await launch(cookie, 4)
  await house.db
    .updateTable('contact')
    .set({ archived_at: '2026-11-23T10:00:00.000Z' })
    .where('id', '=', anna.id)
    .execute()
  await house.db.updateTable('contact').set({ mail_basis: 'none' }).where('id', '=', jonas.id).execute()
  await house.worker.drain()
  expect(smtp?.received.map(({ to }) => to).sort()).toEqual([carla.email, wile.email].sort())
  expect(await messageTo(anna.id)).toMatchObject({ state: 'skipped', last_reply: 'The contact was archived.' })
})

test('a mail that waited until the round was over is not sent', async () => {
  const cookie = await start()
  await launch(cookie, 4)
  house.clock.forward(13 * 86_400_000)
  await house.worker.drain()
  expect(smtp?.received).toEqual([])
  expect(await messageTo(anna.id)).toMatchObject({ state: 'skipped', last_reply: 'The closing day has passed.' })
})
