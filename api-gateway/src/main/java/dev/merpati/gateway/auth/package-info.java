/** Authentication: API keys, tenants and their plans. */
@NullMarked
package dev.merpati.gateway.auth;

import org.jspecify.annotations.NullMarked;
