/** Tenants, their plans, and where both come from: the configuration or Redis. */
@NullMarked
package dev.merpati.gateway.tenant;

import org.jspecify.annotations.NullMarked;
