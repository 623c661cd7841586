import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { benchAnswering } from './answering.ts'
import { benchBreakdown } from './breakdown.ts'

/** `npm run bench`: prints what the answer page and the breakdown cost on this machine, as ratios within one run. */
const folder = mkdtempSync(join(tmpdir(), 'whybuy-bench-'))
try {
  await benchAnswering(folder)
  await benchBreakdown(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
