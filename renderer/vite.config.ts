// How the window's pages are built: two entries, relative addresses, nothing inlined (the policy of the pages forbids data: fonts).
// It never puts anything of the tests or of main into the window.
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

export default defineConfig({
  root: here,
  base: './',
  publicDir: false,
  plugins: [react()],
  worker: { format: 'es' },
  build: {
    target: 'chrome114',
    outDir: `${here}/../.build/renderer`,
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 3000,
    rollupOptions: { input: { index: `${here}/index.html`, pin: `${here}/pin.html` } },
  },
})
