import type { User } from '../../access.ts'
import { type SelectField, select } from '../../forms.ts'
import { pager } from '../../lists.ts'
import { printInstant, readerOf } from '../../time.ts'
import { listed, plural } from '../../words.ts'
import type { Import, Recent } from './import.ts'
import { keptDays } from './import.ts'
import { isMeaning, labelOf, meanings, readRow } from './meanings.ts'
import { type Action, actions } from './plan.ts'
import type { PreviewRow } from './staging.ts'
import { maxMegabytes } from './upload.ts'

export const rowsAPage = 50
const part = 'Customers'

const stateNames: Record<Recent['state'], string> = {
  reading: 'being read',
  unreadable: 'cannot be read',
  previewed: 'waits for you',
  applying: 'being written',
  applied: 'imported',
}

export function uploadPage(recent: Recent[], error: string, now: Date, user: User) {
  return {
    title: 'Import customers and contacts',
    part,
    hint: `Up to ${maxMegabytes} MB. Commas, semicolons or tabs, as Excel saves them.`,
    error,
    problemsTitle: 'This file cannot be read yet',
    problems: error ? [{ href: '#file', text: error }] : [],
    describedBy: error ? 'file-hint file-error' : 'file-hint',
    recent: recent.map(({ id, file_name, state, created_at }) => ({
      href: `/customers/import/${id}`,
      name: file_name,
      state: stateNames[state],
      at: printInstant(created_at, now, readerOf(user)),
    })),
  }
}

/** While a file is read or written: how far it is, and what can be done. */
export function progressPage(found: Import) {
  const base = `/customers/import/${found.id}`
  const isWriting = found.state === 'applying'
  const isOver = found.state === 'unreadable' || found.sentence !== ''
  const number = (n: number) => n.toLocaleString('en-GB')
  const doing = isWriting ? 'Writing' : 'Reading'
  return {
    title: found.state === 'unreadable' ? `Cannot be read: ${found.file_name}` : `${doing} ${found.file_name}`,
    part,
    scripts: isOver ? [] : (['import.js'] as const).slice(),
    base,
    lead: found.sentence
      ? found.sentence
      : isWriting
        ? 'Go on with your work: this also runs without you. You find this page again under "Import a list".'
        : 'Nothing is written before you have seen what it would do. You find this page again under "Import a list".',
    isRunning: !isOver,
    hasBar: !isOver && found.total > 0,
    done: String(found.done),
    total: String(Math.max(1, found.total)),
    far:
      found.total > 0
        ? `${number(found.done)} of ${count(found.total, 'row')} ${isWriting ? 'written' : 'looked at'}.`
        : found.done > 0
          ? `${count(found.done, 'row')} looked at.`
          : `${doing} the file.`,
    mayContinue: found.state !== 'unreadable' && isOver,
    mayCancel: !isWriting,
  }
}

/** Which kinds of rows the preview can show. */
export const shownActions = ({ about: { counts } }: Import): Action[] => actions.filter((action) => counts[action] > 0)

const actionNames: Record<Action, string> = {
  create: 'New',
  update: 'Changes',
  unchanged: 'No change',
  reject: 'Rejected',
}

type Shown = { action: Action | ''; rows: PreviewRow[]; page: number; isKept: boolean }

