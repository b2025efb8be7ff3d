import { existsSync } from 'node:fs'
import { chromium as playwright } from '@playwright/test'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable']

/** The browser of the machine, or the one Playwright has installed. */
export function chromium(): string {
  const chosen = process.env['CHROMIUM_PATH']
  const found = [...(chosen ? [chosen] : PLACES), playwright.executablePath()].find((path) => existsSync(path))
  if (!found) {
    throw new Error('The journeys need a Chromium: install one (apt-get install chromium, or npx playwright install chromium), or name it in CHROMIUM_PATH.')
  }
  return found
}
