import { directionSigns, directions, driverLetters, driverNames, drivers } from '../drivers.ts'
import { listed } from '../words.ts'
import type { Task } from './blind.ts'
import { type Codebook, isInUse, subsOf } from './codebook.ts'
import { chipOf, isVoice } from './print.ts'
import { type Review, type Row, suggestionOf } from './review.ts'
import { tagKey } from './same-reading.ts'
import { abouts, flags } from './suggestion.ts'

/** With a full stop, unless it is empty or has its own. */
export const sentence = (text: string): string => (text === '' || /[.!?…]$/.test(text) ? text : `${text}.`)

/** The model of views/partials/tags/row.hbs: one tag on the page of an answer, with everything that can be changed on it. */
export function rowModel(
  n: number,
  row: Row,
  task: Task,
  mode: Review['mode'],
  errors: Record<string, string>,
  book: Codebook,
) {
  const suggested = suggestionOf(task)?.tags.find(({ id }) => id === row.from)
  const id = `tag-${n}`
  const code = row.sub || row.driver
  const { [`${id}-code`]: codeError = '', [`${id}-words`]: wordsError = '' } = errors
  const isOwn = row.state === 'own'
  return {
    id,
    n: String(n),
    state: row.state,
    isOpenTag: row.state === 'suggested' || row.state === 'offered',
    isDismissed: row.state === 'dismissed',
    isOwn,
    isOpen: codeError !== '' || wordsError !== '',
    name: `${driverNames[row.driver]} ${directionSigns[row.direction]}`,
    driver: row.driver,
    chip: chipOf(row, !isOwn, book),
    words: row.words,
    isVoice: isVoice(task.provenance),
    from: row.from,
    code,
    direction: row.direction,
    about: row.about,
    at: String(row.at),
    flagValues: row.flags,
    notes: notesOf(row, book),
    reason: mode === 'settle' ? whoSet(row, task) : isOwn ? '' : sentence(suggested?.reason ?? ''),
    sure: isOwn || suggested?.probability == null ? '' : `${Math.round(suggested.probability * 100)}\u00a0% sure`,
    codeError,
    wordsError,
    codes: drivers.map((driver) => ({
      name: driverNames[driver],
      choices: [
        { value: driver as string, label: `${driverLetters[driver]} ${driverNames[driver]}, no sub-code` },
        ...subsOf(driver, book)
          .filter((sub) => isInUse(sub) || sub.code === code)
          .map((sub) => ({ value: sub.code, label: `${sub.code} ${sub.short}` })),
      ].map((choice) => ({ ...choice, selected: choice.value === code })),
    })),
    signs: directions.map((direction) => ({
      value: direction,
      label: direction === '+' ? '+ we help' : '− we hurt',
      selected: direction === row.direction,
    })),
    abouts: abouts.map((about) => ({
      value: about,
      label: book.abouts.find(({ key }) => key === about)?.name ?? about,
      selected: about === row.about,
    })),
    flags: flags.map((flag) => ({
      value: flag,
      label: book.flags.find(({ key }) => key === flag)?.name ?? flag,
      checked: row.flags.includes(flag),
    })),
  }
}

/** Which of the readings on the page set this tag: they are named by their place, since who they are stays hidden. */
function whoSet(row: Row, { readings }: Task): string {
  const letters = readings.flatMap(({ tags }, index) =>
    tags.some((tag) => tagKey(tag) === tagKey(row)) ? [readingNames[index] ?? ''] : [],
  )
  if (letters.length === 0) return 'In no reading.'
  return letters.length === readings.length ? 'In both readings.' : `Only in reading ${listed(letters)}.`
}

/** How readings are called as long as it is hidden whose they are. */
export const readingNames = ['A', 'B', 'C', 'D', 'E']

/** "Must stay, wish" beside a tag, and whom it is about if not us. */
export const notesOf = (row: Pick<Row, 'flags' | 'about'>, book: Codebook): string =>
  [
    ...row.flags.map((flag) => book.flags.find(({ key }) => key === flag)?.name ?? flag),
    row.about === 'us' ? '' : (book.abouts.find(({ key }) => key === row.about)?.name ?? ''),
  ]
    .filter(Boolean)
    .map((name, index) => (index === 0 ? name : name.toLowerCase()))
    .join(', ')
