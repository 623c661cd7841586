import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'

/** How the bytes of a file become text: `label` as TextDecoder knows it, `name` as we say it. */
export type Encoding = { label: string; name: string }

/** What the file is if it is no text at all, as a sentence that says what to do; '' otherwise. */
export async function notText(path: string): Promise<string> {
  const mark = (await head(path, 8)).toString('hex')
  if (mark.startsWith('504b0304') || mark.startsWith('d0cf11e0'))
    return 'This is a workbook, not a CSV. In Excel choose "Save as", then "CSV UTF-8", and upload that file.'
  if (mark.startsWith('25504446')) return 'This is a PDF. Save the list as CSV and upload that file.'
  if (mark.startsWith('1f8b')) return 'This file is compressed. Unpack it and upload what is inside.'
  return ''
}

/** Excel's exports name no encoding: a BOM decides, else zero bytes mean UTF-16, else UTF-8 if it is valid, else Windows-1252. */
export async function encodingOf(path: string): Promise<Encoding> {
  const start = await head(path, 4)
  const [a = -1, b = -1] = start
  const isLong = start.length > 3
  if ((a === 0xff && b === 0xfe) || (isLong && b === 0 && a !== 0)) return { label: 'utf-16le', name: 'UTF-16' }
  if ((a === 0xfe && b === 0xff) || (isLong && a === 0 && b !== 0)) return { label: 'utf-16be', name: 'UTF-16' }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  try {
    for (const chunk of chunksOf(path)) decoder.decode(chunk, { stream: true })
    decoder.decode()
    return { label: 'utf-8', name: 'UTF-8' }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    return { label: 'windows-1252', name: 'Windows-1252' }
  }
}

/** The text of the file, in pieces, without its BOM. */
export function* textOf(path: string, encoding: Encoding): Generator<string> {
  const decoder = new TextDecoder(encoding.label)
  for (const chunk of chunksOf(path)) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== '') yield text
  }
  const rest = decoder.decode()
  if (rest !== '') yield rest
}

/** Some of the file at a time, always in the same place: a stream leaves as much to be cleared away as the file is long. */
function* chunksOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, 'r')
  const chunk = new Uint8Array(1 << 17)
  try {
    for (let length = readSync(file, chunk); length > 0; length = readSync(file, chunk)) yield chunk.subarray(0, length)
  } finally {
    closeSync(file)
  }
}

async function head(path: string, length: number): Promise<Buffer> {
  const file = await open(path)
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
