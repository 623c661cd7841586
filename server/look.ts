import { type Colours, coloursOf } from './colour.ts'
import { type Company, logoUrl } from './company.ts'

/**
 * How the company looks to whom it writes: for mails, whose styles stand inline, and for public pages. A logo in SVG is
 * shown on pages only: most mail programs draw none.
 */
export type Look = Colours & { logo: MailLogo | undefined }
export type MailLogo = { cid: string; alt: string; width: number; height: number }

/** A logo is drawn at most so high and wide, in px, whatever its own size. */
const tallest = 48
const widest = 220

/** The model of the partials views/partials/mail/*: colours for both schemes, and the logo if mails show it. */
export function lookOf(company: Company): Look {
  const { logo } = company
  const inMail = logo && logo.type !== 'image/svg+xml' ? logo : undefined
  return {
    ...coloursOf(company.colour),
    logo: inMail && { cid: `logo.${inMail.hash}@whybuy`, alt: inMail.alt || company.name, ...drawnSize(inMail) },
  }
}

/** The size in px at which a logo stands at the top of a page or mail. */
export function drawnSize(logo: { width: number; height: number }): { width: number; height: number } {
  const scale = Math.min(1, tallest / logo.height, widest / logo.width)
  return { width: Math.max(1, Math.round(logo.width * scale)), height: Math.max(1, Math.round(logo.height * scale)) }
}

export type PageLogo = { src: string; alt: string; width: number; height: number }

/** The logo as a public page shows it, or undefined. */
export const pageLogo = (company: Company): PageLogo | undefined =>
  company.logo && {
    src: logoUrl(company.logo),
    alt: company.logo.alt || company.name,
    ...drawnSize(company.logo),
  }

const cidPattern = /cid:logo\.([0-9a-f]{64})@whybuy/

/** The hash of the logo that a mail shows, or undefined. */
export const logoIn = (html: string): string | undefined => cidPattern.exec(html)?.[1]

/** The mail with its logo inside it, for a frame that lets nothing be fetched. */
export const withLogoInside = (html: string, logo: { type: string; bytes: Uint8Array }): string =>
  html.replaceAll(new RegExp(cidPattern, 'g'), `data:${logo.type};base64,${Buffer.from(logo.bytes).toString('base64')}`)
