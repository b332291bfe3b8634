/**
 * Makes Nest call the lifecycle hooks of these modules before those of all other modules on start, and
 * after them on shutdown. Nest sorts modules by their distance from the root module.
 *
 * The methods of providers must be hooked before other modules read them in `onModuleInit`. On shutdown,
 * other modules wait for running work, such as jobs, whose spans must still be exported.
 */
export function callHooksFirst(modules: Iterable<{ distance: number }>): void {
  // Global modules have the distance `Number.MAX_VALUE`.
  for (const module of modules) module.distance = Number.POSITIVE_INFINITY;
}
