import { useQuery } from '@tanstack/react-query'
import { Search } from 'lucide-react'
import { useEffect, useState } from 'react'
import type { Category } from '@/api/types'
import { categoriesQuery } from '@/shared/data/queries'
import { useLocale, useT } from '@/shared/i18n/store'
import { SelectField } from '@/shared/ui/field'

interface Props {
  params: URLSearchParams
  onChange: (name: string, value: string | null) => void
}

const PAUSE_MS = 350

function SearchBox({ params, onChange }: Props) {
  const t = useT()
  const current = params.get('q') ?? ''
  const [words, setWords] = useState(current)
  useEffect(() => {
    if (words === current) return
    const timer = setTimeout(() => onChange('q', words.trim() || null), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [words, current, onChange])
  return (
    <search className="relative">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-4 size-5 -translate-y-1/2 text-muted" />
      <input
        type="search"
        value={words}
        aria-label={t('products.search')}
        placeholder={t('products.search')}
        enterKeyHint="search"
        onChange={(event) => setWords(event.target.value)}
        className="min-h-13 w-full rounded-pill border border-line bg-surface pr-5 pl-12 text-base placeholder:text-muted"
      />
    </search>
  )
}

const flatten = (categories: Category[], depth = 0): { category: Category; depth: number }[] =>
  categories.flatMap((category) => [{ category, depth }, ...flatten(category.children, depth + 1)])

export function ProductFilters({ params, onChange }: Props) {
  const t = useT()
  const locale = useLocale()
  const { data: categories } = useQuery(categoriesQuery)
  return (
    <div className="grid gap-3">
      <SearchBox params={params} onChange={onChange} />
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-36 grow sm:max-w-60">
          <SelectField label={t('products.category')} labelHidden value={params.get('category') ?? ''} onChange={(event) => onChange('category', event.target.value || null)}>
            <option value="">{t('products.category-all')}</option>
            {flatten(categories?.items ?? []).map(({ category, depth }) => (
              <option key={category.slug} value={category.slug}>
                {'\u2003'.repeat(depth)}
                {category.names[locale] ?? category.name}
              </option>
            ))}
          </SelectField>
        </div>
        <div className="min-w-36 grow sm:max-w-60">
          <SelectField label={t('products.sort')} labelHidden value={params.get('sort') ?? 'newest'} onChange={(event) => onChange('sort', event.target.value)}>
            <option value="newest">{t('products.sort-newest')}</option>
            <option value="price_asc">{t('products.sort-price-up')}</option>
            <option value="price_desc">{t('products.sort-price-down')}</option>
          </SelectField>
        </div>
        <label className="flex min-h-11 cursor-pointer items-center gap-2 font-medium">
          <input type="checkbox" checked={params.get('in_stock') === 'true'} onChange={(event) => onChange('in_stock', event.target.checked ? 'true' : null)} className="size-5 accent-lantern" />
          {t('products.in-stock')}
        </label>
      </div>
    </div>
  )
}
