import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as a real SMTP connection delivered it. */
export type Received = { to: string; raw: string }

export type MailServer = {
  url: string
  received: Received[]
  /** Answers the next mail to this address with a code and words, once. */
  answerNext: (address: string, code: number, words: string) => void
  close: () => Promise<void>
}

/** A real SMTP server on a free port of this machine that keeps what it takes. */
export async function startMailServer(): Promise<MailServer> {
  const received: Received[] = []
  const refusals = new Map<string, { code: number; words: string }>()
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    onRcptTo({ address }, _session, done) {
      const refusal = refusals.get(address)
      refusals.delete(address)
      done(refusal ? Object.assign(new Error(refusal.words), { responseCode: refusal.code }) : null)
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString('utf8')
        for (const recipient of session.envelope.rcptTo) received.push({ to: recipient.address, raw })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    answerNext: (address, code, words) => void refusals.set(address, { code, words }),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
