import { readFileSync } from 'node:fs'
import { z } from 'zod'

const url = (protocols: string[]) =>
  z.string().refine((text) => {
    try {
      return protocols.includes(new URL(text).protocol)
    } catch {
      return false
    }
  })

/** Each setting: how it is checked, and an example that would be right. Docs/operating.md explains them one by one. */
const settings = {
  PORT: { schema: z.coerce.number().int().min(0).max(65535).default(3000), example: '3000' },
  HOST: { schema: z.string().min(1).default('127.0.0.1'), example: '127.0.0.1, or 0.0.0.0 to listen on every address' },
  BASE_URL: { schema: url(['http:', 'https:']).optional(), example: 'https://ask.example.com' },
  DATA_DIR: { schema: z.string().min(1).default('data'), example: 'data or /var/lib/whybuy' },
  TEMPLATES_DIR: { schema: z.string().min(1).optional(), example: 'templates, a folder with your own YAML files' },
  SMTP_URL: { schema: url(['smtp:', 'smtps:']).optional(), example: 'smtps://user:password@smtp.example.com:465' },
  MAIL_FROM: { schema: z.email().optional(), example: 'research@example.com' },
  SEND_RATE_PER_MINUTE: { schema: z.coerce.number().int().min(1).default(600), example: '60' },
  TRUST_PROXY: { schema: z.coerce.number().int().min(0).default(0), example: '1, the number of proxies in front' },
  LOG_LEVEL: { schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'), example: 'info' },
}

export type Config = {
  port: number
  host: string
  baseUrl: string
  dataDir: string
  /** Where the company keeps its own survey templates, if that is set. */
  templatesDir: string | undefined
  smtpUrl: string | undefined
  mailFrom: string | undefined
  sendRatePerMinute: number
  trustProxy: number
  logLevel: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** `npm run dev` says so (NODE_ENV): the log then counts statements. */
  isDevelopment: boolean
}

/**
 * Reads every setting from the environment, or from the file that `<NAME>_FILE` names.
 * Throws one Error that lists all problems, each with an example; no value is repeated in it, since it may be a secret.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems: string[] = []

  function read<T>(name: keyof typeof settings, schema: z.ZodType<T>): T | undefined {
    const raw = rawSetting(env, name, problems)
    const parsed = schema.safeParse(raw)
    if (parsed.success) return parsed.data
    problems.push(`${name} is not usable. Example: ${name}=${settings[name].example}`)
    return undefined
  }

  const port = read('PORT', settings.PORT.schema) ?? 0
  const baseUrl = read('BASE_URL', settings.BASE_URL.schema) ?? `http://localhost:${port}`
  const config: Config = {
    port,
    host: read('HOST', settings.HOST.schema) ?? '',
    baseUrl: baseUrl.replace(/\/+$/, ''),
    dataDir: read('DATA_DIR', settings.DATA_DIR.schema) ?? '',
    templatesDir: read('TEMPLATES_DIR', settings.TEMPLATES_DIR.schema),
    smtpUrl: read('SMTP_URL', settings.SMTP_URL.schema),
    mailFrom: read('MAIL_FROM', settings.MAIL_FROM.schema),
    sendRatePerMinute: read('SEND_RATE_PER_MINUTE', settings.SEND_RATE_PER_MINUTE.schema) ?? 1,
    trustProxy: read('TRUST_PROXY', settings.TRUST_PROXY.schema) ?? 0,
    logLevel: read('LOG_LEVEL', settings.LOG_LEVEL.schema) ?? 'info',
    isDevelopment: env.NODE_ENV === 'development',
  }
  if (config.smtpUrl && !config.mailFrom && !problems.some((problem) => problem.startsWith('MAIL_FROM')))
    problems.push(
      `MAIL_FROM is missing: with SMTP_URL set, mails need a sender. Example: MAIL_FROM=${settings.MAIL_FROM.example}`,
    )
  if (problems.length > 0) throw new Error(`Whybuy cannot start with these settings:\n- ${problems.join('\n- ')}`)
  return config
}

function rawSetting(env: Record<string, string | undefined>, name: string, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`]
  if (!file) return env[name] || undefined
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    problems.push(`${name}_FILE names a file that cannot be read: ${file}`)
    return undefined
  }
}
