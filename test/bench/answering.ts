import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'

type Target = { origin: string; bareOrigin: string; links: string[]; bytes: number }
type Figures = { perSecond: number; p50: number; p99: number; failures: number }

const seconds = 4

/** Measures the answer page and complete responses at 1, 16 and 64 connections, each beside its bare counterpart. */
export async function benchAnswering(folder: string): Promise<void> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'target.ts'), folder, '60000'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const target: Target = JSON.parse(line)
  console.log(
    `The answer page is ${target.bytes} bytes of HTML. A complete response is five posts: four pages and the submission.`,
  )
  console.log('                                   connections   per second      p50      p99   ratio to bare')
  for (const connections of [1, 16, 64]) {
    const barePage = await run(target.bareOrigin, connections, [{ method: 'GET', path: '/page' }], 1)
    print('bare route, same bytes', connections, barePage)
    let next = 0
    const page = await run(
      target.origin,
      connections,
      [
        {
          method: 'GET',
          path: '/',
          setupRequest: (request) => ({ ...request, path: `/s/${target.links[next++ % 20_000]}` }),
        },
      ],
      1,
    )
    print('answer page', connections, page, barePage)

    const bareRow = await run(
      target.bareOrigin,
      connections,
      [{ method: 'POST', path: '/row', headers: form, body: 'text=The+night+line' }],
      1,
    )
    print('bare insert of one row', connections, bareRow)
    const responses = await run(target.origin, connections, journey(target.links), 5)
    print('complete responses', connections, responses, bareRow)
    print('… as durable posts', connections, { ...responses, perSecond: responses.perSecond * 5 }, bareRow)
  }
  child.kill()
  await once(child, 'exit')
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const words = encodeURIComponent('If a pump stops at night the milk is lost by morning; you answer at three.')
let used = 20_000

/** Five posts in order on one connection, each round with a link that nobody has used. */
function journey(links: string[]): autocannon.Request[] {
  const steps: [path: string, body: string][] = [
    ['/q/CORE-1', `go=next&version=0&text=${words}`],
    ['/q/CORE-2', `go=next&version=0&text=${words}`],
    ['/q/CORE-3', `go=next&version=0&avoid=${words}&earn-not_at_all=1&spend=${words}&spend-worse=1`],
    ['/q/CORE-4', `go=next&version=0&text=${words}`],
    ['/submission', 'who=team'],
  ]
  return steps.map(([path, body], index) => ({
    method: 'POST',
    path: '/',
    headers: form,
    body,
    setupRequest: (request, context: { link?: string }) => {
      if (index === 0) {
        context.link = links[used] ?? ''
        used += 1
      }
      return { ...request, path: `/s/${context.link}${path}` }
    },
  }))
}

async function run(
  url: string,
  connections: number,
  requests: autocannon.Request[],
  perJourney: number,
): Promise<Figures> {
  const result = await autocannon({ url, connections, duration: seconds, requests })
  // A page is answered with 200, and a post of the journey with 303: anything else, 429 too, has failed.
  const good = perJourney > 1 ? result['3xx'] : result['2xx']
  const failures = result.requests.total - (good ?? 0) + result.errors
  return {
    perSecond: result.requests.total / result.duration / perJourney,
    p50: result.latency.p50,
    p99: result.latency.p99,
    failures,
  }
}

function print(name: string, connections: number, figures: Figures, bare?: Figures): void {
  const ratio = bare ? (figures.perSecond / bare.perSecond).toFixed(2) : ''
  const failed = figures.failures > 0 ? `   ${figures.failures} FAILED` : ''
  console.log(
    `${name.padEnd(36)}${String(connections).padStart(10)}${figures.perSecond.toFixed(0).padStart(13)}${`${figures.p50} ms`.padStart(9)}${`${figures.p99} ms`.padStart(9)}${ratio.padStart(16)}${failed}`,
  )
}
