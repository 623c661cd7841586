import { type Db, transact } from '../db.ts'
import { notFound } from '../errors.ts'
import { hashOf, newId } from '../ids.ts'
import type { Channel } from '../tables.ts'
import { instant } from '../time.ts'
import type { Question } from './kinds/kinds.ts'
import { asAsked, type Template, templateSchema } from './template.ts'

/** A published version: frozen, so that what was asked can always be told. */
export type TemplateVersion = {
  id: string
  key: string
  number: number
  hash: string
  publishedAt: string
  template: Template
}

// Versions never change, so each is parsed once a process.
const known = new WeakMap<Db, Map<string, TemplateVersion>>()

/** The version with this id. Throws 404 if there is none. */
export async function getTemplateVersion(db: Db, id: string): Promise<TemplateVersion> {
  const cached = known.get(db)?.get(id)
  if (cached) return cached
  const row = await db.selectFrom('template_version').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('That template')
  const version = versionOf(row)
  // Inside a transaction `db` is short-lived, and what it reads may yet be undone: the map goes with it.
  const versions = known.get(db) ?? new Map()
  known.set(db, versions.set(id, version))
  return version
}

type Row = { id: string; key: string; number: number; body: string; hash: string; published_at: string }
const versionOf = (row: Row): TemplateVersion => ({
  id: row.id,
  key: row.key,
  number: row.number,
  hash: row.hash,
  publishedAt: row.published_at,
  template: templateSchema.parse(JSON.parse(row.body)),
})

/** The newest version of each template, by key. */
export async function latestVersions(db: Db): Promise<TemplateVersion[]> {
  const rows = await db.selectFrom('template_version').select(['id', 'key']).orderBy('key').orderBy('number').execute()
  const newest = [...new Map(rows.map(({ key, id }) => [key, id])).values()]
  return Promise.all(newest.map((id) => getTemplateVersion(db, id)))
}

/** The ids of all versions that ask an open question; never empty, for SQL. */
export async function openVersions(db: Db): Promise<string[]> {
  const rows = await db.selectFrom('template_version').select('id').execute()
  const versions = await Promise.all(rows.map(({ id }) => getTemplateVersion(db, id)))
  const open = versions.filter(({ template }) => template.questions.some(({ prompted }) => !prompted))
  return ['', ...open.map(({ id }) => id)]
}

/** Every version of one template, oldest first. */
export async function versionsOf(db: Db, key: string): Promise<TemplateVersion[]> {
  const rows = await db.selectFrom('template_version').selectAll().where('key', '=', key).orderBy('number').execute()
  return rows.map(versionOf)
}

/** What a file says, shown like a version before it is one. Its number is 0. */
const asFile = (template: Template): TemplateVersion => ({
  id: '',
  key: template.key,
  number: 0,
  hash: '',
  publishedAt: '',
  template,
})

/** The version that an address names, the file ("file"), or else the newest version; the file where there is none. */
export function shownOf(
  versions: TemplateVersion[],
  file: Template | undefined,
  wanted: string,
): TemplateVersion | undefined {
  if (wanted === 'file') return file && asFile(file)
  if (wanted !== '') return versions.find(({ number }) => String(number) === wanted)
  return versions.at(-1) ?? (file && asFile(file))
}

/** Whether the file of a template says something else than its newest version. */
export function fileState(newest: TemplateVersion, files: Template[]): 'same' | 'new' | 'missing' {
  const file = files.find(({ key }) => key === newest.key)
  if (!file) return 'missing'
  return saysTheSame(newest.template, file) ? 'same' : 'new'
}

/** Compared as they are read: what a newer release only spells out is nothing new to publish. */
const saysTheSame = (one: Template, other: Template): boolean => JSON.stringify(one) === JSON.stringify(other)

/** A version as one sitting asks it: by its channel, in its language. What it is a version of stays the same. */
export const versionAsAsked = (version: TemplateVersion, channel: Channel, language = 'en'): TemplateVersion => ({
  ...version,
  template: asAsked(version.template, channel, language),
})

/** Freezes a template as its next version. Returns the newest version unchanged if nothing is new in it. */
export async function publish(db: Db, template: Template, userId: string | null, now: Date): Promise<TemplateVersion> {
  const body = JSON.stringify(template)
  const hash = hashOf(body)
  const row = await transact(db, async (trx) => {
    const newest = await trx
      .selectFrom('template_version')
      .selectAll()
      .where('key', '=', template.key)
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (newest && (newest.hash === hash || saysTheSame(versionOf(newest).template, template))) return newest
    const version = {
      id: newId(),
      key: template.key,
      number: (newest?.number ?? 0) + 1,
      body,
      hash,
      published_by: userId,
      published_at: instant(now),
    }
    await trx.insertInto('template_version').values(version).execute()
    return version
  })
  return versionOf(row)
}

/** Publishes the first version of each template that has none, so that a new installation can ask at once. */
export async function publishFirstVersions(db: Db, templates: Template[], now: Date): Promise<void> {
  const published = new Set((await latestVersions(db)).map((version) => version.key))
  for (const template of templates.filter(({ key }) => !published.has(key))) await publish(db, template, null, now)
}

/** What may be done with a template: by which channels it is asked, by whom, and after what. */
export type Rules = Pick<Template, 'channels' | 'by' | 'after' | 'within_days'>

/**
 * The rules that hold for a version now: its own and those of its newest version, whichever forbid more. A draft that
 * was begun before the rules became stricter obeys the stricter ones.
 */
export async function rulesOf(db: Db, version: TemplateVersion): Promise<Rules> {
  const newest = await db
    .selectFrom('template_version')
    .select('id')
    .where('key', '=', version.key)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const own = version.template
  const { template } = newest ? await getTemplateVersion(db, newest.id) : version
  return {
    channels: own.channels.filter((channel) => template.channels.includes(channel)),
    by: own.by === 'anyone' ? template.by : own.by,
    after: own.after ?? template.after,
    within_days: own.within_days ?? template.within_days,
  }
}

/** Why these questions are not sent by mail, as a sentence; '' if they may be. */
export const barredFromMail = (version: TemplateVersion, { channels }: Rules): string =>
  channels.includes('survey')
    ? ''
    : `“${version.template.name}” is not asked by mail. Open it as a talk, from the page of the customer.`

/** Whether any of these people is the customer's own rep, where the questions are for somebody else to ask. */
export const isAskedByOwnRep = (by: Template['by'], ownerId: string | null, asking: (string | null)[]): boolean =>
  by === 'not-own-rep' && ownerId !== null && asking.includes(ownerId)

/** The question with this id. Throws 404 if the template has none. */
export function getQuestion(template: Template, id: string): Question {
  const question = template.questions.find((candidate) => candidate.id === id)
  if (!question) throw notFound('That question')
  return question
}
