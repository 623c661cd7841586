import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isEditor, type User } from '../access.ts'
import { getCompany } from '../company.ts'
import type { Db } from '../db.ts'
import { notFound } from '../errors.ts'
import { asTyped, parseForm } from '../forms.ts'
import { address, pageNumber } from '../lists.ts'
import { onlyFor, signedIn } from '../session/scope.ts'
import type { Template } from '../templates/files.ts'
import { getTemplateVersion } from '../templates/templates.ts'
import { readerOf } from '../time.ts'
import { type CodebookChange, codebookChanges, codebookParts } from './codebook-changes.ts'
import { draftPage, partPage, touchedWords } from './codebook-edit-pages.ts'
import { codebookMarkdown, codebookQdc } from './codebook-export.ts'
import { publicationForm, readPart, removalForm, revisionForm, typedOf } from './codebook-forms.ts'
import { type ChangeRow, codebookPage } from './codebook-page.ts'
import { aboutVersion, touchedPage, touchedSize, versionsPage } from './codebook-pages.ts'
import { countTouched, listTouched } from './codebook-touched.ts'
import {
  type CodebookVersion,
  changesOf,
  discardDraft,
  getCodebook,
  getDraft,
  listCodebooks,
  publishDraft,
  saveDraft,
  versionNamed,
} from './codebook-versions.ts'

const versionParams = z.object({ version: z.string() })
const partParams = z.object({ part: z.enum(codebookParts) })
const fileQuery = z.object({ version: z.string().optional() })
const touchedQuery = z.object({ change: z.coerce.number().int().min(0).catch(0), page: z.string().optional() })

