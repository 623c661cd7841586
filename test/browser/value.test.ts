import { afterAll, beforeAll, test } from 'vitest'
import { newId } from '#server/ids.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { expectAccessible, expectNoSidewaysScroll, shoot, type Visit, visit } from '../support/browser.ts'
import { ratingOf } from '../support/lead-work.ts'
import { newestVersion } from '../support/versions.ts'
import { acme, ada, lena, makeWorld, rosa } from '../support/world.ts'

let house: TestApp
let web: Visit
let rated: string

/** Fifteen customers: the more they give the less most of them get. */
async function makeCrowd(): Promise<void> {
  const { db } = house
  const at = house.clock.now.toISOString()
  const version = await newestVersion(db, 'rel')
  for (let n = 0; n < 15; n += 1) {
    const [id, responseId] = [newId(), newId()]
    const none = { external_id: null, region: null, country: null, time_zone: null, language: null }
    const customer = { id, name: `Customer ${n + 1}`, segment: n % 2 ? 'Food' : 'Paper', owner_id: lena.id }
    await db
      .insertInto('customer')
      .values({
        ...none,
        ...customer,
        customer_since: null,
        status: 'active',
        created_at: at,
        updated_at: at,
        archived_at: null,
      })
      .execute()
    const year = { year: 2025, orders: null, margin_minor: null, currency: 'EUR' }
    await db
      .insertInto('customer_year')
      .values({ customer_id: id, revenue_minor: n * 1_234_500, ...year })
      .execute()
    await db
      .insertInto('response')
      .values({
        id: responseId,
        reference: `WB-${n}`,
        customer_id: id,
        contact_id: null,
        invitation_id: null,
        campaign_id: null,
        template_version_id: version,
        channel: 'survey',
        author_id: null,
        language: 'en',
        state: 'submitted',
        consent_level: 'lead',
        took_place_on: '2026-11-02',
        segment: null,
        region: null,
        owner_id: lena.id,
        created_at: at,
        submitted_at: at,
        revised_at: null,
      })
      .execute()
    const answers: [string, string, object][] = [
      ['REL-1', 'results', { score: n === 13 ? 1 : (n * 7) % 11 }],
      ['REL-2', '', { score: n % 11 }],
      ['REL-3', '', { choice: n % 3 ? 'same' : 'more' }],
      ['REL-4', '', { choice: n % 4 ? 'would' : 'once' }],
      ['REL-6', '', { choice: n % 5 ? 'no' : 'comparing' }],
    ]
    for (const [question, item, value] of answers) {
      const answerId = newId()
      await db
        .insertInto('answer')
        .values({ id: answerId, response_id: responseId, question, item, row: 0, voice: 'customer' })
        .execute()
      const words = { text: '', language: 'en', provenance: 'typed' as const, after_prompt: 0, superseded_at: null }
      await db
        .insertInto('answer_revision')
        .values({
          id: newId(),
          answer_id: answerId,
          number: 1,
          value: JSON.stringify(value),
          submitted_at: at,
          ...words,
        })
        .execute()
    }
  }
}

/** Some of the crowd as their rep and the lead see them, not always alike; returns the first. */
async function rateSome(): Promise<string> {
  const crowd = await house.db
    .selectFrom('customer')
    .select('id')
    .where('name', 'like', 'Customer %')
    .orderBy('id')
    .execute()
  const [rep, lead] = [await house.signIn(rosa.id), await house.signIn(lena.id)]
  for (const [at, { id }] of crowd.slice(0, 7).entries()) {
    await house.db.updateTable('customer').set({ owner_id: rosa.id }).where('id', '=', id).execute()
    const path = `/customers/${id}/rating`
    await house.post(path, { ...ratingOf(String(1 + (at % 5)), 'Two talks in spring.'), room: '4', pays: '1' }, rep)
    if (at < 6) await house.post(path, { ...ratingOf(String(1 + (at % 5)), 'The last review.'), room: '4' }, lead)
  }
  return crowd[3]?.id ?? ''
}

beforeAll(async () => {
  house = await startApp()
  await makeWorld(house.db)
  await makeCrowd()
  rated = await rateSome()
  web = await visit(house)
})
afterAll(async () => {
  await web.close()
  await house.close()
})

test('who is vulnerable and whom to value is accessible, fits a small phone and stands as it should', async () => {
  for (const [id, urls] of [
    [
      lena.id,
      [
        ['/vulnerable', 'vulnerable'],
        ['/value', 'value'],
        ['/value/list', 'client-list'],
        [`/customers/${rated}/rating`, 'rating'],
        [`/customers/${acme.id}/rating`, 'rating-form'],
        ['/assumed', 'assumed-none'],
        ['/why', 'why-links'],
      ],
    ],
    [ada.id, [['/vulnerable/points', 'vulnerable-points']]],
  ] as const) {
    const page = await web.open({ cookie: await house.signIn(id), viewport: { width: 320, height: 700 } })
    for (const [url, name] of urls) {
      await page.setViewportSize({ width: 320, height: 700 })
      await page.goto(url)
      await expectAccessible(page)
      await expectNoSidewaysScroll(page)
      await shoot(page, name)
    }
  }
})
