import type { Server } from '../server.ts'
import { createSignInLink } from '../session/session.ts'
import { outcomesSoFar } from '../tags/tags.ts'

/** The links, and what became of the suggestions. */
export async function tell({ db, links }: Server, origin: string, clock: () => Date, coded: number): Promise<string> {
  const users = await db
    .selectFrom('user')
    .select(['id', 'name', 'role'])
    .orderBy('created_at')
    .orderBy('name')
    .execute()
  const lines: string[] = []
  for (const role of ['admin', 'lead', 'rep'] as const) {
    const user = users.find((one) => one.role === role)
    if (user)
      lines.push(
        `  ${role.padEnd(5)} ${user.name.padEnd(12)} ${origin}/sign-in/${await createSignInLink(db, user.id, clock(), 7 * 24 * 60)}`,
      )
  }
  const open = await db
    .selectFrom('invitation')
    .innerJoin('contact', 'contact.id', 'invitation.contact_id')
    .innerJoin('campaign', 'campaign.id', 'invitation.campaign_id')
    .leftJoin('suppression', 'suppression.address', 'contact.email')
    .select(['invitation.id', 'link_version', 'first_name', 'last_name'])
    .where('closes_on', '>=', clock().toISOString().slice(0, 10))
    .where('began_at', 'is', null)
    .where('call_asked_at', 'is', null)
    .where('ask_after_on', 'is', null)
    .where('suppression.address', 'is', null)
    .orderBy('contact.external_id')
    .limit(1)
    .executeTakeFirstOrThrow()
  const { confirmed, corrected, rejected, missed } = await outcomesSoFar(db)
  return [
    '',
    'Sign in (each link works once, within a week):',
    ...lines,
    '',
    `Answer as ${open.first_name} ${open.last_name}:`,
    `  ${origin}/s/${links.token(open.id, open.link_version)}`,
    '',
    `Of the suggested tags, the coder of ${coded} answers confirmed ${confirmed}, corrected ${corrected} and rejected ${rejected}; ${missed} were missed.`,
    'The answers and their coding were written for this demo: these counts show the work, they do not measure the suggester.',
    '',
    'Nothing leaves this machine: every mail is in the built-in mailbox. Ctrl+C stops the demo; the next start begins anew.',
    '',
  ].join('\n')
}
