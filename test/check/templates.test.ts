import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { drivers } from '#server/drivers.ts'
import { checkTemplate, readFiles, readTemplates, templateFolder } from '#server/templates/files.ts'
import { hasWords } from '#server/templates/kinds/kinds.ts'
import { commonProbes } from '#server/templates/probes.ts'
import { asAsked } from '#server/templates/template.ts'
import { textsOf } from '#server/templates/texts.ts'

const core = readFileSync(join(templateFolder, 'core.yaml'), 'utf8')
const rel = readFileSync(join(templateFolder, 'rel.yaml'), 'utf8')
const german = readFileSync(join(templateFolder, 'core.de.yaml'), 'utf8')
const problemsIn = (text: string, fileName = 'core.yaml') => checkTemplate(fileName, text).problems
const lineOf = (words: string, text = core): number => text.slice(0, text.indexOf(words)).split('\n').length

const folder = mkdtempSync(join(tmpdir(), 'templates-'))
afterAll(() => rmSync(folder, { recursive: true }))
/** What is wrong with a folder that holds these files, and which templates can be used. */
function read(files: Record<string, string>, others = readTemplates()) {
  for (const name of readdirSync(folder)) rmSync(join(folder, name))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const { templates, problems } = readFiles(folder, others)
  return { keys: templates.map(({ key }) => key), templates, problems }
}

const own = (more: string, questions = longQuestion('OURS-1')) => `key: ours
name: Ours
purpose: What we ask beside.
minutes: 5
by: anyone
${more}
${questions ? `questions:\n${questions}` : ''}
`
const longQuestion = (id: string, more = 'prompted: false') =>
  `  - id: ${id}\n    kind: long\n    short: It\n    text: What is it?\n    ${more}\n`

