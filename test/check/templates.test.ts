import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { drivers } from '#server/drivers.ts'
import { checkTemplate, readTemplates, templateFolder } from '#server/templates/files.ts'

const core = readFileSync(join(templateFolder, 'core.yaml'), 'utf8')
const problemsIn = (text: string, fileName = 'core.yaml') => checkTemplate(fileName, text).problems

test('every survey template is valid', () => {
  expect(readTemplates().map(({ key }) => key)).toContain('core')
})

test('no open question names a driver before the customer has spoken', () => {
  for (const template of readTemplates())
    for (const { id, prompted, text, hint, nudges } of template.questions.filter((question) => !question.prompted)) {
      const asked = [text, hint, ...nudges].join(' ').toLowerCase()
      expect(
        drivers.filter((driver) => new RegExp(`\\b${driver}s?\\b`).test(asked)),
        `${id} (${prompted})`,
      ).toEqual([])
    }
})

test('a template that cannot be used says where and what to do', () => {
  const without = (line: RegExp) => core.replace(line, '')
  expect(problemsIn(core.replace('id: CORE-2', 'id: CORE-1'))).toEqual([
    `core.yaml, line ${lineOf('id: CORE-2')}: questions.1.id: The id CORE-1 stands twice. Give each question an id of its own.`,
  ])
  expect(problemsIn(core.replace('id: CORE-2', 'id: OTHER-2'))[0]).toContain('The id OTHER-2 must begin with CORE-.')
  expect(problemsIn(core.replace('id: CORE-2', 'id: second'))[0]).toContain('such as "CORE-1"')
  expect(problemsIn(core, 'heart.yaml')[0]).toContain('the key is "core", so the file must be named core.yaml')
  expect(problemsIn(without(/^minutes: .*\n/m))[0]).toMatch(/^core\.yaml, line \d+: minutes: /)
  expect(problemsIn(`${core}colour: red\n`)[0]).toContain('colour')
})

test('a question that is to be answered unled stands before the first that suggests something', () => {
  const led = core.replace(/(id: CORE-1\n {4}kind: long\n {4}prompted: )false/, '$1true')
  expect(led).not.toBe(core)
  expect(problemsIn(led).join('\n')).toContain(
    'CORE-2 is unprompted but comes after a prompted question. Move it before',
  )
})

test('text that is no YAML is told by its line', () => {
  expect(problemsIn('key: core\nname: [')[0]).toMatch(/^core\.yaml, line 2: this is not valid YAML\. /)
})

const lineOf = (words: string): number => core.slice(0, core.indexOf(words)).split('\n').length
