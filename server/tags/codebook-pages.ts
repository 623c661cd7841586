import { type Pager, pager } from '../lists.ts'
import type { Template } from '../templates/files.ts'
import { printInstantDay, type Reader } from '../time.ts'
import { plural } from '../words.ts'
import type { CodebookChange } from './codebook-changes.ts'
import type { listTouched } from './codebook-touched.ts'
import { type CodebookVersion, changesOf } from './codebook-versions.ts'
import { excerpt, shortOf } from './print.ts'

const part = 'Review'
/** How many answers stand on one page of what a change may touch. */
export const touchedSize = 25

/** "Version 1.1.2, by Lena Okafor, 3 March". */
export function aboutVersion({ version, by, createdAt }: CodebookVersion, now: Date, reader: Reader): string {
  const day = createdAt && by ? `, ${printInstantDay(createdAt, now, reader)}` : ''
  return by ? `Version ${version}, by ${by}${day}.` : `Version ${version}, as it comes with Whybuy.`
}

/** Every version, the newest first, with why it was made and how much it changed. */
export function versionsPage(versions: CodebookVersion[], current: string, now: Date, reader: Reader) {
  return {
    title: 'Versions of the codebook',
    part,
    rows: versions.map((version) => {
      const changes = changesOf(versions, version)
      const about = aboutVersion(version, now, reader).replace(/^Version [^,]+, /, '')
      return {
        href: `/codebook/versions/${version.version}`,
        name: `Version ${version.version}`,
        about: about.charAt(0).toUpperCase() + about.slice(1),
        note: version.note,
        changes: changes.length > 0 ? plural(changes.length, 'change') : '',
        isCurrent: version.version === current,
      }
    }),
  }
}

type Touched = {
  change: CodebookChange
  index: number
  rows: Awaited<ReturnType<typeof listTouched>>
  templates: Map<string, Template>
  total: number
  page: number
  path: string
  back: string
}
type TouchedPage = {
  title: string
  part: string
  backHref: string
  back: string
  sentence: string
  rows: { href: string; question: string; text: string; version: string }[]
  pager: Pager
  hasPages: boolean
}

/** The answers whose tags a change may touch, to look at again. */
export const touchedPage = ({ change, index, rows, templates, total, page, path, back }: Touched): TouchedPage => ({
  title: 'Look at these again',
  part,
  backHref: path,
  back,
  sentence: change.sentence,
  rows: rows.map((row) => ({
    href: `/review/${row.answerId}`,
    question: shortOf(templates.get(row.template_version_id), row.question, row.item),
    text: excerpt(row.text, 140) || 'No words, only ticks',
    version: `Tagged by version ${row.codebookVersion}`,
  })),
  pager: pager(total, page, touchedSize, `${path}/touched`, { change: String(index) }),
  hasPages: total > touchedSize,
})
