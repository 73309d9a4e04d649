// What npm sees of the user's environment when it installs gv's own packages.

/** Settings of npm that say where packages come from and how they are reached; all others could change what is installed. */
const keptSettings =
  /^npm_config_(?:.*registry|.*_auth.*|.*auth_?token|\/\/.*|@.*|proxy|https?[-_]proxy|no_?proxy|ca|cafile|cert|certfile|key|keyfile|strict[-_]ssl|cache|userconfig|globalconfig|fetch[-_].*|maxsockets|offline|prefer[-_]offline|local[-_]address|user[-_]agent)$/i

/** Options of Node that a network may need; a debugger or a preloaded file would only get in npm's way. */
const keptNodeOptions =
  /^--(?:use-(?:system|openssl|bundled)-ca|dns-result-order=.*|tls-.*|network-family-.*|max-old-space-size=.*)$/

/**
 * The environment with npm's settings reduced to the user's registry, proxies, certificates and cache.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
export function installEnvironment(env) {
  /** @type {NodeJS.ProcessEnv} */
  const kept = {}
  for (const [name, value] of Object.entries(env)) {
    if (name === 'NODE_ENV' || name === 'NODE_OPTIONS' || name === 'INIT_CWD') continue
    if (/^npm_/i.test(name) && !keptSettings.test(name)) continue
    kept[name] = value
  }
  const options = (env.NODE_OPTIONS ?? '').split(' ').filter((option) => keptNodeOptions.test(option))
  return options.length > 0 ? { ...kept, NODE_OPTIONS: options.join(' ') } : kept
}
