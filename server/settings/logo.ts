import { crc32 } from 'node:zlib'
import type { LogoType } from '../tables.ts'
import { cleanSvg } from './svg.ts'

/** A logo as it is kept: what it is was told from its bytes, and what a picture says about its maker is left out. */
export type Picture = { type: LogoType; bytes: Buffer; width: number; height: number }
export type ReadPicture = { ok: true; picture: Picture } | { ok: false; sentence: string }

export const mostBytes = 200 * 1024
const mostPixels = 4000

/** Reads an uploaded logo: PNG, JPEG or SVG by its bytes, whatever its name says. */
export function readPicture(bytes: Buffer): ReadPicture {
  if (bytes.length > mostBytes)
    return refused('This picture is larger than 200 kB. Save a smaller one: it is drawn 48 px high at most.')
  if (bytes.subarray(0, 8).equals(pngSignature)) return sized(readPng(bytes))
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return sized(readJpeg(bytes))
  const text = textOf(bytes)
  if (text === undefined || !/^\uFEFF?\s*</.test(text))
    return refused('This is neither PNG nor JPEG nor SVG, whatever its name says. Save the logo as one of these.')
  const svg = cleanSvg(text)
  if (!svg.ok) return svg
  return {
    ok: true,
    picture: { type: 'image/svg+xml', bytes: Buffer.from(svg.svg), width: svg.width, height: svg.height },
  }
}

const refused = (sentence: string): ReadPicture => ({ ok: false, sentence })

function sized(picture: Picture | undefined): ReadPicture {
  if (!picture) return refused('This picture is damaged or was cut off. Save it anew, then choose it again.')
  if (picture.width > mostPixels || picture.height > mostPixels)
    return refused(
      `This picture is larger than ${mostPixels} pixels. Save a smaller one: it is drawn 48 px high at most.`,
    )
  return { ok: true, picture }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** What draws the picture (PNG, third edition, section 11). Texts, times and EXIF are left out, and so is what follows the end. */
const pngKept = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'sBIT'])

function readPng(bytes: Buffer): Picture | undefined {
  const kept: Buffer[] = [pngSignature]
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    const end = at + 12 + length
    if (end > bytes.length) return undefined
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) return undefined
    if (at === 8 && type !== 'IHDR') return undefined
    if (pngKept.has(type)) kept.push(bytes.subarray(at, end))
    if (type === 'IEND') {
      const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
      return width > 0 && height > 0 ? { type: 'image/png', bytes: Buffer.concat(kept), width, height } : undefined
    }
    at = end
  }
  return undefined
}

/** Segments up to the first scan (ITU T.81, annex B); EXIF, which may name a place, and comments are left out. */
function readJpeg(bytes: Buffer): Picture | undefined {
  const kept: Buffer[] = [bytes.subarray(0, 2)]
  let size: { width: number; height: number } | undefined
  for (let at = 2; at + 4 <= bytes.length; ) {
    const marker = bytes.readUInt8(at + 1)
    const end = at + 2 + bytes.readUInt16BE(at + 2)
    if (bytes.readUInt8(at) !== 0xff || end > bytes.length) return undefined
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame && end >= at + 9) size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    if (marker === 0xda) {
      const over = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]))
      if (over < end || !size || size.width === 0 || size.height === 0) return undefined
      kept.push(bytes.subarray(at, over + 2))
      return { type: 'image/jpeg', bytes: Buffer.concat(kept), ...size }
    }
    if (![0xe1, 0xed, 0xfe].includes(marker)) kept.push(bytes.subarray(at, end))
    at = end
  }
  return undefined
}