/** What a tag means: read by everybody who signs in, edited by leads and admins. */
export async function codebookRoutes(app: FastifyInstance): Promise<void> {
  const { db } = app

  app.get('/codebook', async (request, reply) => {
    const current = await getCodebook(db)
    const versions = await listCodebooks(db)
    return showVersion(reply, signedIn(request), versions, versionNamed(versions, current.version))
  })

  app.get('/codebook/versions', async (request, reply) => {
    const user = signedIn(request)
    const current = await getCodebook(db)
    const page = versionsPage(await listCodebooks(db), current.version, app.clock(), readerOf(user))
    return reply.page('tags/codebook-versions', page)
  })

  app.get('/codebook/versions/:version', async (request, reply) => {
    const versions = await listCodebooks(db)
    const shown = versionNamed(versions, versionParams.parse(request.params).version)
    return showVersion(reply, signedIn(request), versions, shown)
  })

  app.get('/codebook/versions/:version/touched', async (request, reply) => {
    const versions = await listCodebooks(db)
    const shown = versionNamed(versions, versionParams.parse(request.params).version)
    const path = `/codebook/versions/${shown.version}`
    return showTouched(request, reply, changesOf(versions, shown), shown.version, path, `Version ${shown.version}`)
  })

  app.get('/codebook.md', async (request, reply) => {
    const book = await bookNamed(db, request)
    return reply
      .header('content-disposition', `attachment; filename="codebook-${book.version}.md"`)
      .type('text/markdown; charset=utf-8')
      .send(codebookMarkdown(book, (await getCompany(db)).name))
  })
  app.get('/codebook.qdc', async (request, reply) => {
    const book = await bookNamed(db, request)
    return reply
      .header('content-disposition', `attachment; filename="codebook-${book.version}.qdc"`)
      .type('application/xml; charset=utf-8')
      .send(codebookQdc(book))
  })

  async function showVersion(reply: FastifyReply, user: User, versions: CodebookVersion[], shown: CodebookVersion) {
    const current = await getCodebook(db)
    const changes = changesOf(versions, shown)
    return reply.page(
      'tags/codebook',
      codebookPage(shown.book, {
        about: aboutVersion(shown, app.clock(), readerOf(user)),
        note: shown.note,
        changes: await changeRows(user, changes, shown.version, `/codebook/versions/${shown.version}`),
        isCurrent: shown.version === current.version,
        mayChange: isEditor(user) && shown.version === current.version,
        hasDraft: isEditor(user) && (await getDraft(db)) !== undefined,
        versionsHref: versions.length > 1 ? '/codebook/versions' : '',
        markdownHref: address('/codebook.md', { version: shown.version }),
        qdcHref: address('/codebook.qdc', { version: shown.version }),
      }),
    )
  }

  /** Each change with how many answers it may touch; the answers themselves are for those who edit. */
  async function changeRows(
    user: User,
    changes: CodebookChange[],
    version: string | undefined,
    path: string,
  ): Promise<ChangeRow[]> {
    const rows: ChangeRow[] = []
    for (const [index, { sentence, touch }] of changes.entries()) {
      const n = isEditor(user) ? await countTouched(db, user, touch, version) : 0
      rows.push({
        sentence,
        touched: isEditor(user) ? touchedWords(n) : '',
        href: n > 0 ? `${path}/touched?change=${index}` : '',
      })
    }
    return rows
  }

  async function showTouched(
    request: FastifyRequest,
    reply: FastifyReply,
    changes: CodebookChange[],
    version: string | undefined,
    path: string,
    back: string,
  ) {
    const user = signedIn(request)
    const query = touchedQuery.parse(request.query)
    const change = changes[query.change]
    if (!change || !isEditor(user)) throw notFound('That change')
    const total = await countTouched(db, user, change.touch, version)
    const page = Math.min(pageNumber(query.page), Math.max(1, Math.ceil(total / touchedSize)))
    const rows = await listTouched(db, user, change.touch, version, page, touchedSize)
    const templates = new Map<string, Template>()
    for (const id of new Set(rows.map((row) => row.template_version_id)))
      templates.set(id, (await getTemplateVersion(db, id)).template)
    return reply.page(
      'tags/codebook-touched',
      touchedPage({ change, index: query.change, rows, templates, total, page, path, back }),
    )
  }

  await app.register(async (editing) => {
    onlyFor(editing, 'lead', 'admin')
    editing.get('/codebook/draft', async (request, reply) => showDraft(request, reply, {}))
    editing.get('/codebook/draft/touched', async (request, reply) => {
      const draft = await getDraft(db)
      const changes = draft ? codebookChanges(draft.base, draft.book) : []
      return showTouched(request, reply, changes, undefined, '/codebook/draft', 'Change the codebook')
    })
    editing.get('/codebook/draft/:part', async (request, reply) => {
      const { part } = partParams.parse(request.params)
      const draft = await getDraft(db)
      const book = draft?.book ?? (await getCodebook(db))
      return reply.page('tags/codebook-part', partPage(book, part, draft?.revision ?? 0, typedOf(book, part), {}, ''))
    })

    editing.post('/codebook/draft/:part', async (request, reply) => {
      const { part } = partParams.parse(request.params)
      const user = signedIn(request)
      const typed = asTyped(request.body)
      const { revision } = revisionForm.parse(request.body ?? {})
      const draft = await getDraft(db)
      const book = draft?.book ?? (await getCodebook(db))
      const again = (status: number, errors: Record<string, string>, stale: string) =>
        reply.code(status).page('tags/codebook-part', partPage(book, part, draft?.revision ?? 0, typed, errors, stale))
      const read = readPart(book, part, typed)
      if (!read.ok) return again(422, read.errors, '')
      const stale =
        'This draft was changed on another page meanwhile. What you typed stands below: save again to keep it.'
      if (revision !== (draft?.revision ?? 0)) return again(409, {}, stale)
      if ((await saveDraft(db, user.id, read.book, revision, app.clock())) === 'stale') return again(409, {}, stale)
      return reply.flash('Kept in the draft. It takes effect when you publish it.').redirect('/codebook/draft', 303)
    })

    editing.post('/codebook/draft/publication', async (request, reply) => {
      const parsed = parseForm(publicationForm, request.body)
      if (!parsed.ok) return showDraft(request, reply.code(422), parsed.errors)
      const { revision, note } = parsed.value
      const version = await publishDraft(db, signedIn(request).id, revision, note, app.clock())
      return reply.flash(`Version ${version} is in force.`).redirect(`/codebook/versions/${version}`, 303)
    })

    editing.post('/codebook/draft/removal', async (request, reply) => {
      const parsed = parseForm(removalForm, request.body)
      if (!parsed.ok) return showDraft(request, reply.code(422), parsed.errors)
      await discardDraft(db)
      return reply.flash('The draft is given up. The codebook stays as it was.').redirect('/codebook', 303)
    })
  })

  async function showDraft(request: FastifyRequest, reply: FastifyReply, errors: Record<string, string>) {
    const user = signedIn(request)
    const draft = await getDraft(db)
    const base = draft?.base ?? (await getCodebook(db))
    const changes = draft ? codebookChanges(draft.base, draft.book) : []
    const rows = await changeRows(user, changes, undefined, '/codebook/draft')
    const typed = asTyped(request.body)
    return reply.page('tags/codebook-draft', draftPage(draft, base, rows, typed, errors, app.clock(), readerOf(user)))
  }
}

async function bookNamed(db: Db, request: FastifyRequest) {
  const { version } = fileQuery.parse(request.query)
  return version ? versionNamed(await listCodebooks(db), version).book : getCodebook(db)
}
