// The last page of a PDF that somebody brings, drawn as viewers show it, so that the room on it can be looked at.
// Every stream is looked at before pdf.js sees the file. A file that cannot be drawn is refused. Never throws.
import { ok, type Result, refuse } from '../../../preload/contract/result.ts'
import { type DrawnPage, openDrawingRoom } from './pdf/draw.ts'
import { lookIntoPdf } from './pdf-file.ts'
import { type ImportParts, ruleOf } from './shapes.ts'

export interface LastPage extends DrawnPage {
  /** Pages of the file, as pdf.js counts them. */
  readonly pages: number
}

/** Refuses `file-locked`, `file-damaged`, `file-unsafe`, `file-too-large`. */
export async function drawLastPage(bytes: Uint8Array, parts: ImportParts): Promise<Result<LastPage>> {
  try {
    await lookIntoPdf(bytes, parts)
    const room = await openDrawingRoom(bytes, parts.pdfFolder)
    try {
      return ok({ ...(await room.draw(room.pages - 1)), pages: room.pages })
    } finally {
      await room.close()
    }
  } catch (thrown) {
    return refuse(ruleOf(thrown))
  }
}
