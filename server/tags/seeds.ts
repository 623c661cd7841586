import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { LabelledRow } from './rows.ts'

const heading = /^(?:NONE|[RCKE]\d[+-](?: [RCKE]\d[+-])*)$/

/** The statements of seeds.txt, which we wrote ourselves to explain each sub-code: a line of tags, then one statement a line. */
export function readSeeds(): LabelledRow[] {
  const lines = readFileSync(join(import.meta.dirname, 'seeds.txt'), 'utf8').split('\n')
  let tags: string[] = []
  return lines.flatMap((line, index) => {
    if (line === '' || line.startsWith('#')) return []
    if (!heading.test(line)) return [{ id: `seed-${index + 1}`, source: 'seeds', text: line, tags }]
    tags = line === 'NONE' ? [] : line.split(' ')
    return []
  })
}
