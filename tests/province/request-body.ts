// The content of a request as a web stream that can be counted, and cut after an exact number of bytes.
// A cut ends the content as if no more had come, so that the bytes before it are surely kept; the rest is thrown away.
import type { IncomingMessage } from 'node:http'
import { pipeline, Readable, Transform } from 'node:stream'

export interface BodyRules {
  /** Only file content is counted and cut. */
  readonly isContent: boolean
  count(length: number): void
  /** Bytes that may still pass before the cut; null: no cut. */
  room(): number | null
  used(left: number): void
  cut(): void
}

export function limitedBody(request: IncomingMessage, rules: BodyRules): ReadableStream<Uint8Array> {
  let over = false
  const gate = new Transform({
    transform(piece: Buffer, _encoding, done) {
      if (over || !rules.isContent) return done(null, over ? undefined : piece)
      const room = rules.room()
      const passed = room === null || piece.length < room ? piece : piece.subarray(0, room)
      rules.count(passed.length)
      if (room !== null && passed.length < room) rules.used(room - passed.length)
      if (passed.length > 0) this.push(passed)
      if (room !== null && passed.length === room) {
        over = true
        rules.cut()
        this.push(null)
      }
      done()
    },
  })
  // A connection that breaks must end the reader with an error, or the upload would stay locked.
  pipeline(request, gate, () => undefined)
  return Readable.toWeb(gate) as ReadableStream<Uint8Array>
}
