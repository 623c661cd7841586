import { z } from 'zod'

/** The texts of a question by name, of its items and choices by id: what a translation holds, and nothing else. */
export type Texts = { [name: string]: string | string[] | Texts }

const line = z.string('Write this text.').min(1, 'This text is empty. Write it.')
export const textsSchema: z.ZodType<Texts> = z.lazy(() =>
  z.record(z.string(), z.union([line, z.array(line), textsSchema], 'Write a text, a list of texts, or texts by id.')),
)

/** What says how a question works, not what it says. */
const structure = new Set(['id', 'kind', 'home', 'order', 'channels', 'voices', 'sets', 'prompted', 'coded', 'offered'])

/** Every text of a part of a question, without the empty ones. */
export function textsOf(part: object): Texts {
  const pairs = Object.entries(part).flatMap(([name, value]): [string, Texts[string]][] => {
    if (structure.has(name)) return []
    // `of: offerings` names what is asked about; a list there is texts like any other.
    if (typeof value === 'string') return value === '' || name === 'of' ? [] : [[name, value]]
    if (!Array.isArray(value) || value.length === 0) return []
    if (value.every((one) => typeof one === 'string')) return [[name, value]]
    const parts = value.filter(hasId).map((one): [string, Texts] => [one.id, textsOf(one)])
    return parts.length > 0 ? [[name, Object.fromEntries(parts)]] : []
  })
  return Object.fromEntries(pairs)
}

/** The same part with other texts; what `texts` does not name stays as it is. */
export function withTexts(part: object, texts: Texts): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(part).map(([name, value]) => {
      const said = texts[name]
      if (said === undefined || structure.has(name)) return [name, value]
      if (typeof said === 'string' || Array.isArray(said)) return [name, said]
      if (!Array.isArray(value)) return [name, value]
      return [
        name,
        value.map((one) => {
          const own = hasId(one) ? said[one.id] : undefined
          return hasId(one) && own !== undefined && typeof own !== 'string' && !Array.isArray(own)
            ? withTexts(one, own)
            : one
        }),
      ]
    }),
  )
}

const hasId = (one: unknown): one is { id: string } =>
  typeof one === 'object' && one !== null && 'id' in one && typeof one.id === 'string'

/** One place in which a translation does not match the English texts, and what to do there. */
export type Difference = { path: string[]; sentence: string }

/** What a translation lacks, and what it has too much. */
export function differences(english: Texts, translated: Texts, path: string[] = []): Difference[] {
  const missing = Object.keys(english)
    .filter((name) => translated[name] === undefined)
    .map((name) => ({
      path: [...path, name],
      sentence: `this text is missing. The English is “${sample(english[name])}”.`,
    }))
  const others = Object.entries(translated).flatMap(([name, said]): Difference[] => {
    const here = [...path, name]
    const original = english[name]
    if (original === undefined)
      return [{ path: here, sentence: 'there is no such text in English. Take it out, or add it there first.' }]
    if (typeof original === 'string')
      return typeof said === 'string' ? [] : [{ path: here, sentence: 'this is one text in English. Write one text.' }]
    if (Array.isArray(original)) {
      const lines = `In English ${original.length === 1 ? 'it is a list of 1 text' : `it is a list of ${original.length} texts`}. Write as many.`
      return Array.isArray(said) && said.length === original.length ? [] : [{ path: here, sentence: lines }]
    }
    return typeof said === 'string' || Array.isArray(said)
      ? [{ path: here, sentence: `write the texts by id here: ${Object.keys(original).join(', ')}.` }]
      : differences(original, said, here)
  })
  return [...missing, ...others]
}

/** The first words of what is to be translated. */
function sample(texts: Texts[string] | undefined): string {
  if (typeof texts === 'string') return texts.length > 60 ? `${texts.slice(0, 59)}…` : texts
  if (texts === undefined) return ''
  return sample(Array.isArray(texts) ? texts[0] : Object.values(texts)[0])
}
