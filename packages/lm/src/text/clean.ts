/**
 * Text as models see it: without the byte order mark in front, and with every line ending (CRLF) turned into LF.
 *
 * @example
 * cleanText("\uFEFFone\r\ntwo"); // "one\ntwo"
 */
export function cleanText(text: string): string {
  const start = text.startsWith("\uFEFF") ? 1 : 0;
  return text.slice(start).replaceAll("\r\n", "\n");
}
