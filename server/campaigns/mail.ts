import { type Company, getCompany } from '../company.ts'
import type { Config } from '../config.ts'
import type { Db } from '../db.ts'
import { notFound } from '../errors.ts'
import type { Links } from '../links.ts'
import { lookOf } from '../look.ts'
import type { Mail } from '../mailer.ts'
import { ourLanguage, say } from '../speak.ts'
import { asAsked } from '../templates/template.ts'
import { printDay } from '../time.ts'
import { renderMail } from '../views.ts'
import { oneLine, plural } from '../words.ts'
import { type Campaign, mailLanguage } from './campaigns.ts'
import { fill, fillSubject, paragraphs, type TextKind, type Values, wrap } from './texts.ts'

/** Who gets the mail and who signs it. */
export type Addressee = {
  firstName: string
  name: string
  email: string
  company: string
  timeZone: string
  /** In which their mail is written. */
  language: string
  signer: { name: string; email: string; phone: string }
}

/** The addressee of a campaign's mail to a contact: signed by its sender or by the customer's owner, else by who launched it. */
export async function getAddressee(db: Db, campaign: Campaign, contactId: string): Promise<Addressee> {
  const row = await db
    .selectFrom('contact')
    .innerJoin('customer', 'customer.id', 'contact.customer_id')
    // Whoever left the company signs nothing and gets no replies.
    .leftJoin('user', (join) =>
      (campaign.senderId
        ? join.on('user.id', '=', campaign.senderId)
        : join.onRef('user.id', '=', 'customer.owner_id')
      ).on('user.deactivated_at', 'is', null),
    )
    .leftJoin('user as maker', (join) => join.on('maker.id', '=', campaign.madeBy))
    .select(['contact.first_name', 'contact.last_name', 'contact.email', 'customer.name as company'])
    .select(['contact.language', 'customer.language as customer_language'])
    .select(['customer.time_zone', 'user.name', 'user.email as signer_email', 'user.phone'])
    .select(['maker.name as maker_name', 'maker.email as maker_email', 'maker.phone as maker_phone'])
    .where('contact.id', '=', contactId)
    .executeTakeFirst()
  if (!row) throw notFound('That contact')
  return {
    firstName: row.first_name.trim(),
    name: `${row.first_name} ${row.last_name}`.trim(),
    email: row.email ?? '',
    company: row.company,
    timeZone: row.time_zone ?? 'UTC',
    language: mailLanguage(campaign, row.language || row.customer_language || 'en'),
    signer: row.name
      ? { name: row.name, email: row.signer_email ?? '', phone: row.phone ?? '' }
      : { name: row.maker_name ?? '', email: row.maker_email ?? '', phone: row.maker_phone ?? '' },
  }
}

/** Where the links of a mail lead. */
export type MailLinks = { answer: string; later: string; stop: string; privacy: string }

/** The links of one invitation: they carry its signed token and nothing about the person. */
export const personalLinks = (links: Links, invitation: { id: string; link_version: number }): MailLinks => {
  const token = links.token(invitation.id, invitation.link_version)
  return {
    answer: links.absolute(`/s/${token}`),
    later: links.absolute(`/s/${token}/later`),
    stop: links.absolute(`/u/${token}`),
    privacy: links.absolute(`/s/${token}/privacy`),
  }
}

/** The links of a test: they show what a customer would meet, and cannot answer for anybody. */
export const testLinks = (links: Links, campaign: Campaign): MailLinks => ({
  answer: links.absolute(`/templates/${campaign.version.key}`),
  later: links.absolute('/u/test'),
  stop: links.absolute('/u/test'),
  privacy: links.absolute('/privacy'),
})

export type WrittenMail = { subject: string; html: string; text: string }

