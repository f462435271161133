// Before a signature: when no token is a plain state of things, and when it is trouble.
import { expect, test } from 'vitest'
import type { Failure } from '../../preload/contract/result.ts'
import type { Batch } from '../../preload/contract/signature.ts'
import { awaitsToken, isOther } from '../../renderer/signature/sign-panel.tsx'
import { idOf } from './pages.ts'

const batchOf = (part: Partial<Batch>): Batch => ({
  id: idOf(1),
  role: 'scanner',
  items: [],
  listCode: '88B9-1CF2',
  signer: 'Trần Thị Mẫu',
  signerTitle: '',
  certificate: null,
  state: 'blocked',
  trouble: null,
  done: 0,
  total: 3,
  ...part,
})
const refused = (rule: 'certificate-missing' | 'certificate-not-the-signers' | 'certificate-expired'): Failure => ({
  kind: 'refused',
  rule,
})

test('a clerk without a token of her own is told so calmly, also when a colleague’s token is in', () => {
  expect(awaitsToken(batchOf({ trouble: refused('certificate-missing') }))).toBe(true)
  expect(awaitsToken(batchOf({ trouble: refused('certificate-not-the-signers') }))).toBe(true)
  expect(isOther(batchOf({ trouble: refused('certificate-not-the-signers') }))).toBe(true)
  expect(isOther(batchOf({ trouble: refused('certificate-missing') }))).toBe(false)
})

test('for the officer, in the middle of a batch, and for any other trouble it stays an alarm', () => {
  expect(awaitsToken(batchOf({ role: 'officer', trouble: refused('certificate-missing') }))).toBe(false)
  expect(awaitsToken(batchOf({ state: 'waiting', trouble: refused('certificate-missing') }))).toBe(false)
  expect(awaitsToken(batchOf({ state: 'paused', trouble: refused('certificate-missing') }))).toBe(false)
  expect(awaitsToken(batchOf({ trouble: refused('certificate-expired') }))).toBe(false)
})
