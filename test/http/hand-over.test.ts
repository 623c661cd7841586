import { afterEach, beforeEach, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { addFollowUp } from '#server/follow-ups/follow-ups.ts'
import { newId } from '#server/ids.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { acme, ada, fennholt, lena, makeWorld, mirador, rosa, tom } from '../support/world.ts'

/** Rosa leaves. She owns Acme and Fennholt, promised something at each and at Mirador, and signs two rounds. */

let house: TestApp
let admin: string
const at = '2026-11-20T08:00:00.000Z'

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  admin = await house.signIn(ada.id)
  const { db } = house
  await db.insertInto('customer_share').values({ customer_id: acme.id, user_id: lena.id, shared_at: at }).execute()
  for (const customer of [acme, fennholt, mirador])
    await transact(db, (trx) =>
      addFollowUp(
        trx,
        {
          customerId: customer.id,
          contactId: null,
          responseId: null,
          kind: 'promise',
          text: `Call ${customer.name}`,
          ownerId: rosa.id,
          dueOn: '2026-12-01',
          createdBy: rosa.id,
        },
        house.clock.now,
      ),
    )
  const { id: version } = await db.selectFrom('template_version').select('id').executeTakeFirstOrThrow()
  for (const [round, state] of [
    [1, 'launched'],
    [2, 'draft'],
    [3, 'closed'],
  ] as const)
    await db
      .insertInto('campaign')
      .values({
        id: newId(),
        name: `Round ${round}`,
        series: 'Why',
        round,
        template_version_id: version,
        state,
        sender_id: rosa.id,
        closes_on: '2026-12-31',
        created_by: lena.id,
        created_at: at,
        launched_by: null,
        launched_at: null,
      })
      .execute()
  await db
    .insertInto('response')
    .values({
      id: newId(),
      reference: 'WB-TEST22',
      customer_id: acme.id,
      contact_id: null,
      invitation_id: null,
      campaign_id: null,
      template_version_id: version,
      channel: 'interview',
      author_id: rosa.id,
      language: 'en',
      state: 'draft',
      took_place_on: '2026-11-19',
      segment: null,
      region: null,
      owner_id: rosa.id,
      created_at: at,
      submitted_at: null,
      revised_at: null,
    })
    .execute()
})
afterEach(() => house.close())

const path = `/users/${rosa.id}/hand-over`
const ownerOf = async (id: string) =>
  (await house.db.selectFrom('customer').select('owner_id').where('id', '=', id).executeTakeFirstOrThrow()).owner_id
const followUps = async () =>
  Object.fromEntries(
    (await house.db.selectFrom('follow_up').select(['customer_id', 'owner_id']).execute()).map((row) => [
      row.customer_id,
      row.owner_id,
    ]),
  )
const mails = () => house.db.selectFrom('mailbox_mail').selectAll().orderBy('recipient').execute()

test('the page says what is held, and that notes never filed stay private', async () => {
  const { body } = await house.get(path, admin)
  expect(body).toContain('holds 2 customers, 3 open follow-ups and 2 campaigns that go out in this name')
  expect(body).toContain('nobody else can open them: they are not handed over')
  expect(body).toContain('Acme Tools, 19 November')
  expect(body).toContain('1 follow-up at customers of colleagues')
  expect(body).not.toContain('Round 3')
})

test('everything goes to one colleague at once, who gets one mail', async () => {
  const form = { by: 'all', 'to:': tom.id, followUpsTo: 'owner', campaignsTo: tom.id }
  const done = await house.post(path, form, admin)
  expect([done.status, done.location]).toEqual([303, `/users/${rosa.id}/deactivation`])
  for (const { id } of [acme, fennholt]) expect(await ownerOf(id)).toBe(tom.id)
  expect(Object.values(await followUps())).toEqual([tom.id, tom.id, tom.id])
  const signed = await house.db.selectFrom('campaign').select(['round', 'sender_id']).orderBy('round').execute()
  expect(signed.map(({ sender_id }) => sender_id)).toEqual([tom.id, tom.id, rosa.id])

  await house.worker.drain()
  const [mail, ...others] = await mails()
  expect(others).toEqual([])
  expect(mail?.recipient).toBe(tom.email)
  expect(mail?.subject).toBe('You take over from Rosa Lind')
  expect(mail?.html_body).toContain('Ada Moss handed over to you: 2 customers, 3 open follow-ups and 2 campaigns')
  expect(Math.max(...(mail?.text_body ?? '').split('\n').map((line) => line.length))).toBeLessThanOrEqual(75)
  expect(mail?.text_body).toContain('- Acme Tools\n- Fennholt Dairy')
  const events = await house.db
    .selectFrom('event')
    .select(['action', 'detail'])
    .where('record_id', '=', rosa.id)
    .execute()
  expect(events.filter(({ action }) => action === 'handed-over')).toHaveLength(1)
  expect((await house.get(`/customers/${acme.id}`, await house.signIn(tom.id))).status).toBe(200)
  expect((await house.get(`/customers/${acme.id}`, await house.signIn(rosa.id))).status).toBe(404)
})

