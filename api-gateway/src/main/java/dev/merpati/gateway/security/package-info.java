/** What the browser side needs: login state, CSRF, security headers. */
@NullMarked
package dev.merpati.gateway.security;

import org.jspecify.annotations.NullMarked;
