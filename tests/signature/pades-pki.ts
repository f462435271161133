// Promises: a certificate authority and two signers (an officer, an agency) with software keys, made by openssl.
// Never: a real name, a key that outlives its folder.
import { execFileSync } from 'node:child_process'
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface BenchSigner {
  readonly certificate: Uint8Array
  readonly chain: readonly Uint8Array[]
  readonly key: KeyObject
  /** What a token answers to a digest of signed attributes: PKCS#1 v1.5, or r‖s. */
  readonly sign: (attributes: Uint8Array) => Uint8Array
}
export interface BenchPki {
  readonly rootPem: string
  readonly root: Uint8Array
  readonly officer: BenchSigner
  readonly agency: BenchSigner
}

const SETTINGS = `[ca]
default_ca=authority
[authority]
database=index.txt
serial=serial
new_certs_dir=.
default_md=sha256
policy=policy
unique_subject=no
[policy]
countryName=optional
organizationName=optional
commonName=supplied
[req]
distinguished_name=dn
prompt=no
string_mask=utf8only
utf8=yes
[dn]
CN=x
[root]
basicConstraints=critical,CA:true
keyUsage=critical,keyCertSign,cRLSign
subjectKeyIdentifier=hash
[signer]
basicConstraints=critical,CA:false
keyUsage=critical,digitalSignature,nonRepudiation
extendedKeyUsage=emailProtection
subjectKeyIdentifier=hash
authorityKeyIdentifier=keyid
[encipherer]
basicConstraints=critical,CA:false
keyUsage=critical,keyEncipherment
`
/** Valid from 2026 to the end of 2040, so that no test grows old. */
const LIFE = ['-startdate', '20260101000000Z', '-enddate', '20401231235959Z']
const KEY = {
  rsa: ['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  ec: ['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
} as const

/** Makes it in `folder`; `extension` names the section of the signers' certificates. */
export function makePki(
  folder: string,
  kind: keyof typeof KEY,
  extension: 'signer' | 'encipherer' = 'signer',
): BenchPki {
  const inside = (name: string): string => join(folder, name)
  const openssl = (...words: readonly string[]): void => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  }
  writeFileSync(inside('settings.cnf'), SETTINGS)
  writeFileSync(inside('index.txt'), '')
  writeFileSync(inside('serial'), '7A10\n')
  openssl(...KEY[kind], '-out', 'root.key')
  const certify = (name: string, subject: string, section: string, issuer: readonly string[]): Uint8Array => {
    openssl(
      'req',
      '-new',
      '-key',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-utf8',
      '-subj',
      subject,
      '-config',
      'settings.cnf',
    )
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-utf8',
      '-config',
      'settings.cnf',
      '-extensions',
      section,
      ...issuer,
      ...LIFE,
      '-in',
      `${name}.csr`,
      '-out',
      `${name}.pem`,
    )
    return toDer(readFileSync(inside(`${name}.pem`), 'utf8'))
  }
  const root = certify('root', '/C=VN/O=Mẫu/CN=Gốc thử nghiệm', 'root', ['-selfsign', '-keyfile', 'root.key'])
  const signer = (name: string, subject: string): BenchSigner => {
    openssl(...KEY[kind], '-out', `${name}.key`)
    const key = createPrivateKey(readFileSync(inside(`${name}.key`)))
    const certificate = certify(name, subject, extension, ['-cert', 'root.pem', '-keyfile', 'root.key'])
    return {
      certificate,
      chain: [root],
      key,
      sign: (attributes) => sign('sha256', attributes, { key, dsaEncoding: 'ieee-p1363' }),
    }
  }
  return {
    rootPem: inside('root.pem'),
    root,
    officer: signer('officer', '/C=VN/O=UBND Phường Mẫu/CN=Nguyễn Văn Đức'),
    agency: signer('agency', '/C=VN/O=UBND Phường Mẫu/CN=UBND Phường Mẫu'),
  }
}

const toDer = (pem: string): Uint8Array => new Uint8Array(Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64'))
