import { mkdtempSync, rmSync } from 'node:fs'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '#server/db.ts'
import { type Kind, kinds } from '#server/insights/files/columns.ts'
import { recount } from '#server/tags/tags.ts'
import { answersEach, fillHouse } from '../support/fill-house.ts'
import { p99, print, residentMegabytes } from './importing.ts'
import { type Check, makeProduct, type Product } from './product.ts'

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** So many submit while pages are read, so many alone, and the rest while files leave; a small house has a third for each. */
const [most, mostInAll] = [120, 720]
/** Of fewer than this nothing is told. */
const least = 50
const pages = [
  '/why',
  '/why?segment=Segment+3',
  '/why?campaign=campaign-1&suggestions=1',
  '/why/answers?driver=risk&direction=%2B&region=Region+2',
  '/why/groups?by=owner',
  '/why/silent',
  '/why/trust',
  '/why/trust?region=Region+2',
  '/why/weight',
  '/why/weight?campaign=campaign-1',
  '/why.csv?channel=interview',
  '/vulnerable',
  '/value',
  '/assumed',
  '/decisions/new?driver=risk&direction=%2B',
]

/**
 * A lead opens page after page, with filters, and takes files away, while customers submit: what do they notice? And does a
 * file of all answers leave in time and in constant memory, to a client that reads slowly too?
 */
export async function checkReading(responses: number): Promise<Check[]> {
  const folder = mkdtempSync(join(tmpdir(), 'whybuy-soak-'))
  const product = await makeProduct(folder, 0, {})
  try {
    const db = openDatabase(join(folder, 'whybuy.db'))
    await fillHouse(db, responses, new Date())
    const open = await db
      .selectFrom('invitation')
      .select('id')
      .where('id', 'not in', (answered) =>
        answered.selectFrom('response').select('invitation_id').where('invitation_id', 'is not', null).$castTo<{
          invitation_id: string
        }>(),
      )
      .limit(mostInAll)
      .execute()
    await product.start()
    for (const page of pages) await product.get(page, product.cookie)

    const links = open.map(({ id }) => product.links.token(id, 1))
    const some = Math.min(most, Math.floor(links.length / 3))
    const [times, read] = await meanwhile(product, links.slice(0, some), readOn)
    // What was submitted is read by the suggester first, so that the files are measured alone.
    await wait(2_000)

    const before = residentMegabytes(product)
    const quick = await take(product, 'answers', 0)
    const others = [await take(product, 'responses', 0), await take(product, 'evidence', 0)]
    const slow = await take(product, 'answers', 5)
    const [timesAlone] = await meanwhile(product, links.slice(some, 2 * some), async () => 0)
    const [timesBeside, taken] = await meanwhile(product, links.slice(2 * some), takeOn)
    await product.stop()
    const { rows, wrong } = await recount(db)
    await db.destroy()
    // At its own size each aim; a small run on a busy machine only has to be within reach of it.
    const isFull = responses >= 100_000
    const isQuick = (some: number[]) => (isFull ? p99(some) < 50 : median(some) < 250)
    const all = [quick, ...others]
    const mostOf = Math.max(...all.map(({ most }) => most))
    return [
      {
        says: 'Whoever submits while a lead reads waits less than 50 ms, 99 times of 100 (a small run: half of them 250 ms)',
        holds: times.length >= least && isQuick(times),
        figures: `${print(times)}; meanwhile ${read} pages and files were read`,
      },
      {
        says: 'So does whoever submits while file after file of all words is taken away',
        holds: timesBeside.length >= least && isQuick(timesBeside),
        figures: `${print(timesBeside)}; meanwhile ${taken} files were taken; with nothing beside it ${print(timesAlone)}`,
      },
      {
        says: 'Each file of all words is taken away within 5 seconds, in less than 80 MB beside what the process has',
        holds:
          quick.bytes > responses * answersEach * 20 && all.every(({ seconds }) => seconds < 5) && mostOf - before < 80,
        figures: `${all.map(told).join('; ')}; ${before} MB before, ${mostOf} MB at most`,
      },
      {
        says: 'A client that reads slowly makes the process hold no more',
        holds: slow.most - before < 80,
        figures: `${slow.most} MB at most: ${told(slow)}`,
      },
      {
        says: 'A count from scratch equals what was kept',
        holds: wrong === 0,
        figures: `${rows} rows, ${wrong} wrong`,
      },
    ]
  } finally {
    await product.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

const told = ({ kind, bytes, lines, seconds }: Taken) =>
  `${kind}: ${lines} rows, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s`

/** Submits by each link while something else goes on until that is over: the times of the submissions, and how much went on. */
async function meanwhile(
  product: Product,
  links: string[],
  goOn: (product: Product, isOver: () => boolean) => Promise<number>,
): Promise<[times: number[], count: number]> {
  let isOver = false
  const submitting = submitAll(product, links).finally(() => {
    isOver = true
  })
  return Promise.all([submitting, goOn(product, () => isOver)])
}

/** File after file of all words. How many were begun. */
async function takeOn(product: Product, isOver: () => boolean): Promise<number> {
  let taken = 0
  for (; !isOver(); taken += 1) await take(product, kinds[taken % kinds.length] ?? 'answers', 0)
  return taken
}

/** Page after page, and now and then a file, until it is over. How many. */
async function readOn(product: Product, isOver: () => boolean): Promise<number> {
  let read = 0
  for (; !isOver(); read += 1) {
    const page = pages[read % pages.length] ?? ''
    const { status } = await product.get(page, product.cookie)
    if (status !== 200) throw new Error(`${page} was answered with ${status}`)
  }
  return read
}

/** Answers and submits by each link, a few at a time; the times of the submissions. */
async function submitAll(product: Product, links: string[]): Promise<number[]> {
  const times: number[] = []
  for (const link of links) {
    const words = { text: 'It never stops at night.', go: 'next', version: '0', writer: 'soak' }
    const saved = await product.post(`/s/${link}/q/CORE-1`, words)
    const started = performance.now()
    const sent = await product.post(`/s/${link}/submission`, { who: 'team' })
    times.push(performance.now() - started)
    if (saved.status !== 303 || sent.status !== 303)
      throw new Error(`Submitting was answered with ${saved.status} and ${sent.status}`)
  }
  return times
}

type Taken = { kind: Kind; bytes: number; lines: number; seconds: number; most: number }

/** Takes a file of all words, waiting some ms after each 100 pieces; `most`: what the process held at most, in MB. */
async function take(product: Product, kind: Kind, pauseMs: number): Promise<Taken> {
  const started = performance.now()
  const reply = await new Promise<IncomingMessage>((resolve, reject) =>
    httpGet(`${product.origin}/why/files/${kind}`, { headers: { cookie: product.cookie } }, resolve).on(
      'error',
      reject,
    ),
  )
  let bytes = 0
  let lines = -1
  let pieces = 0
  let most = residentMegabytes(product)
  for await (const piece of reply) {
    bytes += piece.length
    // No answer of the filled house has a line of its own.
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) lines += 1
    pieces += 1
    if (pieces % 100 === 0) most = Math.max(most, residentMegabytes(product))
    if (pauseMs > 0 && pieces % 100 === 0) await wait(pauseMs)
  }
  if (reply.statusCode !== 200) throw new Error(`The file was answered with ${reply.statusCode}`)
  return { kind, bytes, lines, seconds: (performance.now() - started) / 1000, most }
}
