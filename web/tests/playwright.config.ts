import { defineConfig } from '@playwright/test'
import { chromium } from './support/chromium.ts'

/** Journeys through the running product: one after the other, never tried twice. `support/product.ts` starts what they need. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../test-results',
  workers: 1,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  forbidOnly: Boolean(process.env['CI']),
  use: {
    colorScheme: 'dark',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: chromium(),
      args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync', '--disable-component-update', '--autoplay-policy=no-user-gesture-required', '--use-fake-device-for-media-stream'],
    },
  },
})
