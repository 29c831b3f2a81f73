import { defineProfile } from '../core/define.js'
import type { RuleId } from '../rules/index.js'

// atproto follows the individual draft that became CIMD -00, and says itself what it adds.
export default defineProfile<'atproto', RuleId>({
  id: 'atproto',
  title: 'atproto OAuth',
  editions: { cimd: '00', atproto: '2026-08-20' },
  levels: {
    // Native clients may have https URIs, the text says.
    'app-type-native-redirects': 'ADVICE',
    'auth-method-explicit': 'MUST',
    'auth-native-public': 'MUST',
    'auth-none-has-no-signing-alg': 'MUST',
    'client-uri-same-host': 'MUST',
    'fetch-content-type': 'MUST',
    'fetch-no-redirect': 'MUST',
    'fetch-status-200': 'MUST',
    'grant-no-implicit': 'MUST',
    'grant-response-consistent': 'MUST',
    'grant-unique': 'MUST',
    'redirect-loopback-http': 'MUST',
    'redirect-loopback-literal': 'MUST',
    'redirect-loopback-native': 'MUST',
    'redirect-no-userinfo': 'MUST',
    'redirect-private-scheme-reverse-dns': 'MUST',
    'redirect-private-scheme-single-slash': 'MUST',
    'uri-absolute': 'MUST',
    'uri-https': 'MUST',
    'url-canonical': 'MUST',
    'url-host-not-ip': 'MUST',
    'url-no-port': 'MUST',
    'url-no-trailing-slash': 'MUST',
    'url-path-not-root': 'MUST',
  },
})
