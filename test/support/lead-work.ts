import { expect } from 'vitest'
import { codebook } from '#server/tags/codebook.ts'
import { typedOf } from '#server/tags/codebook-forms.ts'
import { ratingLines } from '#server/value/rating-rule.ts'
import type { TestApp } from './app.ts'
import { fennholt, rosa } from './world.ts'

/** A rating in which every line gets the same number. */
export const ratingOf = (score: string, evidence: string): Record<string, string> => ({
  ...Object.fromEntries(ratingLines.map((line) => [line, score])),
  takeOn: score < '3' ? 'no' : 'yes',
  chooseUs: 'unknown',
  evidence,
  thoughts: 'Their fitters would miss us.',
})

/** What a lead leaves behind: a codebook of their own and a draft of the next, a decision, something that must stay. */
export async function leadWorks(house: TestApp, lena: string): Promise<void> {
  for (const claims of ['Always there when it matters.', 'We help you sell more.\nNo line stands still.']) {
    expect((await house.post('/why/words', { claims }, lena)).status).toBe(303)
    house.clock.now = new Date(house.clock.now.getTime() + 1000)
  }
  const edit = async (revision: string, definition: string) => {
    const form = { ...typedOf(codebook, 'cost'), revision, definition }
    expect((await house.post('/codebook/draft/cost', form, lena)).status).toBe(303)
  }
  await edit('0', 'What the customer spends, patience too.')
  const note = 'Two readers took patience for emotion.'
  expect((await house.post('/codebook/draft/publication', { revision: '1', note }, lena)).status).toBe(303)
  house.clock.now = new Date(house.clock.now.getTime() + 1000)
  await edit('0', 'What the customer spends.')

  const decision = {
    key: '00000000-0000-4000-8000-000000000001',
    what: 'One person owns every late delivery',
    serves: 'No line stands still',
    function: 'Services and delivery',
    owner: 'Tom Adair',
    dueOn: '2026-12-31',
    lookOn: '2027-03-31',
    shows: 'Fewer name it next round',
  }
  expect((await house.post('/decisions?driver=risk&direction=-', decision, lena)).status).toBe(303)

  // Owner and lead do not agree.
  const rating = `/customers/${fennholt.id}/rating`
  const owner = await house.signIn(rosa.id)
  expect((await house.post(rating, ratingOf('2', 'Three late payments.'), owner)).status).toBe(303)
  expect((await house.post(rating, ratingOf('5', 'They took us along to two others.'), lena)).status).toBe(303)

  const { body } = await house.get('/never-cut/answers', lena)
  const path = /href="(\/never-cut\/answers\/[^"]+)"/.exec(body)?.[1] ?? ''
  const page = await house.get(path, lena)
  const revision = /name="revision" value="([^"]*)"/.exec(page.body)?.[1] ?? ''
  expect((await house.post(path, { revision, aspect1: 'Night line' }, lena)).status).toBe(303)

  // Linked once five customers have said something of it.
  const offering = await house.db.selectFrom('offering').select('id').executeTakeFirstOrThrow()
  expect((await house.get(`/never-cut/offerings/${offering.id}`, lena)).status).toBe(200)

  // Linked once five customers were guessed about.
  expect((await house.get('/assumed/customers?driver=cost&show=said', lena)).status).toBe(200)
}
