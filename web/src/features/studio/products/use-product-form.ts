import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useT } from '@/shared/i18n/store'
import { notify } from '@/shared/ui/notice'
import { createProduct, forgetProducts, saveProduct, type ProductPlan, type ProductStatus } from '../api/products'
import type { ShopProduct } from '../api/types'
import { studioPaths } from '../paths'
import { useShop } from '../shop-context'
import { emptyMatrix, faultsOf, matrixOf, planOf, type Matrix } from './matrix'
import { usePhotos } from './photos'

/** The stock figures of the newest answer in the table that is being filled in. */
function refreshed(matrix: Matrix, product: ShopProduct): Matrix {
  const fresh = new Map(product.variants.map((variant) => [variant.id, variant]))
  return { ...matrix, rows: matrix.rows.map((row) => ({ ...row, available: fresh.get(row.id ?? '')?.available ?? row.available })) }
}

export function useProductForm(product?: ShopProduct) {
  const t = useT()
  const shop = useShop()
  const navigate = useNavigate()
  const [title, setTitle] = useState(product?.title ?? '')
  const [description, setDescription] = useState(product?.description ?? '')
  const [category, setCategory] = useState(product?.category ?? '')
  const [matrix, setMatrix] = useState<Matrix>(() => (product ? matrixOf(product.variants) : emptyMatrix()))
  const [tried, setTried] = useState(false)
  const photos = usePhotos(product?.images ?? [])

  const sold = matrix.rows.filter((row) => row.on)
  const faulty = !title.trim() || sold.length === 0 || sold.some((row) => faultsOf(row, shop.currency).length > 0)
  const save = useMutation({
    mutationFn: (status: ProductStatus) => {
      const plan: ProductPlan = {
        words: { title: title.trim(), description: description.trim(), category: category || null, status, image_keys: photos.keys },
        ...planOf(matrix, product?.variants ?? [], shop.currency),
      }
      return product ? saveProduct(product.id, plan) : createProduct(shop.id, plan)
    },
    onSuccess: (saved) => {
      forgetProducts(shop.id, saved.id)
      notify(t('account.saved'), 'done')
      void navigate(studioPaths.products(shop.slug))
    },
    onError: () => forgetProducts(shop.id, product?.id),
  })
  const submit = (status: ProductStatus) => {
    setTried(true)
    if (!faulty && !photos.busy) save.mutate(status)
  }
  const shown = product ? refreshed(matrix, product) : matrix
  return { title, setTitle, description, setDescription, category, setCategory, matrix: shown, setMatrix, photos, tried, faulty, save, submit }
}
