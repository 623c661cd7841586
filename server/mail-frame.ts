import type { FastifyReply } from 'fastify'

/**
 * A mail brings its own styles, and nothing else of it is let in: no script, no picture from elsewhere, no form. The
 * sandbox holds even if somebody opens the address by itself; links open in a tab of their own and work there.
 */
const policy = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
  'sandbox allow-popups allow-popups-to-escape-sandbox',
].join('; ')

/** Sends the HTML part of a mail as it stands in a frame of one of our pages: links open beside it, where they work. */
export function sendMailFrame(reply: FastifyReply, html: string): FastifyReply {
  const base = '<base target="_blank">'
  const framed = /<head[^>]*>/i.test(html) ? html.replace(/<head[^>]*>/i, (head) => head + base) : base + html
  return reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(framed)
}
