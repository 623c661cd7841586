import type { FastifyInstance } from 'fastify'

export async function suppressionRoutes(_app: FastifyInstance): Promise<void> {}
