import { seededRandom } from '#server/tags/logistic.ts'

/** What suggesting costs: answers a second of one core, loading the model, and the memory that it takes. */
export type SuggestingCost = { answersASecond: number; loadMs: number; memoryMb: number; words: number }

const openings = 'We|Our team|Honestly, we|The people in the plant|Since last year we|To be fair, I'.split('|')
const middles =
  'find the support quick and friendly|save a day a week on invoices|never had an outage in the night shift|pay too much for the spare parts|win more tenders with your name on the box|waited three weeks for the pump|cannot see where an order is|sleep better because the line keeps running'.split(
    '|',
  )
const endings =
  'and that counts|but the manual is hard to read|which nobody else does|so we stay|most of the time'.split('|')

/** Answers of one to five sentences, of our own words, the same for the same seed. */
function answersOf(count: number): string[] {
  const random = seededRandom(7)
  const one = (list: string[]) => list[Math.floor(random() * list.length)] ?? ''
  return Array.from({ length: count }, () =>
    Array.from(
      { length: 1 + Math.floor(random() * 5) },
      () => `${one(openings)} ${one(middles)}, ${one(endings)}.`,
    ).join(' '),
  )
}

/**
 * Measures in this process, which should have done nothing before: what is counted as memory is what the process grew by
 * from before the model was loaded until after 20,000 answers. Time is the processor's, so that a busy machine matters less.
 */
export async function measureSuggesting(): Promise<SuggestingCost> {
  // The libraries beneath belong to the program anyhow.
  await import('yaml')
  await import('zod')
  const collect = () => globalThis.gc?.()
  collect()
  const before = process.memoryUsage().rss
  const started = performance.now()
  const { modelSuggester } = await import('#server/tags/suggesters.ts')
  const { readModel } = await import('#server/tags/model-file.ts')
  const suggester = modelSuggester(readModel())
  const loadMs = performance.now() - started
  const answers = answersOf(20_000)
  for (const text of answers.slice(0, 4_000)) suggester.suggest({ text })
  const cpu = process.cpuUsage()
  for (const text of answers) suggester.suggest({ text })
  const { user, system } = process.cpuUsage(cpu)
  collect()
  return {
    answersASecond: Math.round(answers.length / ((user + system) / 1e6)),
    loadMs: Math.round(loadMs),
    memoryMb: Math.round((process.memoryUsage().rss - before) / 1e6),
    words: answers.reduce((sum, text) => sum + text.split(' ').length, 0) / answers.length,
  }
}
