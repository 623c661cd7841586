import { driverNames } from '../drivers.ts'
import type { Task } from './blind.ts'
import type { Codebook } from './codebook.ts'
import { wordsAt } from './marked.ts'
import { chipOf, isVoice, markedPieces } from './print.ts'
import { settledOf } from './review.ts'
import { notesOf, readingNames } from './row-model.ts'
import { wordChanges } from './word-changes.ts'

/** The blind readings of an answer side by side; whose they are is told once it is settled. */
export function readingsModel(task: Task, book: Codebook) {
  const isSettling = task.mode === 'settle'
  const settled = settledOf(task)
  return {
    hasReadings: task.readings.length > 0 && (isSettling || settled !== undefined),
    isSettling,
    settledWhy:
      settled?.sampleId && !settled.isBlind && settled.reason
        ? `${settled.userName} settled it: ${settled.reason}`
        : settled?.isBlind
          ? 'Both read it alike, so it settled by itself.'
          : '',
    readings: task.readings.map((reading, index) => ({
      name: isSettling ? `Reading ${readingNames[index] ?? index + 1}` : reading.userName,
      act: `take ${index}`,
      pieces: markedPieces(
        task.text,
        reading.tags.map(({ driver, direction, start, end }) => ({
          driver,
          direction,
          start,
          end,
          isSuggested: false,
        })),
      ),
      hasText: task.text !== '',
      isVoice: isVoice(task.provenance),
      none: book.nones.find(({ key }) => key === reading.none)?.name ?? '',
      tags: reading.tags.map((tag) => ({
        chip: chipOf(tag, false, book),
        words: wordsAt(task.text, tag.start, tag.end),
        notes: notesOf(tag, book),
        name: driverNames[tag.driver],
      })),
    })),
  }
}

/** What a customer changed since the answer was tagged, and what that means for the tags. */
export function changesModel(task: Task, before: { text: string; by: string } | undefined) {
  const settled = settledOf(task)
  const isOpen = before !== undefined && (settled === undefined || settled.isCarried) && before.text !== task.text
  return {
    isChanged: isOpen,
    changedNote: !isOpen
      ? ''
      : settled
        ? `Text changed, look again. ${before.by} tagged the words before; tags whose words still stand were kept and count, the others do not.`
        : `Text changed, look again. ${before.by} tagged the words before; none of the tagged words still stands, so nothing of it counts.`,
    changes: isOpen
      ? wordChanges(before.text, task.text).map(({ kind, text }) => ({
          text,
          isGone: kind === 'gone',
          isNew: kind === 'new',
        }))
      : [],
  }
}
