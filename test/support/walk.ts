import { subscribe } from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Reply, TestApp } from './app.ts'

/** What the product could do, and what of it a walk has met: routes as they are registered, templates as they are sent. */
export type Watch = {
  /** Every route that answers with something of ours, such as 'GET /customers/:id'. Assets are left out. */
  routes: Set<string>
  reached: Set<string>
  /** Views that were sent, such as 'answers/check'. */
  sent: Set<string>
}

/** Watches every app that starts after this call. Nothing can be registered that it does not hear of. */
export function watchApps(): Watch {
  const watch: Watch = { routes: new Set(), reached: new Set(), sent: new Set() }
  subscribe('fastify.initialization', (message) => {
    const { fastify: app } = message as { fastify: FastifyInstance }
    app.addHook('onRoute', ({ method, url }: RouteOptions) => {
      if (method !== 'HEAD' && !url.startsWith('/assets/')) watch.routes.add(`${String(method)} ${url}`)
    })
    app.addHook('onRequest', async (request, reply) => {
      const { page } = reply
      reply.page = function (name, model) {
        watch.sent.add(name)
        return page.call(this, name, model)
      }
      watch.reached.add(`${request.method} ${request.routeOptions.url}`)
    })
  })
  return watch
}

export type Met = { url: string; reply: Reply; forms: Form[] }
/** A form as a page offers it: where it goes, and what it sends if nothing is touched. */
export type Form = { action: string; method: string; fields: Record<string, string> }

/**
 * Goes wherever a person can: from `starts` along every link of every page, each address once, at most `perKind`
 * addresses that differ only in their ids or queries. Pages are only opened, no form is sent.
 */
export async function walk(house: TestApp, cookie: string, starts: string[], perKind = 5): Promise<Met[]> {
  const met: Met[] = []
  const waiting = [...starts]
  const asked = new Set(starts)
  const seen = new Set<string>()
  const kinds = new Map<string, number>()
  for (let url = waiting.shift(); url !== undefined && met.length < 2000; url = waiting.shift()) {
    if (seen.has(url)) continue
    seen.add(url)
    const kind = kindOf(url)
    const number = kinds.get(kind) ?? 0
    if (number >= perKind && !asked.has(url)) continue
    kinds.set(kind, number + 1)
    const reply = await house.get(url, cookie)
    const isHtml = String(reply.headers['content-type'] ?? '').startsWith('text/html')
    met.push({ url, reply, forms: isHtml ? formsIn(reply.body, url) : [] })
    if (reply.location) waiting.push(inside(reply.location, url))
    if (isHtml) waiting.push(...linksIn(reply.body, url))
  }
  return met
}

/** /customers/0190…/edit?page=2 is one of a kind with every other customer's. */
const kindOf = (url: string): string =>
  url
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id')
    .replace(/=[^&]*/g, '=')
    .replace(/\/[\w-]{43,}/g, '/:token')

const origin = 'http://ask.test'
const plain = (href: string): string => href.replaceAll('&#x3D;', '=').replaceAll('&amp;', '&')
const inside = (href: string, from: string): string => {
  const url = new URL(href, origin + from)
  return url.pathname + url.search
}

const linksIn = (html: string, from: string): string[] =>
  [...html.matchAll(/<(?:a|iframe)\b[^>]*?\s(?:href|src)="([^"]*)"/g)].flatMap(([, written = '']) => {
    const href = plain(written)
    const isOurs = !/^[a-z]+:/i.test(href) || href.startsWith(origin)
    return isOurs && !href.startsWith('#') ? [inside(href.replace(/#.*$/, ''), from)] : []
  })

function formsIn(html: string, from: string): Form[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)].flatMap(([, head = '', inner = '']) => {
    const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1]
    const fields = [...inner.matchAll(/<(?:input|button)\b[^>]*>/g)].flatMap(([tag]): [string, string][] => {
      const attribute = (name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]
      const [name, type] = [attribute('name'), attribute('type') ?? 'text']
      const isTouched = ['checkbox', 'radio'].includes(type) && !/\schecked\b/.test(tag)
      return name && !isTouched ? [[name, plain(attribute('value') ?? '')]] : []
    })
    return [
      {
        action: inside(plain(of('action') ?? from), from),
        method: (of('method') ?? 'get').toUpperCase(),
        fields: Object.fromEntries(fields),
      },
    ]
  })
}
