import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type Received = { to: string; from: string; mail: Email; raw: string }

export type Smtp = {
  url: string
  received: Received[]
  close: () => Promise<void>
}

/**
 * A real SMTP server on a free port of this machine. `refuse` may name what it says to a recipient: a code and words,
 * or nothing to take the mail; `nth` counts the tries for that address from 1.
 * It says that it took a mail `delayMs` after it has.
 */
export async function startSmtp(
  refuse: (address: string, nth: number) => { code: number; words: string } | undefined = () => undefined,
  delayMs = 0,
): Promise<Smtp> {
  const received: Received[] = []
  const tries = new Map<string, number>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const nth = (tries.get(address) ?? 0) + 1
      tries.set(address, nth)
      const refusal = refuse(address, nth)
      done(refusal ? Object.assign(new Error(refusal.words), { responseCode: refusal.code }) : undefined)
    },
    onData(stream, session, done) {
      const pieces: Buffer[] = []
      stream.on('data', (piece: Buffer) => pieces.push(piece))
      stream.on('end', async () => {
        const raw = Buffer.concat(pieces).toString('utf8')
        const { mailFrom, rcptTo } = session.envelope
        const from = mailFrom ? mailFrom.address : ''
        for (const { address } of rcptTo) received.push({ to: address, from, mail: await PostalMime.parse(raw), raw })
        setTimeout(done, delayMs)
      })
    },
  })
  // A client that was killed breaks its connection; that is its own affair.
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `smtp://127.0.0.1:${port}`,
    received,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A header of a received mail by its name, '' if it is missing. */
export const header = ({ mail }: Received, name: string): string =>
  mail.headers.find(({ key }) => key === name.toLowerCase())?.value ?? ''
