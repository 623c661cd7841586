import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { createCampaign } from '#server/campaigns/campaigns.ts'
import { openDatabase } from '#server/db.ts'
import { startSmtp } from '../support/smtp.ts'
import { lena } from '../support/world.ts'
import { type Check, makeProduct, type Product } from './product.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** How many messages the worker may have in hand at one moment. */
const inHand = 8

/**
 * Kills the product at random moments while customers submit and mails go out, lets it finish, and looks: is every
 * answer there that was acknowledged, has everybody the mail, and nobody twice but for those in hand at a kill?
 */
export async function checkKills(kills: number, people: number, answering: number): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-soak-'))
  const mails = await startSmtp(undefined, 120)
  const product = await makeProduct(folder, people - 4, {
    SMTP_URL: mails.url,
    MAIL_FROM: 'research@brackwell.example',
    SEND_RATE_PER_MINUTE: '100000',
  })
  try {
    await launch(product, folder, people)
    const acknowledged = new Map<string, string[]>()
    let isOver = false
    const clients = Array.from({ length: answering }, async (_, n) => {
      // Spread over the kills, so that somebody is always at it.
      await wait((n / answering) * kills * 900)
      const link = await nextLink(mails.received, n, () => isOver)
      await answerUntilDone(product, link, n, acknowledged, () => isOver)
    })
    for (let kill = 0; kill < kills; kill += 1) {
      await wait(150 + Math.random() * 900)
      await product.kill()
      await product.start()
    }
    await Promise.race([Promise.all(clients), wait(60_000)])
    isOver = true
    await untilQuiet(folder, mails.received)
    const reached = await confirmSome(product)
    await product.stop()
    return [
      ...(await look(folder, acknowledged, answering, kills)),
      ...(await lookAtMails(mails.received, people, kills)),
      reached,
    ]
  } finally {
    await product.kill()
    await mails.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function launch(product: Product, folder: string, people: number): Promise<void> {
  const db = openDatabase(join(folder, 'whybuy.db'))
  const version = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', 'core')
    .executeTakeFirstOrThrow()
  const form = { name: 'Soak', series: 'Soak', templateVersionId: version.id, closesOn: '2099-12-31', senderId: null }
  const id = await createCampaign(db, form, lena.id, new Date())
  await db.destroy()
  await product.start()
  const reply = await product.post(`/campaigns/${id}/launch`, { count: String(people) }, product.cookie)
  if (reply.status !== 303)
    throw new Error(`The launch was answered with ${reply.status}: ${reply.body.slice(0, 2000)}`)
}

/** Whoever has a mail opens the link in it: the n-th person who got one. */
async function nextLink(received: { to: string; raw: string }[], n: number, isOver: () => boolean): Promise<string> {
  while (!isOver()) {
    const mail = [...new Map(received.map((one) => [one.to, one])).values()][n]
    const text = mail ? ((await PostalMime.parse(mail.raw)).text ?? '') : ''
    const token = /\/s\/([\w-]{44})/.exec(text)?.[1]
    if (token) return token
    await wait(50)
  }
  return ''
}

/** One customer: posts each page until it is acknowledged, whatever dies meanwhile, and notes what was. */
async function answerUntilDone(
  product: Product,
  link: string,
  n: number,
  acknowledged: Map<string, string[]>,
  isOver: () => boolean,
): Promise<void> {
  const words = [0, 1, 2].map((page) => `It never goes down, word ${n} ${page} ${Math.random().toString(36).slice(2)}`)
  const pages: [string, Record<string, string>, string][] = [
    ['q/CORE-1', { text: words[0] ?? '', go: 'next' }, words[0] ?? ''],
    ['q/CORE-2', { text: words[1] ?? '', go: 'next' }, words[1] ?? ''],
    ['q/CORE-3', { avoid: words[2] ?? '', go: 'next' }, words[2] ?? ''],
    ['submission', { who: 'team' }, 'sent'],
  ]
  for (const [path, form, word] of pages) {
    while (!isOver()) {
      const status = await product.post(`/s/${link}/${path}`, { ...form, version: '0', writer: `soak-${n}` }).then(
        (reply) => reply.status,
        () => 0,
      )
      if (status === 303) {
        acknowledged.set(link, [...(acknowledged.get(link) ?? []), word])
        break
      }
      await wait(40)
    }
  }
}

async function untilQuiet(folder: string, received: { to: string }[]): Promise<void> {
  const db = openDatabase(join(folder, 'whybuy.db'))
  for (let tries = 0; tries < 600; tries += 1) {
    const open = await db.selectFrom('job').select('id').where('failed_at', 'is', null).limit(1).execute()
    if (open.length === 0) break
    await wait(100)
  }
  await db.destroy()
  if (received.length === 0) throw new Error('No mail arrived at all.')
}

/** Confirms up to `most` waiting answers as the review page offers them; returns how many were. */
export async function confirmWaiting(product: Pick<Product, 'get' | 'post' | 'cookie'>, most: number): Promise<number> {
  let confirmed = 0
  for (let n = 0; n < most; n += 1) {
    const list = await product.get('/review', product.cookie)
    const path = /href="(\/review\/[0-9a-f-]{36})"/.exec(list.body)?.[1]
    if (!path) break
    const page = await product.get(path, product.cookie)
    const inputs = [...page.body.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => input)
    const form = Object.fromEntries(
      inputs.map((input) => [/name="([^"]*)"/.exec(input)?.[1] ?? '', plain(/value="([^"]*)"/.exec(input)?.[1] ?? '')]),
    )
    const selects = [...page.body.matchAll(/<select[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/select>/g)].map(
      ([, name = '', options = '']) => [
        name,
        /<option value="([^"]*)"[^>]* selected/.exec(options)?.[1] ??
          /<option value="([^"]*)"/.exec(options)?.[1] ??
          '',
      ],
    )
    const reply = await product.post(path, { ...form, ...Object.fromEntries(selects), act: 'confirm' }, product.cookie)
    if (reply.status === 303) confirmed += 1
    else break
  }
  return confirmed
}

