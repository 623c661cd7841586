import type { FastifyInstance } from 'fastify'
import type { Db } from '../db.ts'
import { createSignInLink, redeemSignInLink } from '../session/session.ts'

/** Somebody with a browser: opens pages, sends forms, keeps cookies. */
export type Visitor = {
  get: (path: string) => Promise<Page>
  /** Sends a form; a list becomes repeated names. Throws with the page's sentence if it is not taken. */
  post: (path: string, form: Record<string, string | string[]>) => Promise<Page>
  upload: (path: string, fileName: string, text: string) => Promise<Page>
}
export type Page = { status: number; body: string; location: string }

/** A visitor of the product's own routes; with a cookie, somebody who is signed in. */
export function visitor(app: FastifyInstance, origin: string, cookie = ''): Visitor {
  const { host } = new URL(origin)
  const headers = { host, origin, ...(cookie ? { cookie } : {}) }

  async function send(
    method: 'GET' | 'POST',
    url: string,
    payload?: string,
    type = 'application/x-www-form-urlencoded',
  ) {
    const reply = await app.inject({
      method,
      url,
      headers: payload === undefined ? headers : { ...headers, 'content-type': type },
      ...(payload === undefined ? {} : { payload }),
    })
    const page = { status: reply.statusCode, body: reply.body, location: String(reply.headers.location ?? '') }
    if (page.status >= 400)
      throw new Error(`${method} ${url} was answered with ${page.status}: ${sentenceOf(page.body)}`)
    return page
  }

  return {
    get: (path) => send('GET', path),
    post: (path, form) => {
      const pairs = Object.entries(form).flatMap(([name, value]) =>
        [value].flat().map((one): [string, string] => [name, one]),
      )
      return send('POST', path, new URLSearchParams(pairs).toString())
    },
    upload: (path, fileName, text) => {
      const part = `--demo\r\ncontent-disposition: form-data; name="file"; filename="${fileName}"\r\ncontent-type: text/csv\r\n\r\n${text}\r\n--demo--\r\n`
      return send('POST', path, part, 'multipart/form-data; boundary=demo')
    },
  }
}

/** What an error page says, for the operator of the demo. */
const sentenceOf = (body: string): string =>
  /class="(?:error|hint large)"[^>]*>([^<]+)/.exec(body)?.[1] ?? body.slice(0, 300)

/** Signs a member of staff in, as the link in their mail would. */
export async function signedInVisitor(
  app: FastifyInstance,
  db: Db,
  origin: string,
  userId: string,
  now: Date,
): Promise<Visitor> {
  const token = await createSignInLink(db, userId, now)
  return visitor(app, origin, `session=${await redeemSignInLink(db, token, userId, 'the demo', now)}`)
}

/** The value of a hidden field of a page. */
export const hiddenField = (page: Page, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? ''
