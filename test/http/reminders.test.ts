import { afterEach, beforeEach, expect, test } from 'vitest'
import { deliverMessage } from '#server/campaigns/delivery.ts'
import { type Mailer, mailboxMailer } from '#server/mailer.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { draftCampaign } from '../support/draft.ts'
import { anna, carla, jonas, lena, makeWorld, wile } from '../support/world.ts'

/** Monday 23 November, 10:00: five working days later is Monday the 30th, ten are Monday 7 December. */
let house: TestApp
let cookie: string
/** Called once each time just before a mail leaves. */
let beforeSending: (messageId: string) => Promise<void>

beforeEach(async () => {
  beforeSending = async () => undefined
  house = await startApp({
    mailer: (db) => {
      const mailer = mailboxMailer(db, () => house.clock.now)
      return {
        ...mailer,
        async send(mail) {
          await beforeSending(mail.messageId)
          return mailer.send(mail)
        },
      }
    },
  })
  await makeWorld(house.db)
  cookie = await house.signIn(lena.id)
})
afterEach(() => house.close())

const text = (html: string) => html.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ')

async function launched(reminders = '1'): Promise<string> {
  const path = await draftCampaign(house, cookie, { closesOn: '2026-12-18' })
  await house.post(`${path}/launch`, { count: '4', ...(reminders ? { reminders } : {}) }, cookie)
  await house.worker.drain()
  return path
}

async function on(day: string, time = '10:00:00.000Z'): Promise<void> {
  house.clock.now = new Date(`${day}T${time}`)
  await house.worker.drain()
}

const mailsTo = async (address: string) =>
  house.db.selectFrom('mailbox_mail').selectAll().where('recipient', '=', address).orderBy('kept_at').execute()
const kindsTo = async (contact: string) =>
  (
    await house.db
      .selectFrom('message')
      .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
      .select(['kind', 'state'])
      .where('contact_id', '=', contact)
      .orderBy('message.created_at')
      .orderBy('kind')
      .execute()
  ).map(({ kind, state }) => `${kind} ${state}`)
const reminderOf = (contact: string) =>
  house.db
    .selectFrom('message')
    .innerJoin('invitation', 'invitation.id', 'message.invitation_id')
    .select('message.id')
    .where('contact_id', '=', contact)
    .where('kind', '=', 'reminder-1')
    .executeTakeFirstOrThrow()
const linkOf = async (contact: string) => {
  const { id } = await house.db
    .selectFrom('invitation')
    .select('id')
    .where('contact_id', '=', contact)
    .executeTakeFirstOrThrow()
  return house.links.token(id, 1)
}
const answered = async (contact: string) => {
  const invitation = await house.db
    .selectFrom('invitation')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .select(['invitation.id', 'campaign_id', 'customer_id', 'template_version_id'])
    .where('contact_id', '=', contact)
    .executeTakeFirstOrThrow()
  await house.db
    .insertInto('response')
    .values({
      id: `answer-${contact}`,
      reference: `WB-${contact.slice(-4)}`,
      customer_id: invitation.customer_id,
      contact_id: contact,
      invitation_id: invitation.id,
      campaign_id: invitation.campaign_id,
      template_version_id: invitation.template_version_id,
      channel: 'survey',
      author_id: null,
      language: 'en',
      state: 'submitted',
      took_place_on: '2026-11-30',
      segment: null,
      region: null,
      owner_id: null,
      created_at: house.clock.now.toISOString(),
      submitted_at: house.clock.now.toISOString(),
      revised_at: null,
    })
    .execute()
}

test('whoever stays silent is reminded after five working days, a last time after ten, and then never', async () => {
  const path = await launched()
  await on('2026-11-29')
  expect((await mailsTo(anna.email)).length).toBe(1)
  await on('2026-11-30')
  const [invite, reminder] = await mailsTo(anna.email)
  expect(reminder?.subject).toBe('Anna, once more: why do you buy from us?')
  expect(text((await house.get(path, cookie)).body)).toContain('4 were reminded')
  await on('2026-12-06')
  expect((await mailsTo(anna.email)).length).toBe(2)
  await on('2026-12-07')
  const last = (await mailsTo(anna.email))[2]
  expect(last?.subject).toBe('Anna, the last time: why do you buy from us?')
  await on('2026-12-17')
  expect((await mailsTo(anna.email)).length).toBe(3)
  expect(new Set([invite?.message_id, reminder?.message_id, last?.message_id]).size).toBe(3)
})

