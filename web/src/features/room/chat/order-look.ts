// Only for the eye: what a comment really orders is decided by the server.
const ORDER = /^\s*(?:c?f\s*[a-z]{1,3}\d{1,3}(?:\s.{0,24})?|[a-z]{1,3}\d{1,3}|.{0,24}[+＋x×]\s*\d{1,2})\s*$/i

export const isOrder = (text: string): boolean => ORDER.test(text)
