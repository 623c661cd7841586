import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'

const folder = join(import.meta.dirname, '..', 'views', 'assets')

/** What is sent together as one file: each page then costs two or three requests. */
const bundles = {
  'public.css': ['css/tokens.css', 'css/base.css', 'css/components.css', 'css/questions.css'],
  'staff.css': [
    'css/tokens.css',
    'css/base.css',
    'css/components.css',
    'css/questions.css',
    'css/staff.css',
    'css/charts.css',
  ],
  'answer.js': ['js/words.js', 'js/questions.js', 'js/drafts.js', 'js/answer.js'],
  'guide.js': ['js/words.js', 'js/questions.js', 'js/drafts.js', 'js/guide.js'],
  'review.js': ['js/review.js', 'js/review-keys.js'],
  'preview.js': ['js/words.js', 'js/questions.js'],
  'password.js': ['js/password.js'],
  'import.js': ['js/import.js'],
} as const
export type Bundle = keyof typeof bundles
const isBundle = (name: string): name is Bundle => name in bundles

const built = new Map<Bundle, { url: string; text: string; type: string }>()

function build(name: Bundle) {
  let asset = built.get(name)
  if (!asset) {
    const text = bundles[name].map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 10)
    const [stem, ending] = name.split('.')
    const type = ending === 'css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8'
    asset = { url: `/assets/${stem}.${hash}.${ending}`, text, type }
    built.set(name, asset)
  }
  return asset
}

/** The address of a bundle. It changes with the content, so that browsers may keep it for ever. */
export const assetUrl = (name: Bundle): string => build(name).url

/** What a bundle holds. */
export const assetText = (name: Bundle): string => build(name).text

export function registerAssets(app: FastifyInstance): void {
  for (const name of Object.keys(bundles).filter(isBundle)) {
    const { url, text, type } = build(name)
    app.get(url, (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(text),
    )
  }
}
