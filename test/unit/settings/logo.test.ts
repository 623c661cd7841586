import { describe, expect, test } from 'vitest'
import { readPicture } from '#server/settings/logo.ts'
import { cleanSvg } from '#server/settings/svg.ts'
import { chunk, jpeg, png } from '../../support/pictures.ts'

const box = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"'
const read = (svg: string) => readPicture(Buffer.from(svg))
const sentence = (bytes: Buffer | string) => {
  const found = readPicture(Buffer.from(bytes))
  return found.ok ? 'taken' : found.sentence
}

describe('What is taken', () => {
  test('is told from its bytes, with its size', () => {
    expect(readPicture(png(220, 48))).toMatchObject({
      ok: true,
      picture: { type: 'image/png', width: 220, height: 48 },
    })
    expect(readPicture(jpeg(120, 40))).toMatchObject({ picture: { type: 'image/jpeg', width: 120, height: 40 } })
    expect(read(`<svg ${box}><path d="M0 0h9"/></svg>`)).toMatchObject({
      picture: { type: 'image/svg+xml', width: 200, height: 40 },
    })
  })

  test('loses what it says about its maker, and what hides behind its end', () => {
    const noted = Buffer.concat([
      png(8, 8, [chunk('tEXt', Buffer.from('Author\0Somebody')), chunk('eXIf', Buffer.from('at home'))]),
      Buffer.from('<script>alert(1)</script>'),
    ])
    const found = readPicture(noted)
    const bytes = found.ok ? found.picture.bytes : Buffer.alloc(0)
    expect(bytes.equals(png(8, 8))).toBe(true)
    const photo = readPicture(jpeg(8, 8, Buffer.from('Exif\0\0 at home')))
    expect(photo.ok && photo.picture.bytes.includes('at home')).toBe(false)
  })
})

describe('What is not taken', () => {
  test.each([
    ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00'), 'neither PNG nor JPEG nor SVG'],
    ['a page', '<!doctype html><html><script>1</script></html>', 'cannot be read as SVG'],
    ['nothing that is text', Buffer.from([0xfe, 0xff, 0, 60]), 'neither PNG nor JPEG nor SVG'],
    ['a PNG that was cut off', png(20, 20).subarray(0, 40), 'damaged or was cut off'],
    [
      'a PNG with a wrong sum',
      Buffer.concat([png(20, 20).subarray(0, 30), Buffer.from([1, 2, 3, 4]), png(20, 20).subarray(34)]),
      'damaged',
    ],
    ['a PNG of great size', png(5000, 10), 'larger than 4000 pixels'],
    ['a JPEG without an end', jpeg(10, 10).subarray(0, -2), 'damaged'],
    ['more than 200 kB', Buffer.alloc(200 * 1024 + 1), 'larger than 200 kB'],
  ])('%s', (_name, bytes, why) => {
    expect(sentence(bytes)).toContain(why)
  })
})

