import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { coloursOf, isColour, type Scheme } from './colour.ts'
import { findLogo } from './company.ts'
import { notFound } from './errors.ts'

/** The company's colour on public pages. `only`: as it looks in one scheme, for a preview. */
export function companyCss(colour: string, only?: Scheme): string {
  const colours = coloursOf(colour)
  const light = block(colours.fill, colours.onFill, colours.text)
  const dark = block(colours.darkFill, colours.darkOnFill, colours.darkText)
  if (only) return only === 'light' ? light : dark
  return `@media screen {\n${light}\n@media (prefers-color-scheme: dark) {\n${dark}\n}\n}\n`
}

/** The main button, and the company's name where there is no logo; everything else stays ink on paper. */
const block = (fill: string, onFill: string, text: string): string =>
  `.letter .from { color: ${text} }
.letter .button:not(.quiet, .plain, .alarm) { background: ${fill}; border-color: ${fill}; color: ${onFill} }
.letter .button:not(.quiet, .plain, .alarm):hover { text-decoration: underline }`

/** The address holds the colour and a hash of what is served, so that browsers may keep it for ever; '' without a colour. */
export function companyCssUrl(colour: string): string {
  if (!isColour(colour)) return ''
  const hash = createHash('sha256').update(companyCss(colour)).digest('hex').slice(0, 10)
  return `/assets/company.${colour.slice(1)}.${hash}.css`
}

const keepForEver = 'public, max-age=31536000, immutable'

/** The company's style sheet and logo. An SVG that somebody opens by itself runs and fetches nothing. */
export function registerCompanyAssets(app: FastifyInstance): void {
  app.get('/assets/company.:colour.:hash.css', async (request, reply) => {
    const { colour } = z.object({ colour: z.string(), hash: z.string() }).parse(request.params)
    if (companyCssUrl(`#${colour}`) !== request.url) throw notFound('That style sheet')
    return reply
      .header('cache-control', keepForEver)
      .type('text/css; charset=utf-8')
      .send(companyCss(`#${colour}`))
  })
  app.get('/assets/logo.:hash.:ending', async (request, reply) => {
    const { hash } = z.object({ hash: z.string().max(64) }).parse(request.params)
    const logo = await findLogo(app.db, hash)
    if (!logo) throw notFound('That logo')
    return reply
      .headers({
        'cache-control': keepForEver,
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        'x-content-type-options': 'nosniff',
      })
      .type(logo.type)
      .send(Buffer.from(logo.bytes))
  })
}