test('a reminder carries the same ways out as the invitation, and each works', async () => {
  await launched()
  await on('2026-11-30')
  const reminder = (await mailsTo(anna.email))[1]
  const link = await linkOf(anna.id)
  for (const part of [reminder?.text_body, reminder?.html_body])
    for (const way of [`/s/${link}`, `/s/${link}/later`, `/s/${link}/privacy`, `/u/${link}`])
      expect(part).toContain(`http://ask.test${way}`)
  const headers = reminder?.headers ?? ''
  expect(headers).toContain(`<http://ask.test/u/${link}>`)
  expect(headers).toContain('List-Unsubscribe=One-Click')
  expect(reminder?.text_body).not.toMatch(/\b(revenue|risks?|emotions?|costs?)\b/i)
  await house.post(`/u/${link}`, { 'List-Unsubscribe': 'One-Click' })
  await on('2026-12-07')
  expect((await mailsTo(anna.email)).length).toBe(2)
  expect(await kindsTo(anna.id)).toContain('reminder-2 skipped')
})

test('a round without reminders sends none', async () => {
  await launched('')
  await on('2026-12-17')
  expect((await house.db.selectFrom('mailbox_mail').select('id').execute()).length).toBe(4)
})

test('the tick stands on the launch form, and what was sent stays when the number was wrong', async () => {
  const path = await draftCampaign(house, cookie)
  expect((await house.get(`${path}/recipients`, cookie)).body).toContain('name="reminders" value="1" checked')
  const wrong = await house.post(`${path}/launch`, { count: '3' }, cookie)
  expect(wrong.body).toContain('name="reminders" value="1">')
  const ticked = await house.post(`${path}/launch`, { count: '3', reminders: '1' }, cookie)
  expect(ticked.body).toContain('name="reminders" value="1" checked')
})

test('whoever answered, declined, asked for a call, opted out or was archived is not reminded', async () => {
  await launched()
  await answered(anna.id)
  const set = (contact: string, change: Record<string, string>) =>
    house.db.updateTable('invitation').set(change).where('contact_id', '=', contact).execute()
  await set(jonas.id, { declined_at: '2026-11-24T10:00:00.000Z' })
  await set(carla.id, { call_asked_at: '2026-11-24T10:00:00.000Z' })
  await house.db
    .insertInto('suppression')
    .values({ address: wile.email, reason: 'staff', created_at: '2026-11-24T10:00:00.000Z' })
    .execute()
  await on('2026-11-30')
  expect((await house.db.selectFrom('mailbox_mail').select('id').execute()).length).toBe(4)
  for (const { id } of [anna, jonas, carla, wile])
    expect(await kindsTo(id)).toEqual(['invite sent', 'reminder-1 skipped'])
})

test('somebody who answers while the reminder is being written does not get it', async () => {
  await launched()
  house.clock.now = new Date('2026-11-30T10:00:00.000Z')
  const { id } = await reminderOf(anna.id)
  let sent = 0
  const mailer = mailboxMailer(house.db, () => house.clock.now)
  const counting: Mailer = {
    ...mailer,
    async send(mail) {
      sent += 1
      return mailer.send(mail)
    },
  }
  await deliverMessage({ db: house.db, mailer: counting, clock: () => house.clock.now }, id, async () => {
    await answered(anna.id)
    return { messageId: '<x@x>', from: { name: '', address: '' }, to: '', subject: '', headers: {}, text: '', html: '' }
  })
  expect(sent).toBe(0)
  expect(await kindsTo(anna.id)).toEqual(['invite sent', 'reminder-1 skipped'])
})

test('who was spoken with since the invitation is not reminded either', async () => {
  await launched()
  await answered(anna.id)
  await house.db
    .updateTable('response')
    .set({ invitation_id: null, channel: 'interview', author_id: lena.id })
    .execute()
  await on('2026-11-30')
  expect((await mailsTo(anna.email)).length).toBe(1)
})

test('“Ask me later” is kept to the day, with or without reminders, and says that they asked for it', async () => {
  await launched('')
  await on('2026-11-24')
  expect((await house.post(`/s/${await linkOf(anna.id)}/later`, { days: '7' })).status).toBeLessThan(400)
  await on('2026-11-30')
  expect((await mailsTo(anna.email)).length).toBe(1)
  await on('2026-12-01', '09:00:00.000Z')
  const mails = await mailsTo(anna.email)
  expect(mails.length).toBe(2)
  expect(mails[1]?.subject).toBe('Anna, as you asked: why do you buy from us?')
  await on('2026-12-17')
  expect((await mailsTo(anna.email)).length).toBe(2)
})

