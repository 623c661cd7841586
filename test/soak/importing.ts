import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '#server/db.ts'
import { invite } from '../support/campaign.ts'
import { customerFile } from '../support/customer-file.ts'
import { anna, carla, jonas, rosa } from '../support/world.ts'
import { type Check, makeProduct, type Product } from './product.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Imports many customers while people answer: how long, with how much memory, and what do those who answer notice? */
export async function checkImport(customers: number): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-soak-'))
  const product = await makeProduct(folder, 20, {})
  try {
    const links = await inviteSome(folder, product)
    await product.start()
    await answerFor(product, links, 1_500)
    // Made before anything is measured: it keeps this process busy, so that those who answer would seem to wait.
    const file = fileOf(customers, 'Many')
    const before = residentMegabytes(product)
    let isOver = false
    const answering = answerWhile(product, links, () => isOver)
    const started = performance.now()
    const page = await upload(product, file, 'Many')
    const preview = await settle(product, page)
    const read = performance.now() - started
    const confirmed = performance.now()
    await product.post(`${page}/confirmation`, { leaveOut: 'yes' }, product.cookie)
    await settle(product, page)
    const written = performance.now() - confirmed
    isOver = true
    const times = await answering
    const peak = residentMegabytes(product, 'VmHWM')
    const refused = await refuseLarge(product)
    const counts = await count(folder, 'Many')
    await product.stop()
    const seconds = (read + written) / 1000
    return [
      {
        says: `${customers} customers with two contacts each are imported within 20 seconds`,
        holds: seconds < 20 && counts.customers === customers && counts.contacts === 2 * customers,
        figures: `${seconds.toFixed(1)} s: ${(read / 1000).toFixed(1)} uploaded, read and judged, ${(written / 1000).toFixed(1)} written; ${counts.customers} customers, ${counts.contacts} contacts${preview.includes('would be written') ? '' : ', NO PREVIEW'}`,
      },
      {
        says: 'The process never needs 300 MB of memory, and the import less than 150 of them, however long the list is',
        holds: peak < 300 && peak - before < 150,
        figures: `${before} MB before, ${peak} MB at most: ${peak - before} more`,
      },
      {
        says: 'Whoever answers meanwhile waits less than 100 ms, 99 times of 100 (half the times, where they are few)',
        holds: isCalm(times),
        figures: `opened ${print(times.opened)}, saved ${print(times.saved)}`,
      },
      refused,
    ]
  } finally {
    await product.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Kills the product at random moments of imports: after a restart each is there as a whole or not at all. */
export async function checkImportKills(kills: number, customers: number): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-soak-'))
  const product = await makeProduct(folder, 4, {})
  const results: string[] = []
  let wrong = 0
  try {
    await product.start()
    // Once without a kill, to know how long there is something to kill.
    const started = performance.now()
    await importWhole(product, customers, 'Warm')
    const length = performance.now() - started
    for (let kill = 0; kill < kills; kill += 1) {
      const name = `K${kill}`
      const going = importWhole(product, customers, name).catch(() => undefined)
      // The last one is killed as soon as it is said to be done: what was said must be there.
      if (kill === kills - 1) await going
      else await wait(((kill + Math.random()) / kills) * length)
      await product.kill()
      await going
      await product.start()
      await quiet(folder)
      const { customers: there, contacts, twice } = await count(folder, name)
      const isWhole = there === customers && contacts === 2 * customers
      results.push(isWhole ? 'whole' : there + contacts === 0 ? 'absent' : `HALF ${there}/${contacts}`)
      if (!(isWhole || there + contacts === 0) || twice > 0) wrong += 1
    }
    await product.stop()
    return [
      {
        says: `Killed ${kills} times at random moments, an import is there as a whole or not at all, never twice, and once said to be done it is there`,
        holds: wrong === 0 && results.at(-1) === 'whole',
        figures: results.join(', '),
      },
    ]
  } finally {
    await product.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function importWhole(product: Product, customers: number, name: string): Promise<void> {
  const page = await upload(product, fileOf(customers, name), name)
  await settle(product, page)
  await product.post(`${page}/confirmation`, { leaveOut: 'yes' }, product.cookie)
  await settle(product, page)
}

const fileOf = (customers: number, name: string) => new Blob([...customerFile(customers, name, rosa.email)])

async function upload(product: Product, file: Blob, name: string): Promise<string> {
  const form = new FormData()
  form.append('file', file, `${name}.csv`)
  const reply = await fetch(`${product.origin}/customers/import`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    headers: { origin: product.origin, cookie: product.cookie },
  })
  if (reply.status !== 303) throw new Error(`The upload was answered with ${reply.status}: ${await reply.text()}`)
  return reply.headers.get('location') ?? ''
}

/** Looks again until the page says that a person is to decide or that it is done. */
async function settle(product: Product, page: string): Promise<string> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    const { body, status } = await product.get(page, product.cookie)
    if (status !== 200 || body.includes('/continuation')) throw new Error(`The import stopped: ${status}`)
    if (!body.includes('id="progress"')) return body
    await wait(100)
  }
  throw new Error('The import does not end.')
}