test('to whom a customer is shown stays as it is, and drafts of talks stay with their author', async () => {
  await house.post(path, { by: 'all', 'to:': tom.id, followUpsTo: 'owner', campaignsTo: tom.id }, admin)
  const shares = await house.db.selectFrom('customer_share').select('user_id').execute()
  expect(shares).toEqual([{ user_id: lena.id }])
  expect(await house.db.selectFrom('response').select(['author_id', 'state']).execute()).toEqual([
    { author_id: rosa.id, state: 'draft' },
  ])
})

test('some go to one, some to another, and what nobody took is still there to be handed over', async () => {
  await house.db.updateTable('customer').set({ segment: null }).where('id', '=', acme.id).execute()
  expect((await house.get(`${path}?by=segment`, admin)).body).toContain('Without a segment')
  const first = await house.post(path, { by: 'segment', 'to:Food and drink': tom.id, 'to:': '' }, admin)
  expect(first.location).toBe(`${path}?by=segment`)
  expect([await ownerOf(acme.id), await ownerOf(fennholt.id)]).toEqual([rosa.id, tom.id])
  expect(await followUps()).toMatchObject({ [acme.id]: rosa.id, [fennholt.id]: tom.id, [mirador.id]: rosa.id })

  await house.post(path, { by: 'one', [`to:${acme.id}`]: lena.id, followUpsTo: 'owner' }, admin)
  expect(await ownerOf(acme.id)).toBe(lena.id)
  expect(await followUps()).toEqual({ [acme.id]: lena.id, [fennholt.id]: tom.id, [mirador.id]: tom.id })
  await house.worker.drain()
  expect((await mails()).map(({ recipient }) => recipient)).toEqual([lena.email, tom.email, tom.email])
})

test('by region, only that region moves', async () => {
  await house.db.updateTable('customer').set({ region: 'South' }).where('id', '=', acme.id).execute()
  await house.post(path, { by: 'region', 'to:South': lena.id }, admin)
  expect([await ownerOf(acme.id), await ownerOf(fennholt.id), await ownerOf(mirador.id)]).toEqual([
    lena.id,
    rosa.id,
    tom.id,
  ])
})

test('sending it twice moves nothing twice and mails nobody twice', async () => {
  const form = { by: 'all', 'to:': tom.id, followUpsTo: 'owner', campaignsTo: tom.id }
  await house.post(path, form, admin)
  const again = await house.post(path, form, admin)
  expect((await house.get(again.location, admin)).body).toContain('Nothing is left with Rosa Lind.')
  await house.worker.drain()
  expect(await mails()).toHaveLength(1)
})

test('nobody takes over who is gone, made up, or the one who leaves; then nothing moves at all', async () => {
  await house.db.updateTable('user').set({ deactivated_at: at }).where('id', '=', tom.id).execute()
  for (const to of [tom.id, rosa.id, 'nobody', "' or 1=1"]) {
    const refused = await house.post(path, { by: 'all', 'to:': to, campaignsTo: lena.id }, admin)
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('cannot take over any more')
  }
  const rep = await house.post(path, { by: 'all', 'to:': lena.id, followUpsTo: rosa.id }, admin)
  expect(rep.status).toBe(422)
  expect(await ownerOf(acme.id)).toBe(rosa.id)
})

test('customers of others cannot be taken by naming them', async () => {
  await house.post(path, { by: 'one', [`to:${mirador.id}`]: lena.id, campaignsTo: lena.id }, admin)
  expect(await ownerOf(mirador.id)).toBe(tom.id)
})

test('choosing nobody is answered beside the choices', async () => {
  const page = await house.post(path, { by: 'all', 'to:': '' }, admin)
  expect(page.status).toBe(422)
  expect(page.body).toContain('Choose at least one colleague who takes over.')
})

test('it is found by admins only, also for somebody who is gone already', async () => {
  for (const { id } of [lena, rosa]) {
    const cookie = await house.signIn(id)
    expect((await house.get(path, cookie)).status).toBe(404)
    expect((await house.post(path, { by: 'all', 'to:': tom.id }, cookie)).status).toBe(404)
  }
  await house.post(`/users/${rosa.id}/deactivation`, { keeps: 'on' }, admin)
  expect((await house.get(`/users/${rosa.id}`, admin)).body).toContain('Hand them over')
  const late = { by: 'all', 'to:': tom.id, followUpsTo: 'owner', campaignsTo: tom.id }
  expect((await house.post(path, late, admin)).location).toBe(`/users/${rosa.id}`)
  expect((await house.get('/users', admin)).body).not.toContain('Still owns')
})
