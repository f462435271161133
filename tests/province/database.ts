// The province's database: embedded PostgreSQL in this process, or a real server; the same SQL for both.
// It lives in a schema of its own (quay_sandbox), so that a real server's other tables are never touched.
import { mkdirSync } from 'node:fs'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'

export type Query = <Row>(sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>

export interface Database {
  readonly query: Query
  /** All or nothing; the query handed in is the only one that belongs to the transaction. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** Several statements, no values. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

export interface Place {
  /** Real PostgreSQL; wins over `folder`. */
  readonly databaseUrl?: string
  /** Folder of the embedded database; in memory when absent. */
  readonly folder?: string
}

export const openDatabase = (place: Place): Promise<Database> =>
  place.databaseUrl === undefined ? openEmbedded(place.folder) : openServer(place.databaseUrl)

async function openEmbedded(folder: string | undefined): Promise<Database> {
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
  const lite = await (folder === undefined ? PGlite.create() : PGlite.create(folder))
  await lite.exec('create schema if not exists quay_sandbox; set search_path = quay_sandbox')
  return {
    query: async <Row>(sql: string, values: readonly unknown[] = []) => (await lite.query<Row>(sql, [...values])).rows,
    transaction: (work) =>
      lite.transaction((tx) =>
        work(async <Row>(sql: string, values: readonly unknown[] = []) => (await tx.query<Row>(sql, [...values])).rows),
      ),
    script: async (sql) => {
      await lite.exec(sql)
    },
    close: () => lite.close(),
  }
}

async function openServer(databaseUrl: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: databaseUrl, options: '-c search_path=quay_sandbox' })
  await pool.query('create schema if not exists quay_sandbox')
  const queryOn =
    (client: pg.Pool | pg.PoolClient): Query =>
    async <Row>(sql: string, values: readonly unknown[] = []) =>
      (await client.query(sql, [...values])).rows as Row[]
  return {
    query: queryOn(pool),
    async transaction(work) {
      const client = await pool.connect()
      try {
        await client.query('begin')
        const value = await work(queryOn(client))
        await client.query('commit')
        return value
      } catch (error) {
        await client.query('rollback')
        throw error
      } finally {
        client.release()
      }
    },
    script: async (sql) => {
      await pool.query(sql)
    },
    close: () => pool.end(),
  }
}

/** PostgreSQL's number of an error (SQLSTATE), e.g. 23505 for a double. */
export function sqlState(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}
