import { mkdirSync, writeFileSync } from 'node:fs'
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
  const path = await chromium.executablePath()
  // Its own list of fonts names a folder that is not there, and without any font it ends at the first <select>.
  writeFileSync(
    join(folder, 'fonts.conf'),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(folder, 'fonts')}</dir><dir>/usr/share/fonts</dir><cachedir>${join(folder, 'font-cache')}</cachedir></fontconfig>\n`,
  )
  process.env.FONTCONFIG_PATH = folder
  return path
}
