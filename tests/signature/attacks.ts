// Promises: what forgers are known to do to signed PDF files, each as a sample of its own making: shadow attacks, incremental
// saving, signature wrapping, universal forgery, weak algorithms, changes against a certification or a lock.
// Never: a sample of somebody else; the classes are those of public research (pdf-insecurity), the files are written here.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { assembleCms, readSigningKey, signedAttributes } from '../../main/signature/pades/cms.ts'
import {
  appendRevision,
  bodyOf,
  catalogOf,
  gapsOf,
  putValue,
  signedBytes,
  sizeOf,
  swapCertificate,
} from '../bench/peers/rewrite.ts'
import { permissions, weaknesses } from './attacks-by-rule.ts'
import {
  bytesOf,
  form,
  invalid,
  type Samples,
  type Scene,
  textField,
  textOf,
  withForm,
  withTextField,
} from './attacks-parts.ts'
import { signByAgency, signByOfficer } from './pades-signing.ts'
import { pageNumbers, withEntry, withItem } from './sign-by-hand.ts'

/** Bytes put in somewhere, nothing else moved. */
const spliced = (pdf: Uint8Array, at: number, bytes: string): Buffer =>
  Buffer.concat([pdf.subarray(0, at), bytesOf(bytes), pdf.subarray(at)])
/** The same file with its first byte range written anew in the same room. */
function withRange(pdf: Uint8Array, range: string): Buffer {
  const text = textOf(pdf)
  const found = /\/ByteRange\s*\[[^\]]*\]/.exec(text)
  if (found === null) throw new Error('no byte range')
  const fresh = `/ByteRange ${range}`
  if (fresh.length > found[0].length) throw new Error('no room')
  return bytesOf(text.replace(found[0], fresh.padEnd(found[0].length, ' ')))
}

export const wrongCertificates = ({ paper, pki, impostor }: Scene): Samples => {
  const once = signByOfficer(paper, pki)
  const [gap] = gapsOf(once)
  if (gap === undefined) throw new Error('not signed')
  const digest = createHash('sha256').update(signedBytes(once, gap)).digest()
  const attributes = signedAttributes(digest, pki.agency.certificate)
  const foreign = assembleCms(
    pki.officer,
    readSigningKey(pki.officer.certificate),
    attributes,
    pki.officer.sign(attributes),
  )
  return {
    'the same name with another key': invalid(signByOfficer(paper, impostor), 'untrusted'),
    'the impostor’s certificate put into the officer’s signature': invalid(
      swapCertificate(once, gap, impostor.officer.certificate),
      'value',
    ),
    'the agency’s certificate put into the officer’s signature': invalid(
      swapCertificate(once, gap, pki.agency.certificate),
      'value',
    ),
    'an attribute that names another certificate': invalid(putValue(once, gap, foreign), 'other-certificate'),
  }
}

export const shadows = ({ paper, pki }: Scene): Samples => {
  const spare = sizeOf(paper) + 10
  const pay = form('BT /F1 20 Tf (Hop dong 10 trieu) Tj ET 0.9 g 0 0 500 500 re f')
  const covered = signByOfficer(withForm(paper, 'Shade', spare, 'over', { [spare]: pay }), pki)
  const asked = signByOfficer(withTextField(paper, 'Amount', '10'), pki)
  const amount = sizeOf(paper)
  const drawnWith = signByOfficer(withForm(paper, 'Text', spare, 'over', { [spare]: pay }), pki)
  // The second face of object `spare` stands in the signed part already, and no cross-reference leads to it.
  const hidden = `\n${spare} 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Length 22 >>\nstream\nBT (Hop dong 90) Tj ET\nendstream\nendobj\n`
  const prepared = bytesOf(textOf(paper) + hidden)
  const double = signByOfficer(withForm(prepared, 'Text', spare, 'over', { [spare]: pay }), pki)
  const [page = 0, other = 0] = pageNumbers(paper)
  const once = signByOfficer(paper, pki)
  return {
    'shadow: a cover taken away': invalid(appendRevision(covered, { [spare]: form('n') }), 'changed'),
    'shadow: a cover freed': invalid(pointTo(covered, spare, null), 'changed'),
    'shadow: a picture replaced': invalid(
      appendRevision(drawnWith, { [spare]: form('BT (90 trieu) Tj ET') }),
      'changed',
    ),
    'shadow: what a field shows replaced, its value kept': invalid(
      appendRevision(asked, { [amount + 1]: form('BT /F1 12 Tf (9000) Tj ET') }),
      'changed',
    ),
    'shadow: the value of a field replaced': invalid(
      appendRevision(asked, { [amount]: { text: textField('Amount', '9000', amount + 1) } }),
      'changed',
    ),
    'shadow: the font of the fields replaced': invalid(
      appendRevision(asked, {
        [amount + 3]: {
          text: '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Differences [49 /nine] >> >>',
        },
      }),
      'changed',
    ),
    'shadow: the fields drawn with another font by its name': invalid(
      appendRevision(asked, {
        [amount + 2]: {
          text: bodyOf(asked, amount + 2).replace(`/F1 ${amount + 3} 0 R`, `/F1 ${amount + 90} 0 R`),
        },
        [amount + 90]: { text: '<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>' },
      }),
      'changed',
    ),
    'shadow: an unused object declared earlier becomes the one in use': invalid(
      pointTo(double, spare, textOf(double).indexOf(hidden) + 1),
      'changed',
    ),
    'shadow: the pages in another order': invalid(
      appendRevision(once, {
        [pagesOf(once)]: {
          text: bodyOf(once, pagesOf(once)).replace(`${page} 0 R ${other} 0 R`, `${other} 0 R ${page} 0 R`),
        },
      }),
      'changed',
    ),
    'shadow: the catalogue replaced by another one': invalid(
      bytesOf(
        textOf(appendRevision(once, { [sizeOf(once) + 1]: { text: bodyOf(once, catalogOf(once)) } })).replace(
          /\/Root \d+ 0 R( \/Prev \d+ >>\nstartxref\n\d+\n%%EOF\n)$/,
          `/Root ${sizeOf(once) + 1} 0 R$1`,
        ),
      ),
      'changed',
    ),
  }
}

