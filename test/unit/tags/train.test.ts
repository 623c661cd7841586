import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { subCode } from '#server/tags/codebook.ts'
import { bestThreshold, calibrate, heldOutScores } from '#server/tags/cross-validate.ts'
import { evaluate, judgeRows } from '#server/tags/evaluate.ts'
import { fitLogistic } from '#server/tags/logistic.ts'
import { judge } from '#server/tags/model.ts'
import { readModel, writeModel } from '#server/tags/model-file.ts'
import { properNames } from '#server/tags/names.ts'
import { evaluationText } from '#server/tags/report.ts'
import { type LabelledRow, readLabelled, readPlain } from '#server/tags/rows.ts'
import { readSeeds } from '#server/tags/seeds.ts'
import { lexiconSuggester, modelSuggester } from '#server/tags/suggesters.ts'
import { tokensOf } from '#server/tags/tokens.ts'
import { prepare, trainModel } from '#server/tags/train.ts'

/** Six sources that praise speed with a word of our own making, and complain with another. */
const rows: LabelledRow[] = Array.from({ length: 240 }, (_, index) => {
  const isGood = index % 2 === 0
  const text = isGood
    ? `We find the zorbling of it ${index} remarkable indeed`
    : `Again we met the quaxing of it ${index} and said so`
  return { id: `${index}`, source: `s${index % 6}`, text, tags: [isGood ? 'C3+' : 'K1-'], spans: [[0, text.length]] }
})
const prepared = rows.map(prepare)

test('training learns a word from several sources, and held-out sources show it', () => {
  const scores = heldOutScores(prepared, [])
  const model = calibrate(trainModel(prepared, [], 'test'), prepared, scores)
  const [suggestion] = modelSuggester(model).suggest({
    text: 'In our plant the zorbling of it was remarkable and we found no other like that',
  }).suggestions
  expect(suggestion).toMatchObject({ driver: 'cost', direction: '+', sub: 'C3' })
  expect(suggestion?.reason).toContain('learned from words like')
  expect(suggestion?.probability).toBeGreaterThan(0.5)
})

test('rows of one source cannot be held out from each other', () => {
  expect(() =>
    heldOutScores(
      prepared.filter(({ source }) => source === 's1'),
      [],
    ),
  ).toThrow('training needs several')
})

test('a model that was written is read back with the same verdicts', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'whybuy-')), 'model.weights')
  const model = trainModel(prepared, [], 'test')
  writeModel(model, file)
  const answer = { text: 'In our plant the zorbling of it was remarkable and we found no other like that' }
  const spans = (suggester: ReturnType<typeof modelSuggester>) =>
    suggester.suggest(answer).suggestions.map(({ sub, start, end }) => [sub, start, end])
  expect(spans(modelSuggester(readModel(file)))).toEqual(spans(modelSuggester(model)))
  expect(() => readModel(`${file}.missing`)).toThrow('Make one with "npm run tags:train -- FILE"')
})

test('a term of fewer than three sources is not kept, nor is a name', () => {
  const more = [
    ...rows,
    ...[0, 1].map((source) => ({
      id: `x${source}`,
      source: `s${source}`,
      text: 'the glimming was fine',
      tags: [],
      spans: [],
    })),
    ...[0, 1, 2, 3].map((source) => ({
      id: `y${source}`,
      source: `s${source}`,
      text: 'we asked Wilhelmina about it',
      tags: [],
      spans: [],
    })),
  ].map((row) => prepare(row))
  const { terms } = trainModel(more, [], 'test')
  expect(terms.has('w:zorbl')).toBe(true)
  expect([...terms.keys()].filter((term) => /glimm|wilhelmina/.test(term))).toEqual([])
})

test('a word that stands with a capital inside sentences is a name; one in capitals throughout is not', () => {
  expect([...properNames(['I met Ada there', 'and Ada met ME', 'Then me'].map(tokensOf))]).toEqual(['ada'])
})

test('a label of one source only is left to the phrases', () => {
  const model = trainModel(
    [...rows.map((row) => prepare({ ...row, source: row.tags[0] === 'C3+' ? 's1' : row.source }))],
    [],
    'test',
  )
  expect(model.thresholds[2]).toBeNull()
  expect(model.thresholds[5]).not.toBeNull()
})

