import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from '@/app/app'
import { preloadRoute } from '@/app/preload'
import { registerWorker } from '@/pwa/register'
import { settleLocale } from '@/shared/i18n/store'
import { startSession } from '@/shared/session/session'
import { applyTheme } from '@/shared/session/theme'
import './styles.css'

applyTheme()
preloadRoute(location.pathname)
void startSession()
await settleLocale()

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
}
registerWorker()
