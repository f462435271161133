// Promises: one more page behind the last, of the same size and upright, for an attestation that finds no room on the paper; as an
// incremental update, every byte of the original kept, PDF/A as good as before.
// Never: on a file that carries a signature (a new page breaks it) or forbids changes, and never a word on the page.
import { fail, ok, type Result } from '../../../preload/contract/result.ts'
import { findCatalog, listSignatureFields } from '../../workshop/pdf/form.ts'
import { asCount, asDictionary, asList, asReference, at } from '../../workshop/pdf/values.ts'
import { requirePermission } from './acceptance-permission.ts'
import { broken, writingForeign } from './broken.ts'
import { describePdf } from './describe.ts'
import { openPdf } from './file.ts'
import { listPages, shownSize } from './tree.ts'
import { firstFreeNumber, requireSoundStructure, withEntries, withItem, writeUpdate } from './update.ts'

/**
 * The whole new file. `moment` only makes its identifier. Refuses `pdf-unsupported` with the reason: `already-signed`, and what
 * `prepareSignature` refuses. To be shown to the officer as it is: the page belongs to what is reviewed and signed.
 */
export function addPage(pdf: Uint8Array, moment: Date): Result<Uint8Array> {
  if (!Number.isFinite(moment.getTime())) return fail({ kind: 'malformed', what: 'argument' })
  return writingForeign(() => {
    const file = openPdf(pdf)
    requireSoundStructure(file)
    if (listSignatureFields(file).some((field) => field.signature !== undefined)) broken('already-signed')
    requirePermission(file, [])
    const last = listPages(file).at(-1) ?? broken('no-pages')
    const root = asReference(at(findCatalog(file).dictionary, 'Pages')) ?? broken('broken-pages')
    const tree = asDictionary(file.look(root)) ?? broken('broken-pages')
    const kids = asList(file.look(at(tree, 'Kids'))) ?? broken('broken-pages')
    const count = asCount(file.look(at(tree, 'Count'))) ?? broken('broken-pages')
    const number = firstFreeNumber(file)
    const { width, height } = shownSize(last)
    const box = `[0 0 ${points(width)} ${points(height)}]`
    // What the tree would hand down (boxes, turn, resources) is said anew.
    const page =
      `<< /Type /Page /Parent ${root.object} ${root.generation} R /MediaBox ${box} /CropBox ${box} /Rotate 0 ` +
      '/Resources << >> >>'
    const grown = { Kids: withItem(kids, `${number} 0 R`), Count: String(count + 1) }
    const update = writeUpdate(
      file,
      [
        { number, generation: 0, body: Buffer.from(page, 'latin1') },
        { number: root.object, generation: root.generation, body: withEntries(tree, grown) },
      ],
      `added page ${moment.toISOString()}`,
    )
    const longer = new Uint8Array(Buffer.concat([pdf, update.bytes]))
    const pages = listPages(file).length
    const described = describePdf(longer)
    // Read again as anybody would: what only half of a damaged file's readers understand is not made longer.
    if (!described.ok || described.value.pages.length !== pages + 1) broken('unreadable')
    return ok(longer)
  })
}

const points = (value: number): string => value.toFixed(3).replace(/\.?0+$/, '')
