// Promises: trouble inside a foreign file leaves the readers as one kind of error and reaches callers only as a Result.
// Never: text of the file or of an engine's error in the reason; reasons are short codes of our own.
import { fail, type Result, refuse } from '../../../preload/contract/result.ts'

/** Stops reading. `reason` is a short code, e.g. `broken-xref`; it may be shown as the detail of a refusal. */
export function broken(reason: string): never {
  throw new Error('broken pdf', { cause: { pdf: reason } })
}

/** The code that `broken` was given; undefined for any other error. */
export function reasonOf(trouble: unknown): string | undefined {
  if (!(trouble instanceof Error) || typeof trouble.cause !== 'object' || trouble.cause === null) return undefined
  return 'pdf' in trouble.cause && typeof trouble.cause.pdf === 'string' ? trouble.cause.pdf : undefined
}

/** Runs a reader over foreign bytes; whatever goes wrong in it is `malformed file`. */
export function readingForeign<T>(read: () => Result<T>): Result<T> {
  try {
    return read()
  } catch {
    return fail({ kind: 'malformed', what: 'file' })
  }
}

/** Runs a writer over foreign bytes; whatever goes wrong in it is `refused pdf-unsupported` with the reason. */
export function writingForeign<T>(write: () => Result<T>): Result<T> {
  try {
    return write()
  } catch (trouble) {
    return refuse('pdf-unsupported', reasonOf(trouble) ?? 'unreadable')
  }
}
