// A program that writes two rows a transaction until somebody kills it. Tells each pair once it was promised to be durable.

import { operatorSetting } from '../../main/operator/table.ts'
import { openStorage, type Writer } from '../../main/storage/index.ts'

const [file = '', key = '', migrations = '', from = '0'] = process.argv.slice(2)
const storage = openStorage({ file, key: Buffer.from(key, 'hex'), migrations })
for (let count = Number(from); ; count += 1) {
  const pair = (w: Writer): void => {
    for (const half of ['a', 'b'])
      w.insert(operatorSetting)
        .values({ key: `${count}${half}`, value: 'x'.repeat(3000) })
        .run()
  }
  // In turn: the thread waits for the disk, or another one does.
  if (count % 2 === 0) storage.write(pair)
  else await storage.writeSoon(pair).durable
  process.stdout.write(`${count}\n`)
}
