import { type Field, field, type Problems, problemsOf, type SelectField, select, type Typed } from '../forms.ts'
import { asAsked } from '../templates/template.ts'
import type { TemplateVersion } from '../templates/templates.ts'
import { dayAt, printDay, type Reader } from '../time.ts'
import { plural, sentenceNumber } from '../words.ts'
import type { Campaign, listCampaigns } from './campaigns.ts'
import { type Confirm, type Frame, frame, part } from './pages.ts'

type ListRow = { href: string; name: string; about: string; state: string; invited: string; answered: string }
type ListPage = { title: string; part: string; summary: string; rows: ListRow[] }

export function listPage(campaigns: Awaited<ReturnType<typeof listCampaigns>>, now: Date, reader: Reader): ListPage {
  const today = dayAt(now, reader.timeZone)
  const open = campaigns.filter(({ state, closes_on }) => state === 'launched' && closes_on >= today).length
  return {
    title: 'Campaigns',
    part,
    summary: open === 0 ? 'Rounds of asking by mail. None is under way.' : `${sentenceNumber(open)} under way.`,
    rows: campaigns.map((row) => ({
      href: `/campaigns/${row.id}`,
      name: row.name,
      about: `${row.series}, round ${row.round}`,
      state: stateWords(row.state, row.closes_on, now, reader),
      invited: row.state === 'draft' ? '' : String(row.invited ?? 0),
      answered: row.state === 'draft' ? '' : String(row.answered ?? 0),
    })),
  }
}

function stateWords(state: Campaign['state'], closesOn: string, now: Date, reader: Reader): string {
  if (state === 'draft') return 'Draft'
  const day = printDay(closesOn, now, reader)
  // A round ends with its day; nobody has to close it.
  const isOver = state === 'closed' || closesOn < dayAt(now, reader.timeZone)
  return isOver ? `Closed ${day}` : `Open until ${day}`
}

type BasicsPage = Frame &
  Problems & {
    action: string
    isTalks: boolean
    /** `list` is the id of a datalist that offers words to a field. */
    fields: (Field & { list?: string })[]
    knownSeries: string[]
    selects: SelectField[]
    fixed: string
    removal: string
  }

export function basicsPage(
  campaign: Campaign | undefined,
  versions: TemplateVersion[],
  signers: { id: string; name: string }[],
  series: string[],
  sent: Typed | undefined,
  errors: Record<string, string>,
  isTalks = false,
): BasicsPage {
  const askable = versions.filter(({ template }) => template.channels.includes(isTalks ? 'interview' : 'survey'))
  const typed: Typed = sent ?? {
    name: campaign?.name ?? '',
    series: campaign?.series ?? askable[0]?.template.name ?? '',
    closesOn: campaign?.closesOn ?? '',
    senderId: campaign?.senderId ?? '',
    templateVersionId: campaign?.version.id ?? askable[0]?.id ?? '',
  }
  const { version } = campaign ?? {}
  return {
    ...frame(campaign, 'basics', isTalks && !campaign ? 'A new round of talks' : 'Basics'),
    ...(isTalks && !campaign ? { name: 'A new round of talks' } : {}),
    isTalks: isTalks && !campaign,
    ...problemsOf(errors),
    action: campaign ? `/campaigns/${campaign.id}/basics` : '/campaigns',
    fields: [
      field('name', 'Name', typed, errors, { hint: 'Only your team sees it. For example: Autumn 2026.' }),
      ...(campaign
        ? []
        : [
            {
              ...field('series', 'Series', typed, errors, {
                hint: 'Rounds of one series are compared over time. Use the same words next time.',
              }),
              list: series.length > 0 ? 'known-series' : '',
            },
          ]),
      field('closesOn', 'Closes on', typed, errors, {
        type: 'date',
        hint: 'Answers can be written and changed until the end of this day. Two to three weeks serve well.',
      }),
    ],
    knownSeries: campaign ? [] : series,
    selects: [
      ...(campaign
        ? []
        : [
            select(
              'templateVersionId',
              'What is asked',
              askable.map(({ id, number, template }): [string, string] => [
                id,
                `${template.name}, version ${number} (${plural(asAsked(template, 'survey').questions.length, 'question')}, ${template.minutes} minutes)`,
              ]),
              typed,
              errors,
            ),
          ]),
      select(
        'senderId',
        'Who signs',
        [
          ['', "Each customer's owner"],
          ...signers.map(({ id, name }): [string, string] => [id, `${name}, for everybody`]),
        ],
        typed,
        errors,
        { hint: 'Replies go to the person who signs. People answer somebody whom they know.' },
      ),
    ],
    fixed:
      campaign && version
        ? `Asks “${version.template.name}”, version ${version.number}. ${campaign.series}, round ${campaign.round}.`
        : '',
    removal: campaign ? `/campaigns/${campaign.id}/removal` : '',
  }
}

export const removalPage = (campaign: Campaign): Confirm => ({
  title: 'Throw this draft away',
  part,
  sentence: `“${campaign.name}” was never sent, so nobody notices. Its audience and text are lost.`,
  action: `/campaigns/${campaign.id}/removal`,
  label: 'Throw it away',
  cancel: `/campaigns/${campaign.id}/basics`,
})