const pagesOf = (pdf: Uint8Array): number => Number(/\/Pages (\d+) 0 R/.exec(bodyOf(pdf, catalogOf(pdf)))?.[1])

/** A cross-reference section alone that gives one object another place, or frees it. */
function pointTo(pdf: Uint8Array, number: number, offset: number | null): Buffer {
  const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(textOf(pdf))?.[1]
  const row = offset === null ? '0000000000 65535 f ' : `${String(offset).padStart(10, '0')} 00000 n `
  const trailer = `trailer\n<< /Size ${sizeOf(pdf)} /Root ${catalogOf(pdf)} 0 R /Prev ${previous} >>`
  return bytesOf(`${textOf(pdf)}\nxref\n${number} 1\n${row}\n${trailer}\nstartxref\n${pdf.length + 1}\n%%EOF\n`)
}

export const savings = ({ paper, pki }: Scene): Samples => {
  const once = signByOfficer(paper, pki)
  const twice = signByAgency(once, pki)
  const [page = 0] = pageNumbers(once)
  const fresh = sizeOf(once)
  const white = { text: '', data: bytesOf('1 g 0 0 595 842 re f') }
  const content = bodyOf(once, page).replace(/\/Contents \d+ 0 R/, `/Contents ${fresh} 0 R`)
  const overwritten = appendRevision(once, { [fresh]: white, [page]: { text: content } })
  const bare = textOf(overwritten).slice(
    0,
    textOf(overwritten).lastIndexOf('xref\n', textOf(overwritten).lastIndexOf('trailer')),
  )
  const value = Number(/\/V (\d+) 0 R/.exec(textOf(once))?.[1])
  const own = Number(/(\d+) 0 obj\s*<<(?:(?!endobj)[\s\S])*?\/T \(?[\s\S]*?\/V \d+ 0 R/.exec(textOf(once))?.[1] ?? 0)
  const note =
    '<< /Type /Annot /Subtype /FreeText /Rect [40 40 550 800] /Contents (khac) /DA (/F1 9 Tf) /C [1 1 1] /F 4 >>'
  const layer = `<< /Type /OCG /Name (An) >>`
  const formNumber = Number(/\/AcroForm (\d+) 0 R/.exec(bodyOf(once, catalogOf(once)))?.[1])
  const agencyGone = bodyOf(twice, formNumber).replace(/(\/Fields\s*\[\s*\d+ 0 R)[^\]]*\]/, '$1]')
  return {
    'a page written over in a later revision': invalid(overwritten, 'changed'),
    'the same without a cross-reference': invalid(bytesOf(bare), 'changed'),
    'the same with a trailer alone': invalid(
      bytesOf(`${bare}trailer\n<< /Root ${catalogOf(once)} 0 R >>\n`),
      'changed',
    ),
    'the same with the signature copied behind it': invalid(
      appendRevision(overwritten, { [value]: { text: bodyOf(once, value) } }),
      'coverage',
    ),
    'a note over the whole page': invalid(
      appendRevision(once, {
        [fresh]: { text: note },
        [page]: { text: withItem(bodyOf(once, page), 'Annots', `${fresh} 0 R`) },
      }),
      'changed',
    ),
    'layers that hide what was signed': invalid(
      appendRevision(once, {
        [fresh]: { text: layer },
        [catalogOf(once)]: {
          text: withEntry(
            bodyOf(once, catalogOf(once)),
            `/OCProperties << /OCGs [${fresh} 0 R] /D << /OFF [${fresh} 0 R] >> >>`,
          ),
        },
      }),
      'changed',
    ),
    'a script that runs when the file is opened': invalid(
      appendRevision(once, {
        [catalogOf(once)]: {
          text: withEntry(bodyOf(once, catalogOf(once)), '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'),
        },
      }),
      'changed',
    ),
    'an object that nothing uses': invalid(appendRevision(once, { [fresh + 5]: form('n') }), 'changed'),
    'text behind the end': { pdf: bytesOf(`${textOf(once)}mot cau viet them\n`), verdict: 'reserved' },
    'objects behind the end': invalid(bytesOf(`${textOf(once)}${fresh} 0 obj\n<< >>\nendobj\n`), 'changed'),
    'the face of the officer’s stamp replaced': invalid(replaceFace(once, own), 'changed'),
    'the agency’s signature taken out of the form': invalid(
      appendRevision(twice, { [formNumber]: { text: agencyGone } }),
      'changed',
    ),
    'a second field that claims the officer’s name': invalid(sameName(once), 'same-field'),
    'cut short within the signed part': { pdf: once.subarray(0, once.length - 300), verdict: 'unjudged' },
    'cut short within what the agency added': invalid(twice.subarray(0, once.length + 900), 'changed'),
    'text behind the end of two signatures': {
      pdf: bytesOf(`${textOf(twice)}mot cau viet them\n`),
      verdict: 'reserved',
    },
  }
}

