// Which of the real device stacks this machine cannot run below the demo, each in words a person can act on.
import { spawnSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { canRunPcscd } from '../card/pcscd.ts'
import { missingTools } from '../token/pki.ts'

const has = (program: string): boolean => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Empty: everything is here. Nothing is started or installed by asking. */
export function missingStacks(): readonly string[] {
  if (process.platform !== 'linux') return [`the Linux device stacks (this is ${process.platform})`]
  const airscan = globSync(['/usr/lib/*/sane/libsane-airscan.so*', '/usr/lib/sane/libsane-airscan.so*']).length > 0
  const tokens = missingTools().length === 0 && existsSync('/usr/lib/softhsm/libsofthsm2.so')
  const module = has('gcc') && existsSync('/usr/include/p11-kit-1/p11-kit/pkcs11.h')
  return [
    ...(canRunPcscd() ? [] : ['PC/SC with the virtual reader (pcscd, vsmartcard-vpcd, root or sudo)']),
    ...(has('scanimage') && airscan ? [] : ['SANE (sane-utils, sane-airscan)']),
    ...(tokens && module ? [] : ['PKCS#11 (softhsm2, opensc, libnss3-tools, gcc, libp11-kit-dev)']),
  ]
}
