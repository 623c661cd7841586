import { checkKills } from './kills.ts'
import { checkRobot } from './robot.ts'
import { checkWaiting } from './waiting.ts'

/** `npm run soak`, and `npm run soak -- --small` for a short run: heavy checks, each with its figures. */
const isSmall = process.argv.includes('--small')
const checks = [
  ...(await checkRobot()),
  ...(await checkWaiting(isSmall ? 20_000 : 100_000)),
  // Nobody is killed first: then each mail must arrive exactly once.
  ...(await checkKills(0, isSmall ? 60 : 500, 10)),
  ...(await (isSmall ? checkKills(3, 60, 30) : checkKills(20, 500, 200))),
]
for (const { says, holds, figures } of checks) console.log(`${holds ? 'pass' : 'FAIL'}  ${says} (${figures})`)
const failed = checks.filter((check) => !check.holds).length
console.log(`${checks.length - failed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
