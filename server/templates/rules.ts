import type { Channel } from '../tables.ts'
import { isAskedIn, type Template } from './template.ts'

/** Something that is wrong with a template, and where in its file it stands. */
export type Fault = { path: PropertyKey[]; sentence: string }

/** A mail that takes longer is left half-way. */
const longestByMail = 8

const channelNames: Record<Channel, string> = {
  survey: 'by mail',
  interview: 'in a talk',
  observation: 'on a visit',
  mail: 'in a reply',
}

/** What holds for a template beyond its shape. `own` is where its own questions begin, after those that it includes. */
export function faultsOf(template: Template, own: number, included: Template[]): Fault[] {
  return [
    ...idFaults(template, own),
    ...orderFaults(template, own),
    ...channelFaults(template, own),
    ...includeFaults(template, included),
  ]
}

/** Where a question stands in the file: its own line, or the line that includes it. */
const placeOf = (index: number, own: number, name: string): PropertyKey[] =>
  index < own ? ['includes'] : ['questions', index - own, name]

function idFaults({ key, questions }: Template, own: number): Fault[] {
  const ids = questions.map(({ id }) => id)
  const prefix = `${key.toUpperCase()}-`
  return ids.flatMap((id, index) => [
    ...(ids.indexOf(id) < index
      ? [
          {
            path: placeOf(index, own, 'id'),
            sentence: `The id ${id} stands twice. Give each question an id of its own.`,
          },
        ]
      : []),
    ...(index >= own && !isIdOf(id, prefix)
      ? [{ path: placeOf(index, own, 'id'), sentence: `The id ${id} must begin with ${prefix}.` }]
      : []),
  ])
}

const isIdOf = (id: string, prefix: string): boolean => id.startsWith(prefix) && /^\d+$/.test(id.slice(prefix.length))

/** Open questions stand before those that suggest something, in the order in which each channel asks them. */
function orderFaults({ questions, after }: Template, own: number): Fault[] {
  const first = questions.findIndex(({ prompted }) => prompted)
  const late = questions.flatMap(({ id, prompted }, index) =>
    first >= 0 && index > first && !prompted
      ? [
          {
            path: placeOf(index, own, 'id'),
            sentence: `${id} is unprompted but comes after a prompted question. Move it before, so that its answers are not led.`,
          },
        ]
      : [],
  )
  const open = questions.find(({ prompted }) => !prompted)
  return after && open
    ? [
        ...late,
        {
          path: ['after'],
          sentence: `${open.id} is an open question, so these questions need not follow others. Take out the line “after”.`,
        },
      ]
    : late
}

function channelFaults(template: Template, own: number): Fault[] {
  const nothing = template.channels
    .filter((channel) => !template.questions.some((question) => isAskedIn(question, channel)))
    .map((channel) => ({
      path: ['channels'],
      sentence: `No question is left that can be asked ${channelNames[channel]}. Let one be, or leave out the channel “${channel}”.`,
    }))
  const own_ = template.questions.flatMap((question, index): Fault[] => {
    if (index < own) return []
    const strange = (question.channels ?? []).filter((channel) => !template.channels.includes(channel))
    const isSilent = question.voices !== undefined && !question.voices.includes('customer')
    const isWritten = template.channels.includes('survey') && isAskedIn(question, 'survey')
    return [
      ...(strange.length > 0
        ? [
            {
              path: placeOf(index, own, 'channels'),
              sentence: `The template itself is not asked ${strange.map((channel) => channelNames[channel]).join(' or ')}. Add the channel there, or leave it out here.`,
            },
          ]
        : []),
      ...(isSilent && isWritten
        ? [
            {
              path: placeOf(index, own, 'voices'),
              sentence: `${question.id} leaves no room for the customer’s own words, so it cannot be asked by mail. Limit its channels, or add the voice “customer”.`,
            },
          ]
        : []),
    ]
  })
  return [...nothing, ...own_]
}

function includeFaults(template: Template, included: Template[]): Fault[] {
  const fault = (sentence: string): Fault => ({ path: ['includes'], sentence })
  const of = (one: Template): Fault[] => {
    const strange = template.channels.filter((channel) => !one.channels.includes(channel))
    return [
      ...strange.map((channel) =>
        fault(
          `“${one.key}” is never asked ${channelNames[channel]}, so a template that includes it is not either. Leave out the channel “${channel}”.`,
        ),
      ),
      ...(one.by === 'not-own-rep' && template.by === 'anyone'
        ? [
            fault(
              `“${one.key}” is not for the customer’s own rep to ask, so this template is not either. Write “by: not-own-rep”.`,
            ),
          ]
        : []),
      ...(one.after && !opensBefore(template, one)
        ? [fault(`“${one.key}” follows open questions. Include some before it, such as “core”.`)]
        : []),
    ]
  }
  const isLong = included.length > 0 && template.channels.includes('survey') && template.minutes > longestByMail
  return [
    ...included.flatMap(of),
    ...(isLong
      ? [
          {
            path: ['minutes'],
            sentence: `One sitting by mail takes at most ${longestByMail} minutes; people leave longer ones half-way. Include less.`,
          },
        ]
      : []),
  ]
}

/** Whether an open question stands before the first one of an included template. */
function opensBefore({ questions, after }: Template, { questions: [first] }: Template): boolean {
  const place = questions.findIndex(({ id }) => id === first?.id)
  return after !== undefined || questions.slice(0, place).some(({ prompted }) => !prompted)
}
