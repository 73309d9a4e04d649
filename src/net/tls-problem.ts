import { messageOf } from '../errors.ts'
import { printable } from '../text.ts'

/** What is wrong with a server's certificate or its TLS, in words. */
export interface TlsProblem {
  readonly text: string
  readonly hint?: string
}

const unknownIssuer =
  'if the issuer is one that you trust (a company proxy, a mirror of your own), name its file: export SSL_CERT_FILE=/path/to/ca.pem'

const certificateProblems: Readonly<Record<string, TlsProblem>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: { text: 'the certificate is signed by an unknown authority', hint: unknownIssuer },
  UNABLE_TO_GET_ISSUER_CERT: { text: 'the certificate is signed by an unknown authority', hint: unknownIssuer },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: { text: 'the certificate is signed by an unknown authority', hint: unknownIssuer },
  SELF_SIGNED_CERT_IN_CHAIN: { text: 'the certificate is signed by an unknown authority', hint: unknownIssuer },
  DEPTH_ZERO_SELF_SIGNED_CERT: { text: 'the certificate is signed by itself alone', hint: unknownIssuer },
  CERT_HAS_EXPIRED: { text: 'the certificate has expired', hint: 'check the clock of this machine: date' },
  CERT_NOT_YET_VALID: { text: 'the certificate is not valid yet', hint: 'check the clock of this machine: date' },
  ERR_TLS_CERT_ALTNAME_INVALID: { text: 'the certificate is for another host' },
}

/** OpenSSL's names for what else can be wrong with a chain of certificates (X509_V_ERR_…). */
const otherCertificateCode =
  /^(CERT|CRL|UNABLE_TO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH|HOSTNAME_MISMATCH|ERROR_IN_CERT)/

/** The problem that an error of node:tls stands for; undefined if it is no such error. All of them are final. */
export function tlsProblem(error: unknown, code: string): TlsProblem | undefined {
  const known = certificateProblems[code]
  if (known) return { ...known, text: `${known.text} (${code})` }
  if (otherCertificateCode.test(code)) return { text: `the certificate is not accepted (${printable(code)})` }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) {
    return { text: `no TLS connection (${printable(opensslReason(error) ?? code)})` }
  }
  return undefined
}

/** `wrong version number`, out of OpenSSL's long message. */
function opensslReason(error: unknown): string | undefined {
  if (error instanceof Error && 'reason' in error && typeof error.reason === 'string') return error.reason
  return /:SSL routines:[^:]*:([^:]+):/.exec(messageOf(error))?.[1]
}
