// A program that puts files into a vault until somebody kills it. Tells each name once it was promised to be durable.
import { openVault } from '../../main/storage/index.ts'

const [folder = '', key = '', seed = '0'] = process.argv.slice(2)
const vault = openVault(folder, Buffer.from(key, 'hex'))
for (let count = 0; ; count += 1) {
  const put = vault.put(Buffer.alloc(3_000_000, `${seed}-${count} `))
  if (!put.ok) process.exit(1)
  process.stdout.write(`${put.value}\n`)
}
