import { pager } from '../lists.ts'
import { plural } from '../words.ts'
import { aboutRow, type Counts, type Import, type ImportRow } from './import.ts'
import { delimiterNames } from './import-file.ts'

export const uploadPage = (error: string) => ({
  title: 'Import customers and contacts',
  part: 'Customers',
  error,
  problemsTitle: 'This file cannot be read yet',
  problems: error ? [{ href: '#file', text: error }] : [],
  describedBy: error ? 'file-hint file-error' : 'file-hint',
})

type Found = {
  counts: Counts
  suppressed: number
  rows: ImportRow[]
  onlyRejected: boolean
  page: number
  size: number
}

const actionNames = { create: 'New', update: 'Changes', unchanged: 'No change', reject: 'Rejected' }

export function previewPage(
  found: Import,
  { counts, suppressed, rows, onlyRejected, page, size }: Found,
  error: string,
) {
  const base = `/customers/import/${found.id}`
  const total = counts.create + counts.update + counts.unchanged + counts.reject
  const shownTotal = onlyRejected ? counts.reject : total
  const isApplied = found.state === 'applied'
  const writes = counts.create + counts.update
  return {
    title: isApplied ? `Imported: ${found.file_name}` : `Check before importing: ${found.file_name}`,
    part: 'Customers',
    base,
    isApplied,
    lead: isApplied
      ? `${plural(writes, 'row')} written${counts.reject > 0 ? `, ${counts.reject} left out` : ''}.`
      : writes === 0
        ? 'Nothing would change. Nothing has been written.'
        : `${plural(writes, 'row')} would be written. So far nothing has been.`,
    howRead: `Read as ${found.encoding}, columns parted by ${delimiterNames[found.delimiter] ?? `"${found.delimiter}"`}. A revenue without a year counts for ${found.lastYear}. An empty cell leaves what is on record.`,
    suppressed:
      suppressed === 0
        ? ''
        : `${plural(suppressed, 'address', 'addresses')} in this file ${suppressed === 1 ? 'does' : 'do'} not want our mails. Importing does not change that.`,
    stats: [
      { label: 'New', value: String(counts.create), note: 'customers or contacts' },
      { label: 'Changes', value: String(counts.update), note: 'to what is on record' },
      { label: 'No change', value: String(counts.unchanged), note: 'the same already' },
      { label: 'Rejected', value: String(counts.reject), note: counts.reject > 0 ? 'see why beside each' : 'none' },
    ],
    columns: found.columns.map(({ header, label, meaning }) => ({ header, label, isAttribute: meaning === '' })),
    mayConfirm: !isApplied && writes > 0,
    confirmLabel: `Import ${plural(writes, 'row')}`,
    hasRejects: counts.reject > 0,
    leaveOutLabel: counts.reject === 1 ? 'Leave the rejected row out' : `Leave the ${counts.reject} rejected rows out`,
    error,
    problemsTitle: 'One thing is left to decide',
    problems: error ? [{ href: '#leaveOut', text: error }] : [],
    tabs: isApplied
      ? []
      : [
          { label: `All rows (${total})`, href: `${base}#rows`, isCurrent: !onlyRejected },
          {
            label: `Only rows with errors (${counts.reject})`,
            href: `${base}?rows=rejected#rows`,
            isCurrent: onlyRejected,
          },
        ],
    hasRows: rows.length > 0,
    rows: rows.map((row) => ({
      line: String(row.line),
      ...printAbout(aboutRow(found.columns, row.cells)),
      action: actionNames[row.action],
      isRejected: row.action === 'reject',
      problems: row.problems,
    })),
    pager: pager(shownTotal, page, size, base, { rows: onlyRejected && !isApplied ? 'rejected' : '' }),
  }
}

const short = (text: string): string => (text.length > 80 ? `${[...text].slice(0, 80).join('')} …` : text)
const printAbout = (about: ReturnType<typeof aboutRow>) => ({
  company: short(about.company),
  person: short(about.person),
  email: short(about.email),
})
