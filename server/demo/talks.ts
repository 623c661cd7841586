import type { Ids } from './company.ts'
import type { Note, Noted, Said } from './content.ts'
import type { Visitor } from './visitor.ts'

/** A rep notes a talk or a visit in the guide, question by question, and files it. */
export async function noteTalk(_rep: Visitor, _note: Note, _ids: Ids, _now: Date): Promise<void> {}

/** What was noted to one item of a question, in the customer's voice or as observed. */
export function noteSaid(note: Note, question: string, item: string, voice: string): Said | undefined {
  const noted = notedIn(note, question, item)
  return voice === 'observed' ? noted?.observed : noted?.customer
}

function notedIn({ answers }: Note, question: string, item: string): Noted | undefined {
  if (question === 'CORE-3') return answers['CORE-3']?.[item]
  return question === 'CORE-1' || question === 'CORE-2' || question === 'CORE-4' ? answers[question] : undefined
}
