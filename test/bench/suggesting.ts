import { seededRandom } from '#server/tags/logistic.ts'

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
 * A process of its own, started by bench.ts with --expose-gc: what suggesting costs. Time is the processor's, so that a busy
 * machine matters less; live memory is what is reachable, beside which V8 lets garbage gather.
 */
// The libraries beneath belong to the program anyhow.
await import('yaml')
await import('zod')
const live = () => {
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  return { held: heapUsed + external, rss }
}
const before = live()
const started = performance.now()
const { suggester } = await import('#server/tags/suggester.ts')
const loadMs = performance.now() - started
const answers = answersOf(20_000)
for (const text of answers.slice(0, 4_000)) suggester.suggest({ text })
const cpu = process.cpuUsage()
for (const text of answers) suggester.suggest({ text })
const { user, system } = process.cpuUsage(cpu)
const after = live()
const words = answers.reduce((sum, text) => sum + text.split(' ').length, 0) / answers.length
const print = (n: number) => Math.round(n).toLocaleString('en')
console.log(`\nSuggesting: ${print(answers.length / ((user + system) / 1e6))} answers of ${print(words)} words a second of one core (at least 5,000)
loaded in ${print(loadMs)} ms (under 100), holding ${print((after.held - before.held) / 1e6)} MB (under 50); the process grew by ${print((after.rss - before.rss) / 1e6)} MB`)