/** The lead confirms what the suggester saw in the first answers, by the review page; the breakdown then counts them. */
async function confirmSome(product: Product): Promise<Check> {
  const confirmed = await confirmWaiting(product, 20)
  const why = await product.get('/why', product.cookie)
  const says = /<p class="lead">([\s\S]*?)<\/p>/.exec(why.body)?.[1]?.replaceAll(/<[^>]+>/g, '') ?? ''
  return {
    says: 'What customers answered reaches the breakdown once it is confirmed',
    holds: confirmed >= 10 && /\d+/.test(says),
    figures: `${confirmed} confirmed; the page says: ${says.slice(0, 90)}`,
  }
}

const plain = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&')

async function look(
  folder: string,
  acknowledged: Map<string, string[]>,
  answering: number,
  kills: number,
): Promise<Check[]> {
  const db = openDatabase(join(folder, 'whybuy.db'))
  const texts = await db.selectFrom('answer_revision').select('text').execute()
  const drafts = await db.selectFrom('draft').select('body').execute()
  const sent = await db.selectFrom('response').select('id').where('state', '=', 'submitted').execute()
  const health = await db.executeQuery<{ integrity_check: string }>({
    sql: 'pragma integrity_check',
    parameters: [],
    query: { kind: 'RawNode' },
    queryId: { queryId: 'soak' },
  } as never)
  await db.destroy()
  const kept = `${texts.map(({ text }) => text).join('\n')}\n${drafts.map(({ body }) => body).join('\n')}`
  const words = [...acknowledged.values()].flat().filter((word) => word !== 'sent')
  const lost = words.filter((word) => !kept.includes(word))
  const sentAcknowledged = [...acknowledged.values()].filter((list) => list.includes('sent')).length
  return [
    {
      says: `Killed ${kills} times, every acknowledged answer is there`,
      holds: lost.length === 0 && words.length >= answering,
      figures: `${words.length} acknowledged, ${lost.length} lost`,
    },
    {
      says: 'Every acknowledged submission is there, and none twice',
      holds: sentAcknowledged <= sent.length && sent.length <= answering && sentAcknowledged === answering,
      figures: `${sentAcknowledged} acknowledged, ${sent.length} kept`,
    },
    {
      says: 'The database is whole',
      holds: health.rows[0]?.integrity_check === 'ok',
      figures: health.rows[0]?.integrity_check ?? '',
    },
  ]
}

async function lookAtMails(received: { to: string; raw: string }[], people: number, kills: number): Promise<Check[]> {
  const byAddress = Map.groupBy(received, (mail) => mail.to)
  const twice = [...byAddress.values()].filter((mails) => mails.length > 1)
  const otherIds = []
  for (const mails of twice) {
    const ids = await Promise.all(mails.map(async ({ raw }) => (await PostalMime.parse(raw)).messageId))
    if (new Set(ids).size > 1) otherIds.push(ids)
  }
  const extra = received.length - byAddress.size
  return [
    { says: 'Everybody has the mail', holds: byAddress.size === people, figures: `${byAddress.size} of ${people}` },
    {
      says: 'Nobody has it twice but those in hand at a kill',
      holds: extra <= kills * inHand,
      figures: `${extra} resent in ${kills} kills, at most ${inHand} in hand at each`,
    },
    {
      says: 'What was resent carries the same Message-ID',
      holds: otherIds.length === 0,
      figures: `${twice.length} resent, ${otherIds.length} under another id`,
    },
  ]
}
