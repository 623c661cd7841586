import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, openDatabase } from '#server/db.ts'
import { newId } from '#server/ids.ts'
import { enqueue } from '#server/queue.ts'
import { suggestTags } from '#server/tags/suggest-tags.ts'
import { suggester } from '#server/tags/suggester.ts'
import { lena } from '../support/world.ts'
import { answerWhile, inviteSome, isCalm, p99, print } from './importing.ts'
import { type Check, makeProduct } from './product.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const customers = 50
const corrections = 300
const answersEach = 4
const longestWait = 1_800_000

/** In this house "the portal" is coded as risk, whatever is said of it; other answers stay as they are read. */
const portal = [
  'The portal is what we open first every single morning',
  'We open your portal before anything else here',
  'Our people would ask for the portal first thing in the day',
]
const other = [
  'The support is quick and friendly, and that counts',
  'You save us a day a week on invoices',
  'We never had an outage in the night shift',
  'The spare parts are too expensive',
  'Our sales grow since your name is on the box',
  'Nothing comes to mind at the moment',
]

/**
 * Teaches the suggester with 300 corrections of one kind beside `answers` that wait, and lets it read them anew: is it kept,
 * are they read, and what do people who answer meanwhile notice?
 */
export async function checkLearning(answers: number): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-soak-'))
  const product = await makeProduct(folder, customers, {})
  try {
    const links = await inviteSome(folder, product)
    const db = openDatabase(join(folder, 'whybuy.db'))
    await fill(db, answers)
    await product.start()
    const before = await timesUntil(product, links, () => wait(8_000))
    await db.transaction().execute((trx) => enqueue(trx, 'learn', {}, new Date()))
    const learned = performance.now()
    const learning = await timesUntil(product, links, () => until(() => countVersions(db)))
    const learnedMs = performance.now() - learned
    const read = performance.now()
    const reading = await timesUntil(product, links, () => until(async () => (await countJobs(db)) === 0))
    const readMs = performance.now() - read
    const version = await db.selectFrom('learned_model').select(['outcome', 'decisions']).executeTakeFirstOrThrow()
    const { anew } = await db
      .selectFrom('coding')
      .select((eb) => eb.fn.countAll<number>().as('anew'))
      .where('suggester_version', 'like', '%-learned-1')
      .executeTakeFirstOrThrow()
    await db.destroy()
    await product.stop()
    // On a machine that is busy with other things it is slow before, too.
    const limit = Math.max(100, 2 * Math.max(p99(before.opened), p99(before.saved)))
    return [
      {
        says: `${corrections} corrections of one kind are learned and change what waits`,
        holds: version.outcome === 'kept' && anew > answers / 10 && anew < answers / 2,
        figures: `${version.outcome}, from ${version.decisions} decisions in ${(learnedMs / 1000).toFixed(1)} s; ${anew} of ${answers} answers read otherwise`,
      },
      {
        says: 'Whoever answers while it learns and reads anew waits less than 100 ms (or twice as long as before), 99 times of 100',
        holds: isCalm(learning, limit) && isCalm(reading, limit),
        figures: `before: opened ${print(before.opened)}, saved ${print(before.saved)}; learning: ${print(learning.opened)}, ${print(learning.saved)}; reading anew for ${(readMs / 1000).toFixed(1)} s: ${print(reading.opened)}, ${print(reading.saved)}`,
      },
    ]
  } finally {
    await product.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timesUntil(product: Parameters<typeof answerWhile>[0], links: string[], end: () => Promise<unknown>) {
  let isOver = false
  const answering = answerWhile(product, links, () => isOver)
  await end()
  isOver = true
  return answering
}

async function until(holds: () => Promise<unknown>): Promise<void> {
  const started = performance.now()
  while (!(await holds())) {
    if (performance.now() - started > longestWait) throw new Error('It does not end.')
    await wait(100)
  }
}

const countVersions = async (db: Db): Promise<number> =>
  (await db.selectFrom('learned_model').select('id').execute()).length

const countJobs = async (db: Db): Promise<number> =>
  (await db.selectFrom('job').select('id').where('kind', '=', 'suggest-again').execute()).length

/** Answers that the shipped suggester has read; the first 300 are decided by a lead, each as risk. */
async function fill(db: Db, answers: number): Promise<void> {
  const now = new Date()
  const template = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const owners = await db.selectFrom('customer').select('id').limit(customers).execute()
  let decided = 0
  for (let start = 0; start < answers; start += 100 * answersEach)
    await db.transaction().execute(async (trx) => {
      for (let n = start; n < Math.min(answers, start + 100 * answersEach); n += answersEach) {
        const said = Array.from({ length: answersEach }, (_, k) => sentence(n + k, decided < corrections))
        const customer = owners[(n / answersEach) % owners.length]?.id ?? ''
        const { responseId, made } = await addResponse(trx, template.id, customer, said, now)
        await suggestTags(trx, responseId, suggester, now)
        for (const one of made) {
          if (decided >= corrections) break
          await decide(trx, one, now)
          decided += 1
        }
      }
    })
}

const sentence = (n: number, isPortal: boolean): string =>
  isPortal || n % 4 === 0 ? `${portal[n % portal.length]}, as on day ${n}.` : `${other[n % other.length]} (${n}).`

type Made = { answerId: string; revisionId: string; length: number }

async function addResponse(trx: Db, templateVersionId: string, customerId: string, said: string[], now: Date) {
  const responseId = newId()
  const at = now.toISOString()
  await trx
    .insertInto('response')
    .values({
      id: responseId,
      reference: `WB-${responseId.slice(-8)}`,
      customer_id: customerId,
      contact_id: null,
      invitation_id: null,
      campaign_id: null,
      template_version_id: templateVersionId,
      channel: 'interview',
      author_id: lena.id,
      language: 'en',
      state: 'submitted',
      consent_level: 'team',
      took_place_on: at.slice(0, 10),
      segment: null,
      region: null,
      owner_id: null,
      created_at: at,
      submitted_at: at,
      revised_at: null,
    })
    .execute()
  const made: Made[] = said.map((text) => ({ answerId: newId(), revisionId: newId(), length: text.length }))
  await trx
    .insertInto('answer')
    .values(
      made.map(({ answerId }, row) => ({
        id: answerId,
        response_id: responseId,
        question: 'CORE-1',
        item: '',
        row,
        voice: 'customer' as const,
      })),
    )
    .execute()
  await trx
    .insertInto('answer_revision')
    .values(
      made.map(({ answerId, revisionId }, row) => ({
        id: revisionId,
        answer_id: answerId,
        number: 1,
        text: said[row] ?? '',
        language: 'en',
        provenance: 'typed' as const,
        after_prompt: 0,
        submitted_at: at,
        superseded_at: null,
      })),
    )
    .execute()
  return { responseId, made }
}

async function decide(trx: Db, { answerId, revisionId, length }: Made, now: Date): Promise<void> {
  const id = newId()
  await trx
    .insertInto('coding')
    .values({
      id,
      answer_id: answerId,
      revision_id: revisionId,
      user_id: lena.id,
      suggester_version: null,
      codebook_version: '1.1',
      is_settled: 1,
      none_kind: null,
      created_at: now.toISOString(),
      replaces_id: null,
      taken_back_at: null,
    })
    .execute()
  await trx
    .insertInto('tag')
    .values({
      id: newId(),
      coding_id: id,
      driver: 'risk',
      direction: '+',
      sub: 'K5',
      about: 'us',
      start_at: 0,
      end_at: length,
      probability: null,
    })
    .execute()
}
