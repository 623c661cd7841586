import type { Question } from './kinds/kinds.ts'

/** What a question asks about, and how it may be answered, as plain text: for reading a template through. */
export function partsOf(question: Question): { parts: { label: string; home: string }[]; notes: string[] } {
  const plain = (labels: { label: string; home?: string | undefined }[]) =>
    labels.map(({ label, home }) => ({ label, home: home ?? '' }))
  switch (question.kind) {
    case 'long':
      return { parts: [], notes: [] }
    case 'items':
      return {
        parts: plain(question.items),
        notes: ['Each with a line to write, “Not at all” and “You make it worse”.'],
      }
    case 'short':
      return { parts: plain(question.items ?? []), notes: question.unknown ? [`Or: ${question.unknown}.`] : [] }
    case 'one':
      return {
        parts: plain(question.choices),
        notes: ['One of these.', ...(question.why ? [`${question.why}: a text.`] : [])],
      }
    case 'many':
      return {
        parts: plain(question.choices),
        notes: ['As many of these as are true.', ...(question.note ? [`${question.note}: a text.`] : [])],
      }
    case 'scale':
      return {
        parts: plain(question.items ?? []),
        notes: [
          `0, ${question.low}, to 10, ${question.high}.`,
          ...(question.opt_out ? [`Or: ${question.opt_out}.`] : []),
        ],
      }
    case 'sum100':
      return { parts: plain(question.items), notes: ['100 points to share, or “Prefer not to say”.'] }
    case 'best_worst':
      return { parts: plain(question.items), notes: [`${question.best}, ${question.worst}: one each.`] }
    case 'rows':
      return { parts: plain(question.columns), notes: [`Up to ${question.most} rows.`] }
    case 'grid':
      return {
        parts: plain(question.items),
        notes: [
          `For ${Array.isArray(question.of) ? question.of.map(({ label }) => label).join(', ') : 'each thing that they have from us'}.`,
          `${question.choices.map(({ label }) => label).join(', ')}.`,
        ],
      }
  }
}
