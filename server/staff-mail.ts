import { getCompany } from './company.ts'
import type { JobDeps } from './jobs.ts'
import { lookOf } from './look.ts'
import type { Delivery } from './mailer.ts'
import { later, minutes } from './time.ts'
import { renderMail } from './views.ts'
import { oneLine } from './words.ts'
import type { Outcome } from './worker.ts'

/**
 * What a letter to a member of staff says (views/mail/staff-letter); `button` and `link` are '' where there is nothing to
 * press. `why` ends the sentence "Sent by Whybuy for …,".
 */
export type Letter = {
  heading: string
  paragraphs: string[]
  list: string[]
  button: string
  link: string
  why: string
}

type MailModel = { name: string; link: string } & Record<string, string | string[]>

/** Sends mails to staff: `send(job, tries, to, subject, template, model)`. Tried for about an hour. */
export function staffPost({ config, db, mailer, clock }: JobDeps) {
  const host = new URL(config.baseUrl).hostname
  return async (jobId: string, tries: number, to: string, subject: string, template: string, model: MailModel) => {
    const company = await getCompany(db)
    const whole = { ...model, subject, company: company.name, look: lookOf(company) }
    const { html } = renderMail(template, whole)
    const { paragraphs } = model
    const { text } = renderMail(template, {
      ...whole,
      ...(Array.isArray(paragraphs) ? { paragraphs: paragraphs.map(folded) } : {}),
    })
    const delivery = await mailer.send({
      messageId: `<staff-${jobId}@${host}>`,
      from: {
        name: `Whybuy at ${oneLine(company.name)}`,
        address: config.mailFrom ?? (company.senderAddress || `whybuy@${host}`),
      },
      to,
      subject: oneLine(subject),
      headers: { 'Auto-Submitted': 'auto-generated' },
      html,
      text,
    })
    return outcomeOf(delivery, tries, clock())
  }
}

/** Tried for about an hour: an older sign-in link helps nobody. */
function outcomeOf(delivery: Delivery, tries: number, now: Date): Outcome {
  if (delivery.state === 'sent') return undefined
  if (delivery.state === 'refused' || tries >= 6) return { giveUp: delivery.reply }
  return { retryAt: later(now, minutes(2 ** (tries - 1))), error: delivery.reply }
}

/** A paragraph in lines of at most 72 signs, as plain text is read best; a longer word stands by itself. */
function folded(paragraph: string): string {
  const lines = ['']
  for (const word of paragraph.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= 72) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.join('\n')
}
