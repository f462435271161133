import { defineConfig } from 'drizzle-kit'

/** `npx drizzle-kit generate --config main/storage/drizzle.config.ts --name what-changed` */
export default defineConfig({ dialect: 'sqlite', schema: './main/*/table.ts', out: './main/storage/migrations' })
