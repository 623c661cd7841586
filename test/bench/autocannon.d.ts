/** What we use of autocannon, which ships no types. */
declare module 'autocannon' {
  namespace autocannon {
    type Request = {
      method: 'GET' | 'POST'
      path: string
      headers?: Record<string, string>
      body?: string
      // biome-ignore lint/suspicious/noExplicitAny: a context is whatever the journey keeps in it
      setupRequest?: (request: Request, context: any) => Request
    }
    type Result = {
      requests: { total: number }
      latency: { p50: number; p99: number }
      duration: number
      errors: number
      '2xx'?: number
      '3xx'?: number
    }
  }
  function autocannon(options: {
    url: string
    connections: number
    duration: number
    requests: autocannon.Request[]
  }): Promise<autocannon.Result>
  export = autocannon
}
