import { describe, expect, test } from 'vitest'
import { makeToolchain } from '../support/toolchain-factory.ts'
import { exit, expectFailure, expectInstalled, expectNothingInstalled } from './expectations.ts'
import { h1Of, hostileTarballs, hostileZips, publishArchive, zipEntries } from './hostile-archives.ts'
import { kinds, setStage } from './stage.ts'

const toolchain = makeToolchain('1.22.5')

describe.each(kinds)('3. an archive from %s', (origin) => {
  const archives = origin === 'a mirror' ? hostileTarballs(toolchain) : hostileZips(toolchain)

  test.each(archives)('with $what is refused as a whole', async (hostile) => {
    const stage = await setStage(origin)
    publishArchive(stage.server.site, toolchain, hostile)
    const failed = await stage.gv(['install', '1.22.5'])
    expectFailure(failed, exit.verification, hostile.says)
    expect(failed.stderr).not.toMatch(/h1:/)
    await expectNothingInstalled(stage)
    for (const place of ['', 'store', 'store/..', 'cwd', 'home', 'tmp'])
      expect(await stage.list(place)).not.toContain('evil')

    // Where the log says the same of the honest archive, that one is taken; else another release.
    const isSame = hostile.h1 === h1Of(zipEntries(toolchain))
    const honest = isSame ? toolchain : makeToolchain('1.22.6')
    stage.server.site.withdraw('1.22.5')
    stage.server.site.publish(honest, { unlogged: isSame })
    expect(await stage.gv(['install', honest.version])).toMatchObject({ status: 0, stderr: '' })
    await expectInstalled(stage, honest)
  })
})
