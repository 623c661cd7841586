import type { FastifyInstance } from 'fastify'

export async function insightRoutes(_app: FastifyInstance): Promise<void> {}
