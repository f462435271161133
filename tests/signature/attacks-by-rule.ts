// Promises: files changed against a certification (DocMDP) or a lock of fields (FieldMDP), signed with algorithms that no longer
// count, and right ones in every algorithm that does. Signed by OpenSSL.
// Never: our own writers.
import { appendRevision, bodyOf, sizeOf } from '../bench/peers/rewrite.ts'
import { form, invalid, type Sample, type Samples, type Scene, textField, withTextField } from './attacks-parts.ts'
import {
  certification,
  enrol,
  fieldLock,
  type HandSigning,
  opensslCms,
  pageNumbers,
  signByHand,
  withItem,
} from './sign-by-hand.ts'

export async function permissions({ paper, folder }: Scene): Promise<Samples> {
  const cms = opensslCms(folder, 'officer', '-cades')
  const filled = withTextField(paper, 'Amount', '10')
  const amount = sizeOf(paper)
  const certified = (level: number, more: Partial<HandSigning> = {}) =>
    signByHand(filled, { field: 'Author', cms, entries: certification(level), certifies: true, ...more })
  const change = (pdf: Uint8Array) =>
    appendRevision(pdf, {
      [amount]: { text: textField('Amount', '9000', amount + 1) },
      [amount + 1]: form('BT /F1 12 Tf (9000) Tj ET'),
    })
  const note = (pdf: Uint8Array) => {
    const [page = 0] = pageNumbers(pdf)
    const number = sizeOf(pdf)
    return appendRevision(pdf, {
      [number]: { text: '<< /Type /Annot /Subtype /Text /Rect [9 9 30 30] /Contents (xem) /F 4 >>' },
      [page]: { text: withItem(bodyOf(pdf, page), 'Annots', `${number} 0 R`) },
    })
  }
  const [one, two, three] = [await certified(1), await certified(2), await certified(3)]
  const locked = await signByHand(filled, { field: 'Officer', cms, entries: fieldLock('Amount') })
  return {
    'certified 1, and a form filled': invalid(change(one), 'certified-changed'),
    'certified 1, and signed again': invalid(await signByHand(one, { field: 'Second', cms }), 'certified-changed'),
    'certified 2, and a note written': invalid(note(two), 'certified-changed'),
    'certified 2, and a form filled': { pdf: change(two), verdict: 'reserved' },
    'certified 3, and a note written': { pdf: note(three), verdict: 'reserved' },
    'certified 3, and a page written over': invalid(
      appendRevision(three, {
        [pageNumbers(three)[0] ?? 0]: {
          text: bodyOf(three, pageNumbers(three)[0] ?? 0).replace('/Contents', '/C0ntents'),
        },
      }),
      'certified-changed',
    ),
    'a locked field changed': invalid(change(locked), 'locked-changed'),
  }
}

export async function weaknesses({ paper, folder }: Scene): Promise<Samples> {
  enrol(folder, 'small', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024')
  const older = 'adbe.pkcs7.detached'
  const by = (name: string, subFilter: string, ...words: readonly string[]) =>
    signByHand(paper, { field: 'Officer', subFilter, cms: opensslCms(folder, name, ...words) })
  return {
    MD5: invalid(await by('officer', older, '-md', 'md5'), 'weak-algorithm'),
    'SHA-1': invalid(await by('officer', older, '-md', 'sha1'), 'weak-algorithm'),
    'SHA-1 of the old form': invalid(await by('officer', 'adbe.pkcs7.sha1', '-md', 'sha1'), 'weak-algorithm'),
    'RSA of 1024 bits': invalid(await by('small', 'ETSI.CAdES.detached', '-cades', '-md', 'sha256'), 'weak-key'),
    'no attribute that names the certificate': invalid(
      await by('officer', 'ETSI.CAdES.detached', '-md', 'sha256'),
      'other-certificate',
    ),
  }
}

/** Right ones, in every algorithm that counts. */
export async function rightOnes({ paper, folder }: Scene): Promise<Samples> {
  enrol(folder, 'p256', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256')
  enrol(folder, 'p384', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384')
  enrol(folder, 'rsa3072', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:3072')
  const by = async (name: string, ...words: readonly string[]): Promise<Sample> => ({
    pdf: await signByHand(paper, { field: 'Officer', cms: opensslCms(folder, name, '-cades', ...words) }),
    verdict: 'reserved',
  })
  const pss = ['-keyopt', 'rsa_padding_mode:pss']
  return {
    'RSA-2048 PKCS#1 v1.5, SHA-256': await by('officer', '-md', 'sha256'),
    'RSA-2048 PKCS#1 v1.5, SHA-512': await by('officer', '-md', 'sha512'),
    'RSA-3072 PKCS#1 v1.5, SHA-384': await by('rsa3072', '-md', 'sha384'),
    'RSA-2048 PSS, SHA-256': await by('officer', '-md', 'sha256', ...pss),
    'RSA-3072 PSS, SHA-512': await by('rsa3072', '-md', 'sha512', ...pss),
    'ECDSA P-256, SHA-256': await by('p256', '-md', 'sha256'),
    'ECDSA P-256, SHA-512': await by('p256', '-md', 'sha512'),
    'ECDSA P-384, SHA-384': await by('p384', '-md', 'sha384'),
  }
}
