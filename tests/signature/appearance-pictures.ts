// What a unit brings: a round red seal and a blue handwritten signature, both drawn here and of nobody; and who signs with them,
// the officer with a personal number in the certificate, by which the picture is found.
// Never: a real seal.
import { sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { type Issuer, type Subject, writeCertificate } from '../bench/token/certificate.ts'
import { pem } from '../bench/token/der.ts'
import { makeKeys } from '../bench/token/pki.ts'
import type { BenchPki, BenchSigner } from './pades-pki.ts'

export const OFFICER_NUMBER = '001085000123'

/** A root, an officer and an agency with software keys, valid from 2026 to 2040; the root's PEM in `folder`. */
export async function makeNamedPki(folder: string): Promise<BenchPki> {
  const life = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2040-12-31T00:00:00Z') }
  const root: Issuer = {
    subject: { organization: 'Mẫu', commonName: 'Gốc thử nghiệm' },
    ...(await makeKeys('rsa2048')),
  }
  const { subject, publicKey } = root
  const der = new Uint8Array(writeCertificate({ subject, publicKey, issuer: root, authority: true, ...life }))
  const rootPem = join(folder, 'root.pem')
  writeFileSync(rootPem, pem(der))
  const signer = async (who: Subject): Promise<BenchSigner> => {
    const keys = await makeKeys('rsa2048')
    const request = { subject: who, publicKey: keys.publicKey, issuer: root, authority: false, ...life }
    const certificate = new Uint8Array(writeCertificate(request))
    return { certificate, chain: [der], key: keys.privateKey, sign: (bytes) => sign('sha256', bytes, keys.privateKey) }
  }
  const organization = 'UBND Phường Mẫu'
  return {
    rootPem,
    root: der,
    officer: await signer({ organization, commonName: 'Nguyễn Văn Đức', serialNumber: `CCCD:${OFFICER_NUMBER}` }),
    agency: await signer({ organization, commonName: organization }),
  }
}

/** A transparent PNG, `side` pixels. The letters are not those of any agency. */
export async function drawSeal(side = 600): Promise<Buffer> {
  const star = Array.from({ length: 10 }, (_, i) => {
    const [angle, reach] = [(Math.PI * i) / 5 - Math.PI / 2, i % 2 === 0 ? 15 : 6]
    return `${50 + reach * Math.cos(angle)},${50 + reach * Math.sin(angle)}`
  }).join(' ')
  // The ink of a real seal is uneven.
  const spots = Array.from(
    { length: 140 },
    (_, i) => `<circle cx="${(i * 37.7) % 100}" cy="${(i * 61.3) % 100}" r="${0.25 + (i % 4) * 0.12}" fill="black"/>`,
  ).join('')
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}" viewBox="0 0 100 100">
    <mask id="worn"><rect width="100" height="100" fill="white"/>${spots}</mask>
    <g mask="url(#worn)" stroke="#d4121c" fill="none"><circle cx="50" cy="50" r="47" stroke-width="2"/>
    <circle cx="50" cy="50" r="43.5" stroke-width="0.7"/><circle cx="50" cy="50" r="29" stroke-width="0.9"/>
    <polygon points="${star}" fill="#d4121c" stroke="none"/>
    <g fill="#d4121c" stroke="none" font-family="Noto Sans" font-weight="bold" font-size="7" text-anchor="middle">
    ${[...'ỦY BAN NHÂN DÂN PHƯỜNG MẪU ★ '].map((letter, i) => `<text transform="rotate(${i * 12.4 - 150} 50 50)" x="50" y="17.5">${letter}</text>`).join('')}
    </g></g></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}

export async function drawSignature(width = 900, colour = '#1b3fae'): Promise<Buffer> {
  const height = Math.round(width * 0.38)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 38">
    <g fill="none" stroke="${colour}" stroke-linecap="round" stroke-linejoin="round">
    <path stroke-width="1.5" d="M6 30 C10 10 16 4 18 8 C20 13 10 33 14 33 C20 33 24 14 27 15 C30 16 22 30 27 30 C32 30 34 18 38 18"/>
    <path stroke-width="1" d="M38 18 C34 26 40 30 44 24 C48 18 46 30 51 28 C57 25 56 12 60 12 C63 13 54 34 60 32 C68 28 70 14 76 16 C80 18 70 30 78 28 C86 25 88 20 95 10"/>
    <path stroke-width="0.8" d="M20 35 C40 31 66 33 88 27"/></g></svg>`
  return sharp(Buffer.from(svg)).png().toBuffer()
}
