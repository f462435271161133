// The sandbox province as a program: node tests/province/run-province.ts --port 8787 [--data folder]
// Prints one line of JSON when it is ready, obeys POST /sandbox/misbehave and /sandbox/reset, ends on SIGINT or SIGTERM.
// DATABASE_URL names a real PostgreSQL; without it the embedded one is used.
import { parseArgs } from 'node:util'
import { OPERATORS } from './schema.ts'
import { startProvince } from './server.ts'

const { values } = parseArgs({ options: { port: { type: 'string', default: '8787' }, data: { type: 'string' } } })
const databaseUrl = process.env.DATABASE_URL
const province = await startProvince({ port: Number(values.port), databaseUrl, dataDir: values.data })

const operator = OPERATORS[0]
const ready = {
  ready: true,
  url: province.url,
  database: databaseUrl === undefined ? 'embedded' : 'server',
  clientId: operator?.clientId,
  clientSecret: operator?.clientSecret,
  unitCode: operator?.unit,
}
console.log(JSON.stringify(ready))

const end = (): void => {
  province.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  )
}
process.once('SIGINT', end)
process.once('SIGTERM', end)
