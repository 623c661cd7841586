import {
  coloursOf,
  contrast,
  leastForParts,
  leastForText,
  papers,
  printRatio,
  type Scheme,
  standing,
} from '../colour.ts'
import type { Company } from '../company.ts'
import { lookOf } from '../look.ts'

export type Shade = {
  scheme: string
  paper: string
  fill: string
  onFill: string
  text: string
  fillWords: string
  textWords: string
}

/** What a colour comes to in both schemes, with each ratio as it was measured. */
export function shadesOf(colour: string): Shade[] {
  const colours = coloursOf(colour)
  const pairs: [Scheme, fill: string, onFill: string, text: string][] = [
    ['light', colours.fill, colours.onFill, colours.text],
    ['dark', colours.darkFill, colours.darkOnFill, colours.darkText],
  ]
  return pairs.map(([scheme, fill, onFill, text]) => ({
    scheme: scheme === 'light' ? 'Light' : 'Dark',
    paper: papers[scheme].paper,
    fill,
    onFill,
    text,
    fillWords: `${named(fill, colour)} as a button: ${printRatio(standing(fill, scheme))}:1 on paper (${leastForParts} needed), ${onFill === '#ffffff' ? 'white' : onFill === '#000000' ? 'black' : 'paper'} words on it ${printRatio(contrast(fill, onFill))}:1 (${leastForText} needed).`,
    textWords: `${named(text, colour)} for words: ${printRatio(standing(text, scheme))}:1 on paper (${leastForText} needed).`,
  }))
}

const named = (shown: string, colour: string): string =>
  shown === colour ? `${shown}, as you chose it,` : `${shown}, a shade of the same hue,`

export type PreviewPage = {
  title: string
  part: string
  frames: { title: string; views: { src: string; words: string }[] }[]
  text: string
  hasColour: boolean
  shades: Shade[]
  from: string
  logoNote: string
  privacyText: string
}

export function previewPage(company: Company, text: string): PreviewPage {
  const views = (path: string, what: string) => [
    { src: `${path}?scheme=light`, words: `${what}, light` },
    { src: `${path}?scheme=dark`, words: `${what}, dark` },
  ]
  return {
    title: 'This is how it looks',
    part: '',
    frames: [
      { title: 'The mail', views: views('/settings/preview/mail/html', 'The mail') },
      { title: 'The page where they answer', views: views('/settings/preview/page', 'The page') },
    ],
    text,
    hasColour: company.colour !== '',
    shades: shadesOf(company.colour),
    from: `${company.senderName || company.name} <${company.senderAddress || 'the address that the server is set up with'}>`,
    logoNote:
      company.logo?.type === 'image/svg+xml'
        ? 'Your logo is an SVG. Most mail programs draw none, so mails go without it; take a PNG to have it there too.'
        : '',
    privacyText: company.privacyText,
  }
}

/** An invitation as it could be, for nobody. */
export function sampleMail(company: Company): Record<string, unknown> {
  return {
    lang: 'en',
    button: 'Answer',
    subject: `Why do you work with ${company.name}?`,
    preheader: 'A preview of the settings.',
    before: [
      { lines: ['Hello Anna,'] },
      { lines: [`we at ${company.name} would like to understand why you work with us, in your own words.`] },
    ],
    after: [{ lines: ['It takes about eight minutes, and you can stop at any time.'] }],
    question: 'Why do you work with us?',
    signature: [company.senderName || company.name, [company.name, company.phone].filter(Boolean).join(', ')],
    customer: 'Fennholt Dairy',
    closesOn: '4 December',
    postalAddress: company.postalAddress,
    notice: 'This is a preview. Its links lead nowhere.',
    look: lookOf(company),
    answer: '#answer',
    later: '#later',
    stop: '#stop',
    privacy: '#privacy',
  }
}

/** A question as a customer meets it, for looking at. */
export const samplePage = (company: Company) => ({
  title: 'A preview',
  greeting: `Hello Anna. We at ${company.name} would like to understand why Fennholt Dairy works with us.`,
  postalAddress: company.postalAddress,
})
