import { useCallback, useEffect, useRef, useState } from 'react'
import { newKey } from '@/api/client'
import type { ProductImage } from '@/api/types'
import { uploadPicture } from '../api/uploads'

export interface Photo {
  id: string
  preview: string
  /** What the product names: the id of a picture it has, or the key of an upload; null until it is there. */
  key: string | null
  progress: number
  error: unknown
  file: File | null
}

export const MAX_PHOTOS = 12

export function move<T>(list: T[], from: number, to: number): T[] {
  if (!(from in list) || !(to in list) || from === to) return list
  const next = [...list]
  const [taken] = next.splice(from, 1)
  if (taken !== undefined) next.splice(to, 0, taken)
  return next
}

const kept = (image: ProductImage): Photo => ({ id: image.id, preview: image.sizes?.['320'] ?? image.url, key: image.id, progress: 1, error: null, file: null })

/** The pictures of a product while they are being arranged; each begins to travel the moment it is chosen. */
export function usePhotos(images: ProductImage[]) {
  const [photos, setPhotos] = useState<Photo[]>(() => images.map(kept))
  const urls = useRef(new Set<string>())
  useEffect(() => {
    const made = urls.current
    return () => made.forEach((url) => URL.revokeObjectURL(url))
  }, [])

  const patchPhoto = useCallback((id: string, change: Partial<Photo>) => setPhotos((list) => list.map((photo) => (photo.id === id ? { ...photo, ...change } : photo))), [])
  const send = useCallback(
    (photo: Photo) => {
      if (!photo.file) return
      patchPhoto(photo.id, { error: null, progress: 0 })
      uploadPicture(photo.file, (progress) => patchPhoto(photo.id, { progress }))
        .then((key) => patchPhoto(photo.id, { key, progress: 1 }))
        .catch((error: unknown) => patchPhoto(photo.id, { error }))
    },
    [patchPhoto],
  )
  const add = (files: File[]) => {
    const fresh = files.slice(0, MAX_PHOTOS - photos.length).map((file): Photo => {
      const preview = URL.createObjectURL(file)
      urls.current.add(preview)
      return { id: newKey(), preview, key: null, progress: 0, error: null, file }
    })
    setPhotos((list) => [...list, ...fresh])
    fresh.forEach(send)
  }
  return {
    photos,
    add,
    retry: send,
    remove: (id: string) => setPhotos((list) => list.filter((photo) => photo.id !== id)),
    move: (from: number, to: number) => setPhotos((list) => move(list, from, to)),
    busy: photos.some((photo) => photo.key === null && !photo.error),
    keys: photos.flatMap((photo) => (photo.key ? [photo.key] : [])),
  }
}

export type Photos = ReturnType<typeof usePhotos>
