import type { FastifyInstance } from 'fastify'

export async function startRoutes(_app: FastifyInstance): Promise<void> {}
