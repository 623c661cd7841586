import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkImport } from '../soak/importing.ts'
import { benchAnswering } from './answering.ts'
import { benchBreakdown } from './breakdown.ts'
import { benchListing } from './listing.ts'

/**
 * `npm run bench`: prints what suggesting, the answer page, a lead's pages, the list and an import cost on this machine;
 * `-- --only=lead` (or suggesting, answering, listing, import) for one of them.
 */
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7)
const wants = (part: string) => only === undefined || only === part
if (wants('suggesting'))
  execFileSync(process.execPath, ['--expose-gc', join(import.meta.dirname, 'suggesting.ts')], { stdio: 'inherit' })
const folder = mkdtempSync(join(tmpdir(), 'whybuy-bench-'))
try {
  if (wants('answering')) await benchAnswering(folder)
  if (wants('lead')) await benchBreakdown(folder)
  if (wants('listing') || wants('list')) await benchListing(folder)
  if (wants('import')) console.log('\nAn import of 100,000 customers while people answer')
  for (const { says, holds, figures } of wants('import') ? await checkImport(100_000) : [])
    console.log(`${holds ? 'pass' : 'FAIL'}  ${says} (${figures})`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exit(0)