describe('Every template that comes with Whybuy', () => {
  const templates = readTemplates()

  test('is there', () => {
    expect(templates.map(({ key, channels, by }) => `${key}: ${channels.join(', ')}, ${by}`)).toEqual([
      'core: survey, interview, observation, anyone',
      'core-driv: survey, interview, anyone',
      'core-rel: survey, interview, anyone',
      'deep: interview, anyone',
      'driv: survey, interview, anyone',
      'loss: survey, interview, not-own-rep',
      'obs: observation, anyone',
      'rel: survey, interview, anyone',
      'succ: survey, interview, anyone',
    ])
  })

  test('numbers its questions from 1 without a gap, and gives each the texts that it needs', () => {
    for (const { key, includes, questions } of templates.filter((one) => one.includes.length === 0)) {
      const numbers = questions.map(({ id }) => Number(id.split('-').at(-1))).sort((a, b) => a - b)
      expect(numbers, key).toEqual(questions.map((_, index) => index + 1))
      expect(includes).toEqual([])
    }
  })

  test('names no driver, in no language', () => {
    for (const { key, questions, languages } of templates)
      for (const texts of [...questions.map((question) => textsOf(question)), languages])
        expect(JSON.stringify(texts).match(new RegExp(`\\b(${drivers.join('|')})s?\\b`, 'gi')) ?? [], key).toEqual([])
  })

  test('goes deeper at each open question of a talk', () => {
    for (const template of templates.filter(({ channels }) => channels.includes('interview')))
      for (const question of asAsked(template, 'interview').questions.filter(({ kind }) => kind === 'long'))
        expect(
          question.probes.length + (hasWords(question) ? commonProbes('en').length : 0),
          question.id,
        ).toBeGreaterThan(3)
  })

  test('sets its marks as a book does', () => {
    for (const { key, questions } of templates)
      expect(
        JSON.stringify(questions.map((question) => textsOf(question))).match(/\w'\w|\\"|\.\.\.| - /g) ?? [],
        key,
      ).toEqual([])
  })

  test('asks what is open before it suggests anything, also where it includes others', () => {
    const ids = (key: string) => templates.find((one) => one.key === key)?.questions.map(({ id }) => id)
    expect(ids('core-rel')).toEqual([...(ids('core') ?? []), ...(ids('rel') ?? [])])
    for (const { key, questions } of templates) {
      const prompted = questions.map((question) => question.prompted)
      expect(prompted, key).toEqual(prompted.toSorted((a, b) => Number(a) - Number(b)))
    }
    for (const key of ['rel', 'driv'])
      expect(templates.find((one) => one.key === key)?.questions.every(({ prompted }) => prompted)).toBe(true)
  })

  test('asks by each channel what is made for it', () => {
    const ids = (key: string, channel: 'survey' | 'interview') => {
      const template = templates.find((one) => one.key === key)
      return template && asAsked(template, channel).questions.map(({ id }) => id)
    }
    expect(ids('driv', 'survey')).toEqual(['DRIV-1', 'DRIV-2', 'DRIV-3'])
    expect(ids('driv', 'interview')).toEqual(['DRIV-4', 'DRIV-2', 'DRIV-3'])
    expect(ids('succ', 'survey')).not.toContain('SUCC-6')
    expect(ids('succ', 'interview')).toHaveLength(8)
  })

  test('takes at most 8 minutes where several are asked in one sitting', () => {
    for (const { key, minutes } of templates.filter(({ includes }) => includes.length > 0))
      expect(minutes, key).toBeLessThanOrEqual(8)
  })

  test('speaks German where it says so, item by item', () => {
    const template = templates.find(({ key }) => key === 'core-rel')
    if (!template) throw new Error('There is no CORE-REL')
    const asked = asAsked(template, 'survey', 'de-AT')
    expect(asked.questions[0]?.text).toBe('Warum kaufen Sie bei uns und nicht bei jemand anderem?')
    const shapes = (one: typeof template) => one.questions.map((question) => keysOf(textsOf(question)))
    expect(shapes(asked)).toEqual(shapes(template))
    expect(asAsked(template, 'survey', 'fr').questions[0]?.text).toContain('Why do you buy')
  })
})

const keysOf = (texts: object): unknown =>
  Object.entries(texts).map(([name, said]) =>
    Array.isArray(said) ? [name, said.length] : typeof said === 'string' ? name : [name, keysOf(said)],
  )

test('a template that cannot be used says where and what to do', () => {
  const without = (line: RegExp) => core.replace(line, '')
  expect(problemsIn(core.replace('id: CORE-2', 'id: CORE-1'))).toEqual([
    `core.yaml, line ${lineOf('id: CORE-2')}: Question 2 (CORE-1), id: The id CORE-1 stands twice. Give each question an id of its own.`,
  ])
  expect(problemsIn(core.replace('id: CORE-2', 'id: OTHER-2'))[0]).toContain('The id OTHER-2 must begin with CORE-.')
  expect(problemsIn(core.replace('id: CORE-2', 'id: second'))[0]).toContain('such as "CORE-1"')
  expect(problemsIn(core, 'heart.yaml')[0]).toContain('the key is "core", so the file must be named core.yaml')
  expect(problemsIn(without(/^minutes: .*\n/m))[0]).toMatch(/^core\.yaml, line \d+: minutes: Write whole minutes/)
  expect(problemsIn(`${core}colour: red\n`)[0]).toContain('Nothing here is called “colour”.')
  expect(problemsIn(core.replace('kind: items', 'kind: riddle'))[0]).toMatch(
    new RegExp(
      `^core\\.yaml, line ${lineOf('kind: items')}: Question 3 \\(CORE-3\\), kind: There is no such kind of question`,
    ),
  )
})

test('a sum that cannot be reached is told before anybody is asked to share it', () => {
  const one = longQuestion('OURS-1', 'prompted: true').replace('kind: long', 'kind: sum100')
  const items = '    items:\n      - { id: earn, label: Earn, short: Earn }\n'
  const { keys, problems } = read({ 'ours.yaml': own('channels: [survey]', one + items) })
  expect(keys).toEqual([])
  expect(problems[0]).toMatch(/^ours\.yaml, line 13: Question 1 \(OURS-1\), items: .*from 2 to 10 items/)
  const two = `${one}    most: 40\n${items}      - { id: spend, label: Spend, short: Spend }\n`
  expect(read({ 'ours.yaml': own('channels: [survey]', two) }).problems).toEqual([
    expect.stringMatching(
      /^ours\.yaml, line 13: Question 1 \(OURS-1\), most: .*nobody can reach 100\. Raise "most" to at least 50\./,
    ),
  ])
})

test('a question that is to be answered unled stands before the first that suggests something', () => {
  const led = core.replace(/(id: CORE-1\n {4}kind: long\n {4}prompted: )false/, '$1true')
  expect(led).not.toBe(core)
  expect(problemsIn(led).join('\n')).toContain(
    'CORE-2 is unprompted but comes after a prompted question. Move it before',
  )
})

test('text that is no YAML is told by its line, and names for names for names fill no memory', () => {
  for (const nothing of ['', '# Only a remark.\n', '---\n'])
    expect(problemsIn(nothing)).toEqual(['core.yaml, line 1: this file is empty. Fill it, or take it out.'])
  expect(problemsIn('key: core\nname: [')[0]).toMatch(/^core\.yaml, line 2: this is not valid YAML\. /)
  const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]']
  for (const [one, other] of ['ab', 'bc', 'cd', 'de', 'ef']) bomb.push(`${other}: &${other} [${`*${one},`.repeat(10)}]`)
  expect(problemsIn(bomb.join('\n'))[0]).toMatch(/^core\.yaml, line 1: this cannot be read\./)
})

