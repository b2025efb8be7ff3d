import { useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'

interface Pages {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage: () => unknown
}

export function MoreButton({ pages }: { pages: Pages }) {
  const t = useT()
  if (!pages.hasNextPage) return null
  return (
    <Button look="secondary" className="mx-auto" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
      {t('action.more')}
    </Button>
  )
}
