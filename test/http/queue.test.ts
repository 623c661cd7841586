import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { claim, enqueue, finish, giveUp, retry } from '#server/queue.ts'
import { startApp, type TestApp } from '../support/app.ts'

let house: TestApp
beforeEach(async () => {
  house = await startApp()
})
afterEach(() => house.close())

const ask = () =>
  transact(house.db, (trx) =>
    enqueue(trx, 'suggest-tags', { responseId: 'a' }, house.clock.now, { key: 'suggest-tags a' }),
  )
const take = () => claim(house.db, 8, house.clock.now)

describe('Work that stands in the queue once', () => {
  test('is not added a second time while it waits', async () => {
    await ask()
    await ask()
    expect(await take()).toHaveLength(1)
  })

  test('is done again if it was asked for while it was being done: the answer may have changed since', async () => {
    await ask()
    const [first] = await take()
    await ask()
    await finish(house.db, first?.id ?? '')
    const [second] = await take()
    expect(second).toMatchObject({ kind: 'suggest-tags', payload: { responseId: 'a' }, tries: 1 })
    expect(second?.id).not.toBe(first?.id)
  })

  test('is done at once if it was asked for while a try failed', async () => {
    await ask()
    const [first] = await take()
    await ask()
    await retry(house.db, first?.id ?? '', '2026-11-24T10:00:00.000Z', 'no')
    expect(await take()).toHaveLength(1)
  })

  test('is taken up again by a new wish after it was given up', async () => {
    await ask()
    const [first] = await take()
    await giveUp(house.db, first?.id ?? '', 'no', house.clock.now)
    expect(await take()).toHaveLength(0)
    await ask()
    expect(await take()).toHaveLength(1)
  })
})
