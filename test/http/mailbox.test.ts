import { afterEach, beforeEach, expect, test } from 'vitest'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, anna, fennholt, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

const at = '2026-11-20T08:00:00.000Z'

/** A mail to Anna as a campaign sends it, kept in the mailbox. Returns the mail's path. */
async function mailAnna(
  kind: 'invite' | 'receipt',
  html = '<!doctype html><html><head><title>x</title></head><body><p>Why?</p></body></html>',
) {
  const { id: version } = await house.db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const once = { campaign: 'campaign-1', invitation: 'invitation-1', response: 'response-1' }
  await house.db
    .insertInto('campaign')
    .values({
      id: once.campaign,
      name: 'First',
      series: 'First',
      round: 1,
      template_version_id: version,
      state: 'launched',
      sender_id: null,
      closes_on: '2026-12-04',
      created_by: lena.id,
      created_at: at,
      launched_by: lena.id,
      launched_at: at,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await house.db
    .insertInto('invitation')
    .values({
      id: once.invitation,
      campaign_id: once.campaign,
      contact_id: anna.id,
      customer_id: fennholt.id,
      created_at: at,
      began_at: null,
      call_asked_at: null,
      ask_after_on: null,
      declined_at: null,
      withdrawn_at: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const known = await house.db.selectFrom('response').select('id').where('id', '=', once.response).executeTakeFirst()
  if (!known)
    await makeResponse(house.db, new Date(at), [], {
      id: once.response,
      reference: 'WB-TEST22',
      customer: fennholt,
      contact: anna,
      invitationId: once.invitation,
      campaignId: once.campaign,
    })
  await house.db
    .insertInto('message')
    .values({
      id: `message-${kind}`,
      invitation_id: once.invitation,
      kind,
      state: 'sent',
      message_id: `<${kind}@ask.test>`,
      created_at: at,
      sent_at: at,
    })
    .execute()
  await house.db
    .insertInto('mailbox_mail')
    .values({
      id: `mail-${kind}`,
      message_id: `<${kind}@ask.test>`,
      sender: 'Brackwell <research@brackwell.example>',
      recipient: anna.email,
      subject: 'Anna, why do you buy from us?',
      headers: '{"List-Unsubscribe":"<http://ask.test/u/x>"}',
      text_body: 'Why do you buy?',
      html_body: html,
      kept_at: at,
    })
    .execute()
  return `/mailbox/mail-${kind}`
}

async function signInMail(email: string): Promise<string> {
  await house.post('/sign-in', { email })
  await house.worker.drain()
  const mail = await house.db
    .selectFrom('mailbox_mail')
    .select('id')
    .where('recipient', '=', email)
    .executeTakeFirstOrThrow()
  return `/mailbox/${mail.id}`
}

test('an admin opens every mail; a lead those to customers and the own ones, but no link of a colleague', async () => {
  const toAnna = await mailAnna('invite')
  const toRosa = await signInMail(rosa.email)
  const toLena = await signInMail(lena.email)
  const admin = await house.signIn(ada.id)
  const lead = await house.signIn(lena.id)
  for (const path of [toAnna, toRosa, toLena]) expect((await house.get(path, admin)).status).toBe(200)
  for (const path of [toAnna, toLena]) expect((await house.get(path, lead)).status).toBe(200)
  for (const path of [toRosa, `${toRosa}/html`, `${toRosa}?part=text`, `${toRosa}?part=headers`])
    expect((await house.get(path, lead)).status).toBe(404)
  const list = (await house.get('/mailbox', lead)).body
  expect(list).toContain('Anna Brandt, Fennholt Dairy')
  expect(list).not.toContain('Rosa Lind')
  expect((await house.get(`/mailbox?q=${rosa.email}`, lead)).body).not.toContain(toRosa)
})

test('a colleague whose address is also that of a contact still gets links that no lead can open', async () => {
  await house.db.updateTable('contact').set({ email: rosa.email }).where('id', '=', anna.id).execute()
  const toRosa = await signInMail(rosa.email)
  expect((await house.get(toRosa, await house.signIn(lena.id))).status).toBe(404)
})

test('reps and strangers find no mailbox', async () => {
  const path = await mailAnna('invite')
  const rep = await house.signIn(rosa.id)
  for (const page of ['/mailbox', path, `${path}/html`]) {
    expect((await house.get(page, rep)).status).toBe(404)
    expect((await house.get(page)).location).toContain('/sign-in')
  }
})

test('a mail is shown in a frame that runs and loads nothing', async () => {
  const path = await mailAnna('invite')
  const cookie = await house.signIn(ada.id)
  const page = await house.get(path, cookie)
  expect(page.body).toContain(`<iframe class="mail-frame" src="${path}/html"`)
  const frame = await house.get(`${path}/html`, cookie)
  const policy = String(frame.headers['content-security-policy'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain('sandbox allow-popups allow-popups-to-escape-sandbox')
  expect(policy).not.toContain('allow-scripts')
  expect(frame.body).toContain('<base target="_blank">')
  expect((await house.get(`${path}?part=text`, cookie)).body).toContain('Why do you buy?')
  expect((await house.get(`${path}?part=headers`, cookie)).body).toContain('&lt;http://ask.test/u/x&gt;')
})

test('a receipt repeats the customer’s words and opens only to those who may read them with the name', async () => {
  const path = await mailAnna('receipt', '<html><head></head><body>the milk is lost by morning</body></html>')
  const admin = await house.signIn(ada.id)
  const lead = await house.signIn(lena.id)
  const consent = (level: 'team' | 'lead' | 'totals') =>
    house.db.updateTable('response').set({ consent_level: level }).execute()
  const reads = async (cookie: string) => (await house.get(`${path}/html`, cookie)).body.includes('lost by morning')
  await consent('totals')
  expect([await reads(lead), await reads(admin)]).toEqual([false, false])
  expect((await house.get(`${path}?part=text`, lead)).body).toContain('In confidence')
  await consent('lead')
  expect([await reads(lead), await reads(admin)]).toEqual([true, false])
})

test('mails are found by recipient or subject, and a percent sign is only a percent sign', async () => {
  await mailAnna('invite')
  const cookie = await house.signIn(ada.id)
  for (const q of ['anna.brandt', 'WHY DO YOU'])
    expect((await house.get(`/mailbox?q=${encodeURIComponent(q)}`, cookie)).body).toContain('/mailbox/mail-invite')
  expect((await house.get('/mailbox?q=%25', cookie)).body).toContain('No mail fits')
})

test('the mail page counts what is on its way, in practice and by SMTP', async () => {
  await mailAnna('invite')
  const cookie = await house.signIn(ada.id)
  const page = (await house.get('/mailbox', cookie)).body
  expect(page).toContain('Practice mode')
  expect(page).toMatch(/<dt class="num">1<\/dt><dd>Sent/)
})
