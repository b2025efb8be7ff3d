import { lazy } from 'react'
import { useParams } from 'react-router'
import { needCatalog } from '@/shared/i18n/store'

const Home = lazy(async () => (await needCatalog('account'), import('./account-home')))
const MailedLink = lazy(async () => (await needCatalog('account'), import('./link-page')))

/** The account, and where mailed links lead: `/account/link/reset#…`. */
export default function AccountPage() {
  const [first, purpose] = (useParams()['*'] ?? '').split('/')
  return first === 'link' && purpose ? <MailedLink purpose={purpose} /> : <Home />
}
