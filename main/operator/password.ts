// Passwords as memory-hard hashes (scrypt, RFC 7914). The cost is stored with the hash so that it can grow.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

/** 32 MB three times over: as hard as 64 MB twice, and a PC that signs is not asked for so much memory meanwhile. */
const COST = { n: 2 ** 15, r: 8, p: 3 }

const stretch = (password: string, salt: Buffer, n: number, r: number, p: number): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    scrypt(password.normalize('NFC'), salt, 32, { N: n, r, p, maxmem: 256 * n * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    ),
  )

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const key = await stretch(password, salt, COST.n, COST.r, COST.p)
  return [COST.n, COST.r, COST.p, salt.toString('base64'), key.toString('base64')].join(':')
}

export async function passwordFits(password: string, stored: string): Promise<boolean> {
  const [n, r, p, salt, hash] = stored.split(':')
  if (n === undefined || r === undefined || p === undefined || salt === undefined || hash === undefined) return false
  const key = await stretch(password, Buffer.from(salt, 'base64'), Number(n), Number(r), Number(p))
  const wanted = Buffer.from(hash, 'base64')
  return key.length === wanted.length && timingSafeEqual(key, wanted)
}
