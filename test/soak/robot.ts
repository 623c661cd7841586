import { sql } from 'kysely'
import { createSignInLink } from '#server/session/session.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { invite } from '../support/campaign.ts'
import { anna, carla, jonas, lena, makeWorld } from '../support/world.ts'
import type { Check } from './product.ts'

/**
 * A robot, as mail scanners are: it opens every link and presses every button of every public page, from a fresh link, a
 * half-written one and a sent one, typing and choosing nothing. Nothing may change.
 */
export async function checkRobot(): Promise<Check[]> {
  const house = await startApp()
  await makeWorld(house.db)
  const [fresh = '', begun = '', sent = ''] = await invite(house.db, house.links, [anna, jonas, carla])
  const write = (link: string, text: string) =>
    house.post(`/s/${link}/q/CORE-1`, { text, go: 'next', version: '0', writer: 'w' })
  await write(begun, 'Half a thought')
  await write(sent, 'The night line')
  await house.post(`/s/${sent}/submission`, { who: 'lead' })
  await house.worker.drain()
  const signIn = await createSignInLink(house.db, lena.id, house.clock.now)

  const before = await dump(house)
  const doors = [
    ...[fresh, begun, sent].flatMap((link) => [`/s/${link}`, `/u/${link}`]),
    '/privacy',
    '/sign-in',
    `/sign-in/${signIn}`,
  ]
  const { pages, presses } = await crawl(house, doors)
  const changed = Object.keys(before).filter((table) => before[table] !== (latest[table] ?? ''))
  await house.close()
  return [
    {
      says: 'A robot that opens every link and presses every button changes nothing',
      holds: changed.length === 0 && presses > 40,
      figures: `${pages} pages, ${presses} presses${changed.length ? `, changed: ${changed.join(', ')}` : ''}`,
    },
  ]
}

const latest: Record<string, string> = {}

async function crawl(house: TestApp, doors: string[]): Promise<{ pages: number; presses: number }> {
  const seen = new Set<string>()
  const queue = [...doors]
  let presses = 0
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const plain = path.split('#')[0] ?? ''
    if (seen.has(plain) || seen.size > 400) continue
    seen.add(plain)
    const page = await house.get(plain)
    if (page.location) queue.push(page.location)
    for (const [, href = ''] of page.body.matchAll(/<a [^>]*href="([^"]+)"/g))
      if (href.startsWith('/')) queue.push(href.replaceAll('&amp;', '&'))
    for (const [form] of page.body.matchAll(/<form[\s\S]*?<\/form>/g)) {
      const action = /action="([^"]*)"/.exec(form)?.[1] ?? plain
      if (!/method="post"/.test(form)) continue
      const buttons = [...form.matchAll(/<button[^>]*>/g)].map(([button]) => button)
      for (const button of buttons) {
        const reply = await house.post(action, { ...defaults(form), ...named(button) })
        presses += 1
        if (reply.location.startsWith('/')) queue.push(reply.location)
      }
    }
  }
  for (const [table, rows] of Object.entries(await dump(house))) latest[table] = rows
  return { pages: seen.size, presses }
}

const named = (tag: string): Record<string, string> => {
  const name = /name="([^"]*)"/.exec(tag)?.[1]
  return name ? { [name]: (/value="([^"]*)"/.exec(tag)?.[1] ?? 'on').replaceAll('&amp;', '&') } : {}
}

/** What a form sends when nobody touches it. */
function defaults(form: string): Record<string, string> {
  const inputs = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => input)
  const sent = inputs.filter((input) => !/type="(checkbox|radio)"/.test(input) || / checked/.test(input))
  const areas = [...form.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>([\s\S]*?)<\/textarea>/g)].map(
    ([, name = '', text = '']) => ({ [name]: text }),
  )
  return Object.assign({}, ...sent.map(named), ...areas)
}

/** Every row of every table, as text. */
async function dump(house: TestApp): Promise<Record<string, string>> {
  const tables = await sql<{
    name: string
  }>`select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like 'customer_words_index%' order by name`.execute(
    house.db,
  )
  const rows: Record<string, string> = {}
  for (const { name } of tables.rows)
    rows[name] = JSON.stringify((await sql`select * from ${sql.table(name)} order by 1, 2`.execute(house.db)).rows)
  return rows
}
