// A key and a certificate of its own for a server on 127.0.0.1, as an office without a public authority would make them.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface OwnCertificate {
  readonly key: string
  readonly cert: string
  /** The certificate's file, for who is to trust it. */
  readonly file: string
}

export function makeOwnCertificate(folder: string): OwnCertificate {
  mkdirSync(folder, { recursive: true })
  const [key, file] = [join(folder, 'server.key'), join(folder, 'server.pem')]
  const words =
    '-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=so.mau -addext subjectAltName=IP:127.0.0.1'
  execFileSync('openssl', ['req', ...words.split(' '), '-keyout', key, '-out', file], { stdio: 'ignore' })
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(file, 'utf8'), file }
}
