const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist; check the path",
  EISDIR: "it is a folder; give a file",
  ENOTDIR: "a part of the path is a file, not a folder; check the path",
  EEXIST: "a file of that name is in the way; give another path",
  EACCES: "permission denied; change the permissions or give another path",
  EPERM: "the system does not permit it; change the permissions or give another path",
  EROFS: "the file system is read-only; give another path",
  ENOSPC: "no space is left; free some or give another path",
  EDQUOT: "the disk quota is used up; free some space or give another path",
  EMFILE: "too many files are open; close some",
  ENAMETOOLONG: "the path is too long; give a shorter one",
  ELOOP: "the links go round in a circle; give another path",
  ERR_FS_FILE_TOO_LARGE: "it is over 2 GiB; give a smaller file",
  ERR_STRING_TOO_LONG: "it is too long for one string; give a smaller file",
};

/**
 * Why the system refused a file, and the cure.
 *
 * @example
 * reasonOf(Object.assign(new Error(), { code: "ENOENT" })); // "it does not exist; check the path"
 */
export function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? "";
  return REASONS[code] ?? (error instanceof Error ? error.message.replaceAll("\n", " ") : String(error));
}

/**
 * The system's code of an error.
 *
 * @example
 * codeOf(Object.assign(new Error(), { code: "ENOENT" })); // "ENOENT"
 */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
