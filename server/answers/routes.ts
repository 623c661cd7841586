import type { FastifyInstance } from 'fastify'

export async function answerRoutes(_app: FastifyInstance): Promise<void> {}
