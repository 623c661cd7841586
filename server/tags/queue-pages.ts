import { isReader, type User } from '../access.ts'
import { tagChip } from '../drivers.ts'
import { pager } from '../lists.ts'
import type { Template } from '../templates/files.ts'
import { plural, sentenceNumber } from '../words.ts'
import { coolingMinutes, type listDisputed, type Task } from './blind.ts'
import type { AnswerToReview } from './coded-answers.ts'
import { asked, excerpt, isVoice, shortOf, tickedOf } from './print.ts'
import type { Waiting } from './review-queue.ts'

/** How many answers stand on one page of the list. */
export const queueSize = 25

const longest = 140
const isCut = (text: string): boolean => excerpt(text, longest) !== excerpt(text, Number.POSITIVE_INFINITY)

/** The list of what waits. `templates` holds the versions that the answers were asked with, by id. */
export type Queue = {
  rows: Waiting[]
  disputed: Awaited<ReturnType<typeof listDisputed>>
  templates: Map<string, Template>
  total: number
  page: number
  canUndo: boolean
  coders: number
}

export function queuePage({ rows, disputed, templates, total, page, canUndo, coders }: Queue, user: User) {
  return {
    title: 'Review answers',
    part: 'Review',
    summary:
      total === 0
        ? ''
        : `${sentenceNumber(total)} ${total === 1 ? 'answer waits' : 'answers wait'} for a person to read ${total === 1 ? 'it' : 'them'}. What customers changed comes first, then what two people read blind, then what is uncertain or hurts, and what large customers say.`,
    firstHref: rows[0] ? `/review/${rows[0].answerId}` : '',
    canUndo,
    needsSecond: isReader(user) && coders < 2,
    // Only an admin can name a coder; the others are told whom to ask.
    isAdmin: user.role === 'admin',
    disputedTitle:
      disputed.length === 0
        ? ''
        : `${sentenceNumber(disputed.length)} ${disputed.length === 1 ? 'answer was' : 'answers were'} read in two ways`,
    disputed: disputed.map((row) => ({
      href: `/review/${row.answerId}`,
      question: shortOf(templates.get(row.templateVersionId), row.question, row.item),
      text: excerpt(row.text, longest) || tickedOf(row.value, templates.get(row.templateVersionId), row),
      isVoice: row.text !== '' && isVoice(row.provenance),
    })),
    rows: rows.map((row) => ({
      href: `/review/${row.answerId}`,
      question: shortOf(templates.get(row.templateVersionId), row.question, row.item),
      text: excerpt(row.text, longest) || tickedOf(row.value, templates.get(row.templateVersionId), row),
      isVoice: row.text !== '' && isVoice(row.provenance),
      note: row.isChanged ? 'The customer changed this' : row.isBlind ? 'Read blind by two' : '',
      // What does not stand here as a whole, or was changed, is looked at on its page before anybody confirms it.
      suggestion: row.isChanged || isCut(row.text) ? '' : (row.suggested[0]?.codingId ?? ''),
      revision: row.revisionId,
      confirm: `Confirm ${plural(row.suggested.length, 'tag')}`,
      confirmHref: `/review/${row.answerId}/suggestion`,
      page: page > 1 ? String(page) : '',
      chips: row.suggested.map((tag) => tagChip(tag.driver, tag.direction, '', true)),
    })),
    hasSuggestions: rows.some(({ suggested }) => suggested.length > 0),
    pager: pager(total, page, queueSize, '/review', {}),
    hasPages: total > queueSize,
  }
}

/** What a person sees whose page shows words that the customer has meanwhile changed. */
export const changedPage = (answer: AnswerToReview, template: Template) => ({
  title: 'The customer changed this answer',
  part: 'Review',
  ...said(answer, template),
  href: `/review/${answer.id}`,
})

const said = (answer: AnswerToReview, template: Template) => ({
  asked: asked(template, answer.question, answer.item),
  text: answer.text,
  ticked: tickedOf(answer.value, template, answer),
  isVoice: isVoice(answer.provenance),
  lang: answer.language,
})

const waits: Record<Task['wait'], string> = {
  second:
    'You have read this answer blind. It counts once a second person has read it too; until then you can take yours back.',
  others: 'Two others read this answer blind. It comes back when they have settled it.',
  cooling: `You have just read this answer, the second of two. The two readings differ; you see them side by side ${plural(coolingMinutes, 'minute')} after yours, and until then you can take yours back.`,
  '': '',
}

/** An answer of the blind sample that is not, or no longer, this person's to read. */
export const waitingPage = (task: Task, template: Template, nextId: string | undefined, canUndo: boolean) => ({
  title: 'Read by two people',
  part: 'Review',
  ...said(task, template),
  sentence: waits[task.wait],
  nextHref: nextId ? `/review/${nextId}` : '',
  canUndo,
})
