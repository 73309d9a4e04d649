declare const GV_VERSION_OF_BUILD: string | undefined

/** The version of this gv; the build writes it in. */
export const ownVersion: string = typeof GV_VERSION_OF_BUILD === 'string' ? GV_VERSION_OF_BUILD : '0.0.0-source'
