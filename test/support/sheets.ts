import { strFromU8, unzipSync } from 'fflate'

/** The sheets of a workbook by name, as another program finds them: cells by their places, strings from the shared table. */
export function sheetsOf(bytes: Uint8Array): Map<string, string[][]> {
  const files = unzipSync(bytes)
  const read = (name: string) => strFromU8(files[name] ?? new Uint8Array())
  const strings = [...read('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, text = '']) => textOf(text))
  const targets = new Map(
    [...read('xl/_rels/workbook.xml.rels').matchAll(/<Relationship [^>]*>/g)].map(([tag]) => [
      /Id="([^"]*)"/.exec(tag)?.[1] ?? '',
      /Target="\/?(?:xl\/)?([^"]*)"/.exec(tag)?.[1] ?? '',
    ]),
  )
  return new Map(
    [...read('xl/workbook.xml').matchAll(/<sheet [^>]*>/g)].map(([tag]) => {
      const target = targets.get(/r:id="([^"]*)"/.exec(tag)?.[1] ?? '') ?? ''
      return [decoded(/name="([^"]*)"/.exec(tag)?.[1] ?? ''), cellsOf(read(`xl/${target}`), strings)]
    }),
  )
}

function cellsOf(sheet: string, strings: string[]): string[][] {
  return [...sheet.matchAll(/<row .*?<\/row>/gs)].map(([row]) => {
    const cells: string[] = []
    for (const [cell, letters = 'A', inner = ''] of row.matchAll(/<c r="([A-Z]+)\d+"[^>]*?(?:\/>|>(.*?)<\/c>)/gs)) {
      const value = /<v>(.*?)<\/v>/s.exec(inner)?.[1]
      const at = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
      cells[at] = / t="s"/.test(cell)
        ? (strings[Number(value)] ?? '')
        : value === undefined
          ? textOf(inner)
          : decoded(value)
    }
    return Array.from(cells, (cell) => cell ?? '')
  })
}

const textOf = (xml: string): string =>
  [...xml.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, text = '']) => decoded(text)).join('')

const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
const decoded = (text: string): string =>
  text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex || decimal ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)) : (named[name] ?? whole),
  )