test('a reminder that waits moves to the day that they chose, and the last one follows it', async () => {
  await launched()
  await on('2026-11-24')
  await house.post(`/s/${await linkOf(anna.id)}/later`, { days: '14' })
  await on('2026-12-07')
  expect((await mailsTo(anna.email)).length).toBe(1)
  await on('2026-12-08', '09:00:00.000Z')
  expect((await mailsTo(anna.email))[1]?.subject).toBe('Anna, as you asked: why do you buy from us?')
  await on('2026-12-15', '09:00:00.000Z')
  expect((await mailsTo(anna.email))[2]?.subject).toBe('Anna, the last time: why do you buy from us?')
})

test('after a crash between sending and noting it, a reminder goes out again under the same Message-ID, once', async () => {
  await launched()
  house.clock.now = new Date('2026-11-30T10:00:00.000Z')
  const { id } = await reminderOf(anna.id)
  await house.worker.drain()
  // As the disk stood before the sending was noted: the mail left, the record says "sending", the next is not queued.
  await house.db.deleteFrom('message').where('kind', '=', 'reminder-2').execute()
  await house.db.deleteFrom('job').execute()
  await house.db.updateTable('message').set({ state: 'sending', sent_at: null }).where('id', '=', id).execute()
  await house.db
    .insertInto('job')
    .values({
      id: 'again',
      kind: 'send-message',
      payload: JSON.stringify({ messageId: id }),
      dedupe_key: `send-message ${id}`,
      run_at: '2026-11-30T10:00:00.000Z',
      leased_until: null,
      failed_at: null,
      created_at: '2026-11-30T10:00:00.000Z',
    })
    .execute()
  const left: string[] = []
  beforeSending = async (messageId) => {
    left.push(messageId)
  }
  const [, first] = await mailsTo(anna.email)
  await house.worker.drain()
  expect(left).toEqual([first?.message_id])
  expect((await kindsTo(anna.id)).filter((one) => one.startsWith('reminder-2'))).toEqual(['reminder-2 queued'])
})

test('a round that is closed or over reminds nobody', async () => {
  const path = await launched()
  await house.post(`${path}/closing`, {}, cookie)
  await on('2026-11-30')
  expect((await house.db.selectFrom('mailbox_mail').select('id').execute()).length).toBe(4)
})

test('each text is edited by itself, is checked as the invitation, and is what goes out', async () => {
  const path = await draftCampaign(house, cookie, { closesOn: '2026-12-18' })
  const page = await house.get(`${path}/text?kind=reminder-1`, cookie)
  expect(page.body).toContain('Five working days later')
  const wrong = await house.post(`${path}/text`, { kind: 'reminder-1', subject: 'Hello {nick}', body: 'Words' }, cookie)
  expect(wrong.status).toBe(422)
  expect(wrong.body).toContain('{nick} cannot be filled.')
  expect(wrong.body).toContain('name="kind" value="reminder-1"')
  const own = { kind: 'reminder-1', subject: '{first_name}, one word?', body: 'Hello {first_name},\n\nOne word helps.' }
  const saved = await house.post(`${path}/text`, own, cookie)
  expect(saved.location).toBe(`${path}/text?kind=reminder-1`)
  expect((await house.get(`${path}/preview/html?contact=${anna.id}&kind=reminder-1`, cookie)).body).toContain(
    'One word helps.',
  )
  expect((await house.get(`${path}/text?kind=made-up`, cookie)).body).toContain('name="kind" value="invite"')
  await house.post(`${path}/launch`, { count: '4', reminders: '1' }, cookie)
  await house.worker.drain()
  expect((await mailsTo(anna.email))[0]?.subject).toBe('Anna, why do you buy from us?')
  await on('2026-11-30')
  expect((await mailsTo(anna.email))[1]?.subject).toBe('Anna, one word?')
})

test('the check of a test mail lapses when the text changes', async () => {
  const path = await draftCampaign(house, cookie)
  await house.post(`${path}/tests`, { contact: anna.id }, cookie)
  await house.worker.drain()
  expect(text((await house.get(`${path}/recipients`, cookie)).body)).toContain('Test mail sent')
  await house.post(`${path}/text`, { subject: 'Another', body: 'Other words.' }, cookie)
  expect(text((await house.get(`${path}/recipients`, cookie)).body)).toContain('No test mail yet')
})

test('moving the closing day is noted with who did it', async () => {
  const path = await launched()
  await house.post(`${path}/closing-day`, { closesOn: '2026-12-20' }, cookie)
  const events = await house.db
    .selectFrom('event')
    .select(['user_id', 'detail'])
    .where('action', '=', 'campaign.closing-day-moved')
    .execute()
  expect(events).toEqual([{ user_id: lena.id, detail: JSON.stringify({ from: '2026-12-18', to: '2026-12-20' }) }])
})
