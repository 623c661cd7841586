import type { Response, Said } from './content.ts'
import { hiddenField, type Visitor } from './visitor.ts'

/** What a customer types and ticks on the page of one question. */
function fieldsOf(question: string, response: Response): Record<string, string> {
  if (question === 'CORE-3') {
    const items = Object.entries(response.answers['CORE-3'] ?? {})
    return Object.fromEntries(
      items.flatMap(([item, said]) => [[item, said.text], ...(said.tick ? [[`${item}-${said.tick}`, '1']] : [])]),
    )
  }
  if (question === 'CORE-1' || question === 'CORE-2' || question === 'CORE-4')
    return { text: response.answers[question]?.text ?? '' }
  return {}
}

/** A customer behind the own link: answers page by page, leaves half-way, asks for a call, for later, or for no more mails. */
export async function answer(customer: Visitor, link: string, response: Response): Promise<void> {
  if (response.outcome === 'call')
    return void (await customer.post(`/s/${link}/call`, {
      phone: '+44 1632 960999',
      when: response.note || 'Any morning',
    }))
  if (response.outcome === 'later') return void (await customer.post(`/s/${link}/later`, { days: '14' }))
  if (response.outcome === 'opt_out') return void (await customer.post(`/u/${link}`, { what: 'all' }))
  await customer.get(`/s/${link}`)
  for (const question of ['CORE-1', 'CORE-2', 'CORE-3', 'CORE-4']) {
    const fields = fieldsOf(question, response)
    const saysNothing = Object.values(fields).every((text) => text === '')
    // Whoever stops half-way has not reached the pages without words.
    if (saysNothing && response.outcome === 'draft') continue
    const page = await customer.get(`/s/${link}/q/${question}`)
    const form = { version: hiddenField(page, 'version'), writer: hiddenField(page, 'writer'), seen: '' }
    await customer.post(`/s/${link}/q/${question}`, { ...form, ...fields, go: saysNothing ? 'skip' : 'next' })
  }
  if (response.outcome === 'submitted')
    await customer.post(`/s/${link}/submission`, { who: response.consent ?? 'totals' })
}

/** Where in an answer a piece of text stands, for the fields of the review page. */
export const saidIn = (response: Response, question: string, item: string): Said | undefined =>
  question === 'CORE-3'
    ? response.answers['CORE-3']?.[item]
    : question === 'CORE-1' || question === 'CORE-2' || question === 'CORE-4'
      ? response.answers[question]
      : undefined
