import type { FastifyInstance } from 'fastify'

export async function sessionRoutes(_app: FastifyInstance, _options: { isSecure: boolean }): Promise<void> {}
