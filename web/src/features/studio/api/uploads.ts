import { post } from '@/api/client'
import { Problem } from '@/api/problem'

interface Door {
  upload_url: string
  method: string
  headers: Record<string, string>
  object_key: string
}

const LONGEST_SIDE = 2048
const SMALL_ENOUGH = 1_500_000
const TAKEN = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']

/** Photos of a phone camera have ten times the pixels we show; making them smaller here saves the seller's minutes. */
async function shrink(file: File): Promise<Blob> {
  if (file.size <= SMALL_ENOUGH && TAKEN.includes(file.type)) return file
  try {
    const bitmap = await createImageBitmap(file)
    const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(bitmap.width * scale)
    canvas.height = Math.round(bitmap.height * scale)
    canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height)
    bitmap.close()
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.88))
    return blob ?? file
  } catch {
    return file
  }
}

function send(door: Door, blob: Blob, onProgress: (share: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open(door.method, door.upload_url)
    for (const [name, value] of Object.entries(door.headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total)
    }
    request.onload = () => (request.status < 300 ? resolve() : reject(new Problem(request.status, request.status === 413 ? 'too-large' : 'upload-failed')))
    request.onerror = () => reject(new Problem(0, 'offline'))
    request.send(blob)
  })
}

/** Sends a picture; the key is what a product then names. */
export async function uploadPicture(file: File, onProgress: (share: number) => void): Promise<string> {
  const blob = await shrink(file)
  const door = await post<Door>('/uploads', { filename: file.name.slice(0, 200) || 'photo', content_type: blob.type || 'application/octet-stream', size: blob.size, purpose: 'product_image' })
  await send(door, blob, onProgress)
  return door.object_key
}
