import { zipOf } from './zip'

interface Target {
  title: string
  server: string
  key: string
}

/** The files of an OBS profile (Profile → Import): where to send, and the settings that suit a show on phones. */
export function obsProfile({ title, server, key }: Target): Record<string, string> {
  const service = { type: 'rtmp_custom', settings: { server, key, use_auth: false, bwtest: false } }
  const basic = [
    '[General]',
    `Name=${title.replace(/[\r\n]/g, ' ')}`,
    '[Output]',
    'Mode=Simple',
    '[SimpleOutput]',
    'VBitrate=2500',
    'ABitrate=128',
    'StreamEncoder=x264',
    'UseAdvanced=true',
    'Preset=veryfast',
    // A key frame a second and no frames that wait for later ones: nearer to live.
    'x264Settings=keyint=30 bframes=0',
    '[Video]',
    'BaseCX=720',
    'BaseCY=1280',
    'OutputCX=720',
    'OutputCY=1280',
    'FPSType=0',
    'FPSCommon=30',
    '[Audio]',
    'SampleRate=48000',
    '',
  ]
  return { 'basic.ini': basic.join('\n'), 'service.json': JSON.stringify(service, null, 2) }
}

/** The profile as a folder in a ZIP file. */
export function obsProfileZip(target: Target): Blob {
  const files = Object.entries(obsProfile(target)).map(([name, text]) => [`Nightmarket/${name}`, text] as const)
  return new Blob(zipOf(Object.fromEntries(files)), { type: 'application/zip' })
}
