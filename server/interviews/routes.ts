import type { FastifyInstance } from 'fastify'

export async function interviewRoutes(_app: FastifyInstance): Promise<void> {}
