import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

/** Which way imports point, as docs/style.md section 1 tells it. A rule that has to change is changed here and there. */

const root = join(import.meta.dirname, '..', '..')

/** Everything is put together here, so these files may import from every feature. */
const composition = ['app.ts', 'jobs.ts', 'server.ts', 'index.ts', 'cli.ts', 'doctor.ts', 'warm.ts']

/** Who may know that there is a web server at all, besides the routes. */
const web = [
  'app.ts',
  'server.ts',
  'views.ts',
  'assets.ts',
  'company-css.ts',
  'statements.ts',
  'health.ts',
  'worker.ts',
  'session/scope.ts',
]

/**
 * What a feature offers to others beside its <feature>.ts. Each has earned its place: the machinery of questions is
 * used by everybody who asks or prints one; a talk is a sitting like any other; the scope is how a route knows its reader.
 */
const doors: Record<string, string[]> = {
  // Whoever keeps the list of people changes addresses and helps when a device is lost.
  session: ['scope.ts', 'addresses.ts', 'second-factor.ts', 'device.ts'],
  templates: ['files.ts', 'pages.ts', 'probes.ts', 'shelf.ts', 'template.ts', 'kinds/kind.ts', 'kinds/kinds.ts'],
  // How many to ask is the same sum wherever it is told.
  campaigns: ['sample-size.ts'],
  answers: ['asking.ts', 'drafts.ts', 'pages.ts', 'sitting.ts'],
  interviews: ['guide-page.ts'],
  // A decision keeps a number as it stood, with the view that it came from; methods are
  // methods everywhere.
  insights: [
    'asked-list.ts',
    'snapshot.ts',
    'forms.ts',
    'association.ts',
    'differences.ts',
    'intervals.ts',
    'outcomes-words.ts',
    'means.ts',
    'resampling.ts',
    'small-groups.ts',
  ],
  // What customers told of success and intent stands beside why they buy.
  value: ['facts.ts'],
  // What the company says of itself is read by the same suggester as what customers say.
  tags: ['suggester.ts'],
  // The start page of a rep is the day that follow-ups make up.
  'follow-ups': ['today.ts', 'today-page.ts'],
}

