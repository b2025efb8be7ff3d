import { player } from '@/shared/player/engine'

/** Safari on iPhones has its own names for both, on the video alone. */
type ApplesVideo = HTMLVideoElement & {
  webkitEnterFullscreen?: () => void
  webkitSupportsPresentationMode?: (mode: string) => boolean
  webkitSetPresentationMode?: (mode: string) => void
  webkitPresentationMode?: string
}

const apples = (): ApplesVideo => player.video

export const canPictureInPicture = (): boolean => document.pictureInPictureEnabled || Boolean(apples().webkitSupportsPresentationMode?.('picture-in-picture'))

export async function togglePictureInPicture(): Promise<void> {
  const video = apples()
  if (document.pictureInPictureElement) await document.exitPictureInPicture()
  else if (document.pictureInPictureEnabled) await video.requestPictureInPicture()
  else video.webkitSetPresentationMode?.(video.webkitPresentationMode === 'picture-in-picture' ? 'inline' : 'picture-in-picture')
}

export const canFillScreen = (): boolean => document.fullscreenEnabled || Boolean(apples().webkitEnterFullscreen)

/** The picture alone over the whole screen; a wide one lies down with the phone where that is possible. */
export async function fillScreen(): Promise<void> {
  const video = apples()
  if (!document.fullscreenEnabled) {
    video.webkitEnterFullscreen?.()
    return
  }
  await video.requestFullscreen()
  const turn = screen.orientation as ScreenOrientation & { lock?: (to: string) => Promise<void> }
  if (video.videoWidth > video.videoHeight) await turn.lock?.('landscape').catch(() => undefined)
}
