import { Camera, ChevronLeft, ChevronRight, ImagePlus, RotateCcw, Trash2 } from 'lucide-react'
import { useState, type ChangeEvent } from 'react'
import { useProblemText } from '@/shared/hooks/problem-text'
import { useT } from '@/shared/i18n/store'
import { Badge } from '@/shared/ui/badge'
import { cx } from '@/shared/ui/classes'
import { MAX_PHOTOS, type Photo, type Photos } from './photos'

const tile = 'grid aspect-square cursor-pointer place-items-center content-center gap-1.5 rounded-card border-2 border-dashed border-line bg-raised p-2 text-center text-sm font-semibold text-muted transition-colors hover:border-muted has-focus-visible:outline-3 has-focus-visible:outline-amber'
const tool = 'grid size-9 place-items-center rounded-full bg-black/65 text-white disabled:opacity-35'

function Tile({ photo, index, count, photos }: { photo: Photo; index: number; count: number; photos: Photos }) {
  const t = useT()
  const problem = useProblemText()
  const travelling = photo.key === null && !photo.error
  return (
    <div
      draggable
      onDragStart={(event) => event.dataTransfer.setData('text/plain', String(index))}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        photos.move(Number(event.dataTransfer.getData('text/plain')), index)
      }}
      className={cx('group relative aspect-square overflow-hidden rounded-card border bg-raised', photo.error ? 'border-ember' : 'border-line')}
    >
      <img src={photo.preview} alt={t('product.image', { number: index + 1, count })} className={cx('size-full object-cover', travelling && 'opacity-60')} />
      {index === 0 ? (
        <Badge tone="glass" className="absolute top-2 left-2">
          {t('studio.cover')}
        </Badge>
      ) : null}
      {travelling ? (
        <div role="progressbar" aria-label={t('studio.uploading')} aria-valuenow={Math.round(photo.progress * 100)} aria-valuemin={0} aria-valuemax={100} className="absolute inset-x-3 top-1/2 h-2 overflow-hidden rounded-full bg-black/60">
          <div className="h-full bg-amber transition-[width]" style={{ width: `${Math.max(6, photo.progress * 100)}%` }} />
        </div>
      ) : null}
      {photo.error ? (
        <button type="button" onClick={() => photos.retry(photo)} className="absolute inset-0 grid place-items-center content-center gap-1 bg-black/70 p-2 text-center text-xs font-semibold text-white">
          <RotateCcw aria-hidden className="size-5" />
          {problem(photo.error)}
        </button>
      ) : null}
      <div className="absolute inset-x-1.5 bottom-1.5 flex justify-between">
        <span className="flex gap-1">
          <button type="button" aria-label={t('studio.photo-earlier')} disabled={index === 0} onClick={() => photos.move(index, index - 1)} className={tool}>
            <ChevronLeft aria-hidden className="size-4.5" />
          </button>
          <button type="button" aria-label={t('studio.photo-later')} disabled={index === count - 1} onClick={() => photos.move(index, index + 1)} className={tool}>
            <ChevronRight aria-hidden className="size-4.5" />
          </button>
        </span>
        <button type="button" aria-label={t('action.delete')} onClick={() => photos.remove(photo.id)} className={tool}>
          <Trash2 aria-hidden className="size-4" />
        </button>
      </div>
    </div>
  )
}

export function PhotosField({ photos }: { photos: Photos }) {
  const t = useT()
  const [over, setOver] = useState(false)
  const take = (event: ChangeEvent<HTMLInputElement>) => {
    photos.add([...(event.target.files ?? [])])
    event.target.value = ''
  }
  const room = photos.photos.length < MAX_PHOTOS
  return (
    <div
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        if (event.dataTransfer.files.length === 0) return
        event.preventDefault()
        photos.add([...event.dataTransfer.files])
      }}
      className={cx('grid grid-cols-2 gap-3 rounded-card sm:grid-cols-4', over && 'outline-3 outline-amber outline-dashed')}
    >
      {photos.photos.map((photo, index) => (
        <Tile key={photo.id} photo={photo} index={index} count={photos.photos.length} photos={photos} />
      ))}
      {room ? (
        <>
          <label className={cx(tile, 'md:hidden')}>
            <input type="file" accept="image/*" capture="environment" onChange={take} className="sr-only" />
            <Camera aria-hidden className="size-7 text-gold" />
            {t('studio.photo-camera')}
          </label>
          <label className={tile}>
            <input type="file" accept="image/jpeg,image/png,image/webp,image/gif,image/avif,image/*" multiple onChange={take} className="sr-only" />
            <ImagePlus aria-hidden className="size-7 text-gold" />
            {t('studio.photo-add')}
          </label>
        </>
      ) : null}
    </div>
  )
}