type Import = { from: string; to: string; isType: boolean }
const imports = readdirSync(join(root, 'server'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.replaceAll('\\', '/'))
  .sort()
  .flatMap(importsOf)

function importsOf(from: string): Import[] {
  const text = readFileSync(join(root, 'server', from), 'utf8')
  return [...text.matchAll(/^(?:import|export)(?: (type)? ?([^'"]*?) from)? ?['"]([^'"]+)['"]/gm)].map(
    ([, type, names = '', path = '']) => ({
      from,
      to: path.startsWith('.') ? join(dirname(from), path).replaceAll('\\', '/') : path,
      isType: type === 'type' || isAllTypes(names),
    }),
  )
}

/** `import { type A, type B }` asks for nothing when it runs. */
function isAllTypes(names: string): boolean {
  const inner = /^\{(.*)\}$/s.exec(names.trim())?.[1] ?? 'a value'
  return inner
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
    .every((name) => name.startsWith('type '))
}

const featureOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] ?? '') : '')
const nameOf = (file: string): string => file.split('/').at(-1) ?? ''
const isOurs = (file: string): boolean => file.endsWith('.ts')
const isComposition = (file: string): boolean => composition.includes(file) || featureOf(file) === 'demo'
const isRoutes = (file: string): boolean => /(^|-)routes\.ts$/.test(nameOf(file))
const isPages = (file: string): boolean => /(^|-)pages?\.ts$/.test(nameOf(file))
const isForms = (file: string): boolean => /(^|-)forms\.ts$/.test(nameOf(file))
const isJobs = (file: string): boolean => nameOf(file) === 'jobs.ts'
/** Writes a mail from its template, as a page function writes a page. */
const isMail = (file: string): boolean => nameOf(file) === 'mail.ts'
const isCommands = (file: string): boolean => nameOf(file) === 'commands.ts'
const isOuter = (file: string): boolean =>
  isRoutes(file) || isPages(file) || isForms(file) || isMail(file) || isJobs(file) || isCommands(file)
const isRules = (file: string): boolean => featureOf(file) !== '' && !isComposition(file) && !isOuter(file)

const told = (found: Import[]): string[] => found.map(({ from, to }) => `${from} imports ${to}`)

test('the kernel knows no feature', () => {
  // Types may be named: reply.page and the scopes speak of the reader.
  const found = imports.filter(
    ({ from, to, isType }) =>
      featureOf(from) === '' && !isComposition(from) && isOurs(to) && featureOf(to) !== '' && !isType,
  )
  expect(told(found)).toEqual([])
})

test('only routes and the frame of the web server know that there is a web', () => {
  const found = imports.filter(
    ({ from, to }) =>
      (to === 'fastify' || to.startsWith('@fastify/')) &&
      !web.includes(from) &&
      !isRoutes(from) &&
      featureOf(from) !== 'demo',
  )
  expect(told(found)).toEqual([])
})

test('rules know no routes, pages, views or later work', () => {
  const found = imports.filter(
    ({ from, to, isType }) =>
      isRules(from) &&
      (isRoutes(to) ||
        isPages(to) ||
        isJobs(to) ||
        isMail(to) ||
        isCommands(to) ||
        ['views.ts', 'assets.ts'].includes(to)) &&
      !isType,
  )
  expect(told(found)).toEqual([])
})

test('rules send no mail: they leave a job behind, and the job sends', () => {
  const found = imports.filter(
    ({ from, to, isType }) => isRules(from) && (to === 'nodemailer' || (to === 'mailer.ts' && !isType)),
  )
  expect(told(found)).toEqual([])
})

test('no route, page or form holds a query', () => {
  const found = imports.filter(
    ({ from, to, isType }) =>
      (to === 'kysely' || to === 'better-sqlite3' || (to === 'db.ts' && (isPages(from) || isForms(from)) && !isType)) &&
      (isRoutes(from) || isPages(from) || isForms(from)),
  )
  expect(told(found)).toEqual([])
})

test('pages and forms know no routes', () => {
  const found = imports.filter(({ from, to }) => (isPages(from) || isForms(from)) && (isRoutes(to) || isJobs(to)))
  expect(told(found)).toEqual([])
})

test('a feature is entered by its own file, or by a door that is named here', () => {
  const found = imports.filter(
    ({ from, to }) =>
      isOurs(to) &&
      featureOf(from) !== '' &&
      featureOf(to) !== '' &&
      featureOf(from) !== featureOf(to) &&
      !isComposition(from) &&
      to !== `${featureOf(to)}/${featureOf(to)}.ts` &&
      !(doors[featureOf(to)] ?? []).some((door) => to === `${featureOf(to)}/${door}`),
  )
  expect(told(found)).toEqual([])
})

test('no feature goes round in a circle with another', () => {
  const edges = new Map<string, Set<string>>()
  for (const { from, to } of imports) {
    const [one, other] = [featureOf(from), featureOf(to)]
    // A page or a route may look at another feature whose rules look back: the start page does. Rules may not.
    if (!isOurs(to) || one === '' || other === '' || one === other || isComposition(from) || !isRules(from)) continue
    edges.set(one, (edges.get(one) ?? new Set()).add(other))
  }
  expect(circleIn(edges)).toEqual([])
})

test('no file goes round in a circle with another', () => {
  const edges = new Map<string, Set<string>>()
  for (const { from, to, isType } of imports)
    if (isOurs(to) && !isType) edges.set(from, (edges.get(from) ?? new Set()).add(to))
  expect(circleIn(edges)).toEqual([])
})

test('a migration imports nothing of ours, so that it stays what it was', () => {
  const found = readdirSync(join(root, 'migrations')).filter((name) =>
    /from ['"](\.|#)/.test(readFileSync(join(root, 'migrations', name), 'utf8')),
  )
  expect(found).toEqual([])
})

test('the recount shares no code with the product', () => {
  const text = readFileSync(join(root, 'test', 'support', 'recount.ts'), 'utf8')
  expect([...text.matchAll(/^import (?!type ).*#server.*$/gm)].map(([line]) => line)).toEqual([])
})

/** The first circle, as the names along it; empty if there is none. */
function circleIn(edges: Map<string, Set<string>>): string[] {
  const done = new Set<string>()
  function walk(node: string, path: string[]): string[] {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return []
    for (const next of edges.get(node) ?? []) {
      const circle = walk(next, [...path, node])
      if (circle.length > 0) return circle
    }
    done.add(node)
    return []
  }
  for (const node of edges.keys()) {
    const circle = walk(node, [])
    if (circle.length > 0) return circle
  }
  return []
}
