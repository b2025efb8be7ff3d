import { lazy } from 'react'
import { needCatalog } from '@/shared/i18n/store'

const AuthForms = lazy(async () => (await needCatalog('account'), import('./auth-forms')))

/** The sheet comes with its words. */
export default function AuthSheet({ after }: { after?: (() => void) | undefined }) {
  return <AuthForms after={after} />
}
