import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSignInLink } from '#server/session/session.ts'
import { days } from '#server/time.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { ada, lena, makeWorld, rosa, tom } from '../support/world.ts'

let house: TestApp
let admin: string

beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
  admin = await house.signIn(ada.id)
})
afterEach(() => house.close())

const userBy = (email: string) =>
  house.db.selectFrom('user').selectAll().where('email', '=', email).executeTakeFirstOrThrow()

test('only admins find the pages about people and settings', async () => {
  for (const { id } of [lena, rosa]) {
    const cookie = await house.signIn(id)
    for (const path of ['/users', `/users/${tom.id}`, `/users/${tom.id}/deactivation`, '/settings'])
      expect((await house.get(path, cookie)).status).toBe(404)
    for (const path of [
      '/users',
      `/users/${tom.id}`,
      `/users/${tom.id}/deactivation`,
      `/users/${tom.id}/reactivation`,
      `/users/${tom.id}/invitation`,
      '/settings',
    ])
      expect((await house.post(path, { role: 'admin' }, cookie)).status).toBe(404)
  }
  for (const path of ['/users', '/settings']) expect((await house.get(path)).location).toContain('/sign-in')
  expect((await house.get('/users', admin)).body).toContain('4 people can sign in.')
})

test('an admin invites somebody, who comes in by the mailed link within a week', async () => {
  const invited = await house.post(
    '/users',
    { name: 'Ida Voss', email: 'Ida.Voss@brackwell.example', role: 'lead' },
    admin,
  )
  expect(invited.status).toBe(303)
  await house.worker.drain()
  const mail = await house.db.selectFrom('mailbox_mail').selectAll().executeTakeFirstOrThrow()
  expect(mail.recipient).toBe('ida.voss@brackwell.example')
  expect(mail.subject).toBe('Ada Moss invites you to Whybuy')
  house.clock.forward(days(6))
  const link = /\/sign-in\/[\w-]{43}/.exec(mail.html_body)?.[0] ?? ''
  const signedIn = await house.post(link, { device: 'own' })
  expect(signedIn.status).toBe(303)
  const events = await house.db
    .selectFrom('event')
    .select(['action', 'user_id'])
    .where('action', '=', 'invited')
    .execute()
  expect(events).toEqual([{ action: 'invited', user_id: ada.id }])
})

test('an address that is there already is not invited twice', async () => {
  const page = await house.post('/users', { name: 'Rosa again', email: rosa.email.toUpperCase(), role: 'rep' }, admin)
  expect(page.status).toBe(422)
  expect(page.body).toContain('Somebody in the list has this address.')
  expect(page.body).toContain('value="Rosa again"')
})

test('an invitation can be sent again', async () => {
  await house.post(`/users/${tom.id}/invitation`, {}, admin)
  await house.post(`/users/${tom.id}/invitation`, {}, admin)
  await house.worker.drain()
  const mails = await house.db.selectFrom('mailbox_mail').select('recipient').execute()
  expect(mails).toEqual([{ recipient: tom.email }, { recipient: tom.email }])
})

test('a change of role holds from the next page on', async () => {
  const cookie = await house.signIn(rosa.id)
  expect((await house.get('/mailbox', cookie)).status).toBe(404)
  await house.post(`/users/${rosa.id}`, { role: 'lead' }, admin)
  expect((await house.get('/mailbox', cookie)).status).toBe(200)
  expect(await userBy(rosa.email)).toMatchObject({ role: 'lead', is_coder: 0 })
})

test('an admin or lead can be named a coder, a rep cannot', async () => {
  await house.post(`/users/${lena.id}`, { role: 'lead', isCoder: 'on' }, admin)
  expect(await userBy(lena.email)).toMatchObject({ role: 'lead', is_coder: 1 })
  const refused = await house.post(`/users/${rosa.id}`, { role: 'rep', isCoder: 'on' }, admin)
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('A rep cannot be a coder')
  expect(await userBy(rosa.email)).toMatchObject({ role: 'rep', is_coder: 0 })
  await house.post(`/users/${lena.id}`, { role: 'rep' }, admin)
  expect(await userBy(lena.email)).toMatchObject({ role: 'rep', is_coder: 0 })
})

test('whoever is deactivated is signed out everywhere at once, and after coming back old links and sessions stay dead', async () => {
  const cookie = await house.signIn(rosa.id)
  const token = await createSignInLink(house.db, rosa.id, house.clock.now)
  expect((await house.get(`/users/${rosa.id}/deactivation`, admin)).body).toContain('still holds 2 customers')
  const refused = await house.post(`/users/${rosa.id}/deactivation`, {}, admin)
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Hand over what they hold first')
  await house.post(`/users/${rosa.id}/deactivation`, { keeps: 'on' }, admin)
  expect((await house.get('/users', admin)).body).toContain('Still owns 2 customers')
  expect((await house.get('/account', cookie)).location).toContain('/sign-in')
  expect((await house.post(`/users/${rosa.id}/invitation`, {}, admin)).status).toBe(409)

  await house.post(`/users/${rosa.id}/reactivation`, {}, admin)
  expect((await house.get('/account', cookie)).location).toContain('/sign-in')
  expect((await house.post(`/sign-in/${token}`)).status).toBe(410)
  expect((await house.get('/account', await house.signIn(rosa.id))).status).toBe(200)
})

test('the last admin can be neither removed nor given another role', async () => {
  expect((await house.post(`/users/${ada.id}/deactivation`, {}, admin)).status).toBe(409)
  const page = await house.post(`/users/${ada.id}`, { role: 'lead' }, admin)
  expect(page.status).toBe(422)
  expect(page.body).toContain('This is the only admin.')
  await house.post(`/users/${lena.id}`, { role: 'admin' }, admin)
  expect((await house.post(`/users/${ada.id}`, { role: 'lead' }, admin)).status).toBe(303)
})