export function importPage(found: Import, { action, rows, page, isKept }: Shown, error: string) {
  const base = `/customers/import/${found.id}`
  const { about } = found
  const { counts } = about
  const isApplied = found.state === 'applied'
  const writes = counts.create + counts.update
  const number = (n: number) => n.toLocaleString('en-GB')
  const isUnsure = about.columns.some((column) => column.isUnsure)
  const mayConfirm = !isApplied && about.problem === '' && (writes > 0 || about.loosens > 0)
  const reject = counts.reject
  const total = actions.reduce((sum, one) => sum + counts[one], 0)
  return {
    title: isApplied ? `Imported: ${found.file_name}` : `Check before importing: ${found.file_name}`,
    part,
    base,
    isApplied,
    lead: isApplied
      ? `${count(writes, 'row')} written${reject > 0 ? `, ${number(reject)} left out` : ''}.`
      : about.problem
        ? 'Say what the columns mean. Nothing has been written.'
        : writes === 0
          ? 'Nothing would change. Nothing has been written.'
          : `${count(writes, 'row')} would be written. So far nothing has been.`,
    howRead: `Read as ${about.encoding}, columns parted by ${delimiterNames[about.delimiter] ?? `"${about.delimiter}"`}. A revenue without a year counts for ${about.lastYear}. An empty cell leaves what is on record.`,
    notes: [
      about.isStale && !isApplied
        ? 'The records changed since this preview. Nothing was written. Here is what the file would do now.'
        : '',
      isApplied && about.leftOut > 0
        ? `${count(about.leftOut, 'row')} could not be written, because somebody changed the record while this ran. They stand among the rejected ones.`
        : '',
      about.encoding === 'Windows-1252' && !isApplied ? 'Read as Windows-1252: check the names.' : '',
      about.suppressed === 0 || isApplied
        ? ''
        : `${plural(about.suppressed, 'address', 'addresses')} in this file ${about.suppressed === 1 ? 'does' : 'do'} not want our mails. Importing does not change that.`,
      about.newOfferings.length > 0 && !isApplied ? `New among what we offer: ${listed(about.newOfferings)}.` : '',
    ].filter(Boolean),
    problem: about.problem,
    stats: [
      { label: 'New', value: number(counts.create), note: newNote(about.newCustomers, about.newContacts) },
      { label: 'Changes', value: number(counts.update), note: 'to what is on record' },
      { label: 'No change', value: number(counts.unchanged), note: 'the same already' },
      { label: 'Rejected', value: number(reject), note: reject > 0 ? 'see why beside each' : 'none' },
    ],
    isColumnsOpen: !isApplied && (isUnsure || about.problem !== ''),
    mayChoose: !isApplied,
    columns: about.columns.map((column, index) => ({
      ...meaningField(index, column.header, column.meaning),
      header: column.header,
      meaning: labelOf(column.meaning),
      isUnsure: column.isUnsure,
    })),
    mayConfirm,
    mayCancel: !isApplied,
    confirmLabel: writes > 0 ? `Import ${count(writes, 'row')}` : 'Import',
    hasRejects: reject > 0 && isKept,
    leaveOutLabel: reject === 1 ? 'Leave the rejected row out' : `Leave the ${number(reject)} rejected rows out`,
    loosensLabel:
      about.loosens === 0
        ? ''
        : `The file says that we may write to ${plural(about.loosens, 'contact')} to whom we may not today. Take its word for it`,
    keptNote: `The file is thrown away ${keptDays} days after its upload.`,
    error,
    problemsTitle: 'One thing is left to decide',
    problems: error ? [{ href: '#leaveOut', text: error }] : [],
    tabs: isApplied
      ? []
      : (['', ...shownActions(found)] as const).map((one) => ({
          label: one ? `${actionNames[one]} (${number(counts[one])})` : `All rows (${number(total)})`,
          href: one ? `${base}?rows=${one}#rows` : `${base}#rows`,
          isCurrent: one === action,
        })),
    hasRows: rows.length > 0,
    rows: rows.map((row) => ({
      line: number(row.line),
      ...aboutRow(found, row.cells),
      action: actionNames[row.action],
      isRejected: row.action === 'reject',
      notes: row.action === 'reject' ? row.problems : row.changes,
    })),
    pager: pager(action ? counts[action] : total, page, rowsAPage, base, { rows: isApplied ? '' : action }),
  }
}

const delimiterNames: Record<string, string> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }
const count = (n: number, what: string): string => `${n.toLocaleString('en-GB')} ${what}${n === 1 ? '' : 's'}`
const newNote = (customers: number, contacts: number): string =>
  customers + contacts === 0 ? 'none' : `${count(customers, 'customer')}, ${count(contacts, 'contact')}`

function meaningField(index: number, header: string, meaning: string): SelectField {
  const name = `column-${index}`
  const choices: [string, string][] = [
    ['attribute', labelOf('attribute')],
    ['none', labelOf('none')],
    ...Object.entries(meanings).map(([value, { label }]): [string, string] => [value, label]),
  ]
  return select(
    name,
    `What "${header}" means`,
    choices,
    { [name]: isMeaning(meaning) || meaning === 'none' ? meaning : 'attribute' },
    {},
  )
}

/** What a row is about, for its line in the preview. */
function aboutRow({ about }: Import, cells: string[]): { company: string; person: string; email: string } {
  const { known } = readRow(about.columns, cells)
  return {
    company: short(known.company ?? known.customer_external_id ?? ''),
    person: short(known.name ?? [known.first_name, known.last_name].filter(Boolean).join(' ')),
    email: short(known.email ?? known.external_id ?? ''),
  }
}
const short = (text: string): string => (text.length > 80 ? `${[...text].slice(0, 80).join('')} …` : text)
