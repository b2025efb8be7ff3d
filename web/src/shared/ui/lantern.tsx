export function Lantern({ className }: { className?: string }) {
  return (
    <svg viewBox="100 76 312 362" aria-hidden className={className}>
      <path d="M256 84v38" stroke="#FFB020" strokeWidth="16" strokeLinecap="round" />
      <rect x="196" y="118" width="120" height="32" rx="14" fill="#FFB020" />
      <path d="M180 150h152c52 22 74 62 74 104s-22 82-74 104H180c-52-22-74-62-74-104s22-82 74-104z" fill="#FF4D2E" />
      <ellipse cx="256" cy="254" rx="96" ry="84" fill="#FFB020" opacity=".45" />
      <path d="M212 152c-26 64-26 140 0 204M300 152c26 64 26 140 0 204" fill="none" stroke="#0E0B1A" strokeOpacity=".3" strokeWidth="12" />
      <rect x="196" y="358" width="120" height="32" rx="14" fill="#FFB020" />
      <path d="M256 392v40M226 394v28M286 394v28" stroke="#FF4D2E" strokeWidth="14" strokeLinecap="round" />
    </svg>
  )
}

export function Wordmark({ className }: { className?: string }) {
  return (
    <span className={className} lang="en">
      <span className="inline-flex items-center gap-2 text-xl font-extrabold tracking-tight">
        <Lantern className="h-7" />
        <span>
          Night<span className="text-ember">market</span>
        </span>
      </span>
    </span>
  )
}
