/** An RFC 9457 answer, or a failure to get any answer (`offline`). Screens translate `code`; raw text never reaches a buyer. */
export interface FieldError {
  field: string
  code: string
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly members: Record<string, unknown> = {},
  ) {
    super(code)
    this.name = 'Problem'
  }

  get requestId(): string | null {
    const id = this.members['request_id']
    return typeof id === 'string' ? id : null
  }

  get fields(): FieldError[] {
    const errors = this.members['errors']
    if (!Array.isArray(errors)) return []
    return errors.flatMap((entry: unknown) => {
      if (typeof entry !== 'object' || entry === null) return []
      const row = entry as Record<string, unknown>
      const place = row['field'] ?? row['loc'] ?? row['pointer'] ?? row['path']
      const parts = Array.isArray(place) ? place.map(String) : String(place ?? '').split(/[./]/)
      const field = parts.filter((part) => part && part !== 'body').join('.')
      return field ? [{ field, code: String(row['code'] ?? row['type'] ?? 'invalid') }] : []
    })
  }
}

export function isProblem(error: unknown, code?: string): error is Problem {
  return error instanceof Problem && (code === undefined || error.code === code)
}

export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Record<string, unknown>
    const code = typeof body['code'] === 'string' ? body['code'] : `http-${response.status}`
    return new Problem(response.status, code, body)
  } catch {
    return new Problem(response.status, `http-${response.status}`)
  }
}
