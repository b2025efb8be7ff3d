import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { icuCatalogs } from './tools/icu-catalogs.ts'
import { shellWorker } from './tools/shell-worker.ts'

const api = process.env['NIGHTMARKET_API'] ?? 'http://127.0.0.1:8000'

export default defineConfig({
  plugins: [icuCatalogs(), react(), tailwindcss(), shellWorker()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: {
    proxy: {
      '/api': api,
      '/files': api,
      '/ws': { target: api, ws: true },
    },
  },
  build: { target: 'es2022', sourcemap: false, manifest: true, modulePreload: { polyfill: false } },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test-setup.ts'],
  },
})
