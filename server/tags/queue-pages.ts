import { pager } from '../lists.ts'
import type { Template } from '../templates/files.ts'
import { sentenceNumber } from '../words.ts'
import { asked, chipOf, excerpt, isVoice, shortOf, tickedOf } from './print.ts'
import type { Waiting } from './review-queue.ts'
import type { AnswerToReview } from './tags.ts'

/** How many answers stand on one page of the list. */
export const queueSize = 25

/** The list of what waits. `templates` holds the versions that the answers were asked with, by id. */
export function queuePage(
  rows: Waiting[],
  templates: Map<string, Template>,
  total: number,
  page: number,
  canUndo: boolean,
) {
  return {
    title: 'Review answers',
    part: 'Review',
    summary:
      total === 0
        ? ''
        : `${sentenceNumber(total)} ${total === 1 ? 'answer waits' : 'answers wait'} for a person to read ${total === 1 ? 'it' : 'them'}. What is uncertain or hurts, and what large customers say, comes first.`,
    firstHref: rows[0] ? `/review/${rows[0].answerId}` : '',
    canUndo,
    rows: rows.map((row) => ({
      href: `/review/${row.answerId}`,
      question: shortOf(templates.get(row.templateVersionId), row.question, row.item),
      text: excerpt(row.text, 140) || tickedOf(row.value),
      isVoice: row.text !== '' && isVoice(row.provenance),
      chips: row.suggested.map((tag) => chipOf({ ...tag, sub: '' }, true)),
    })),
    pager: pager(total, page, queueSize, '/review', {}),
    hasPages: total > queueSize,
  }
}

/** What a person sees whose page shows words that the customer has meanwhile changed. */
export const changedPage = (answer: AnswerToReview, template: Template) => ({
  title: 'The customer changed this answer',
  part: 'Review',
  asked: asked(template, answer.question, answer.item),
  text: answer.text,
  ticked: tickedOf(answer.value),
  isVoice: isVoice(answer.provenance),
  lang: answer.language,
  href: `/review/${answer.id}`,
})
