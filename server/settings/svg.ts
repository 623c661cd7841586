/** A drawing taken apart and written anew from what is known to be harmless, or the sentence that says why not. */
export type CleanSvg = { ok: true; svg: string; width: number; height: number } | { ok: false; sentence: string }

const list = (names: string) => new Set(names.split(' '))

/** What a logo is drawn with. Whatever else there is, such as script, pictures, links and animation, is refused by its name. */
const elements = list(
  'svg g path rect circle ellipse line polyline polygon text tspan defs linearGradient radialGradient stop clipPath mask use symbol title desc style',
)
const attributes = list(
  'style d x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height viewBox preserveAspectRatio points transform gradientTransform gradientUnits spreadMethod clipPathUnits maskUnits maskContentUnits offset fill fill-opacity fill-rule clip-rule clip-path mask stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity stop-color stop-opacity color display visibility overflow font-family font-size font-weight font-style font-variant text-anchor dominant-baseline letter-spacing word-spacing vector-effect shape-rendering paint-order mix-blend-mode isolation',
)
const most = { elements: 5000, depth: 50, uses: 20 }

class Refused extends Error {}
const refuse = (sentence: string): never => {
  throw new Refused(sentence)
}
const unreadable = (): never =>
  refuse('This drawing cannot be read as SVG. Save it anew from your drawing program, or take a PNG.')

/**
 * Reads SVG strictly and writes it anew. Refused: script, event handlers, foreign content, whatever would be fetched from
 * elsewhere, entities of its own, and drawings that grow without end. Dropped: comments, and what drawing programs note
 * for themselves (names with a prefix, `metadata`).
 */
export function cleanSvg(text: string): CleanSvg {
  try {
    return { ok: true, ...rewritten(text) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, sentence: error.message }
    throw error
  }
}

const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?xml\s[^>]*\?>|<!DOCTYPE[^>[]*>|<\/([\w:.-]+)\s*>|<([A-Za-z_][\w:.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|([^<]+)/y

function rewritten(text: string): { svg: string; width: number; height: number } {
  const open: string[] = []
  const out: string[] = []
  let root: Map<string, string> | undefined
  let dropped = 0
  let count = 0
  let uses = 0
  let isOver = false
  let style = ''
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const found = token.exec(text)
    if (!found) return /^<!(DOCTYPE[^>]*\[|ENTITY)/i.test(text.slice(at)) ? refuseEntities() : unreadable()
    const [, cdata, closing, name, pairs = '', selfClosing, plain] = found
    if (closing !== undefined) {
      if (open.pop() !== closing) unreadable()
      if (dropped > open.length) dropped = 0
      else if (dropped === 0) out.push(`</${closing}>`)
      if (open.length === 0) isOver = true
    } else if (name !== undefined) {
      count += 1
      if (isOver || count > most.elements || open.length >= most.depth) unreadable()
      if (open.length === 0 && name !== 'svg') unreadable()
      const isNote = name.includes(':') || name === 'metadata'
      if (!isNote && dropped === 0 && !elements.has(name)) refuseElement(name)
      if (name === 'use' && ++uses > most.uses)
        refuse('This drawing repeats parts of itself too often. Save it with every part drawn out, or take a PNG.')
      const kept = attributesOf(name, pairs)
      root ??= kept
      if (isNote && dropped === 0 && !selfClosing) dropped = open.length + 1
      else if (!isNote && dropped === 0) out.push(start(name, kept, open.length === 0, selfClosing === '/'))
      if (!selfClosing) open.push(name)
      else if (open.length === 0) isOver = true
    } else if (dropped === 0 && (cdata ?? plain) !== undefined) {
      const words = cdata ?? decoded(plain ?? '')
      if (open.length === 0 && words.replace('\uFEFF', '').trim() !== '') unreadable()
      if (open.includes('style')) style += words
      if (open.length > 0) out.push(escaped(words))
    }
  }
  if (!root || open.length > 0) return unreadable()
  // Read as a whole: a comment between two halves is dropped, and they would stand together.
  checkStyle(style)
  return { svg: out.join(''), ...sizeOf(root) }
}

const refuseEntities = (): never =>
  refuse('This drawing defines entities of its own, which can hide anything. Save it as plain SVG, or take a PNG.')

function refuseElement(name: string): never {
  if (/^script$|^handler$/i.test(name)) return refuse('This drawing holds a script. Save it without, or take a PNG.')
  if (/^foreignObject$/i.test(name))
    return refuse('This drawing holds foreign content (foreignObject). Save it as plain SVG, or take a PNG.')
  if (/^(image|feImage)$/i.test(name))
    return refuse('This drawing holds a picture inside it. Take the picture itself, as PNG or JPEG.')
  return refuse(
    `This drawing holds “${name.slice(0, 40)}”, which a logo here may not. Save it as plain SVG with paths only, or take a PNG.`,
  )
}

const pair = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g

function attributesOf(element: string, pairs: string): Map<string, string> {
  const kept = new Map<string, string>()
  for (const [, name = '', inDouble, inSingle] of pairs.matchAll(pair)) {
    const value = decoded(inDouble ?? inSingle ?? '')
    const plain = name.toLowerCase()
    if (plain.startsWith('on'))
      refuse('This drawing holds a script (an event handler). Save it without, or take a PNG.')
    if (plain === 'href' || plain === 'xlink:href') {
      if (element.includes(':')) continue
      if (!/^#[\w.-]+$/.test(value)) refuseOutside()
      kept.set('href', value)
    } else if (name === 'id' || name === 'class') {
      if (/^[\w\s.-]*$/.test(value)) kept.set(name, value)
    } else if (attributes.has(name)) {
      checkStyle(value)
      kept.set(name, value)
    }
  }
  return kept
}

const refuseOutside = (): never =>
  refuse('This drawing fetches something from elsewhere. Save it with everything inside, or take a PNG.')

/** Styles and values may point inside the drawing and nowhere else; escapes could hide what they say. */
function checkStyle(value: string): void {
  const inside = value.replaceAll(/url\(\s*(["']?)#[\w.-]+\1\s*\)/gi, '')
  if (/[\\@]|url\s*\(|image|src\s*\(|expression|javascript:|data:|behavior|binding/i.test(inside)) refuseOutside()
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decoded = (text: string): string =>
  text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));|&/gi, (_all, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? refuseEntities()
    const code = decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : Number.NaN
    return Number.isInteger(code) && code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : unreadable()
  })

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

function start(name: string, kept: Map<string, string>, isRoot: boolean, isEmpty: boolean): string {
  const pairs = [...kept].map(([key, value]) => ` ${key}="${escaped(value)}"`).join('')
  return `<${name}${isRoot ? ' xmlns="http://www.w3.org/2000/svg"' : ''}${pairs}${isEmpty ? '/' : ''}>`
}

function sizeOf(root: Map<string, string>): { width: number; height: number } {
  const [, , boxWidth = Number.NaN, boxHeight = Number.NaN] = (root.get('viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const width = boxWidth > 0 ? boxWidth : Number.parseFloat(root.get('width') ?? '')
  const height = boxHeight > 0 ? boxHeight : Number.parseFloat(root.get('height') ?? '')
  if (!(width > 0 && height > 0))
    refuse('This drawing does not say how large it is (viewBox). Save it anew from your drawing program.')
  // What counts is the shape: a viewBox may be written in any unit.
  const scale = Math.max(width, height) < 100 ? 1000 / Math.max(width, height) : 1
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}