describe('A template that includes others', () => {
  test('asks their questions first, and may be asked only where and by whom they may', () => {
    const { templates, problems } = read({
      'ours.yaml': own('channels: [survey]\nincludes: [rel]', longQuestion('OURS-1', 'prompted: true')),
    })
    expect(problems).toEqual([])
    expect(templates[0]?.questions.map(({ id }) => id).slice(-2)).toEqual(['REL-7', 'OURS-1'])
    const sentence = (more: string, questions = '') => read({ 'ours.yaml': own(more, questions) }).problems.join('\n')
    expect(sentence('channels: [survey, interview]\nincludes: [deep]')).toContain(
      'ours.yaml, line 7: includes: “deep” is never asked by mail, so a template that includes it is not either.',
    )
    expect(sentence('channels: [survey]\nincludes: [loss]')).toContain('Write “by: not-own-rep”.')
    expect(sentence('channels: [survey]\nincludes: [driv]')).toContain('“driv” follows open questions.')
    expect(sentence('channels: [survey]\nincludes: [nothing]')).toContain('There is no template “nothing” to include.')
    expect(sentence('channels: [survey]\nincludes: [core-rel]')).toContain('Name those instead: core, rel.')
    expect(sentence('channels: [survey]\nincludes: [ours]')).toContain('There is no template “ours” to include.')
    expect(sentence('channels: [survey]\nincludes: [rel]', longQuestion('OURS-1'))).toContain('OURS-1 is unprompted')
    expect(sentence('channels: [survey]\nincludes: [rel, core]')).toContain('CORE-1 is unprompted')
    expect(sentence('channels: [survey]')).toContain('no question is asked')
    expect(
      read({ 'ours.yaml': own('channels: [survey]\nincludes: [core]', '').replace('minutes: 5', 'minutes: 9') })
        .problems[0],
    ).toMatch(/^ours\.yaml, line 4: minutes: One sitting by mail takes at most 8 minutes/)
  })

  test('is not asked by a channel for which no question is left', () => {
    const limited = longQuestion('OURS-1', 'prompted: false\n    channels: [interview]')
    expect(read({ 'ours.yaml': own('channels: [survey, interview]', limited) }).problems).toEqual([
      'ours.yaml, line 6: channels: No question is left that can be asked by mail. Let one be, or leave out the channel “survey”.',
    ])
    expect(read({ 'ours.yaml': own('channels: [survey]', limited) }).problems.join('\n')).toContain(
      'The template itself is not asked in a talk.',
    )
    const silent = longQuestion('OURS-1', 'prompted: false\n    voices: [rep]')
    expect(read({ 'ours.yaml': own('channels: [survey]', silent) }).problems.join('\n')).toContain(
      'cannot be asked by mail',
    )
  })
})

describe('A translation', () => {
  test('that lacks a text, or has one too many, says which and where', () => {
    const broken = german
      .replace(/ {4}hint: Nennen Sie.*\n/, '')
      .replace('      feel: {', '      fell: {')
      .replace('      - Wer hat noch mitgeredet?\n', '')
      .replace('    short: Was wir nicht gefragt haben', '    short: Was wir nicht gefragt haben\n    colour: rot')
    const { problems } = read({ 'core.yaml': core, 'core.de.yaml': broken }, [])
    expect(problems).toEqual([
      `core.de.yaml, line ${lineOf('  CORE-1:', german) + 4}: Question CORE-1, nudges: In English it is a list of 3 texts. Write as many.`,
      expect.stringMatching(
        /^core\.de\.yaml, line \d+: Question CORE-2, hint: this text is missing\. The English is “Name one to three/,
      ),
      expect.stringMatching(/^core\.de\.yaml, line \d+: Question CORE-3, items, feel: this text is missing/),
      expect.stringMatching(
        /^core\.de\.yaml, line \d+: Question CORE-3, items, fell: there is no such text in English/,
      ),
      expect.stringMatching(/^core\.de\.yaml, line \d+: Question CORE-4, colour: there is no such text in English/),
    ])
  })

  test('of a question that is not there, in a file of another name, or of no template, says so', () => {
    const more = german.replace('  CORE-4:', '  CORE-5:\n    text: Und?\n  CORE-4:')
    expect(read({ 'core.yaml': core, 'core.de.yaml': more }, []).problems[0]).toMatch(
      /^core\.de\.yaml, line \d+: Question CORE-5: there is no such text in English/,
    )
    expect(read({ 'core.yaml': core, 'core.fr.yaml': german }, []).problems[0]).toContain(
      'the language is "de", so the file must be named core.de.yaml.',
    )
    expect(read({ 'rel.yaml': rel, 'core.de.yaml': german }, []).problems).toEqual([
      'core.de.yaml, line 1: there is no core.yaml to translate. Add it, or take this file out.',
    ])
    expect(read({ 'core.yaml': core, 'core.german.yaml': german }, []).problems[0]).toContain('such as core.de.yaml')
    expect(read({ 'core.yaml': core, 'core.de.yaml': 'language: de\nquestions: [' }, []).problems[0]).toMatch(
      /^core\.de\.yaml, line 2: this is not valid YAML/,
    )
  })
})
