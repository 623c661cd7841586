import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { transact } from '#server/db.ts'
import { bell, claim, enqueue, enqueueAll, finish, giveUp, putBack, retry } from '#server/queue.ts'
import { minutes } from '#server/time.ts'
import { createWorker } from '#server/worker.ts'
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

test('a job that had to wait for its turn has used up no try', async () => {
  await ask()
  for (let i = 0; i < 10; i += 1) {
    const [job] = await take()
    expect(job?.tries).toBe(1)
    await putBack(house.db, job?.id ?? '', house.clock.now.toISOString())
  }
})

describe('Work that a person waits for', () => {
  const launch = (n: number) =>
    transact(house.db, (trx) =>
      enqueueAll(
        trx,
        'slow',
        Array.from({ length: n }, (_, i) => ({ payload: { i: String(i) } })),
        house.clock.now,
      ),
    )
  const askForLink = () => transact(house.db, (trx) => enqueue(trx, 'link', {}, house.clock.now, { isUrgent: true }))

  test('goes before a launch that was there earlier', async () => {
    await launch(1000)
    house.clock.forward(minutes(1))
    await askForLink()
    expect((await take()).map(({ kind }) => kind)).toContain('link')
  })

  test('goes at once while slow mails hold every other place', async () => {
    await launch(40)
    const done: string[] = []
    const held = Promise.withResolvers<undefined>()
    const worker = createWorker(
      house.db,
      {
        slow: async () => {
          await held.promise
          done.push('slow')
          return undefined
        },
        link: async () => {
          done.push('link')
          held.resolve(undefined)
          return undefined
        },
      },
      () => house.clock.now,
      house.app.log,
    )
    const drained = worker.drain()
    setTimeout(() => void askForLink().then(() => bell.emit('job')), 100)
    expect(await drained).toBe(41)
    expect(done[0]).toBe('link')
  })
})
