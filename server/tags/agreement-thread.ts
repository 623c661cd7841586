import { parentPort, workerData } from 'node:worker_threads'
import { agreementOf } from './agreement-figures.ts'

/** Works out in a thread of its own what would keep the pages of others waiting. */
parentPort?.postMessage(agreementOf(workerData.units, workerData.seed))
