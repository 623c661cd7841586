import { checkImport, checkImportKills } from './importing.ts'
import { checkKills } from './kills.ts'
import { checkLearning } from './learning.ts'
import type { Check } from './product.ts'
import { checkReading } from './reading.ts'
import { checkRobot } from './robot.ts'
import { checkWaiting } from './waiting.ts'

/** `npm run soak`, and `npm run soak -- --small` for a short run: heavy checks, each with its figures; `--only=import`, `--only=learning`, `--only=reading`. */
const isSmall = process.argv.includes('--small')
const only = process.argv.find((word) => word.startsWith('--only='))?.slice(7)
const importing = async () => [
  ...(await checkImport(isSmall ? 5_000 : 100_000)),
  ...(await checkImportKills(isSmall ? 3 : 10, isSmall ? 1_000 : 10_000)),
]
const learning = () => checkLearning(isSmall ? 4_000 : 100_000)
const reading = () => checkReading(isSmall ? 2_000 : 100_000)
const all = async () => [
  ...(await checkRobot()),
  ...(await checkWaiting(isSmall ? 20_000 : 100_000)),
  // Nobody is killed first: then each mail must arrive exactly once.
  ...(await checkKills(0, isSmall ? 60 : 500, 10)),
  ...(await (isSmall ? checkKills(3, 60, 30) : checkKills(20, 500, 200))),
  ...(await importing()),
  ...(await learning()),
  ...(await reading()),
]
const some: Record<string, () => Promise<Check[]>> = { import: importing, learning, reading }
const checks = await (some[only ?? ''] ?? all)()
for (const { says, holds, figures } of checks) console.log(`${holds ? 'pass' : 'FAIL'}  ${says} (${figures})`)
const failed = checks.filter((check) => !check.holds).length
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