/** A gigabyte is refused while it arrives, with a sentence, and nothing of it is kept. */
async function refuseLarge(product: Product): Promise<Check> {
  const chunk = new Uint8Array(1 << 20).fill(97)
  let sent = 0
  const boundary = 'a-boundary'
  const body = new ReadableStream({
    pull(controller) {
      if (sent === 0)
        controller.enqueue(
          new TextEncoder().encode(
            `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="large.csv"\r\ncontent-type: text/csv\r\n\r\n`,
          ),
        )
      controller.enqueue(chunk)
      sent += 1
      if (sent >= 1024) controller.close()
    },
  })
  const before = residentMegabytes(product)
  const said = await fetch(`${product.origin}/customers/import`, {
    method: 'POST',
    body,
    duplex: 'half',
    headers: {
      origin: product.origin,
      cookie: product.cookie,
      'content-type': `multipart/form-data; boundary=${boundary}`,
    },
  } as RequestInit).then(
    async (reply) => `${reply.status} ${/id="file-error">([^<]*)/.exec(await reply.text())?.[1] ?? ''}`,
    (error) => `no answer: ${String(error)}`,
  )
  const grown = residentMegabytes(product) - before
  return {
    says: 'A file of 1 GB is refused with a sentence while it arrives',
    holds: said.startsWith('422') && said.includes('larger than 200 MB') && grown < 100,
    figures: `${said.slice(0, 80)}; ${grown} MB more memory`,
  }
}

export async function inviteSome(folder: string, product: Product): Promise<string[]> {
  const db = openDatabase(join(folder, 'whybuy.db'))
  const links = await invite(db, product.links, [anna, jonas, carla])
  await db.destroy()
  return links
}

type Times = { opened: number[]; saved: number[] }

/** Opens a question and saves words to it, over and over, as a few people would. */
export async function answerWhile(product: Product, links: string[], isOver: () => boolean): Promise<Times> {
  const times: Times = { opened: [], saved: [] }
  await Promise.all(
    links.map(async (link, n) => {
      for (let version = 0; !isOver(); version += 1) {
        const path = `/s/${link}/q/CORE-1`
        const opened = performance.now()
        const page = await product.get(path)
        times.opened.push(performance.now() - opened)
        const known = /name="version" value="([^"]*)"/.exec(page.body)?.[1] ?? '0'
        const writer = `soak-${n}`
        const saved = performance.now()
        const reply = await product.post(path, { text: `Words ${version}`, go: 'next', version: known, writer })
        if (reply.status !== 303) throw new Error(`Saving was answered with ${reply.status}`)
        times.saved.push(performance.now() - saved)
        // So that the limit per link is not met: 240 a minute.
        await wait(520)
      }
    }),
  )
  return times
}

async function answerFor(product: Product, links: string[], ms: number): Promise<void> {
  const until = Date.now() + ms
  await answerWhile(product, links, () => Date.now() > until)
}

/** Until no import is being read or written. */
async function quiet(folder: string): Promise<void> {
  const db = openDatabase(join(folder, 'whybuy.db'))
  for (let tries = 0; tries < 600; tries += 1) {
    const open = await db
      .selectFrom('customer_import')
      .select('id')
      .where('state', 'in', ['reading', 'applying'])
      .execute()
    if (open.length === 0) break
    await wait(100)
  }
  await db.destroy()
}

async function count(folder: string, name: string) {
  const db = openDatabase(join(folder, 'whybuy.db'))
  const { rows } = await sql<{ customers: number; contacts: number; twice: number }>`select
    (select count(*) from customer where external_id like ${`${name}-%`}) as customers,
    (select count(*) from contact where email like ${`%@${name.toLowerCase()}%.example`}) as contacts,
    (select count(*) from (select 1 from event where action = 'import' and record_id in
      (select id from customer where external_id like ${`${name}-%`}) group by record_id having count(*) > 2)) as twice`.execute(
    db,
  )
  await db.destroy()
  return rows[0] ?? { customers: -1, contacts: -1, twice: 0 }
}

/** What the process holds of the machine's memory, or held at most, in MB. */
export function residentMegabytes(product: Product, what: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const status = readFileSync(`/proc/${product.pid()}/status`, 'utf8')
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
}

const sorted = (times: number[]) => [...times].sort((a, b) => a - b)
export const p99 = (times: number[]) => sorted(times)[Math.floor(times.length * 0.99)] ?? 0
/** Under `limit` ms at p99; a hundredth part of a few dozen is one of them, so of so few half must be, and none may take a second. */
export const isCalm = ({ opened, saved }: Times, limit = 100): boolean =>
  [opened, saved].every((times) =>
    times.length < 100
      ? times.length > 2 &&
        (sorted(times)[Math.floor(times.length / 2)] ?? 0) < limit &&
        Math.max(...times) < 10 * limit
      : p99(times) < limit,
  )
export const print = (times: number[]) =>
  `${times.length} times, median ${(sorted(times)[Math.floor(times.length / 2)] ?? 0).toFixed(0)} ms, p99 ${p99(times).toFixed(0)} ms`
