import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { registerCodebook } from '#server/tags/codebook-versions.ts'
import { shippedVersion } from '#server/tags/learned.ts'
import { makeResponse } from '../support/answers.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { lena, makeWorld } from '../support/world.ts'

let house: TestApp
let web: Visit
let lead: string

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  lead = await house.signIn(lena.id)
  const standing = (right: number) => ({ right, said: 60, decided: 58 })
  const version = (number: number, outcome: 'kept' | 'worse', isInUse: number) => ({
    id: newId(),
    number,
    base: shippedVersion,
    made_at: house.clock.now.toISOString(),
    decisions: 180 + 60 * number,
    customers: 31,
    held_out: 44,
    figures: JSON.stringify({ before: standing(37), after: standing(37 + 3 * number), drivers: [] }),
    outcome,
    body: outcome === 'kept' ? '{"terms":[],"scales":[],"weights":[]}' : '',
    is_in_use: isInUse,
  })
  await house.db
    .insertInto('learned_model')
    .values([version(1, 'kept', 0), version(2, 'worse', 0), version(3, 'kept', 1)])
    .execute()
  await decideSome()
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

/** Twelve answers that were suggested as cost + and decided so, all but two. */
async function decideSome(): Promise<void> {
  await registerCodebook(house.db, house.clock.now)
  for (let n = 0; n < 12; n += 1) {
    const { answerId } = await makeResponse(house.db, house.clock.now, [{ text: `Saves us a day a week, ${n}` }])
    const { id: revisionId } = await house.db
      .selectFrom('answer_revision')
      .select('id')
      .where('answer_id', '=', answerId)
      .executeTakeFirstOrThrow()
    for (const reader of [{ suggester_version: 'shipped' }, { user_id: lena.id, is_settled: 1 }]) {
      const id = newId()
      const at = house.clock.now.toISOString()
      await house.db
        .insertInto('coding')
        .values({
          id,
          answer_id: answerId,
          revision_id: revisionId,
          codebook_version: '1.1',
          created_at: at,
          ...reader,
        })
        .execute()
      if ('user_id' in reader && n > 9) continue
      await house.db
        .insertInto('tag')
        .values({
          id: newId(),
          coding_id: id,
          driver: 'cost',
          direction: '+',
          sub: 'C3',
          about: 'us',
          start_at: 0,
          end_at: 8,
          probability: null,
        })
        .execute()
    }
  }
}

test('what the suggester learned is shown, and can be set back, on a phone and without a mouse', async () => {
  const page = await web.open({ viewport: { width: 320, height: 700 }, cookie: lead })
  await page.goto('/tags/learning')
  await expectAccessible(page)
  await expectNoSidewaysScroll(page)
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('What the suggester learned here')
  expect(await page.locator('body').textContent()).toContain('version 3')
  expect(await page.getByRole('row', { name: /Cost/ }).textContent()).toMatch(/12\s*10\s*83\s%\s*100\s%/)
  await shoot(page, 'learning')
  await page.getByRole('button', { name: 'Use Version 1' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('and from version 1').waitFor()
})
