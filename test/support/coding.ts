import { makeResponse, suggest, type toldSuggester } from './answers.ts'
import type { Reply, TestApp } from './app.ts'

/** What the form of the page of an answer would send: every named control as it stands. */
export function reviewForm(body: string): Record<string, string[]> {
  const [, html = ''] = /<form class="columns work"[^>]*>(.*)<\/form>/s.exec(body) ?? []
  const form: Record<string, string[]> = {}
  const add = (name: string | undefined, value: string) => {
    if (name) form[name] = [...(form[name] ?? []), decoded(value)]
  }
  for (const [tag] of html.matchAll(/<input[^>]*>/g)) {
    const isTick = tag.includes('type="checkbox"')
    if (!isTick || tag.includes(' checked'))
      add(/name="([^"]*)"/.exec(tag)?.[1], /value="([^"]*)"/.exec(tag)?.[1] ?? '')
  }
  for (const [, name, inner] of html.matchAll(/<select[^>]*name="([^"]*)"[^>]*>(.*?)<\/select>/gs))
    add(name, (/value="([^"]*)" selected/.exec(inner ?? '') ?? /value="([^"]*)"/.exec(inner ?? ''))?.[1] ?? '')
  for (const [, name, inner] of html.matchAll(/<textarea[^>]*name="([^"]*)"[^>]*>(.*?)<\/textarea>/gs))
    add(name, inner ?? '')
  return form
}

const decoded = (text: string) =>
  text
    .replaceAll('&quot;', '"')
    .replaceAll('&#x27;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#x3D;', '=')
    .replaceAll('&amp;', '&')

/** Presses a button on the page of an answer that was read, with some fields changed. */
export const pressOn = (
  house: TestApp,
  page: Reply,
  answerId: string,
  act: string,
  as: string,
  changes: Record<string, string | string[]> = {},
) => house.post(`/review/${answerId}`, { ...reviewForm(page.body), act, ...changes }, as)

/** Reads an answer as somebody who opens its page, tags what `tags` say ("K3+ words", or a "none" kind) and confirms. */
export async function readAs(house: TestApp, as: string, answerId: string, tags: string[]): Promise<Reply> {
  let page = await house.get(`/review/${answerId}`, as)
  const [first = ''] = tags
  if (/^(GEN|NONE|OFF|INERTIA|OTHER)$/.test(first)) {
    page = await pressOn(house, page, answerId, 'none', as)
    return pressOn(house, page, answerId, 'confirm', as, { noneKind: first })
  }
  const { body } = page
  const drivers: Record<string, string> = { R: 'revenue', C: 'cost', K: 'risk', E: 'emotion' }
  const changes: Record<string, string> = {}
  for (const [n, tag] of tags.entries()) {
    const [, code = '', sign = '', words = ''] = /^([RCKE]\d?)([+-]) ?(.*)$/.exec(tag) ?? []
    page = await pressOn(house, page, answerId, `add ${drivers[code[0] ?? '']} ${sign}`, as, {
      ...changes,
      ...(words === '' ? {} : { markWords: words, markAt: '0' }),
    })
    if (code.length === 2) changes[`tag-${n}-code`] = code
  }
  if (!body.includes('id="review"')) return page
  return pressOn(house, page, answerId, 'confirm', as, changes)
}

/** An answer that a suggester has read. */
export async function sayTo(
  house: TestApp,
  told: ReturnType<typeof toldSuggester>,
  text: string,
  sitting: Parameters<typeof makeResponse>[3] = {},
) {
  const made = await makeResponse(house.db, house.clock.now, [{ text }], sitting)
  await suggest(house.db, made.responseId, told, house.clock.now)
  return made
}