function replaceFace(pdf: Uint8Array, field: number): Buffer {
  const face = Number(/\/AP\s*<<\s*\/N (\d+) 0 R/.exec(bodyOf(pdf, field))?.[1])
  return appendRevision(pdf, { [face]: form('0 1 0 rg 0 0 300 300 re f') })
}

function sameName(pdf: Uint8Array): Buffer {
  const number = Number(/\/AcroForm (\d+) 0 R/.exec(bodyOf(pdf, catalogOf(pdf)))?.[1])
  const own = Number(/\/Fields\s*\[\s*(\d+) 0 R/.exec(bodyOf(pdf, number))?.[1])
  const fresh = sizeOf(pdf)
  return appendRevision(pdf, {
    [fresh]: { text: bodyOf(pdf, own) },
    [number]: { text: withItem(bodyOf(pdf, number), 'Fields', `${fresh} 0 R`) },
  })
}

export const wrappings = ({ paper, pki }: Scene): Samples => {
  const once = signByOfficer(paper, pki)
  const [gap] = gapsOf(once)
  if (gap === undefined) throw new Error('not signed')
  const [, first, second, rest] = gap.range
  const text = textOf(once)
  const contents = text.slice(first, second)
  const objects = `${sizeOf(once)} 0 obj\n<< /Type /Page >>\nendobj\n`
  const moved = `/ByteRange [0 ${first} ${second + objects.length} ${rest}]`
  return {
    'wrapping: objects between the value and the second part, the range written anew': {
      pdf: bytesOf(text.slice(0, second) + objects + text.slice(second)),
      verdict: 'unjudged',
    },
    'wrapping: a second range in the gap': {
      pdf: spliced(once, second, ` ${moved} `),
      verdict: 'unjudged',
    },
    'wrapping: the value shorter than its gap': invalid(
      bytesOf(text.replace(contents, `${contents.slice(0, -9)}>        `)),
      'coverage',
    ),
    'wrapping: the range leaves out more than the value': invalid(
      withRange(once, `[0 ${first} ${second + 20} ${rest - 20}]`),
      'coverage',
    ),
    'wrapping: parts that overlap': invalid(withRange(once, `[0 ${first} ${first - 10} ${rest}]`), 'coverage'),
    'wrapping: the range begins later': invalid(withRange(once, `[9 ${first - 9} ${second} ${rest}]`), 'coverage'),
    'wrapping: the range goes beyond the file': invalid(
      withRange(once, `[0 ${first} ${second} ${rest + 7}]`),
      'coverage',
    ),
    'forgery: no range': invalid(bytesOf(text.replace('/ByteRange', '/ByteRanqe')), 'coverage'),
    'forgery: an empty range': invalid(withRange(once, '[]'), 'coverage'),
    'forgery: a range of zeros': invalid(withRange(once, '[0 0 0 0]'), 'coverage'),
    'forgery: a range below zero': invalid(withRange(once, `[0 -1 ${second} ${rest}]`), 'coverage'),
    'forgery: a range that is no list': invalid(withRange(once, 'null'), 'coverage'),
    'forgery: no value': invalid(bytesOf(text.replace('/Contents <', '/Conten7s <')), 'coverage'),
    'forgery: an empty value': invalid(bytesOf(text.replace(contents, '<>'.padEnd(contents.length, ' '))), 'coverage'),
    'forgery: a value of zeros': invalid(
      bytesOf(text.replace(contents, `<${'0'.repeat(contents.length - 2)}>`)),
      'unreadable',
    ),
    'forgery: a value that is another object': invalid(
      bytesOf(text.replace(contents, `${catalogOf(once)} 0 R`.padEnd(contents.length, ' '))),
      'coverage',
    ),
    'forgery: an unknown form of signature': invalid(
      bytesOf(text.replace('/ETSI.CAdES.detached', '/ETSI.CAdES.detacheD')),
      'unknown-algorithm',
    ),
  }
}

/** Every forgery. */
export const forgeries = async (scene: Scene): Promise<Samples> => ({
  ...wrongCertificates(scene),
  ...shadows(scene),
  ...savings(scene),
  ...wrappings(scene),
  ...(await permissions(scene)),
  ...(await weaknesses(scene)),
})
export const sampleFile = (folder: string, name: string): string =>
  join(folder, `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}.pdf`)
