import { findLogo } from './company.ts'
import type { Db } from './db.ts'
import { logoIn, withLogoInside } from './look.ts'

/**
 * A mail brings its own styles, and nothing else of it is let in: no script, no picture from elsewhere, no form. The
 * sandbox holds even if somebody opens the address by itself; links open in a tab of their own and work there.
 */
export const framePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  // The logo that the mail brings along.
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

/**
 * The HTML part of a mail as it stands in a frame of one of our pages: with its logo inside, and links open beside it,
 * where they work.
 */
export async function framedMail(db: Db, mail: string): Promise<string> {
  const base = '<base target="_blank">'
  const hash = logoIn(mail)
  const logo = hash === undefined ? undefined : await findLogo(db, hash)
  const html = logo ? withLogoInside(mail, logo) : mail
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html
}
