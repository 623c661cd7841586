import type { FastifyInstance } from 'fastify'

export async function templateRoutes(_app: FastifyInstance): Promise<void> {}
