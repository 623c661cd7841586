import nodemailer from 'nodemailer'
import { findLogo } from './company.ts'
import type { Db } from './db.ts'
import { transact } from './db.ts'
import { newId } from './ids.ts'
import { logoIn } from './look.ts'
import { type Clock, instant } from './time.ts'

/** One mail, both parts written. `headers` are further headers by name; `messageId` includes the angle brackets. */
export type Mail = {
  messageId: string
  from: { name: string; address: string }
  replyTo?: { name: string; address: string }
  to: string
  subject: string
  headers: Record<string, string>
  text: string
  html: string
}

/** What the server said. 4xx and broken connections are worth another try, 5xx is a refusal. */
export type Delivery =
  | { state: 'sent'; reply: string }
  | { state: 'deferred'; code: number | null; reply: string }
  | { state: 'refused'; code: number; reply: string }

export type Mailer = {
  /** True if nothing leaves the machine: mails are kept in the built-in mailbox. */
  isPractice: boolean
  send: (mail: Mail) => Promise<Delivery>
  close: () => void
}

/**
 * Sends by SMTP: pooled connections, TLS where the server offers it. `url` is smtp:// or smtps:// with user and password.
 * The server signs with DKIM; RFC 8058 wants both List-Unsubscribe headers covered by that signature. A logo that the
 * HTML names by its Content-ID goes along inside the mail (RFC 2387), so that nothing is fetched when it is read.
 */
export function smtpMailer(url: string, db: Db): Mailer {
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    maxConnections: 5,
    connectionTimeout: 15_000,
    socketTimeout: 60_000,
  })
  return {
    isPractice: false,
    async send(mail) {
      refuseLineBreaks(mail)
      try {
        const info = await transport.sendMail({
          messageId: mail.messageId,
          from: mail.from,
          ...(mail.replyTo ? { replyTo: mail.replyTo } : {}),
          // As an object it is one address, whatever commas somebody put into it.
          to: { name: '', address: mail.to },
          subject: mail.subject,
          headers: mail.headers,
          text: mail.text,
          html: mail.html,
          attachments: await logoOf(db, mail.html),
          disableFileAccess: true,
          disableUrlAccess: true,
        })
        return { state: 'sent', reply: info.response }
      } catch (error) {
        return deliveryOf(error)
      }
    },
    close: () => transport.close(),
  }
}

/** Whether the mail server answers and takes our login: '' if so, else what went wrong. Sends nothing. */
export async function smtpAnswers(url: string): Promise<string> {
  const transport = nodemailer.createTransport({ url, connectionTimeout: 10_000, socketTimeout: 10_000 })
  try {
    await transport.verify()
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    transport.close()
  }
}

const endings = { 'image/png': 'png', 'image/jpeg': 'jpg', 'image/svg+xml': 'svg' }

async function logoOf(db: Db, html: string) {
  const hash = logoIn(html)
  const logo = hash === undefined ? undefined : await findLogo(db, hash)
  if (!logo) return []
  return [
    {
      cid: `logo.${logo.hash}@whybuy`,
      filename: `logo.${endings[logo.type]}`,
      contentType: logo.type,
      contentDisposition: 'inline' as const,
      content: Buffer.from(logo.bytes),
    },
  ]
}

/** A line break in a header would begin another header. Whoever writes a mail takes them out; here none passes. */
function refuseLineBreaks(mail: Mail): void {
  const headers = [mail.messageId, mail.from.name, mail.from.address, mail.to, mail.subject]
  headers.push(mail.replyTo?.name ?? '', mail.replyTo?.address ?? '', ...Object.entries(mail.headers).flat())
  if (headers.some((text) => /[\r\n]/.test(text))) throw new Error('A header of this mail holds a line break.')
}

function deliveryOf(error: unknown): Delivery {
  const reply = error instanceof Error ? error.message : String(error)
  const code =
    error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
      ? error.responseCode
      : null
  // A refused login, greeting or HELO is trouble between us and our own server, not about this address.
  const command = error instanceof Error && 'command' in error ? String(error.command) : ''
  const isAboutMail = /^(MAIL FROM|RCPT TO|DATA)/.test(command)
  if (code !== null && code >= 500 && isAboutMail) return { state: 'refused', code, reply }
  return { state: 'deferred', code, reply }
}

/** Keeps each mail in the database, where the mailbox page shows it. The same Message-ID is kept once. */
export function mailboxMailer(db: Db, clock: Clock): Mailer {
  return {
    isPractice: true,
    async send(mail) {
      refuseLineBreaks(mail)
      const headers = {
        ...mail.headers,
        'Message-ID': mail.messageId,
        ...(mail.replyTo ? { 'Reply-To': `${mail.replyTo.name} <${mail.replyTo.address}>` } : {}),
      }
      await transact(db, async (trx) => {
        const known = await trx
          .selectFrom('mailbox_mail')
          .select('id')
          .where('message_id', '=', mail.messageId)
          .executeTakeFirst()
        if (known) return
        await trx
          .insertInto('mailbox_mail')
          .values({
            id: newId(),
            message_id: mail.messageId,
            sender: `${mail.from.name} <${mail.from.address}>`,
            recipient: mail.to,
            subject: mail.subject,
            headers: JSON.stringify(headers),
            text_body: mail.text,
            html_body: mail.html,
            kept_at: instant(clock()),
          })
          .execute()
      })
      return { state: 'sent', reply: 'kept in the built-in mailbox' }
    },
    close: () => {},
  }
}
