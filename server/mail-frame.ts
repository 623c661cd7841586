/**
 * A mail brings its own styles, and nothing else of it is let in: no script, no picture from elsewhere, no form. The
 * sandbox holds even if somebody opens the address by itself; links open in a tab of their own and work there.
 */
export const framePolicy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

/** The HTML part of a mail as it stands in a frame of one of our pages: links open beside it, where they work. */
export function framedMail(html: string): string {
  const base = '<base target="_blank">'
  return /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html
}
