import type { Said } from './content.ts'
import { hiddenField, type Visitor } from './visitor.ts'

/**
 * A coder reads one answer and settles its tags on the review page: keeps what was suggested where it is right, sets
 * right what is not, and adds what was missed; or leaves it for later.
 */
export async function settle(coder: Visitor, answerId: string, said: Said): Promise<void> {
  const page = await coder.get(`/review/${answerId}`)
  const frame = {
    revision: hiddenField(page, 'revision'),
    settled: hiddenField(page, 'settled'),
    hand: '-1',
    act: 'confirm',
  }
  if (said.none) return void (await coder.post(`/review/${answerId}`, { ...frame, none: 'on', noneKind: said.none }))
  const rows = said.tags.flatMap(({ code, words, flags, about }, n) => {
    const at = [...said.text.slice(0, Math.max(0, said.text.indexOf(words)))].length
    const fields = {
      state: 'own',
      from: '',
      code: code.slice(0, 2),
      direction: code.slice(2),
      about,
      flags,
      words,
      at: String(at),
    }
    return Object.entries(fields).map(([name, value]): [string, string | string[]] => [`tag-${n}-${name}`, value])
  })
  await coder.post(`/review/${answerId}`, { ...frame, ...Object.fromEntries(rows) })
}
