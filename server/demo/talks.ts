import { dayAt } from '../time.ts'
import type { Ids } from './company.ts'
import type { Note, Noted, Said } from './content.ts'
import { hiddenField, type Visitor } from './visitor.ts'

/** A rep opens the talk guide for a customer, notes question by question, and files the notes. */
export async function noteTalk(rep: Visitor, note: Note, ids: Ids, versionId: string, now: Date): Promise<void> {
  const contactId = ids.contacts.get(note.contact) ?? ''
  const opening = `/customers/${ids.customerOf.get(note.contact)}/interviews/new`
  const opened = await rep.post(opening, {
    key: hiddenField(await rep.get(opening), 'key'),
    version: versionId,
    channel: note.kind === 'talk' ? 'interview' : 'observation',
    language: note.language,
    contact: contactId,
    tookPlaceOn: dayAt(now),
    place: note.place,
    present: note.present,
  })
  for (const question of ['CORE-1', 'CORE-2', 'CORE-3', 'CORE-4'] as const) {
    const page = await rep.get(`${opened.location}/q/${question}`)
    const base = { version: hiddenField(page, 'version'), writer: hiddenField(page, 'writer'), go: 'next' }
    await rep.post(`${opened.location}/q/${question}`, { ...base, ...fieldsOf(note, question) })
  }
  await rep.post(`${opened.location}/submission`, { act: 'file', who: note.consent, owe: '', oweDue: '', oweOwner: '' })
}

/** What the rep types on the page of one question: the words, how closely they are kept, the own view, what was seen. */
function fieldsOf(note: Note, question: string): Record<string, string> {
  const cells: [item: string, noted: Noted | undefined][] =
    question === 'CORE-3' ? Object.entries(note.answers['CORE-3'] ?? {}) : [['', notedIn(note, question, '')]]
  return Object.fromEntries(
    cells.flatMap(([item, noted]): [string, string][] => [
      [item || 'text', noted?.customer?.text ?? ''],
      [`${item || 'all'}-manner`, noted?.customer?.kind ?? 'verbatim'],
      [`${item || 'all'}-view`, noted?.view ?? ''],
      [`${item || 'all'}-seen`, noted?.observed?.text ?? ''],
      ...(noted?.customer?.tick ? [[`${item}-${noted.customer.tick}`, '1'] satisfies [string, string]] : []),
    ]),
  )
}

/** What was noted to one item of a question, in the customer's voice or as observed. */
export function noteSaid(note: Note, question: string, item: string, voice: string): Said | undefined {
  const noted = notedIn(note, question, item)
  return voice === 'observed' ? noted?.observed : noted?.customer
}

function notedIn({ answers }: Note, question: string, item: string): Noted | undefined {
  if (question === 'CORE-3') return answers['CORE-3']?.[item]
  return question === 'CORE-1' || question === 'CORE-2' || question === 'CORE-4' ? answers[question] : undefined
}
