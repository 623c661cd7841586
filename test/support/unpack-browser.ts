import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The packed browser reuses whatever lies in $TMPDIR/chromium, even of another version: give each version its own folder. */
const folder = join(tmpdir(), 'whybuy-chromium-153.0.0')

/** Unpacks the browser once before the browser tests start, so that they do not unpack it side by side. */
export async function setup(): Promise<void> {
  await browserPath()
}

/** The path of a Chromium that runs on a bare Linux. Sets TMPDIR and, for bare machines, asks for its own libraries. */
export async function browserPath(): Promise<string> {
  mkdirSync(folder, { recursive: true })
  process.env.TMPDIR = folder
  process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs24.x'
  const { default: chromium } = await import('@sparticuz/chromium')
  return chromium.executablePath()
}
