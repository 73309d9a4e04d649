/** One entry of GOPROXY, in its order. */
export type ProxyStep =
  | {
      readonly kind: 'url'
      /** http, https or file; may hold a user and password and a query: only `shownUrl` of it may be shown. */
      readonly url: URL
      /** After `|`: any failure leads to the next entry; after `,` only "not there" does. */
      readonly fallBackOnAnyError: boolean
    }
  | { readonly kind: 'direct'; readonly fallBackOnAnyError: false }
  | { readonly kind: 'off'; readonly fallBackOnAnyError: false }
