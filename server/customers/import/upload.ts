import { createWriteStream, rmSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export const maxMegabytes = 200
export const maxBytes = maxMegabytes * 1_048_576

/**
 * Writes an upload to disk as it arrives, for nobody else to read. Returns how many bytes came, or undefined once there
 * are too many: then nothing is kept, and what still comes is thrown away unread.
 */
export async function saveUpload(stream: Readable, path: string): Promise<number | undefined> {
  let bytes = 0
  const tooLarge = new Error('The file is too large.')
  try {
    await pipeline(
      stream,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length
          if (bytes > maxBytes) throw tooLarge
          yield chunk
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    )
    return bytes
  } catch (error) {
    rmSync(path, { force: true })
    if (error === tooLarge) return undefined
    throw error
  }
}
