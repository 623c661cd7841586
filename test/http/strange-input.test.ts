import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { type BusyHouse, makeBusyHouse } from '../support/busy-house.ts'
import { acme, lena } from '../support/world.ts'

let house: TestApp
let busy: BusyHouse

beforeAll(async () => {
  house = await startApp({ onDisk: true })
  busy = await makeBusyHouse(house)
})
afterAll(() => house.close())

describe('What no page of ours sends is refused, and is no fault of ours:', () => {
  test.each([
    '/review?page=1&page=2',
    '/mailbox?q=a&q=b',
    '/follow-ups?page=1&page=2',
    '/suppressions?page=1&page=2',
    '/sign-in/none?next=/a&next=/b',
  ])('%s, where one word is expected', async (url) => {
    expect((await house.get(url, busy.ada)).status).toBeLessThan(500)
  })

  test('a choice that is not on the list, in any form of a campaign', async () => {
    const { id } = await house.db
      .selectFrom('campaign')
      .select('id')
      .where('state', '=', 'draft')
      .executeTakeFirstOrThrow()
    const post = (path: string, form: Record<string, string>) => house.post(`/campaigns/${id}/${path}`, form, busy.ada)
    expect((await post('audience', { statuses: 'friend', next: 'count' })).status).toBe(400)
    expect((await post('people', { contact: 'somebody', act: 'hug' })).status).toBe(400)
    const basics = await post('basics', { name: 'Spring', closesOn: '2027-03-31', senderId: 'nobody' })
    expect(basics.status).toBe(422)
    expect(basics.body).toContain('Choose somebody from the list: whoever signs works here.')
  })

  test.each([
    ['application/json', '{"name":{"toString":1}}', 415],
    ['text/plain', 'name=A', 415],
    ['multipart/form-data; boundary=x', '--x\r\n', 415],
  ])('a form that is sent as %s', async (type, payload, status) => {
    const headers = { host: 'ask.test', origin: 'http://ask.test', cookie: busy.ada, 'content-type': type }
    const url = `/customers/${acme.id}/edit`
    expect((await house.app.inject({ method: 'POST', url, headers, payload })).statusCode).toBe(status)
  })

  test('a file that breaks off on its way', async () => {
    const headers = {
      host: 'ask.test',
      origin: 'http://ask.test',
      cookie: busy.ada,
      'content-type': 'multipart/form-data; boundary=x',
    }
    const broken = await house.app.inject({ method: 'POST', url: '/customers/import', headers, payload: '--x\r\n' })
    expect(broken.statusCode).toBe(400)
  })
})

test('a line break in the name of the company keeps nobody from signing in', async () => {
  await house.db.updateTable('company').set({ name: 'Brackwell\r\nPumps' }).execute()
  await house.post('/sign-in', { email: lena.email })
  await house.worker.drain()
  const mail = await house.db
    .selectFrom('mailbox_mail')
    .selectAll()
    .where('recipient', '=', lena.email)
    .executeTakeFirst()
  expect(mail?.sender).toContain('Whybuy at Brackwell Pumps')
})

test('pressing the button twice for a new contact adds one, and the second press says so', async () => {
  const form = { firstName: 'Nia', lastName: 'Ode', email: 'nia.ode@acme.example', mailBasis: 'none' }
  const press = () => house.post(`/customers/${acme.id}/contacts/new`, form, busy.rosa)
  const presses = await Promise.all([press(), press()])
  expect(presses.map(({ status }) => status)).toEqual([303, 409])
  expect(presses[1]?.body).toContain('This is on record already')
})
