import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import view from '@fastify/view'
import type { FastifyInstance } from 'fastify'
import Handlebars from 'handlebars'
import type { User } from './access.ts'
import { assetUrl, type Bundle } from './assets.ts'
import { getCompany } from './company.ts'
import { companyCssUrl } from './company-css.ts'
import type { Db } from './db.ts'
import { pageLogo } from './look.ts'
import { sayModel, sayView } from './speak.ts'
import { dayAt, printDayInFull } from './time.ts'

/** Every page model has a title; `scripts` names the bundles that enhance it; `part` is its place in the navigation. */
export type Page = {
  title: string
  scripts?: Bundle[]
  part?: string
  /** Staff look at what a customer would see. */
  isForCustomer?: boolean
}

declare module 'fastify' {
  interface FastifyReply {
    /**
     * Sends views/<name>.hbs in the layout of whoever reads it: staff if somebody is signed in, else public.
     * Set the status before (`reply.code(422)`).
     */
    page(name: string, model: Page & Record<string, unknown>): Promise<FastifyReply>
    /**
     * Says something once, above the next page that this browser opens: `reply.flash('Invitation sent to Anna.')`; a
     * 'problem' looks like one, since nothing came of what somebody wanted.
     */
    flash(sentence: string, kind?: 'problem' | undefined): FastifyReply
  }
  interface FastifyRequest {
    /** Who is signed in; only in the staff scope. */
    user: User | undefined
    /** In which language a customer's page speaks; set by what is asked of them. */
    language: string
  }
}

/** What stands before the sentence of a problem in its cookie. */
const problemMark = 'problem:'

const folder = join(import.meta.dirname, '..', 'views')
const compileOptions = { strict: true, knownHelpersOnly: true, preventIndent: true }

/** Handlebars with every file of views/partials as a partial named by its path below it: `{{> field email}}`. */
function partialFiles(): Record<string, string> {
  const files = readdirSync(join(folder, 'partials'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.hbs'),
  )
  return Object.fromEntries(files.map((name) => [name.replaceAll('\\', '/').slice(0, -4), join('partials', name)]))
}

const navigation: Record<User['role'], [part: string, href: string][]> = {
  rep: [
    ['Today', '/'],
    ['Customers', '/customers'],
    ['Talks', '/interviews'],
    ['Review', '/review'],
    ['Why', '/why'],
  ],
  lead: [
    ['Why', '/why'],
    ['Customers', '/customers'],
    ['Campaigns', '/campaigns'],
    ['Review', '/review'],
    ['Mail', '/mailbox'],
  ],
  admin: [
    ['Start', '/'],
    ['Customers', '/customers'],
    ['Campaigns', '/campaigns'],
    ['Why', '/why'],
    ['Mail', '/mailbox'],
  ],
}

/** Registers @fastify/view and the decorations `reply.page` and `reply.flash`. */
export async function registerViews(
  app: FastifyInstance,
  deps: { db: Db; isPractice: boolean; isSecure: boolean },
): Promise<void> {
  await app.register(view, {
    engine: { handlebars: Handlebars.create() },
    root: folder,
    viewExt: 'hbs',
    production: true,
    maxCache: 500,
    propertyName: 'view',
    options: { partials: partialFiles(), compileOptions },
  })

  app.decorateRequest('language', 'en')

  app.decorateReply('flash', function (sentence, kind) {
    return this.setCookie('flash', kind ? `${problemMark}${sentence}` : sentence, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: deps.isSecure,
      maxAge: 60,
    })
  })

  app.decorateReply('page', async function (name, model) {
    const { user } = this.request
    const company = await getCompany(deps.db)
    const scripts = (model.scripts ?? []).map((script) => assetUrl(script))
    if (!user || model.isForCustomer) {
      const look = { companyCss: companyCssUrl(company.colour), logo: pageLogo(company) }
      const frame = {
        company: company.name,
        css: assetUrl('public.css'),
        scripts,
        lang: this.request.language,
        ...look,
      }
      const page = { ...frame, ...model, scripts }
      return page.lang === 'en'
        ? this.view(name, page, { layout: 'layouts/public' })
        : this.type('text/html; charset=utf-8').send(sayPage(page.lang, name, page))
    }
    const said = this.request.cookies.flash ?? ''
    const isProblem = said.startsWith(problemMark)
    const flash = isProblem ? said.slice(problemMark.length) : said
    if (flash) this.clearCookie('flash', { path: '/' })
    const nav = navigation[user.role].map(([part, href]) => ({ part, href, isCurrent: part === model.part }))
    const frame = {
      company: company.name,
      css: assetUrl('staff.css'),
      nav,
      flash,
      isProblem,
      userName: user.name,
      isAdmin: user.role === 'admin',
      mayOpenMail: user.role !== 'rep',
      isPractice: deps.isPractice,
      printedOn: printDayInFull(dayAt(this.server.clock(), user.timeZone)),
    }
    return this.view(name, { ...frame, ...model, scripts }, { layout: 'layouts/staff' })
  })
}

const speakers = new Map<string, (view: string) => HandlebarsTemplateDelegate>()

/** A page for a customer in a language other than English: the same views, with our words in it. */
function sayPage(language: string, view: string, page: Record<string, unknown>): string {
  const said = sayModel(language, page)
  const body = speakerOf(language)(view)(said)
  return speakerOf(language)('layouts/public')({ ...said, body })
}

/** Compiles views of one language, each once. */
function speakerOf(language: string): (view: string) => HandlebarsTemplateDelegate {
  let speaker = speakers.get(language)
  if (!speaker) {
    const handlebars = Handlebars.create()
    const read = (file: string) => sayView(language, readFileSync(join(folder, file), 'utf8'))
    for (const [name, file] of Object.entries(partialFiles())) handlebars.registerPartial(name, read(file))
    const compiled = new Map<string, HandlebarsTemplateDelegate>()
    speaker = (view) => {
      const template = compiled.get(view) ?? handlebars.compile(read(`${view}.hbs`), compileOptions)
      compiled.set(view, template)
      return template
    }
    speakers.set(language, speaker)
  }
  return speaker
}

const mailTemplates = new Map<string, HandlebarsTemplateDelegate>()

/**
 * Writes both parts of a mail from views/mail/<name>.html.hbs and <name>.text.hbs, with the same model, and with our own
 * words in a language.
 */
export function renderMail(
  name: string,
  model: Record<string, unknown>,
  language = 'en',
): { html: string; text: string } {
  return {
    html: mailTemplate(`${name}.html`, false, language)(model),
    text: mailTemplate(`${name}.text`, true, language)(model),
  }
}

function mailTemplate(file: string, noEscape: boolean, language: string): HandlebarsTemplateDelegate {
  const name = `${file} ${language}`
  let template = mailTemplates.get(name)
  if (!template) {
    const source = readFileSync(join(folder, 'mail', `${file}.hbs`), 'utf8')
    template = mailHandlebars.compile(sayView(language, source), { ...compileOptions, noEscape })
    mailTemplates.set(name, template)
  }
  return template
}

// Nothing in the partials of mails is a word: they hold styles, the logo and the shape of the button.
const mailHandlebars = Handlebars.create()
for (const [name, file] of Object.entries(partialFiles()))
  if (name.startsWith('mail/')) mailHandlebars.registerPartial(name, readFileSync(join(folder, file), 'utf8'))

/** Every template file below views/, for the check that each compiles and is in use. */
export const templateFiles = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.hbs'))
    .map((name) => relative(folder, join(folder, name)))
