import type { FastifyInstance } from 'fastify'

export async function predictionRoutes(_app: FastifyInstance): Promise<void> {}
