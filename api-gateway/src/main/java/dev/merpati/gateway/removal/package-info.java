/** The deletion of tenants with everything they own. */
@NullMarked
package dev.merpati.gateway.removal;

import org.jspecify.annotations.NullMarked;
