import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { icuCatalogs } from './tools/icu-catalogs.ts'
import { shellWorker } from './tools/shell-worker.ts'

const api = process.env['NIGHTMARKET_API'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [icuCatalogs(), react(), tailwindcss(), shellWorker()],
  resolve: {
    alias: [
      { find: '@', replacement: fileURLToPath(new URL('./src', import.meta.url)) },
      // Its package offers bundlers the development build only.
      { find: /^react-router$/, replacement: fileURLToPath(new URL('./node_modules/react-router/dist/production/index.mjs', import.meta.url)) },
    ],
  },
  server: {
    proxy: {
      '/api': api,
      '/files': api,
      '/ws': { target: api, ws: true },
    },
  },
  build: {
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 650,
    rolldownOptions: {
      output: {
        // One file for what every screen needs: it compresses better than forty small ones, and is cached across releases.
        codeSplitting: {
          groups: [
            { name: 'vendor', test: /node_modules\/(react|react-dom|scheduler|react-router|@tanstack|zustand)\// },
            { name: 'kit', test: /src\/(api|shared\/(hooks|i18n|session|format|data|ui\/(button|badge|classes|skeleton|empty|lantern|notice|money|countdown|picture|sheet|stock-left)))|lucide-react/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
  },
})
