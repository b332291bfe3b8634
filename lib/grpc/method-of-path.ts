/** `package.Service/Method` of the path that gRPC sends, which begins with a slash. */
export function methodOfPath(path: string): string {
  return path.startsWith('/') ? path.slice(1) : path;
}