/** Both parts of a mail that asks, as this person gets it. */
export function writeInvitation(
  campaign: Campaign,
  kind: TextKind,
  company: Company,
  to: Addressee,
  links: MailLinks,
  now: Date,
  notice = '',
): WrittenMail {
  const { language } = to
  const closesOn = printDay(campaign.closesOn, now, { language, timeZone: to.timeZone })
  const { questions, minutes } = asAsked(campaign.version.template, 'survey', language)
  const values: Values = {
    first_name: to.firstName,
    full_name: to.name,
    company: to.company,
    our_company: company.name,
    minutes: String(minutes),
    closes_on: closesOn,
    sender: to.signer.name,
  }
  const written = (campaign.texts[language] ?? campaign.texts.en)[kind]
  const subject = fillSubject(written.subject, values, language)
  const { before, after } = paragraphs(fill(written.body, values, language))
  const [first] = questions
  const signature = [
    to.signer.name,
    [company.name, to.signer.phone || company.phone].filter(Boolean).join(', '),
  ].filter(Boolean)
  // Our own words around a text in a language that we do not speak stay English.
  const ours = ourLanguage(language)
  const time = plural(minutes, 'minute')
  const asksForWords = questions.some(({ kind }) => kind === 'long' || kind === 'items')
  const model = {
    lang: language,
    subject,
    preheader: `${first?.text ?? ''} ${say(ours, asksForWords ? `About ${time}, in your own words.` : `About ${time}.`)}`,
    before,
    after,
    question: first?.text ?? '',
    button: say(ours, 'Answer'),
    signature,
    customer: to.company,
    closesOn,
    postalAddress: company.postalAddress,
    notice,
    look: lookOf(company),
    ...links,
  }
  const wrapped = (parts: { lines: string[] }[]) =>
    parts.map(({ lines }) => ({ lines: lines.map((line) => wrap(line)) }))
  const { html } = renderMail('invite', model, ours)
  const { text } = renderMail(
    'invite',
    { ...model, before: wrapped(before), after: wrapped(after), question: wrap(model.question, 68) },
    ours,
  )
  return { subject, html, text }
}

/** The headers and envelope around a written mail. Replies go to the person who signs it. */
export async function envelope(
  db: Db,
  config: Config,
  written: WrittenMail,
  to: { email: string; signer: Addressee['signer'] },
  more: { messageId: string; stop: string; headers: Record<string, string> },
): Promise<Mail> {
  const company = await getCompany(db)
  const address = company.senderAddress || config.mailFrom || `research@${new URL(config.baseUrl).hostname}`
  const name = to.signer.name ? `${to.signer.name} via ${company.name}` : company.senderName || company.name
  return {
    // Queued before the sender's address was set: give it the domain that the mail really comes from.
    messageId: more.messageId.replace('@whybuy.invalid>', `@${address.split('@')[1]}>`),
    from: { name: oneLine(name), address },
    ...(to.signer.email ? { replyTo: { name: oneLine(to.signer.name), address: to.signer.email } } : {}),
    to: to.email,
    subject: written.subject,
    headers: {
      // RFC 8058: mail programs post to this address when somebody presses their own unsubscribe button.
      'List-Unsubscribe': `<${more.stop}>, <mailto:${address}?subject=unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'List-ID': `${oneLine(company.name).replaceAll(/["<>]/g, '')} <research.${address.split('@')[1]}>`,
      ...more.headers,
    },
    text: written.text,
    html: written.html,
  }
}

/**
 * The mail as one named person would get it, for looking at before the launch, or as it would be in another `language`.
 * Its links are those of a test.
 */
export async function previewMail(
  db: Db,
  links: Links,
  campaign: Campaign,
  contactId: string,
  now: Date,
  { kind = 'invite', language = '' }: { kind?: TextKind; language?: string } = {},
): Promise<WrittenMail & { to: Addressee }> {
  const own = await getAddressee(db, campaign, contactId)
  const to = language ? { ...own, language: mailLanguage(campaign, language) } : own
  return { ...writeInvitation(campaign, kind, await getCompany(db), to, testLinks(links, campaign), now), to }
}