describe('An attack by SVG', () => {
  test.each([
    ['a script', `<svg ${box}><script>alert(1)</script></svg>`, 'a script'],
    ['a script in capitals', `<svg ${box}><SCRIPT>alert(1)</SCRIPT></svg>`, 'a script'],
    ['an event handler', `<svg ${box} onload="alert(1)"><path d="M0 0"/></svg>`, 'an event handler'],
    [
      'an event handler deep inside',
      `<svg ${box}><g><path d="M0 0" OnClick='alert(1)'/></g></svg>`,
      'an event handler',
    ],
    ['foreign content', `<svg ${box}><foreignObject><p>x</p></foreignObject></svg>`, 'foreign content'],
    [
      'a picture from elsewhere',
      `<svg ${box}><image href="https://elsewhere.example/x.png"/></svg>`,
      'a picture inside it',
    ],
    ['a link', `<svg ${box}><a href="javascript:alert(1)"><path d="M0 0"/></a></svg>`, '“a”'],
    [
      'an animation that sets a link',
      `<svg ${box}><animate attributeName="href" to="javascript:alert(1)"/></svg>`,
      '“animate”',
    ],
    ['a set', `<svg ${box}><set attributeName="onclick" to="alert(1)"/></svg>`, '“set”'],
    ['use of another file', `<svg ${box}><use href="https://elsewhere.example/a.svg#b"/></svg>`, 'from elsewhere'],
    [
      'use of data',
      `<svg ${box} xmlns:xlink="http://www.w3.org/1999/xlink"><use xlink:href="data:image/svg+xml;base64,AAAA#x"/></svg>`,
      'from elsewhere',
    ],
    [
      'a fill from elsewhere',
      `<svg ${box}><path fill="url(https://elsewhere.example/a#b)" d="M0 0"/></svg>`,
      'from elsewhere',
    ],
    [
      'a style from elsewhere',
      `<svg ${box}><style>@import url(https://elsewhere.example/a.css);</style></svg>`,
      'from elsewhere',
    ],
    [
      'a style that a comment cuts in two',
      `<svg ${box}><style>.a{fill:u<!-- -->rl(https://elsewhere.example/a#b)}</style></svg>`,
      'from elsewhere',
    ],
    [
      'a font from elsewhere',
      `<svg ${box}><style>@font-face{src:url(//elsewhere.example)}</style></svg>`,
      'from elsewhere',
    ],
    [
      'a style attribute from elsewhere',
      `<svg ${box}><path style="fill:URL( 'https://elsewhere.example')" d="M0 0"/></svg>`,
      'from elsewhere',
    ],
    [
      'an escape that hides url',
      `<svg ${box}><path style="fill:\\75rl(https://elsewhere.example)" d="M0 0"/></svg>`,
      'from elsewhere',
    ],
    [
      'a reference that hides url',
      `<svg ${box}><path fill="&#117;rl(https://elsewhere.example)" d="M0 0"/></svg>`,
      'from elsewhere',
    ],
    [
      'an entity of its own',
      `<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg ${box}><text>&a;</text></svg>`,
      'entities of its own',
    ],
    ['an entity that nobody knows', `<svg ${box}><text>&xxe;</text></svg>`, 'entities of its own'],
    [
      'a style sheet instruction',
      `<?xml-stylesheet href="https://elsewhere.example"?><svg ${box}></svg>`,
      'cannot be read',
    ],
    ['uses that multiply', `<svg ${box}>${'<use href="#a"/>'.repeat(21)}</svg>`, 'too often'],
    ['a depth without end', `<svg ${box}>${'<g>'.repeat(60)}${'</g>'.repeat(60)}</svg>`, 'cannot be read'],
    ['tags that cross', `<svg ${box}><g><path d="M0 0"></g></path></svg>`, 'cannot be read'],
    ['something behind the end', `<svg ${box}></svg><script>alert(1)</script>`, 'cannot be read'],
    ['an end that is missing', `<svg ${box}><g>`, 'cannot be read'],
    ['a page in disguise', `<html><svg ${box}></svg></html>`, 'cannot be read'],
    ['no size', `<svg xmlns="http://www.w3.org/2000/svg"></svg>`, 'how large it is'],
  ])('with %s is refused, and the sentence says why', (_name, svg, why) => {
    expect(sentence(svg)).toContain(why)
  })

  test('that hides in what drawing programs note for themselves is left out', () => {
    const clean = cleanSvg(
      `<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><!-- <script> --><svg ${box} xmlns:s="http://www.w3.org/2000/svg" data-x="1"><metadata><script>alert(1)</script></metadata><s:script>alert(2)</s:script><sodipodi:namedview id="x"/><title>Brackwell &amp; Co &lt;b&gt;</title><path d="M0 0h9" fill="url(#a)" id="image1"/></svg>`,
    )
    expect(clean).toEqual({
      ok: true,
      width: 200,
      height: 40,
      svg: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 40"><title>Brackwell &amp; Co &lt;b&gt;</title><path d="M0 0h9" fill="url(#a)" id="image1"/></svg>',
    })
  })

  test('that comes twice is the same the second time', () => {
    const once = cleanSvg(
      `<svg ${box}><style>.a{fill:#1f3bb3}</style><g class="a"><circle cx="5" cy="5" r="4"/></g></svg>`,
    )
    expect(once.ok && cleanSvg(once.svg)).toEqual(once)
  })
})
