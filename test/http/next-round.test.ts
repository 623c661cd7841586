import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextRound, standingOf } from '#server/decisions/next-round.ts'
import { nextRoundPart } from '#server/decisions/next-round-page.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { makeFiguresWorld } from '../support/figures-world.ts'
import { acme, ada, anna, carla, fennholt, lena, makeWorld, mirador, rosa } from '../support/world.ts'

let house: TestApp
beforeEach(async () => {
  house = await startApp()
  await makeWorld(house.db)
})
afterEach(() => house.close())

const part = async () => nextRoundPart(await nextRound(house.db, { ...lena, ...rest }, house.clock.now))
const rest = { isCoder: false, hasShortcuts: true, timeZone: 'UTC' }

test('who gave a reason within a year, who answered without one and who declined are not asked next', () => {
  const today = '2026-11-23'
  expect(standingOf('2025-11-23', [], today)).toBe('fresh')
  expect(standingOf('2025-11-22', ['complete'], today)).toBe('old')
  expect(standingOf(undefined, ['silent', 'complete'], today)).toBe('told')
  expect(standingOf(undefined, ['silent', 'refused'], today)).toBe('declined')
  expect(standingOf(undefined, ['partial', 'undelivered'], today)).toBe('silent')
  expect(standingOf(undefined, [], today)).toBe('unasked')
})

test('the card says whom to ask: never asked, asked and silent, and those whose reason is older than a year', async () => {
  await invite(house.db, house.links, [anna, carla])
  await house.db.updateTable('message').set({ state: 'sent' }).execute()
  await makeResponse(house.db, house.clock.now, [{ text: 'You deliver.' }], { customer: mirador, on: '2025-06-01' })
  const { whom } = await part()
  expect(whom).toBe('3 of 3 active customers: 1 never asked, 1 asked and silent and 1 with a reason older than a year.')
  await makeResponse(house.db, house.clock.now, [{ text: 'You deliver.' }], { customer: acme })
  await house.db.updateTable('customer').set({ status: 'lost' }).where('id', '=', mirador.id).execute()
  expect((await part()).whom).toBe('1 of 2 active customers: 1 asked and silent.')
})

test('the largest of them are named, and none whose reason was given for totals only is called silent', async () => {
  for (const [index, { id }] of [acme, fennholt, mirador].entries())
    await house.db
      .insertInto('customer_year')
      .values({
        customer_id: id,
        year: 2025,
        revenue_minor: 100 * index,
        orders: null,
        margin_minor: null,
        currency: 'EUR',
      })
      .execute()
  const [link] = await invite(house.db, house.links, [anna])
  const { id: invitationId } = await house.db.selectFrom('invitation').select('id').executeTakeFirstOrThrow()
  expect(link).toBeDefined()
  await makeResponse(house.db, house.clock.now, [{ text: 'Because.' }], {
    customer: fennholt,
    invitationId,
    level: 'totals',
  })
  const { largest, others } = await part()
  expect(largest.map(({ name }) => name)).toEqual(['Mirador Tiles', 'Acme Tools'])
  expect(others).toBe('1 answered, but gave no reason that may be read with their name.')
})

test('how many follows the sample size of the list: a small list is asked whole', async () => {
  expect((await part()).many).toBe('For reasons, 8 to 15 talks. For figures about the list, ask all 3.')
  await makeFiguresWorld(house.db, 3, 60)
  const round = await nextRound(house.db, { ...lena, ...rest }, house.clock.now)
  expect(round.active).toBeGreaterThan(30)
  expect(nextRoundPart(round).many).toContain(
    `For figures about all ${round.active} to within 10 points, ${round.needed} answers from customers drawn at random: ask ${round.invites}`,
  )
})

test('what is open is what the figures cannot tell apart; where none may be shown that is said', async () => {
  expect((await part()).open).toContain('Nobody has been heard and read there yet.')
  await makeFiguresWorld(house.db, 3, 60)
  const round = await nextRound(house.db, { ...lena, ...rest }, house.clock.now)
  if (typeof round.helped === 'string') throw new Error(round.helped)
  const level = round.helped.tiers.filter((tier) => tier.length > 1)
  expect(nextRoundPart(round).open).toContain(
    level.length > 0 ? `cannot be told apart among ${round.helped.n} customers` : 'each can be told apart',
  )
})

test('the card stands above the decisions for those who read by name, and for nobody else', async () => {
  for (const [user, isThere] of [
    [lena, true],
    [rosa, false],
    [ada, false],
  ] as const) {
    const { body, status } = await house.get('/decisions', await house.signIn(user.id))
    expect(status).toBe(200)
    expect(body.includes('Whom to ask')).toBe(isThere)
  }
})
