// What the device host loads in the place of PC/SC, SANE and PKCS#11 on a system without them: one bench driver a kind.
// The folder comes by QUAY_BENCH_DESK. It never ships, and a packed program never asks for it.
import type { CardSession, Driver, ScanSession, TokenSession } from '../../../drivers/contract.ts'
import { DESK, deskIn } from './desk.ts'
import { benchReader } from './reader.ts'
import { benchScanner } from './scanner.ts'
import { benchTokens } from './token.ts'

export function driverFor(kind: string): Driver<CardSession | ScanSession | TokenSession> {
  const folder = process.env[DESK]
  if (folder === undefined || folder === '') throw new Error(`${DESK} is not set`)
  const desk = deskIn(folder)
  switch (kind) {
    case 'card':
      return benchReader(desk)
    case 'scan':
      return benchScanner(desk)
    case 'signature':
      return benchTokens(desk)
    default:
      throw new Error(`no bench device of kind ${kind}`)
  }
}
