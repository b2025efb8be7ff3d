import { useQuery } from '@tanstack/react-query'
import { Archive, ArchiveRestore } from 'lucide-react'
import { useState } from 'react'
import { categoriesQuery } from '@/shared/data/queries'
import { fieldText, useProblemText } from '@/shared/hooks/problem-text'
import { useLocale, useT } from '@/shared/i18n/store'
import { Button } from '@/shared/ui/button'
import { AreaField, Field, SelectField } from '@/shared/ui/field'
import { Notice } from '@/shared/ui/notice'
import { optionText } from '@/shared/ui/option-chooser'
import type { ShopProduct } from '../api/types'
import { Card } from '../parts/card'
import { useMay, useShop } from '../shop-context'
import { withAxes, type MatrixRow } from './matrix'
import { OptionsField } from './options-field'
import { PhotosField } from './photos-field'
import { StockSheet } from './stock-sheet'
import { useProductForm } from './use-product-form'
import { VariantsTable } from './variants-table'

function CategoryField({ value, onChange }: { value: string; onChange: (slug: string) => void }) {
  const t = useT()
  const locale = useLocale()
  const categories = useQuery(categoriesQuery)
  const known = categories.data?.items ?? []
  const rows = known.flatMap((shelf) => [{ shelf, deep: false }, ...shelf.children.map((child) => ({ shelf: child, deep: true }))])
  const isOwn = value !== '' && !rows.some(({ shelf }) => shelf.slug === value)
  return (
    <SelectField label={t('products.category')} value={value} onChange={(event) => onChange(event.target.value)}>
      <option value="">{t('studio.no-category')}</option>
      {isOwn ? <option value={value}>{value}</option> : null}
      {rows.map(({ shelf, deep }) => (
        <option key={shelf.slug} value={shelf.slug}>
          {deep ? '\u2003' : ''}
          {shelf.names[locale] ?? shelf.name}
        </option>
      ))}
    </SelectField>
  )
}

function Footer({ form, product }: { form: ReturnType<typeof useProductForm>; product: ShopProduct | undefined }) {
  const t = useT()
  const problem = useProblemText()
  const { save, submit, photos, tried, faulty } = form
  const archived = product?.status === 'archived'
  return (
    <div className="sticky bottom-[calc(3.75rem+env(safe-area-inset-bottom))] z-20 -mx-4 grid gap-3 border-t border-line bg-ground/95 px-4 py-3 backdrop-blur-lg md:bottom-0">
      {save.isError ? <Notice kind="failed">{problem(save.error)}</Notice> : null}
      {tried && faulty ? <Notice kind="failed">{t('problem.invalid-input')}</Notice> : null}
      <div className="flex flex-wrap gap-2.5">
        <Button className="grow" busy={save.isPending || photos.busy} onClick={() => submit('active')}>
          {photos.busy ? t('studio.uploading') : archived ? t('studio.unarchive') : product ? t('action.save') : t('studio.publish-product')}
        </Button>
        {product && !archived ? (
          <Button look="danger" icon={<Archive aria-hidden className="size-4.5" />} disabled={save.isPending} onClick={() => submit('archived')}>
            {t('studio.archive')}
          </Button>
        ) : null}
        {!product || product.status === 'draft' ? (
          <Button look="secondary" disabled={save.isPending || photos.busy} onClick={() => submit('draft')}>
            {t('studio.save-draft')}
          </Button>
        ) : null}
      </div>
    </div>
  )
}

export function ProductForm({ product }: { product?: ShopProduct }) {
  const t = useT()
  const shop = useShop()
  const mayEdit = useMay('edit')
  const form = useProductForm(product)
  const [counted, setCounted] = useState<MatrixRow | null>(null)
  const { title, matrix, photos, tried, save } = form
  return (
    <>
      {product?.status === 'archived' ? (
        <Notice>
          <span className="inline-flex items-center gap-2">
            <ArchiveRestore aria-hidden className="size-4" />
            {t('studio.archived-note')}
          </span>
        </Notice>
      ) : null}
      <fieldset disabled={!mayEdit} className="grid gap-4">
        <Card title={t('studio.photos')}>
          <PhotosField photos={photos} />
        </Card>
        <Card title={t('studio.words')}>
          <div className="grid gap-4">
            <Field label={t('studio.product-title')} value={title} maxLength={160} error={tried && !title.trim() ? t('field.missing') : fieldText(t, save.error, 'title')} onChange={(event) => form.setTitle(event.target.value)} />
            <AreaField label={t('product.description')} rows={5} maxLength={5000} value={form.description} onChange={(event) => form.setDescription(event.target.value)} />
            <CategoryField value={form.category} onChange={form.setCategory} />
          </div>
        </Card>
        <Card title={t('studio.options')}>
          <OptionsField axes={matrix.axes} onChange={(axes) => form.setMatrix((now) => withAxes(now, axes))} />
        </Card>
      </fieldset>
      <Card title={t('studio.price-and-stock')}>
        <VariantsTable matrix={matrix} currency={shop.currency} tried={tried} locked={!mayEdit} onChange={form.setMatrix} onStock={setCounted} />
      </Card>
      {mayEdit ? <Footer form={form} product={product} /> : null}
      {product && counted?.id ? (
        <StockSheet product={product.id} variant={counted.id} name={[product.title, optionText(counted.options)].filter(Boolean).join(' · ')} onClose={() => setCounted(null)} />
      ) : null}
    </>
  )
}
