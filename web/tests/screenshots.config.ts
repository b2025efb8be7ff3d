import { defineConfig } from '@playwright/test'
import journeys from './playwright.config.ts'

/** The pictures of `docs/screenshots`, taken of `nightmarket up --demo`. */
export default defineConfig(journeys, { testMatch: 'screenshots.ts', timeout: 400_000 })