test('the logistic fit separates what can be separated, and repeats itself', () => {
  const samples = [-2, -1, 1, 2].map((value) => ({ columns: Int32Array.of(0), values: Float64Array.of(value) }))
  const fit = () => fitLogistic(samples, [false, false, true, true], [10, 10, 10, 10], 2)
  const [slope = 0, constant = 1] = fit()
  expect(slope).toBeGreaterThan(1)
  expect(Math.abs(constant)).toBeLessThan(0.01)
  expect(fit()).toEqual(fit())
})

test('the best threshold lies between the last right and the first wrong one', () => {
  expect(
    bestThreshold([0.9, 0.8, 0.4, 0.2].map((probability, index) => ({ probability, isPositive: index < 2 }))),
  ).toBeCloseTo(0.6, 10)
})

test('the seeds are labelled with sub-codes of the codebook, and no seed stands twice', () => {
  const seeds = readSeeds()
  expect(seeds.length).toBeGreaterThan(500)
  expect(seeds.flatMap(({ tags }) => tags).filter((tag) => !subCode(tag.slice(0, 2)))).toEqual([])
  expect(new Set(seeds.map(({ text }) => text)).size).toBe(seeds.length)
})

test('a seed teaches a word that no source has', () => {
  const seeds = Array.from({ length: 20 }, (_, index) =>
    prepare({
      id: `seed${index}`,
      source: 'seeds',
      text: `Such splendid remarkable joy of it ${index}`,
      tags: ['E5+'],
    }),
  )
  const scoreOf = (some: typeof seeds) => {
    const [first] = [prepare({ id: 'x', source: 'x', text: 'What splendid remarkable joy', tags: [] })]
    return judge(first.tokens, first.read, trainModel(prepared, some, 'test')).scores[6] ?? 0
  }
  expect(scoreOf(seeds)).toBeGreaterThan(scoreOf([]))
})

test('rows that cannot be used are named with file, line and reason', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'whybuy-')), 'rows.jsonl')
  writeFileSync(
    file,
    '{"id":"1","text":"ok","tags":["C3+"]}\nnot json\n\n{"id":"2","text":"x","tags":["Q9+"]}\n{"id":"3","text":"x","tags":["C3+"],"spans":[]}\n',
  )
  expect(() => readLabelled([file])).toThrow(
    /line 2: this is not JSON[\s\S]*line 4: tags\.0: A tag is a sub-code and a sign[\s\S]*line 5: .*as many spans as tags/,
  )
  expect(readPlain('standard input', '{"id":"1","text":"\\u0000"}\n')).toEqual([{ id: '1', text: '\u0000' }])
})

test('an evaluation counts labels, sub-codes, none outcomes and errors', () => {
  const labelled: LabelledRow[] = [
    { id: '1', source: 'a', text: 'It saves time', tags: ['C3+'], spans: [[3, 13]] },
    { id: '2', source: 'a', text: 'Never goes down', tags: ['K1+'], spans: [[0, 15]] },
    { id: '3', source: 'b', text: 'All fine', tags: [], spans: [] },
    { id: '4', source: 'b', text: 'Cheap', tags: ['E5+'], spans: [[0, 5]] },
  ]
  const evaluation = evaluate(judgeRows(labelled, lexiconSuggester))
  expect(evaluation).toMatchObject({ rows: 4, sources: 2, subs: { right: 1, n: 2 } })
  expect(evaluation.spans).toEqual({ n: 2, touching: 2, shared: 1 })
  expect(evaluation.none).toMatchObject({ n: 1, right: 1 })
  expect(evaluation.errors).toEqual([
    { kind: 'wrong', label: 'C+', id: '4', words: 'Cheap' },
    { kind: 'wrong sub-code', label: 'K+', id: '2', words: 'K1+ as K3: Never goes down' },
    { kind: 'missed', label: 'E+', id: '4', words: 'Cheap' },
  ])
  expect(evaluationText('x', evaluation, [])).toContain('no tag   n     1  precision 1.00')
})
